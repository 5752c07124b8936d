// SPDX-License-Identifier: Apache-2.0
#include "store/interface/event_store.h"

namespace sb::store {

EventValue EventColumn::At(size_t row) const {
  EventValue value;
  value.type = type;
  switch (type) {
    case ValueType::kText:
    case ValueType::kBytes:
    case ValueType::kAny:
      value.bytes = texts[row];
      break;
    case ValueType::kInt:
    case ValueType::kBool:
      value.integer = integers[row];
      break;
    case ValueType::kFloat:
      value.number = numbers[row];
      break;
  }
  return value;
}

const EventColumn* EventBlock::Find(std::string_view name, ValueType type) const {
  for (const EventColumn& column : columns_) {
    if (column.type == type && column.name == name) {
      return &column;
    }
  }
  return nullptr;
}

bool ColumnRequest::Covers(std::string_view column) const {
  if (name.ends_with('*')) {
    return column.starts_with(std::string_view(name).substr(0, name.size() - 1));
  }
  return column == name;
}

}  // namespace sb::store
