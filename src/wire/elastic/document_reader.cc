// SPDX-License-Identifier: Apache-2.0
#include "wire/elastic/document_reader.h"

#include <utility>

#include "encoding/json_cursor.h"

namespace sb::wire {
namespace {

using encoding::JsonCursor;

DocumentKind KindOf(JsonCursor::Kind kind) {
  switch (kind) {
    case JsonCursor::Kind::kNumber:
      return DocumentKind::kNumber;
    case JsonCursor::Kind::kBool:
      return DocumentKind::kBool;
    case JsonCursor::Kind::kNull:
      return DocumentKind::kNull;
    case JsonCursor::Kind::kArray:
      return DocumentKind::kArray;
    default:
      return DocumentKind::kString;
  }
}

}  // namespace

base::Status DocumentFields::Read(std::string_view text) {
  fields_.clear();
  held_.clear();
  JsonCursor in(text);
  std::string prefix;
  std::string scratch;
  std::string value_scratch;
  std::string_view key;
  std::vector<size_t> prefix_sizes;  // of the enclosing objects
  if (!in.EnterObject()) {
    return in.status();
  }
  prefix_sizes.push_back(0);
  while (in.ok() && !prefix_sizes.empty()) {
    if (!in.NextKey(&key, &scratch)) {
      prefix_sizes.pop_back();
      prefix.resize(prefix_sizes.empty() ? 0 : prefix_sizes.back());
      continue;
    }
    const JsonCursor::Kind kind = in.Peek();
    if (kind == JsonCursor::Kind::kObject) {
      prefix.append(key).push_back('.');
      in.EnterObject();
      prefix_sizes.push_back(prefix.size());
      continue;
    }
    DocumentField field;
    field.kind = KindOf(kind);
    if (prefix.empty() && key.data() != scratch.data()) {
      field.name = key;
    } else {
      held_.push_back(prefix + std::string(key));
      field.name = held_.back();
    }
    if (!in.ReadAsText(&field.value, &value_scratch)) {
      break;
    }
    if (field.value.data() == value_scratch.data()) {
      held_.push_back(std::move(value_scratch));
      field.value = held_.back();
    }
    fields_.push_back(field);
  }
  in.ExpectEnd();
  return in.status();
}

const DocumentField* DocumentFields::Find(std::string_view name) const {
  for (const DocumentField& field : fields_) {
    if (field.name == name) {
      return &field;
    }
  }
  return nullptr;
}

}  // namespace sb::wire
