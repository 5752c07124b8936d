// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <map>

#include "template/go_json.h"
#include "template/go_time.h"
#include "template/print.h"

namespace sb::gotemplate {
namespace {

using base::Result;

constexpr int64_t kMicrosecond = 1'000;
constexpr int64_t kMillisecond = 1'000'000;
constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;

base::Status WrongArguments(std::string_view type) {
  return base::InvalidArgument("wrong type for value; expected " + std::string(type));
}

// An int with a name of its own, such as time.Month.
class NamedInt : public Object {
 public:
  NamedInt(std::string type, int64_t value, std::string text)
      : type_(std::move(type)), value_(value), text_(std::move(text)) {}
  Shape shape() const override { return Shape::kScalar; }
  std::string TypeName() const override { return type_; }
  std::optional<std::string> Text() const override { return text_; }
  Value Underlying() const override { return Value(value_); }
  bool HasMethod(std::string_view name) const override { return name == "String"; }
  Result<Value> CallMethod(std::string_view, std::span<const Value>) const override {
    return Value(text_);
  }

 private:
  std::string type_;
  int64_t value_;
  std::string text_;
};

int64_t Truncated(int64_t value, int64_t to) {
  return to <= 0 ? value : value - value % to;
}

int64_t Rounded(int64_t value, int64_t to) {
  if (to <= 0) {
    return value;
  }
  const int64_t rest = value % to;
  const int64_t half = rest < 0 ? -rest : rest;
  if (half + half < to) {
    return value - rest;
  }
  return rest < 0 ? value - rest - to : value - rest + to;
}

using DurationMethod = Result<Value> (*)(int64_t, std::span<const Value>);

const std::map<std::string_view, DurationMethod>& DurationMethods() {
  using Args = std::span<const Value>;
  static const std::map<std::string_view, DurationMethod> methods = {
      {"String", [](int64_t d, Args) -> Result<Value> { return Value(FormatDuration(d)); }},
      {"Hours", [](int64_t d, Args) -> Result<Value> { return Value(double(d) / double(kHour)); }},
      {"Minutes",
       [](int64_t d, Args) -> Result<Value> { return Value(double(d) / double(kMinute)); }},
      {"Seconds",
       [](int64_t d, Args) -> Result<Value> { return Value(double(d) / double(kSecond)); }},
      {"Milliseconds", [](int64_t d, Args) -> Result<Value> { return Value(d / kMillisecond); }},
      {"Microseconds", [](int64_t d, Args) -> Result<Value> { return Value(d / kMicrosecond); }},
      {"Nanoseconds", [](int64_t d, Args) -> Result<Value> { return Value(d); }},
      {"Abs",
       [](int64_t d, Args) -> Result<Value> {
         return DurationValue(d >= 0 ? d : d == INT64_MIN ? INT64_MAX : -d);
       }},
      {"Truncate",
       [](int64_t d, Args args) -> Result<Value> {
         const auto to = args.size() == 1 ? AsDuration(args[0]) : std::nullopt;
         return to.has_value() ? Result<Value>(DurationValue(Truncated(d, *to)))
                               : Result<Value>(WrongArguments("time.Duration"));
       }},
      {"Round", [](int64_t d, Args args) -> Result<Value> {
         const auto to = args.size() == 1 ? AsDuration(args[0]) : std::nullopt;
         return to.has_value() ? Result<Value>(DurationValue(Rounded(d, *to)))
                               : Result<Value>(WrongArguments("time.Duration"));
       }}};
  return methods;
}

class DurationObject : public Object {
 public:
  explicit DurationObject(int64_t ns) : ns_(ns) {}
  Shape shape() const override { return Shape::kScalar; }
  std::string TypeName() const override { return "time.Duration"; }
  std::optional<std::string> Text() const override { return FormatDuration(ns_); }
  Value Underlying() const override { return Value(ns_); }
  bool HasMethod(std::string_view name) const override { return DurationMethods().contains(name); }
  Result<Value> CallMethod(std::string_view name, std::span<const Value> args) const override {
    return DurationMethods().at(name)(ns_, args);
  }
  int64_t ns() const { return ns_; }

 private:
  int64_t ns_;
};

using TimeMethod = Result<Value> (*)(const GoTime&, std::span<const Value>);
using Args = std::span<const Value>;

Result<Value> Number(int64_t value) {
  return Value(value);
}

template <typename F>
Result<Value> WithTime(Args args, F function) {
  const GoTime* other = args.size() == 1 ? AsTime(args[0]) : nullptr;
  return other != nullptr ? Result<Value>(function(*other))
                          : Result<Value>(WrongArguments("time.Time"));
}

template <typename F>
Result<Value> WithDuration(Args args, F function) {
  const auto duration = args.size() == 1 ? AsDuration(args[0]) : std::nullopt;
  return duration.has_value() ? Result<Value>(function(*duration))
                              : Result<Value>(WrongArguments("time.Duration"));
}

bool Before(const GoTime& a, const GoTime& b) {
  return a.seconds != b.seconds ? a.seconds < b.seconds : a.nanos < b.nanos;
}

// Nanoseconds since year 1 modulo `to`, which is what Truncate and Round go by.
int64_t Remainder(const GoTime& time, int64_t to) {
  const __int128 ns =
      (static_cast<__int128>(time.seconds) - GoTime::kZeroSeconds) * kSecond + time.nanos;
  const auto rest = static_cast<int64_t>(ns % to);
  return rest < 0 ? rest + to : rest;
}

Result<Value> AddDate(const GoTime& time, Args args) {
  if (args.size() != 3 || !args[0].IsInt() || !args[1].IsInt() || !args[2].IsInt()) {
    return WrongArguments("int");
  }
  constexpr int64_t kPartMax = 1'000'000;
  Civil civil = time.ToCivil();
  for (const Value& arg : args) {
    if (arg.AsInt() > kPartMax || arg.AsInt() < -kPartMax) {
      return base::InvalidArgument("out of range");
    }
  }
  civil.year += args[0].AsInt();
  civil.month += static_cast<int>(args[1].AsInt());
  civil.day += static_cast<int>(args[2].AsInt());
  return TimeValue(FromCivil(civil, time.nanos, time.zone));
}

void AddComparing(std::map<std::string_view, TimeMethod>* methods) {
  (*methods)["Before"] = [](const GoTime& t, Args args) {
    return WithTime(args, [&](const GoTime& o) { return Value(Before(t, o)); });
  };
  (*methods)["After"] = [](const GoTime& t, Args args) {
    return WithTime(args, [&](const GoTime& o) { return Value(Before(o, t)); });
  };
  (*methods)["Equal"] = [](const GoTime& t, Args args) {
    return WithTime(args, [&](const GoTime& o) { return Value(t == o); });
  };
  (*methods)["Compare"] = [](const GoTime& t, Args args) {
    return WithTime(args, [&](const GoTime& o) {
      return Value(Before(t, o) ? -1 : Before(o, t) ? 1 : 0);
    });
  };
  (*methods)["Sub"] = [](const GoTime& t, Args args) {
    return WithTime(args, [&](const GoTime& o) { return DurationValue(t.Minus(o)); });
  };
  (*methods)["IsZero"] = [](const GoTime& t, Args) -> Result<Value> { return Value(t.IsZero()); };
}

void AddMoving(std::map<std::string_view, TimeMethod>* methods) {
  (*methods)["Add"] = [](const GoTime& t, Args args) {
    return WithDuration(args, [&](int64_t d) { return TimeValue(t.Plus(d)); });
  };
  (*methods)["AddDate"] = AddDate;
  (*methods)["Truncate"] = [](const GoTime& t, Args args) {
    return WithDuration(
        args, [&](int64_t d) { return TimeValue(d <= 0 ? t : t.Plus(-Remainder(t, d))); });
  };
  (*methods)["Round"] = [](const GoTime& t, Args args) {
    return WithDuration(args, [&](int64_t d) {
      if (d <= 0) {
        return TimeValue(t);
      }
      const int64_t rest = Remainder(t, d);
      return TimeValue(t.Plus(rest < d - rest ? -rest : d - rest));
    });
  };
  (*methods)["UTC"] = [](const GoTime& t, Args) -> Result<Value> {
    return TimeValue(t.In(nullptr));
  };
  (*methods)["Local"] = [](const GoTime& t, Args) -> Result<Value> {
    return TimeValue(t.In(TimeZone::Local()));
  };
}

void AddParts(std::map<std::string_view, TimeMethod>* methods) {
  (*methods)["Year"] = [](const GoTime& t, Args) { return Number(t.ToCivil().year); };
  (*methods)["Day"] = [](const GoTime& t, Args) { return Number(t.ToCivil().day); };
  (*methods)["Hour"] = [](const GoTime& t, Args) { return Number(t.ToCivil().hour); };
  (*methods)["Minute"] = [](const GoTime& t, Args) { return Number(t.ToCivil().minute); };
  (*methods)["Second"] = [](const GoTime& t, Args) { return Number(t.ToCivil().second); };
  (*methods)["YearDay"] = [](const GoTime& t, Args) { return Number(t.ToCivil().year_day); };
  (*methods)["Nanosecond"] = [](const GoTime& t, Args) { return Number(t.nanos); };
  (*methods)["Month"] = [](const GoTime& t, Args) -> Result<Value> {
    const int month = t.ToCivil().month;
    return Value(
        std::make_shared<NamedInt>("time.Month", month, std::string(kMonthNames[month - 1])));
  };
  (*methods)["Weekday"] = [](const GoTime& t, Args) -> Result<Value> {
    const int day = t.ToCivil().weekday;
    return Value(std::make_shared<NamedInt>("time.Weekday", day, std::string(kWeekdayNames[day])));
  };
  (*methods)["Unix"] = [](const GoTime& t, Args) { return Number(t.seconds); };
  (*methods)["UnixMilli"] = [](const GoTime& t, Args) {
    return Number(t.seconds * 1'000 + t.nanos / kMillisecond);
  };
  (*methods)["UnixMicro"] = [](const GoTime& t, Args) {
    return Number(t.seconds * 1'000'000 + t.nanos / kMicrosecond);
  };
  (*methods)["UnixNano"] = [](const GoTime& t, Args) {
    return Number(GoTime(t).Minus(GoTime{0, 0, nullptr}));
  };
}

std::string TimeText(const GoTime& time) {
  return FormatTime(time, "2006-01-02 15:04:05.999999999 -0700 MST");
}

const std::map<std::string_view, TimeMethod>& TimeMethods() {
  static const std::map<std::string_view, TimeMethod> methods = [] {
    std::map<std::string_view, TimeMethod> all;
    AddComparing(&all);
    AddMoving(&all);
    AddParts(&all);
    all["String"] = [](const GoTime& t, Args) -> Result<Value> { return Value(TimeText(t)); };
    all["Format"] = [](const GoTime& t, Args args) -> Result<Value> {
      if (args.size() != 1 || !args[0].IsString()) {
        return WrongArguments("string");
      }
      return Value(FormatTime(t, args[0].AsString()));
    };
    return all;
  }();
  return methods;
}

class TimeObject : public Object {
 public:
  explicit TimeObject(GoTime time) : time_(std::move(time)) {}
  Shape shape() const override { return Shape::kStruct; }
  std::string TypeName() const override { return "time.Time"; }
  std::optional<std::string> Text() const override { return TimeText(time_); }
  std::optional<std::string> Json() const override {
    std::string out;
    AppendGoJsonString(FormatTime(time_, kRfc3339Nano), &out);
    return out;
  }
  bool HasMethod(std::string_view name) const override { return TimeMethods().contains(name); }
  Result<Value> CallMethod(std::string_view name, std::span<const Value> args) const override {
    return TimeMethods().at(name)(time_, args);
  }
  std::optional<int> Compare(const Object& other) const override {
    const auto* time = dynamic_cast<const TimeObject*>(&other);
    if (time == nullptr) {
      return std::nullopt;
    }
    return Before(time_, time->time_) ? -1 : Before(time->time_, time_) ? 1 : 0;
  }
  const GoTime& time() const { return time_; }

 private:
  GoTime time_;
};

}  // namespace

Value TimeValue(const GoTime& time) {
  return Value(std::make_shared<TimeObject>(time));
}

Value DurationValue(int64_t nanoseconds) {
  return Value(std::make_shared<DurationObject>(nanoseconds));
}

const GoTime* AsTime(const Value& value) {
  const auto* object =
      value.IsObject() ? dynamic_cast<const TimeObject*>(&value.AsObject()) : nullptr;
  return object == nullptr ? nullptr : &object->time();
}

std::optional<int64_t> AsDuration(const Value& value) {
  constexpr double kLimit = 9.2e18;
  const Value basic = value.Basic();
  if (basic.IsInt()) {
    return basic.AsInt();
  }
  if (basic.IsFloat() && std::fabs(basic.AsFloat()) < kLimit) {
    return static_cast<int64_t>(basic.AsFloat());
  }
  return std::nullopt;
}

}  // namespace sb::gotemplate
