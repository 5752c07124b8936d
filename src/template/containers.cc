// SPDX-License-Identifier: Apache-2.0
#include "template/containers.h"

namespace sb::gotemplate {

Value ListObject::Strings(const std::vector<std::string>& items) {
  return Value(
      std::make_shared<ListObject>(std::vector<Value>(items.begin(), items.end()), "[]string"));
}

Value ListObject::Any(std::vector<Value> items) {
  return Value(std::make_shared<ListObject>(std::move(items), "[]interface {}"));
}

MapObject::MapObject(Entries entries, std::string type, Value missing)
    : entries_(std::move(entries)), type_(std::move(type)), missing_(std::move(missing)) {
  order_.reserve(entries_.size());
  for (auto it = entries_.cbegin(); it != entries_.cend(); ++it) {
    order_.push_back(it);
  }
}

Value MapObject::Strings(const std::map<std::string, std::string>& entries) {
  return Value(std::make_shared<MapObject>(Entries(entries.begin(), entries.end()),
                                           "map[string]string", Value("")));
}

Value MapObject::Any(Entries entries) {
  return Value(std::make_shared<MapObject>(std::move(entries), "map[string]interface {}", Value()));
}

std::optional<Value> MapObject::Field(std::string_view name) const {
  const auto it = entries_.find(name);
  return it == entries_.end() ? std::nullopt : std::optional<Value>(it->second);
}

std::optional<Value> StructObject::Field(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (field == name) {
      return value;
    }
  }
  return std::nullopt;
}

}  // namespace sb::gotemplate
