// SPDX-License-Identifier: Apache-2.0
//
// Points in time and durations as distinct types, so that milliseconds cannot be taken for
// nanoseconds, nor a point for a length. All count from the Unix epoch.
//
//   TimestampMs  what metrics use        TimestampNs  what spans and log records use
//   DurationMs                           DurationNs
//
// Kernels that work on arrays use plain int64_t milliseconds (Value()).
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace sb::base {

template <typename Tag>
class Duration {
 public:
  constexpr Duration() = default;
  explicit constexpr Duration(int64_t value) : value_(value) {}
  constexpr int64_t Value() const { return value_; }

  friend constexpr auto operator<=>(Duration, Duration) = default;
  friend constexpr Duration operator+(Duration a, Duration b) {
    return Duration(a.value_ + b.value_);
  }
  friend constexpr Duration operator-(Duration a, Duration b) {
    return Duration(a.value_ - b.value_);
  }
  friend constexpr Duration operator*(Duration a, int64_t n) { return Duration(a.value_ * n); }
  friend constexpr Duration operator/(Duration a, int64_t n) { return Duration(a.value_ / n); }

 private:
  int64_t value_ = 0;
};

template <typename Tag>
class Timestamp {
 public:
  constexpr Timestamp() = default;
  explicit constexpr Timestamp(int64_t value) : value_(value) {}
  constexpr int64_t Value() const { return value_; }
  static constexpr Timestamp Min() { return Timestamp(std::numeric_limits<int64_t>::min()); }
  static constexpr Timestamp Max() { return Timestamp(std::numeric_limits<int64_t>::max()); }

  friend constexpr auto operator<=>(Timestamp, Timestamp) = default;
  friend constexpr Timestamp operator+(Timestamp t, Duration<Tag> d) {
    return Timestamp(t.value_ + d.Value());
  }
  friend constexpr Timestamp operator-(Timestamp t, Duration<Tag> d) {
    return Timestamp(t.value_ - d.Value());
  }
  friend constexpr Duration<Tag> operator-(Timestamp a, Timestamp b) {
    return Duration<Tag>(a.value_ - b.value_);
  }

 private:
  int64_t value_ = 0;
};

struct MillisecondTag;
struct NanosecondTag;
using TimestampMs = Timestamp<MillisecondTag>;
using TimestampNs = Timestamp<NanosecondTag>;
using DurationMs = Duration<MillisecondTag>;
using DurationNs = Duration<NanosecondTag>;

constexpr DurationMs Milliseconds(int64_t n) {
  return DurationMs(n);
}
constexpr DurationMs Seconds(int64_t n) {
  return DurationMs(n * 1000);
}
constexpr DurationMs Minutes(int64_t n) {
  return DurationMs(n * 60'000);
}
constexpr DurationMs Hours(int64_t n) {
  return DurationMs(n * 3'600'000);
}
constexpr DurationNs Nanoseconds(int64_t n) {
  return DurationNs(n);
}
constexpr DurationNs ToNs(DurationMs d) {
  return DurationNs(d.Value() * 1'000'000);
}
constexpr TimestampNs ToNs(TimestampMs t) {
  return TimestampNs(t.Value() * 1'000'000);
}
// Rounds towards minus infinity.
constexpr TimestampMs ToMs(TimestampNs t) {
  const int64_t q = t.Value() / 1'000'000;
  return TimestampMs(t.Value() % 1'000'000 < 0 ? q - 1 : q);
}

// [start, end). Prometheus' inclusive `end` is converted where a request is parsed, nowhere else.
struct TimeRange {
  TimestampMs start;
  TimestampMs end;

  constexpr bool Empty() const { return end <= start; }
  constexpr bool Contains(TimestampMs t) const { return start <= t && t < end; }
  constexpr bool Overlaps(TimeRange other) const {
    return start < other.end && other.start < end;
  }
  friend constexpr bool operator==(TimeRange, TimeRange) = default;
};

}  // namespace sb::base
