// SPDX-License-Identifier: Apache-2.0
//
// The converters: functions that make a value of values.
#include <re2/re2.h>

#include <algorithm>
#include <charconv>

#include "ingest/processors/ottl.h"
#include "ingest/processors/sha256_hex.h"

namespace sb::ingest {
namespace {

using Kind = OttlValue::Kind;
using Values = std::vector<OttlValue>;

base::Status NotA(std::string_view function, const char* wanted) {
  return base::InvalidArgument(std::string(function) + " wants " + wanted);
}

template <typename Change>
base::Result<OttlValue> OfText(std::string_view function, const Values& values, Change&& change) {
  if (values[0].kind != Kind::kString) {
    return NotA(function, "a string");
  }
  return OttlValue::String(change(values[0].text));
}

template <int (*kChange)(int)>
std::string EachAscii(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80 ? static_cast<char>(kChange(c)) : c;
  });
  return text;
}

std::string Trimmed(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  const size_t end = text.find_last_not_of(" \t\r\n");
  return begin == std::string::npos ? "" : text.substr(begin, end - begin + 1);
}

OttlValue ToInt(const OttlValue& value) {
  switch (value.kind) {
    case Kind::kInt:
      return value;
    case Kind::kDouble:
      return value.number > -9.2e18 && value.number < 9.2e18
                 ? OttlValue::Int(static_cast<int64_t>(value.number))
                 : OttlValue::Nil();
    case Kind::kBool:
      return OttlValue::Int(value.boolean ? 1 : 0);
    case Kind::kString: {
      int64_t number = 0;
      const char* const end = value.text.data() + value.text.size();
      const auto parsed = std::from_chars(value.text.data(), end, number);
      return parsed.ec == std::errc() && parsed.ptr == end ? OttlValue::Int(number)
                                                           : OttlValue::Nil();
    }
    default:
      return OttlValue::Nil();
  }
}

OttlValue ToDouble(const OttlValue& value) {
  if (const std::optional<double> number = value.Number()) {
    return OttlValue::Double(*number);
  }
  if (value.kind == Kind::kBool) {
    return OttlValue::Double(value.boolean ? 1 : 0);
  }
  double number = 0;
  const char* const end = value.text.data() + value.text.size();
  const auto parsed = std::from_chars(value.text.data(), end, number);
  return value.kind == Kind::kString && parsed.ec == std::errc() && parsed.ptr == end
             ? OttlValue::Double(number)
             : OttlValue::Nil();
}

base::Result<OttlValue> Concat(const OttlExpr& call, const OttlTarget& target) {
  if (call.args[0].kind != OttlExpr::Kind::kList) {
    return NotA("Concat", "a list");
  }
  SB_ASSIGN_OR_RETURN(const OttlValue between, Evaluate(call.args[1], target));
  std::string text;
  for (size_t i = 0; i < call.args[0].args.size(); ++i) {
    SB_ASSIGN_OR_RETURN(const OttlValue part, Evaluate(call.args[0].args[i], target));
    text.append(i == 0 ? "" : between.Text());
    text.append(part.kind == Kind::kNil ? "<nil>" : part.Text());
  }
  return OttlValue::String(std::move(text));
}

base::Result<OttlValue> Substring(const Values& values) {
  if (values[0].kind != Kind::kString || values[1].kind != Kind::kInt ||
      values[2].kind != Kind::kInt) {
    return NotA("Substring", "a string, a start and a length");
  }
  const int64_t size = static_cast<int64_t>(values[0].text.size());
  if (values[1].integer < 0 || values[2].integer <= 0 || values[1].integer > size ||
      values[2].integer > size - values[1].integer) {
    return NotA("Substring", "a start and length within the string");
  }
  return OttlValue::String(values[0].text.substr(static_cast<size_t>(values[1].integer),
                                                 static_cast<size_t>(values[2].integer)));
}

base::Result<OttlValue> OfValues(const std::string& name, const OttlExpr& call,
                                 const Values& values) {
  const OttlValue& first = values[0];
  if (name == "IsMatch") {
    return OttlValue::Bool(first.kind != Kind::kNil &&
                           re2::RE2::PartialMatch(first.Text(), *call.args[1].pattern));
  }
  if (name == "IsString" || name == "IsInt" || name == "IsDouble" || name == "IsBool") {
    const Kind wanted = name == "IsString"   ? Kind::kString
                        : name == "IsInt"    ? Kind::kInt
                        : name == "IsDouble" ? Kind::kDouble
                                             : Kind::kBool;
    return OttlValue::Bool(first.kind == wanted);
  }
  if (name == "HasPrefix" || name == "HasSuffix") {
    const std::string text = first.Text();
    return OttlValue::Bool(name == "HasPrefix" ? text.starts_with(values[1].Text())
                                               : text.ends_with(values[1].Text()));
  }
  if (name == "Int") {
    return ToInt(first);
  }
  if (name == "Double") {
    return ToDouble(first);
  }
  if (name == "String") {
    return first.kind == Kind::kNil ? first : OttlValue::String(first.Text());
  }
  if (name == "Bool") {
    return OttlValue::Bool(first.kind == Kind::kBool ? first.boolean : first.Text() == "true");
  }
  if (name == "Len") {
    return OttlValue::Int(static_cast<int64_t>(first.Text().size()));
  }
  if (name == "Substring") {
    return Substring(values);
  }
  if (name == "ToLowerCase") {
    return OfText(name, values, EachAscii<std::tolower>);
  }
  if (name == "ToUpperCase") {
    return OfText(name, values, EachAscii<std::toupper>);
  }
  return OfText(name, values, name == "Trim" ? Trimmed : Sha256Hex);
}

struct FunctionRow {
  std::string_view name;
  size_t args_min;
  size_t args_max;
};
constexpr FunctionRow kConverters[] = {
    {"Concat", 2, 2},    {"IsMatch", 2, 2},     {"IsString", 1, 1},    {"IsInt", 1, 1},
    {"IsDouble", 1, 1},  {"IsBool", 1, 1},      {"IsRootSpan", 0, 0},  {"Int", 1, 1},
    {"Double", 1, 1},    {"String", 1, 1},      {"Bool", 1, 1},        {"Len", 1, 1},
    {"Substring", 3, 3}, {"ToLowerCase", 1, 1}, {"ToUpperCase", 1, 1}, {"Trim", 1, 1},
    {"SHA256", 1, 1},    {"HasPrefix", 2, 2},   {"HasSuffix", 2, 2}};

}  // namespace

bool IsOttlConverter(std::string_view name, size_t args) {
  return std::any_of(std::begin(kConverters), std::end(kConverters), [&](const FunctionRow& row) {
    return row.name == name && args >= row.args_min && args <= row.args_max;
  });
}

base::Result<OttlValue> Convert(const OttlExpr& call, const OttlTarget& target) {
  if (call.function == "IsRootSpan") {
    return OttlValue::Bool(target.span != nullptr && target.span->parent_span_id.empty());
  }
  if (call.function == "Concat") {
    return Concat(call, target);
  }
  Values values;
  for (const OttlExpr& argument : call.args) {
    SB_ASSIGN_OR_RETURN(OttlValue value, Evaluate(argument, target));
    values.push_back(std::move(value));
  }
  return OfValues(call.function, call, values);
}

}  // namespace sb::ingest
