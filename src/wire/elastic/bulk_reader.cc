// SPDX-License-Identifier: Apache-2.0
#include "wire/elastic/bulk_reader.h"

#include <utility>

#include "encoding/json_cursor.h"

namespace sb::wire {
namespace {

using encoding::JsonCursor;

constexpr std::string_view kNames[] = {"index", "create", "update", "delete"};

std::string_view TakeLine(std::string_view* rest) {
  const size_t end = rest->find('\n');
  std::string_view line = rest->substr(0, end);
  rest->remove_prefix(end == std::string_view::npos ? rest->size() : end + 1);
  if (!line.empty() && line.back() == '\r') {
    line.remove_suffix(1);
  }
  return line;
}

bool IsBlank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

bool ParseAction(std::string_view name, BulkAction* action) {
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == name) {
      *action = static_cast<BulkAction>(i);
      return true;
    }
  }
  return false;
}

// {"index":{"_index":"a","_id":"1"}}
base::Status ReadAction(std::string_view line, BulkItem* item, std::deque<std::string>* unescaped) {
  JsonCursor in(line);
  std::string scratch;
  std::string_view name;
  if (!in.EnterObject() || !in.NextKey(&name, &scratch)) {
    return in.ok() ? base::InvalidArgument("expected an action, found {}") : in.status();
  }
  if (!ParseAction(name, &item->action)) {
    return base::InvalidArgument("unknown action (index, create, update, delete): " +
                                 std::string(name.substr(0, 64)));
  }
  std::string_view key;
  std::string value_scratch;
  if (in.EnterObject()) {
    while (in.NextKey(&key, &scratch)) {
      std::string_view* const wanted = key == "_index" ? &item->index
                                       : key == "_id"  ? &item->id
                                                       : nullptr;
      if (wanted == nullptr) {
        in.SkipValue();
      } else if (in.ReadAsText(wanted, &value_scratch) && wanted->data() == value_scratch.data()) {
        unescaped->push_back(std::move(value_scratch));
        *wanted = unescaped->back();
      }
    }
  }
  if (in.ok() && in.NextKey(&key, &scratch)) {
    return base::InvalidArgument("an action line has one action, found also " +
                                 std::string(key.substr(0, 64)));
  }
  in.ExpectEnd();
  return in.status();
}

}  // namespace

std::string_view BulkActionName(BulkAction action) {
  return kNames[static_cast<size_t>(action)];
}

base::Status ReadBulk(std::string_view body, std::string_view default_index, BulkRequest* request) {
  request->items.clear();
  request->unescaped.clear();
  size_t number = 0;
  while (!body.empty()) {
    const std::string_view line = TakeLine(&body);
    ++number;
    if (IsBlank(line)) {
      continue;
    }
    BulkItem item;
    item.index = default_index;
    if (const base::Status status = ReadAction(line, &item, &request->unescaped); !status.ok()) {
      return base::InvalidArgument("Malformed action/metadata line [" + std::to_string(number) +
                                   "], " + std::string(status.message()));
    }
    if (item.index.empty()) {
      return base::InvalidArgument("the action of line [" + std::to_string(number) +
                                   "] names no index, nor does the URL");
    }
    if (item.action != BulkAction::kDelete) {
      if (body.empty()) {
        return base::InvalidArgument("the action of line [" + std::to_string(number) +
                                     "] has no document line");
      }
      item.document = TakeLine(&body);
      ++number;
    }
    request->items.push_back(item);
  }
  return request->items.empty() ? base::InvalidArgument("request body is required")
                                : base::OkStatus();
}

}  // namespace sb::wire
