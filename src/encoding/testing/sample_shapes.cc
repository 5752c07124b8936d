// SPDX-License-Identifier: Apache-2.0
#include "encoding/testing/sample_shapes.h"

#include <bit>
#include <cmath>
#include <limits>

namespace sb::encoding {

namespace {

constexpr uint64_t kStaleBits = 0x7ff0000000000002ULL;

double Special(TestRandom& random) {
  switch (random.Below(9)) {
    case 0:
      return std::bit_cast<double>(kStaleBits);
    case 1:
      return std::bit_cast<double>(0x7ff8000000000001ULL);
    case 2:
      return std::bit_cast<double>(0xfff4000000001234ULL);
    case 3:
      return std::numeric_limits<double>::infinity();
    case 4:
      return -std::numeric_limits<double>::infinity();
    case 5:
      return -0.0;
    case 6:
      return std::numeric_limits<double>::denorm_min();
    case 7:
      return std::numeric_limits<double>::max();
    default:
      return 0.1;
  }
}

double Extreme(TestRandom& random) {
  switch (random.Below(6)) {
    case 0:
      return 9007199254740992.0;
    case 1:
      return 9007199254740993.0 * 2;
    case 2:
      return -9223372036854775808.0;
    case 3:
      return 9223372036854774784.0;
    case 4:
      return 1e308;
    default:
      return -1e-308;
  }
}

double Step(Shape shape, double value, size_t i, TestRandom& random) {
  switch (shape) {
    case Shape::kConstant:
      return value;
    case Shape::kCounter:
      return std::floor(value) + static_cast<double>(random.Below(300));
    case Shape::kBuckets:
      return std::floor(value) + static_cast<double>(random.Below(3));
    case Shape::kFloatCounter:
      return value + random.Uniform() * 0.3;
    case Shape::kDecimalCounter:
      return std::round((value + random.Uniform()) * 100) / 100;
    case Shape::kGauge:
      return std::round((value + random.Normal()) * 1000) / 1000;
    case Shape::kPages:
      return random.Below(3) == 0 ? value
                                  : std::floor((value + random.Normal() * 1e6) / 4096) * 4096;
    case Shape::kSmallGauge:
      return random.Below(5) < 3 ? std::round(value) : std::round(value + random.Normal() * 2);
    case Shape::kFullFloats:
      return random.Normal() * 1e3;
    case Shape::kWithStaleMarkers:
      return random.Below(20) == 0 ? std::bit_cast<double>(kStaleBits)
                                   : static_cast<double>(i * 3 + random.Below(2));
    case Shape::kSpecials:
      return Special(random);
    case Shape::kRandomBits:
      return std::bit_cast<double>(random.Next());
    case Shape::kExtremes:
      return Extreme(random);
    case Shape::kResets:
      return random.Below(60) == 0 ? 0 : std::floor(value) + static_cast<double>(random.Below(50));
  }
  return value;
}

}  // namespace

uint64_t TestRandom::Next() {
  state_ += 0x9e3779b97f4a7c15ULL;
  uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

double TestRandom::Normal() {
  const double u = Uniform() + 1e-18;
  const double v = Uniform();
  return std::sqrt(-2 * std::log(u)) * std::cos(6.283185307179586 * v);
}

std::string_view ShapeName(Shape shape) {
  constexpr std::string_view kNames[] = {
      "constant",    "counter",     "float_counter", "decimal_counter", "gauge",
      "pages",       "small_gauge", "full_floats",   "stale_markers",   "specials",
      "random_bits", "extremes",    "resets",        "buckets",
  };
  return kNames[static_cast<size_t>(shape)];
}

std::vector<double> MakeDoubles(Shape shape, size_t count, uint64_t seed) {
  TestRandom random(seed);
  std::vector<double> values;
  values.reserve(count);
  double value = std::round(random.Uniform() * 1e6);
  for (size_t i = 0; i < count; ++i) {
    const double next = Step(shape, value, i, random);
    values.push_back(next);
    if (std::isfinite(next) && shape != Shape::kFullFloats) {
      value = next;
    }
  }
  return values;
}

std::vector<int64_t> MakeIntegers(Shape shape, size_t count, uint64_t seed) {
  std::vector<int64_t> integers;
  integers.reserve(count);
  for (const double value : MakeDoubles(shape, count, seed)) {
    const bool fits = value > -9e18 && value < 9e18;
    integers.push_back(fits ? static_cast<int64_t>(value) : std::bit_cast<int64_t>(value));
  }
  return integers;
}

std::vector<int64_t> MakeTimes(size_t count, unsigned jitter_percent, uint64_t seed) {
  TestRandom random(seed);
  std::vector<int64_t> times;
  times.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    int64_t time = 1'700'000'000'123 + static_cast<int64_t>(i) * 15'000;
    if (random.Below(100) < jitter_percent) {
      time += static_cast<int64_t>(random.Below(40)) - 20;
    }
    times.push_back(time);
  }
  return times;
}

}  // namespace sb::encoding
