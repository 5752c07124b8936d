// SPDX-License-Identifier: Apache-2.0
//
// The usual containers of template data: a list, a map with string keys, a struct with named
// fields. Types with methods of their own derive from Object or from these.
//
// Threads: immutable once shared.
#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "template/value.h"

namespace sb::gotemplate {

class ListObject : public Object {
 public:
  // `type` is Go's name of the type, such as "[]string".
  ListObject(std::vector<Value> items, std::string type)
      : items_(std::move(items)), type_(std::move(type)) {}
  static Value Strings(const std::vector<std::string>& items);
  static Value Any(std::vector<Value> items);  // []interface {}

  Shape shape() const override { return Shape::kList; }
  std::string TypeName() const override { return type_; }
  size_t Size() const override { return items_.size(); }
  Value At(size_t index) const override { return items_[index]; }
  const std::vector<Value>& items() const { return items_; }

 private:
  std::vector<Value> items_;
  std::string type_;
};

class MapObject : public Object {
 public:
  using Entries = std::map<std::string, Value, std::less<>>;
  MapObject(Entries entries, std::string type, Value missing);
  static Value Strings(const std::map<std::string, std::string>& entries);
  static Value Any(Entries entries);  // map[string]interface {}

  Shape shape() const override { return Shape::kMap; }
  std::string TypeName() const override { return type_; }
  size_t Size() const override { return order_.size(); }
  Value At(size_t index) const override { return order_[index]->second; }
  Value KeyAt(size_t index) const override { return Value(order_[index]->first); }
  std::optional<Value> Field(std::string_view name) const override;
  Value MissingKey() const override { return missing_; }
  const Entries& entries() const { return entries_; }

 private:
  Entries entries_;
  std::vector<Entries::const_iterator> order_;
  std::string type_;
  Value missing_;
};

class StructObject : public Object {
 public:
  using Fields = std::vector<std::pair<std::string, Value>>;
  StructObject(std::string type, Fields fields)
      : type_(std::move(type)), fields_(std::move(fields)) {}

  Shape shape() const override { return Shape::kStruct; }
  std::string TypeName() const override { return type_; }
  size_t Size() const override { return fields_.size(); }
  Value At(size_t index) const override { return fields_[index].second; }
  Value KeyAt(size_t index) const override { return Value(fields_[index].first); }
  std::optional<Value> Field(std::string_view name) const override;

 private:
  std::string type_;
  Fields fields_;
};

}  // namespace sb::gotemplate
