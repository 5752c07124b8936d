// SPDX-License-Identifier: Apache-2.0
//
// humanize and its family, and times.
#include <fmt/format.h>

#include <cmath>

#include "alert/rules/rule_functions.h"
#include "query/promql/number_text.h"
#include "query/promql/parser.h"
#include "template/go_time.h"

namespace sb::rules {
namespace {

using gotemplate::Call;
using gotemplate::FunctionTable;
using gotemplate::Param;
using gotemplate::Value;
using ValueResult = base::Result<Value>;

// Go's "%.4g".
std::string FourDigits(double v) {
  if (std::isnan(v)) {
    return "NaN";
  }
  if (std::isinf(v)) {
    return v > 0 ? "+Inf" : "-Inf";
  }
  return fmt::format("{:.4g}", v);
}

constexpr const char* kLarge[] = {"k", "M", "G", "T", "P", "E", "Z", "Y"};
constexpr const char* kSmall[] = {"m", "u", "n", "p", "f", "a", "z", "y"};
constexpr const char* kBinary[] = {"ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"};

std::string Humanize(double v) {
  if (v == 0 || !std::isfinite(v)) {
    return FourDigits(v);
  }
  const char* prefix = "";
  if (std::abs(v) >= 1) {
    for (const char* next : kLarge) {
      if (std::abs(v) < 1000) {
        break;
      }
      prefix = next;
      v /= 1000;
    }
  } else {
    for (const char* next : kSmall) {
      if (std::abs(v) >= 1) {
        break;
      }
      prefix = next;
      v *= 1000;
    }
  }
  return FourDigits(v) + prefix;
}

std::string Humanize1024(double v) {
  if (std::abs(v) <= 1 || !std::isfinite(v)) {
    return FourDigits(v);
  }
  const char* prefix = "";
  for (const char* next : kBinary) {
    if (std::abs(v) < 1024) {
      break;
    }
    prefix = next;
    v /= 1024;
  }
  return FourDigits(v) + prefix;
}

std::string HumanizeDuration(double v) {
  if (!std::isfinite(v)) {
    return FourDigits(v);
  }
  if (v == 0) {
    return FourDigits(v) + "s";
  }
  if (std::abs(v) >= 1) {
    const char* sign = v < 0 ? "-" : "";
    v = std::abs(v);
    const double whole = std::floor(std::min(v, 9e18));
    const auto total = static_cast<int64_t>(whole);
    const int64_t seconds = total % 60, minutes = total / 60 % 60, hours = total / 3600 % 24;
    if (const int64_t days = total / 86'400; days != 0) {
      return fmt::format("{}{}d {}h {}m {}s", sign, days, hours, minutes, seconds);
    }
    if (hours != 0) {
      return fmt::format("{}{}h {}m {}s", sign, hours, minutes, seconds);
    }
    if (minutes != 0) {
      return fmt::format("{}{}m {}s", sign, minutes, seconds);
    }
    return sign + FourDigits(v) + "s";
  }
  const char* prefix = "";
  for (const char* next : kSmall) {
    if (std::abs(v) >= 1) {
      break;
    }
    prefix = next;
    v *= 1000;
  }
  return FourDigits(v) + prefix + "s";
}

base::Result<int64_t> ToNanoseconds(double seconds) {
  if (!(std::abs(seconds) < 9.2e9)) {
    return base::InvalidArgument(
        fmt::format("{} cannot be represented as a nanoseconds timestamp "
                    "since it overflows int64",
                    seconds));
  }
  return static_cast<int64_t>(std::llround(seconds * 1e3)) * 1'000'000;
}

ValueResult HumanizeTimestamp(Call& call) {
  SB_ASSIGN_OR_RETURN(const double v, ToFloat(call.args[0]));
  if (!std::isfinite(v)) {
    return Value(FourDigits(v));
  }
  SB_ASSIGN_OR_RETURN(const int64_t ns, ToNanoseconds(v));
  return Value(
      *gotemplate::TimeValue(gotemplate::GoTime::FromNs(base::TimestampNs(ns))).AsObject().Text());
}

ValueResult ToTime(Call& call) {
  SB_ASSIGN_OR_RETURN(const double v, ToFloat(call.args[0]));
  SB_ASSIGN_OR_RETURN(const int64_t ns, ToNanoseconds(v));
  return gotemplate::TimeValue(gotemplate::GoTime::FromNs(base::TimestampNs(ns)));
}

ValueResult ToDuration(Call& call) {
  SB_ASSIGN_OR_RETURN(const double v, ToFloat(call.args[0]));
  SB_ASSIGN_OR_RETURN(const int64_t ns, ToNanoseconds(v));
  return gotemplate::DurationValue(ns);
}

ValueResult ParseDurationText(Call& call) {
  auto parsed = promql::ParseExpr(call.args[0].AsString());
  const auto* literal = parsed.ok() ? promql::TryAs<promql::NumberLiteral>(parsed->get()) : nullptr;
  if (literal == nullptr || !literal->duration) {
    return base::InvalidArgument("not a valid duration string: \"" + call.args[0].AsString() +
                                 "\"");
  }
  return Value(literal->value);
}

ValueResult Now(Call& call) {
  const auto& state = *static_cast<const FunctionState*>(call.user);
  const int64_t now_ms =
      state.environment.clock != nullptr ? state.environment.clock->NowMs().Value() : state.time_ms;
  return Value(static_cast<double>(now_ms) / 1000);
}

}  // namespace

base::Result<double> ToFloat(const Value& value) {
  const Value basic = value.Basic();
  if (basic.IsFloat()) {
    return basic.AsFloat();
  }
  if (basic.IsInt()) {
    return static_cast<double>(basic.AsInt());
  }
  if (basic.IsString()) {
    if (const auto parsed = promql::ParseGoFloat(basic.AsString())) {
      return *parsed;
    }
    return base::InvalidArgument("strconv.ParseFloat: parsing \"" + basic.AsString() +
                                 "\": invalid syntax");
  }
  return base::InvalidArgument("can't convert " + value.TypeName() + " to float");
}

void AddNumberFunctions(FunctionTable* table) {
  const auto number = [table](const char* name, std::string (*print)(double)) {
    table->Add(name, {{Param::kAny}, false}, [print](Call& c) -> ValueResult {
      SB_ASSIGN_OR_RETURN(const double v, ToFloat(c.args[0]));
      return Value(print(v));
    });
  };
  number("humanize", &Humanize);
  number("humanize1024", &Humanize1024);
  number("humanizeDuration", &HumanizeDuration);
  number("humanizePercentage", [](double v) { return FourDigits(v * 100) + "%"; });
  table->Add("humanizeTimestamp", {{Param::kAny}, false}, &HumanizeTimestamp);
  table->Add("toTime", {{Param::kAny}, false}, &ToTime);
  table->Add("toDuration", {{Param::kAny}, false}, &ToDuration);
  table->Add("parseDuration", {{Param::kString}, false}, &ParseDurationText);
  table->Add("now", {}, &Now);
}

}  // namespace sb::rules
