// SPDX-License-Identifier: Apache-2.0
//
// Value is what a Go template computes with: nothing, a bool, an int, a float64, a string, or an
// Object (list, map, struct, or a named scalar such as time.Duration). Who renders a template
// describes its data by Objects; list.h, map.h and go_time.h have the usual ones.
//
//   Value data = MapObject::Strings({{"job", "api"}});
//
// A string may carry a Trust mark, html/template's HTML, URL… types: the escaper leaves such text
// as it is in the places it is meant for.
//
// Threads: values; Objects are immutable and may be shared.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/status.h"

namespace sb::gotemplate {

class Object;
using ObjectPtr = std::shared_ptr<const Object>;

enum class Trust : uint8_t { kPlain, kHtml, kHtmlAttribute, kUrl, kJs, kJsString, kCss };

class Value {
 public:
  enum class Kind : uint8_t { kNil, kBool, kInt, kFloat, kString, kObject };

  Value() = default;
  Value(bool b) : data_(b) {}                           // NOLINT(google-explicit-constructor)
  Value(int i) : data_(int64_t{i}) {}                   // NOLINT(google-explicit-constructor)
  Value(int64_t i) : data_(i) {}                        // NOLINT(google-explicit-constructor)
  Value(double f) : data_(f) {}                         // NOLINT(google-explicit-constructor)
  Value(std::string s) : data_(std::move(s)) {}         // NOLINT(google-explicit-constructor)
  Value(std::string_view s) : data_(std::string(s)) {}  // NOLINT(google-explicit-constructor)
  Value(const char* s) : data_(std::string(s)) {}       // NOLINT(google-explicit-constructor)
  Value(ObjectPtr o) : data_(std::move(o)) {}           // NOLINT(google-explicit-constructor)
  template <typename T>
  requires(std::is_base_of_v<Object, T>)
      Value(std::shared_ptr<T> o)  // NOLINT(google-explicit-constructor)
      : data_(ObjectPtr(std::move(o))) {}
  static Value Trusted(std::string s, Trust trust);

  Kind kind() const { return static_cast<Kind>(data_.index()); }
  bool IsNil() const { return kind() == Kind::kNil; }
  bool IsString() const { return kind() == Kind::kString; }
  bool IsInt() const { return kind() == Kind::kInt; }
  bool IsFloat() const { return kind() == Kind::kFloat; }
  bool IsBool() const { return kind() == Kind::kBool; }
  bool IsObject() const { return kind() == Kind::kObject; }
  Trust trust() const { return trust_; }

  // Each only for its kind.
  bool AsBool() const { return std::get<bool>(data_); }
  int64_t AsInt() const { return std::get<int64_t>(data_); }
  double AsFloat() const { return std::get<double>(data_); }
  const std::string& AsString() const { return std::get<std::string>(data_); }
  const Object& AsObject() const { return *std::get<ObjectPtr>(data_); }
  const ObjectPtr& AsObjectPtr() const { return std::get<ObjectPtr>(data_); }

  // Go's name of the type: "int", "string", "[]string", "time.Time"; "<nil>" for nothing.
  std::string TypeName() const;
  // What `if` decides on: not the zero value, not empty.
  bool Truth() const;
  // The value under a named scalar (time.Duration -> its int); itself for everything else.
  Value Basic() const;

 private:
  std::variant<std::monostate, bool, int64_t, double, std::string, ObjectPtr> data_;
  Trust trust_ = Trust::kPlain;
};

class Object {
 public:
  enum class Shape : uint8_t { kStruct, kList, kMap, kScalar };

  virtual ~Object() = default;
  virtual Shape shape() const = 0;
  virtual std::string TypeName() const = 0;

  // Elements of a list, entries of a map in key order, fields of a struct in their order.
  virtual size_t Size() const { return 0; }
  virtual Value At(size_t /*index*/) const { return {}; }
  virtual Value KeyAt(size_t /*index*/) const { return {}; }

  // A field of a struct, or the value of a key of a map with string keys.
  virtual std::optional<Value> Field(std::string_view /*name*/) const { return std::nullopt; }
  // What a map gives for a key that it does not hold: "" for map[string]string, else nil.
  virtual Value MissingKey() const { return {}; }

  virtual bool HasMethod(std::string_view /*name*/) const { return false; }
  virtual base::Result<Value> CallMethod(std::string_view name, std::span<const Value> args) const;

  // Go's String() method, when the type has one.
  virtual std::optional<std::string> Text() const { return std::nullopt; }
  // Go's MarshalJSON, when the type has one.
  virtual std::optional<std::string> Json() const { return std::nullopt; }
  // For kScalar: the bool, int, float or string under the name.
  virtual Value Underlying() const { return {}; }
  virtual bool Truth() const;
  // Order among values of the same type (time); nothing when there is none.
  virtual std::optional<int> Compare(const Object& /*other*/) const { return std::nullopt; }
};

}  // namespace sb::gotemplate
