// SPDX-License-Identifier: Apache-2.0
#include "template/value.h"

namespace sb::gotemplate {

Value Value::Trusted(std::string s, Trust trust) {
  Value value(std::move(s));
  value.trust_ = trust;
  return value;
}

std::string Value::TypeName() const {
  switch (kind()) {
    case Kind::kNil:
      return "<nil>";
    case Kind::kBool:
      return "bool";
    case Kind::kInt:
      return "int";
    case Kind::kFloat:
      return "float64";
    case Kind::kString:
      switch (trust_) {
        case Trust::kPlain:
          return "string";
        case Trust::kHtml:
          return "template.HTML";
        case Trust::kHtmlAttribute:
          return "template.HTMLAttr";
        case Trust::kUrl:
          return "template.URL";
        case Trust::kJs:
          return "template.JS";
        case Trust::kJsString:
          return "template.JSStr";
        case Trust::kCss:
          return "template.CSS";
      }
      return "string";
    case Kind::kObject:
      return AsObject().TypeName();
  }
  return "";
}

bool Value::Truth() const {
  switch (kind()) {
    case Kind::kNil:
      return false;
    case Kind::kBool:
      return AsBool();
    case Kind::kInt:
      return AsInt() != 0;
    case Kind::kFloat:
      return AsFloat() != 0;
    case Kind::kString:
      return !AsString().empty();
    case Kind::kObject:
      return AsObject().Truth();
  }
  return false;
}

Value Value::Basic() const {
  if (IsObject() && AsObject().shape() == Object::Shape::kScalar) {
    return AsObject().Underlying();
  }
  return *this;
}

base::Result<Value> Object::CallMethod(std::string_view name,
                                       std::span<const Value> /*args*/) const {
  return base::InvalidArgument("no method " + std::string(name) + " in " + TypeName());
}

bool Object::Truth() const {
  switch (shape()) {
    case Shape::kStruct:
      return true;  // Go: struct values are always true.
    case Shape::kList:
    case Shape::kMap:
      return Size() > 0;
    case Shape::kScalar:
      return Underlying().Truth();
  }
  return true;
}

}  // namespace sb::gotemplate
