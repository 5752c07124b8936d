// SPDX-License-Identifier: Apache-2.0
//
// Times: now, __timestamp__, date, toDate, unixEpoch and their kin. Without a zone, UTC.
#include <fmt/format.h>

#include <charconv>
#include <string>

#include "base/env.h"
#include "base/time.h"
#include "query/logql/template_functions.h"
#include "template/go_time.h"
#include "template/time_zone.h"

namespace sb::logql {
namespace {

using gotemplate::Call;
using gotemplate::GoTime;
using gotemplate::Param;
using gotemplate::TimeValue;
using gotemplate::Value;
using ValueResult = base::Result<Value>;

const TemplateRun& RunOf(const Call& call) {
  return *static_cast<const TemplateRun*>(call.user);
}

GoTime TimeOfNs(int64_t ns) {
  return GoTime::FromNs(base::TimestampNs(ns));
}

int64_t NanosOf(const GoTime& time) {
  return static_cast<int64_t>(static_cast<uint64_t>(time.seconds) * 1'000'000'000U +
                              static_cast<uint64_t>(time.nanos));
}

// A text that does not fit the layout is the zero time.
ValueResult ToDate(std::string_view layout, std::string_view text,
                   const std::shared_ptr<const gotemplate::TimeZone>& zone) {
  const auto time = gotemplate::ParseTime(layout, text, zone);
  return TimeValue(time.ok() ? *time : GoTime());
}

// A time, or whole seconds.
GoTime TimeArgument(const Call& call, size_t index) {
  const Value& value = call.args[index];
  if (const GoTime* time = gotemplate::AsTime(value); time != nullptr) {
    return *time;
  }
  if (value.IsInt()) {
    GoTime time;
    time.seconds = value.AsInt();
    return time;
  }
  return TimeOfNs(RunOf(call).now_ns);
}

// Days, seconds, milli-, micro- or nanoseconds, told apart by the number of digits.
ValueResult UnixToTime(Call& call) {
  const std::string& text = call.args[0].AsString();
  int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end) {
    return base::InvalidArgument(fmt::format(
        "unable to parse time '{}': strconv.ParseInt: parsing \"{}\": invalid syntax", text,
        text));
  }
  constexpr int64_t kSecond = 1'000'000'000;
  GoTime time;
  switch (text.size()) {
    case 5:
      time.seconds = number * 86'400;
      break;
    case 10:
      time.seconds = number;
      break;
    case 13:
      return TimeValue(TimeOfNs(number * 1'000'000));
    case 16:
      return TimeValue(TimeOfNs(number * 1'000));
    case 19:
      time.seconds = number / kSecond;
      time.nanos = static_cast<int32_t>(number % kSecond);
      break;
    default:
      return base::InvalidArgument(fmt::format(
          "unable to parse time '{}': it needs 5, 10, 13, 16 or 19 digits", text));
  }
  return TimeValue(time);
}

void AddEpoch(gotemplate::FunctionTable* table, const char* name, int64_t unit_ns) {
  table->Add(name, {{Param::kTime}, false}, [unit_ns](Call& c) -> ValueResult {
    const GoTime time = TimeArgument(c, 0);
    return Value(unit_ns == 1'000'000'000 ? std::to_string(time.seconds)
                                          : std::to_string(NanosOf(time) / unit_ns));
  });
}

}  // namespace

void AddTimeFunctions(gotemplate::FunctionTable* table) {
  table->Add("now", {},
             [](Call& c) -> ValueResult { return TimeValue(TimeOfNs(RunOf(c).now_ns)); });
  table->Add("__timestamp__", {},
             [](Call& c) -> ValueResult { return TimeValue(TimeOfNs(RunOf(c).time_ns)); });
  table->Add("date", {{Param::kString, Param::kAny}, false}, [](Call& c) -> ValueResult {
    return Value(gotemplate::FormatTime(TimeArgument(c, 1), c.args[0].AsString()));
  });
  table->Add("toDate", {{Param::kString, Param::kString}, false}, [](Call& c) -> ValueResult {
    return ToDate(c.args[0].AsString(), c.args[1].AsString(), gotemplate::TimeZone::Utc());
  });
  table->Add("toDateInZone", {{Param::kString, Param::kString, Param::kString}, false},
             [](Call& c) -> ValueResult {
               const auto zone = gotemplate::TimeZone::Load(base::Env::Real().files(),
                                                            c.args[1].AsString());
               return ToDate(c.args[0].AsString(), c.args[2].AsString(),
                             zone.ok() ? *zone : gotemplate::TimeZone::Utc());
             });
  table->Add("unixToTime", {{Param::kString}, false}, UnixToTime);
  AddEpoch(table, "unixEpoch", 1'000'000'000);
  AddEpoch(table, "unixEpochMillis", 1'000'000);
  AddEpoch(table, "unixEpochNanos", 1);
}

}  // namespace sb::logql
