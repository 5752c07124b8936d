// SPDX-License-Identifier: Apache-2.0
#include "store/events/db/testing/event_maker.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <tuple>
#include <utility>

namespace sb::events {

using store::EventBatch;
using store::EventFilter;
using store::EventValue;
using store::FilterOp;

store::EventStream EventMaker::Stream() {
  store::EventStreamBuilder builder;
  builder.Add("app", EventValue::Text("app" + std::to_string(Below(4))));
  if (Below(2) == 0) {
    builder.Add("zone", EventValue::Int(static_cast<int64_t>(Below(3))));
  }
  if (Below(3) == 0) {
    builder.Add("mixed", EventValue::Text("of the stream"));
  }
  return builder.Build();
}

std::string EventMaker::TraceId() {
  std::string id(16, '\0');
  id[0] = static_cast<char>(Below(20));
  id[15] = 'x';
  return id;
}

std::string EventMaker::Line() {
  static const char* const kWords[] = {"GET", "timeout", "Error", "user_id=17", "\"msg\":\"ok\""};
  switch (Below(6)) {
    case 0:
      return "";
    case 1:
      return "level=info msg=\"request done\" id=" + std::to_string(Below(100000));
    case 2:
      return "{\"trace\":\"" + std::to_string(Below(1000000)) +
             "\",\"status\":" + std::to_string(200 + Below(4) * 100) + "}";
    case 3:
      return std::string(Below(300), static_cast<char>('a' + Below(26)));
    default: {
      std::string line;
      for (uint64_t i = Below(6); i > 0; --i) {
        line += kWords[Below(5)];
        line += Below(4) == 0 ? '\n' : ' ';
      }
      return line;
    }
  }
}

void EventMaker::Row(EventBatch* batch, int64_t time_ns) {
  batch->AddRow(batch->AddStream(Stream()), time_ns);
  batch->Set("line", EventValue::Text(Line()));
  if (Below(2) == 0) {
    batch->Set("trace_id", EventValue::Bytes(TraceId()));
  }
  if (Below(3) != 0) {
    batch->Set("duration", EventValue::Int(static_cast<int64_t>(Below(1000))));
  }
  switch (Below(6)) {
    case 0:
      batch->Set("mixed", EventValue::Text("m" + std::to_string(Below(5))));
      break;
    case 1:
      batch->Set("mixed", EventValue::Int(static_cast<int64_t>(Below(5))));
      break;
    case 2:
      batch->Set("mixed", EventValue::Float(Below(10) == 0 ? NAN : double(Below(10)) / 2));
      break;
    case 3:
      batch->Set("mixed", EventValue::Bool(Below(2) == 0));
      break;
    case 4:
      batch->Set("mixed", EventValue::Any("\x0a\x01" + std::string(1, char('a' + Below(3)))));
      break;
    default:
      break;
  }
  if (Below(20) == 0) {
    batch->Set("rare." + std::to_string(Below(8)), EventValue::Text("r" + Line()));
  }
}

EventBatch EventMaker::Batch(size_t rows, int64_t now_ns) {
  EventBatch batch;
  for (size_t i = 0; i < rows; ++i) {
    Row(&batch, now_ns + static_cast<int64_t>(Below(static_cast<uint64_t>(spread_ns))));
  }
  return batch;
}

EventFilter EventMaker::Condition() {
  static const char* const kNames[] = {"line", "trace_id", "duration", "mixed", "rare.1",
                                       "app",  "zone",     "*",        "none"};
  const std::string name = kNames[Below(9)];
  static const char* const kTexts[] = {"m1", "app2", "timeout", "user_id=17 ", "err",
                                       "r",  "",     "status",  "of the",      "500}"};
  static const char* const kPatterns[] = {"m[12]",   "(?i)ERROR", "user_id=\\d+",
                                          ".*msg.*", "a+",        "status\":5",
                                          "app.",    "",          "timeout|Error"};
  switch (Below(9)) {
    case 0:
      return EventFilter::Exists(name);
    case 1:
    case 2: {
      const auto op = static_cast<FilterOp>(1 + Below(6));
      const EventValue operand =
          Below(3) == 0 ? EventValue::Float(double(Below(20)) / 4 * (Below(2) == 0 ? 1 : 100))
                        : EventValue::Int(static_cast<int64_t>(Below(Below(2) == 0 ? 6 : 1000)));
      return EventFilter::Compare(Below(2) == 0 ? "duration" : name, op, operand);
    }
    case 3:
      return EventFilter::Compare(name, static_cast<FilterOp>(1 + Below(6)),
                                  EventValue::Text(kTexts[Below(10)]));
    case 4:
      return EventFilter::Compare(name, FilterOp::kContains, EventValue::Text(kTexts[Below(10)]));
    case 5:
      return EventFilter::Compare(name, FilterOp::kContainsFold,
                                  EventValue::Text(kTexts[Below(10)]));
    case 6:
      return EventFilter::Compare(name,
                                  Below(2) == 0 ? FilterOp::kSearchRegex : FilterOp::kMatchRegex,
                                  EventValue::Text(kPatterns[Below(9)]));
    case 7: {
      std::vector<store::FilterOperand> operands;
      for (uint64_t i = Below(12); i > 0; --i) {
        operands.push_back({EventValue::Bytes({}), TraceId()});
      }
      return EventFilter::In("trace_id", std::move(operands));
    }
    default:
      return EventFilter::Compare("mixed", FilterOp::kEqual, EventValue::Bool(Below(2) == 0));
  }
}

EventFilter EventMaker::Filter(int depth) {
  const uint64_t kind = depth == 0 ? 3 : Below(8);
  if (kind >= 3) {
    return kind == 7 && Below(3) == 0 ? EventFilter::All() : Condition();
  }
  std::vector<EventFilter> children;
  for (uint64_t i = kind == 2 ? 1 : Below(4); i > 0; --i) {
    children.push_back(Filter(depth - 1));
  }
  if (kind == 0) {
    return EventFilter::And(std::move(children));
  }
  return kind == 1 ? EventFilter::Or(std::move(children))
                   : EventFilter::Not(std::move(children[0]));
}

namespace {

std::string ValueText(const EventValue& value) {
  std::string text = std::to_string(static_cast<int>(value.type)) + ":";
  if (value.has_bytes()) {
    return text + std::string(value.bytes);
  }
  return text + (value.type == store::ValueType::kFloat
                     ? std::to_string(std::bit_cast<uint64_t>(value.number))
                     : std::to_string(value.integer));
}

std::string CheckBlock(const store::EventBlock& block, store::BlockOrder order) {
  for (size_t row = 1; row < block.row_count() && order == store::BlockOrder::kByStream; ++row) {
    if (std::make_tuple(block.streams()[row - 1], block.times()[row - 1]) >
        std::make_tuple(block.streams()[row], block.times()[row])) {
      return "a block is not sorted by stream and time";
    }
  }
  for (const store::EventColumn& column : block.columns()) {
    const size_t count = column.integers.size() + column.numbers.size() + column.texts.size();
    if (count != block.row_count()) {
      return "a column is not dense: " + column.name;
    }
    if (block.Find(column.name, column.type) != &column) {
      return "a column is there twice: " + column.name;
    }
    for (size_t row = 0; row < block.row_count() && !column.dictionary.empty(); ++row) {
      if (column.Has(row) && column.dictionary[column.codes[row]] != column.texts[row]) {
        return "a code does not name its text: " + column.name;
      }
    }
  }
  return "";
}

}  // namespace

std::vector<std::string> RowsOf(store::EventScan& scan, const store::EventScanOptions& options,
                                std::string* problem) {
  const store::ScanOrder order = options.order;
  std::vector<std::string> rows;
  int64_t bound = order == store::ScanOrder::kNewestFirst ? INT64_MAX : INT64_MIN;
  while (true) {
    const auto block = scan.Next();
    if (!block.ok()) {
      *problem = block.status().ToString();
      return rows;
    }
    if (*block == nullptr) {
      break;
    }
    if (const std::string bad = CheckBlock(**block, options.block_order); !bad.empty()) {
      *problem = bad;
    }
    for (size_t row = 0; row < (*block)->row_count(); ++row) {
      const int64_t time = (*block)->times()[row];
      if ((order == store::ScanOrder::kOldestFirst && time < bound) ||
          (order == store::ScanOrder::kNewestFirst && time > bound)) {
        *problem = "a row is beyond the bound";
      }
      std::vector<std::string> values;
      for (const store::EventColumn& column : (*block)->columns()) {
        if (column.Has(row)) {
          values.push_back(column.name + "=" + ValueText(column.At(row)));
        }
      }
      std::sort(values.begin(), values.end());
      std::string text = std::to_string(time) + " ";
      text += scan.stream((*block)->streams()[row]).encoded();
      for (const std::string& value : values) {
        text += " " + value;
      }
      rows.push_back(std::move(text));
    }
    if (order != store::ScanOrder::kAny) {
      bound = (*block)->bound_ns();
    }
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

}  // namespace sb::events
