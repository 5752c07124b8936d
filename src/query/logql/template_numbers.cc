// SPDX-License-Identifier: Apache-2.0
//
// Arithmetic on whatever looks like a number; sizes and durations. A text that is no number counts
// as 0.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "query/logql/template_functions.h"
#include "query/logql/units.h"
#include "template/go_time.h"

namespace sb::logql {
namespace {

using gotemplate::Call;
using gotemplate::Param;
using gotemplate::Value;
using ValueResult = base::Result<Value>;

double ToFloat(const Value& value) {
  const Value basic = value.Basic();
  switch (basic.kind()) {
    case Value::Kind::kInt:
      return static_cast<double>(basic.AsInt());
    case Value::Kind::kFloat:
      return basic.AsFloat();
    case Value::Kind::kBool:
      return basic.AsBool() ? 1 : 0;
    case Value::Kind::kString:
      return ParseGoFloat(basic.AsString()).value_or(0);
    default:
      return 0;
  }
}

int64_t Truncate(double value) {
  constexpr double kLimit = 9223372036854775808.0;
  if (!(value > -kLimit && value < kLimit)) {
    return std::isnan(value) ? 0 : value > 0 ? std::numeric_limits<int64_t>::max()
                                             : std::numeric_limits<int64_t>::min();
  }
  return static_cast<int64_t>(value);
}

int64_t ToInt(const Value& value) {
  const Value basic = value.Basic();
  if (basic.IsInt()) {
    return basic.AsInt();
  }
  if (basic.IsString()) {
    const std::string& text = basic.AsString();
    int64_t number = 0;
    const bool plus = text.starts_with('+');
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + (plus ? 1 : 0), end, number);
    if (parsed.ec == std::errc() && parsed.ptr == end) {
      return number;
    }
  }
  return Truncate(ToFloat(basic));
}

// Results of decimal arithmetic: 0.1 + 0.2 is 0.3.
double RoundDigits(double value) {
  if (!std::isfinite(value)) {
    return value;
  }
  return ParseGoFloat(fmt::format("{:.15g}", value)).value_or(value);
}

using IntOp = base::Result<int64_t> (*)(int64_t, int64_t);
using FloatOp = base::Result<double> (*)(double, double);

base::Result<int64_t> Wrap(uint64_t value) {
  return static_cast<int64_t>(value);
}

// Folds all arguments from the left.
void AddFold(gotemplate::FunctionTable* table, const char* name, IntOp op) {
  table->Add(name, {{Param::kAny, Param::kAny}, true}, [op](Call& c) -> ValueResult {
    int64_t result = ToInt(c.args[0]);
    for (size_t i = 1; i < c.args.size(); ++i) {
      SB_ASSIGN_OR_RETURN(result, op(result, ToInt(c.args[i])));
    }
    return Value(result);
  });
}

void AddFold(gotemplate::FunctionTable* table, const char* name, FloatOp op) {
  table->Add(name, {{Param::kAny, Param::kAny}, true}, [op](Call& c) -> ValueResult {
    double result = ToFloat(c.args[0]);
    for (size_t i = 1; i < c.args.size(); ++i) {
      SB_ASSIGN_OR_RETURN(result, op(result, ToFloat(c.args[i])));
    }
    return Value(result);
  });
}

void AddIntegers(gotemplate::FunctionTable* table) {
  AddFold(table, "add", [](int64_t a, int64_t b) {
    return Wrap(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
  });
  AddFold(table, "mul", [](int64_t a, int64_t b) {
    return Wrap(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
  });
  AddFold(table, "max",
          [](int64_t a, int64_t b) -> base::Result<int64_t> { return std::max(a, b); });
  AddFold(table, "min",
          [](int64_t a, int64_t b) -> base::Result<int64_t> { return std::min(a, b); });
  const auto add_two = [table](const char* name, IntOp op) {
    table->Add(name, {{Param::kAny, Param::kAny}, false}, [op](Call& c) -> ValueResult {
      SB_ASSIGN_OR_RETURN(const int64_t result, op(ToInt(c.args[0]), ToInt(c.args[1])));
      return Value(result);
    });
  };
  add_two("sub", [](int64_t a, int64_t b) {
    return Wrap(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
  });
  add_two("div", [](int64_t a, int64_t b) -> base::Result<int64_t> {
    if (b == 0) {
      return base::InvalidArgument("runtime error: integer divide by zero");
    }
    return b == -1 ? Wrap(0 - static_cast<uint64_t>(a)) : a / b;
  });
  add_two("mod", [](int64_t a, int64_t b) -> base::Result<int64_t> {
    if (b == 0) {
      return base::InvalidArgument("runtime error: integer divide by zero");
    }
    return b == -1 ? 0 : a % b;
  });
}

void AddFloats(gotemplate::FunctionTable* table) {
  AddFold(table, "addf",
          [](double a, double b) -> base::Result<double> { return RoundDigits(a + b); });
  AddFold(table, "subf",
          [](double a, double b) -> base::Result<double> { return RoundDigits(a - b); });
  AddFold(table, "mulf",
          [](double a, double b) -> base::Result<double> { return RoundDigits(a * b); });
  AddFold(table, "divf", [](double a, double b) -> base::Result<double> {
    if (b == 0) {
      return base::InvalidArgument("decimal division by 0");
    }
    return a / b;
  });
  AddFold(table, "maxf",
          [](double a, double b) -> base::Result<double> { return std::max(a, b); });
  AddFold(table, "minf",
          [](double a, double b) -> base::Result<double> { return std::min(a, b); });
  table->Add("ceil", {{Param::kAny}, false},
             [](Call& c) -> ValueResult { return Value(std::ceil(ToFloat(c.args[0]))); });
  table->Add("floor", {{Param::kAny}, false},
             [](Call& c) -> ValueResult { return Value(std::floor(ToFloat(c.args[0]))); });
  table->Add("round", {{Param::kAny, Param::kInt, Param::kFloat}, true},
             [](Call& c) -> ValueResult {
               const double value = ToFloat(c.args[0]);
               const auto places =
                   static_cast<double>(c.args.size() > 1 ? c.args[1].AsInt() : 0);
               const double on = c.args.size() > 2 ? ToFloat(c.args[2]) : 0.5;
               const double scale = std::pow(10, places);
               const double digits = scale * value;
               double whole = 0;
               const double rest = std::modf(digits, &whole);
               return Value((rest >= on ? std::ceil(digits) : std::floor(digits)) / scale);
             });
}

ValueResult DurationSeconds(Call& call) {
  SB_ASSIGN_OR_RETURN(const int64_t ns, gotemplate::ParseGoDuration(call.args[0].AsString()));
  constexpr int64_t kSecond = 1'000'000'000;
  return Value(static_cast<double>(ns / kSecond) + static_cast<double>(ns % kSecond) / 1e9);
}

}  // namespace

void AddNumberFunctions(gotemplate::FunctionTable* table) {
  AddIntegers(table);
  AddFloats(table);
  table->Add("int", {{Param::kAny}, false},
             [](Call& c) -> ValueResult { return Value(ToInt(c.args[0])); });
  table->Add("float64", {{Param::kAny}, false},
             [](Call& c) -> ValueResult { return Value(ToFloat(c.args[0])); });
  table->Add("bytes", {{Param::kString}, false}, [](Call& c) -> ValueResult {
    const auto size = ParseSize(c.args[0].AsString());
    if (!size.has_value()) {
      return base::InvalidArgument(
          fmt::format("not a size: \"{}\"", c.args[0].AsString()));
    }
    return Value(static_cast<double>(*size));
  });
  table->Add("duration", {{Param::kString}, false}, DurationSeconds);
  table->Add("duration_seconds", {{Param::kString}, false}, DurationSeconds);
}

}  // namespace sb::logql
