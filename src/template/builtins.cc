// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "config/quote.h"
#include "template/function.h"
#include "template/print.h"
#include "template/text_escapes.h"

namespace sb::gotemplate {
namespace {

using base::Result;

// What html, js and urlquery work on: one string as it is, everything else as print has it.
std::string Joined(std::span<const Value> args) {
  return args.size() == 1 && args[0].IsString() ? args[0].AsString() : Sprint(args);
}

Result<Value> Length(Call& call) {
  const Value& value = call.args[0];
  if (value.IsString()) {
    return Value(static_cast<int64_t>(value.AsString().size()));
  }
  if (value.IsNil()) {
    return base::InvalidArgument("len of untyped nil");
  }
  if (value.IsObject() && (value.AsObject().shape() == Object::Shape::kList ||
                           value.AsObject().shape() == Object::Shape::kMap)) {
    return Value(static_cast<int64_t>(value.AsObject().Size()));
  }
  return base::InvalidArgument("len of type " + value.TypeName());
}

// An index below `limit`, or up to it where a slice ends.
Result<size_t> IndexOf(const Value& index, size_t limit, bool end) {
  const Value basic = index.Basic();
  if (basic.IsNil()) {
    return base::InvalidArgument("cannot index slice/array with nil");
  }
  if (!basic.IsInt()) {
    return base::InvalidArgument("cannot index slice/array with type " + index.TypeName());
  }
  const int64_t i = basic.AsInt();
  if (i < 0 || static_cast<uint64_t>(i) > limit || (!end && static_cast<uint64_t>(i) == limit)) {
    return base::InvalidArgument("index out of range: " + std::to_string(i));
  }
  return static_cast<size_t>(i);
}

Result<Value> IndexOnce(const Value& item, const Value& index) {
  if (item.IsString()) {
    SB_ASSIGN_OR_RETURN(const size_t i, IndexOf(index, item.AsString().size(), false));
    return Value(int64_t{static_cast<unsigned char>(item.AsString()[i])});
  }
  if (item.IsObject() && item.AsObject().shape() == Object::Shape::kList) {
    SB_ASSIGN_OR_RETURN(const size_t i, IndexOf(index, item.AsObject().Size(), false));
    return item.AsObject().At(i);
  }
  if (item.IsObject() && item.AsObject().shape() == Object::Shape::kMap) {
    if (!index.IsString()) {
      return base::InvalidArgument("value has type " + index.TypeName() + "; should be string");
    }
    std::optional<Value> value = item.AsObject().Field(index.AsString());
    return value.has_value() ? *std::move(value) : item.AsObject().MissingKey();
  }
  return base::InvalidArgument("can't index item of type " + item.TypeName());
}

Result<Value> Index(Call& call) {
  Value item = call.args[0];
  if (item.IsNil()) {
    return base::InvalidArgument("index of untyped nil");
  }
  for (const Value& index : call.args.subspan(1)) {
    SB_ASSIGN_OR_RETURN(item, IndexOnce(item, index));
  }
  return item;
}

class SubList : public Object {
 public:
  SubList(ObjectPtr list, size_t from, size_t size)
      : list_(std::move(list)), from_(from), size_(size) {}
  Shape shape() const override { return Shape::kList; }
  std::string TypeName() const override { return list_->TypeName(); }
  size_t Size() const override { return size_; }
  Value At(size_t index) const override { return list_->At(from_ + index); }

 private:
  ObjectPtr list_;
  size_t from_;
  size_t size_;
};

Result<Value> Slice(Call& call) {
  const Value& item = call.args[0];
  const std::span<const Value> indexes = call.args.subspan(1);
  if (item.IsNil()) {
    return base::InvalidArgument("slice of untyped nil");
  }
  if (indexes.size() > 3) {
    return base::InvalidArgument("too many slice indexes: " + std::to_string(indexes.size()));
  }
  const bool list = item.IsObject() && item.AsObject().shape() == Object::Shape::kList;
  if (!item.IsString() && !list) {
    return base::InvalidArgument("can't slice item of type " + item.TypeName());
  }
  if (item.IsString() && indexes.size() == 3) {
    return base::InvalidArgument("cannot 3-index slice a string");
  }
  const size_t size = list ? item.AsObject().Size() : item.AsString().size();
  size_t bounds[3] = {0, size, size};
  for (size_t i = 0; i < indexes.size(); ++i) {
    SB_ASSIGN_OR_RETURN(bounds[i], IndexOf(indexes[i], size, true));
  }
  if (bounds[0] > bounds[1]) {
    return base::InvalidArgument("invalid slice index: " + std::to_string(bounds[0]) + " > " +
                                 std::to_string(bounds[1]));
  }
  if (list) {
    return Value(std::make_shared<SubList>(item.AsObjectPtr(), bounds[0], bounds[1] - bounds[0]));
  }
  return Value(item.AsString().substr(bounds[0], bounds[1] - bounds[0]));
}

base::Status Incompatible(const Value& a, const Value& b) {
  return base::InvalidArgument("incompatible types for comparison: " + a.TypeName() + " and " +
                               b.TypeName());
}

Result<bool> ObjectsEqual(const Value& a, const Value& b) {
  const Object::Shape shape = a.AsObject().shape();
  if (shape == Object::Shape::kList || shape == Object::Shape::kMap) {
    return base::InvalidArgument("non-comparable type " + PrintValue(a) + ": " + a.TypeName());
  }
  const auto order = a.AsObject().Compare(b.AsObject());
  return order.has_value() ? *order == 0 : a.AsObjectPtr() == b.AsObjectPtr();
}

Result<bool> Equal(const Value& left, const Value& right) {
  const Value a = left.Basic();
  const Value b = right.Basic();
  if (a.IsNil() || b.IsNil()) {
    return a.IsNil() == b.IsNil();
  }
  if (a.kind() != b.kind()) {
    return Incompatible(left, right);
  }
  switch (a.kind()) {
    case Value::Kind::kBool:
      return a.AsBool() == b.AsBool();
    case Value::Kind::kInt:
      return a.AsInt() == b.AsInt();
    case Value::Kind::kFloat:
      return a.AsFloat() == b.AsFloat();
    case Value::Kind::kString:
      return a.AsString() == b.AsString();
    default:
      return ObjectsEqual(a, b);
  }
}

Result<bool> Less(const Value& left, const Value& right) {
  const Value a = left.Basic();
  const Value b = right.Basic();
  if (a.IsNil() || a.IsObject() || b.IsNil() || b.IsObject()) {
    return base::InvalidArgument("invalid type for comparison");
  }
  if (a.kind() != b.kind()) {
    return Incompatible(left, right);
  }
  switch (a.kind()) {
    case Value::Kind::kInt:
      return a.AsInt() < b.AsInt();
    case Value::Kind::kFloat:
      return a.AsFloat() < b.AsFloat();
    case Value::Kind::kString:
      return a.AsString() < b.AsString();
    default:
      return base::InvalidArgument("invalid type for comparison");
  }
}

Result<Value> EqualAny(Call& call) {
  if (call.args.size() < 2) {
    return base::InvalidArgument("missing argument for comparison");
  }
  for (const Value& other : call.args.subspan(1)) {
    SB_ASSIGN_OR_RETURN(const bool equal, Equal(call.args[0], other));
    if (equal) {
      return Value(true);
    }
  }
  return Value(false);
}

// Less or equal, or the contrary of one of both.
Result<Value> Order(Call& call, bool or_equal, bool negate) {
  SB_ASSIGN_OR_RETURN(bool holds, Less(call.args[0], call.args[1]));
  if (!holds && or_equal) {
    SB_ASSIGN_OR_RETURN(holds, Equal(call.args[0], call.args[1]));
  }
  return Value(holds != negate);
}

void AddComparisons(FunctionTable* table) {
  const Signature two{{Param::kAny, Param::kAny}, false};
  table->Add("eq", {{Param::kAny, Param::kAny}, true}, EqualAny);
  table->Add("ne", two, [](Call& c) -> Result<Value> {
    SB_ASSIGN_OR_RETURN(const bool equal, Equal(c.args[0], c.args[1]));
    return Value(!equal);
  });
  table->Add("lt", two, [](Call& c) { return Order(c, false, false); });
  table->Add("le", two, [](Call& c) { return Order(c, true, false); });
  table->Add("gt", two, [](Call& c) { return Order(c, true, true); });
  table->Add("ge", two, [](Call& c) { return Order(c, false, true); });
}

void AddPrinting(FunctionTable* table) {
  const Signature any{{Param::kAny}, true};
  table->Add("print", any, [](Call& c) { return Result<Value>(Sprint(c.args)); });
  table->Add("println", any, [](Call& c) { return Result<Value>(Sprintln(c.args)); });
  table->Add("printf", {{Param::kString, Param::kAny}, true}, [](Call& c) {
    return Result<Value>(Sprintf(c.args[0].AsString(), c.args.subspan(1)));
  });
  table->Add("html", any, [](Call& c) { return Result<Value>(HtmlEscape(Joined(c.args))); });
  table->Add("js", any, [](Call& c) { return Result<Value>(JsEscape(Joined(c.args))); });
  table->Add("urlquery", any, [](Call& c) { return Result<Value>(QueryEscape(Joined(c.args))); });
}

FunctionTable MakeBuiltins() {
  FunctionTable table;
  const Signature one{{Param::kAny}, false};
  const Signature some{{Param::kAny, Param::kAny}, true};
  // The executor evaluates these two itself; here they are only known.
  table.Add("and", some, [](Call& c) { return Result<Value>(c.args.back()); });
  table.Add("or", some, [](Call& c) { return Result<Value>(c.args.back()); });
  table.Add("not", one, [](Call& c) { return Result<Value>(Value(!c.args[0].Truth())); });
  table.Add("len", one, Length);
  table.Add("index", some, Index);
  table.Add("slice", some, Slice);
  table.Add("call", some, [](Call& c) -> Result<Value> {
    return base::InvalidArgument("non-function of type " + c.args[0].TypeName());
  });
  AddComparisons(&table);
  AddPrinting(&table);
  return table;
}

}  // namespace

const FunctionTable& Builtins() {
  static const FunctionTable table = MakeBuiltins();
  return table;
}

}  // namespace sb::gotemplate
