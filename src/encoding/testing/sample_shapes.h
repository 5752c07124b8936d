// SPDX-License-Identifier: Apache-2.0
//
// Number sequences of the shapes that metrics have, and of those that break codecs, from a seed.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace sb::encoding {

enum class Shape : uint8_t {
  kConstant,
  kCounter,
  kFloatCounter,
  kDecimalCounter,
  kGauge,
  kPages,
  kSmallGauge,
  kFullFloats,
  kWithStaleMarkers,
  kSpecials,
  kRandomBits,
  kExtremes,
  kResets,
  kBuckets,
};
inline constexpr Shape kAllShapes[] = {
    Shape::kConstant,       Shape::kCounter,    Shape::kFloatCounter,
    Shape::kDecimalCounter, Shape::kGauge,      Shape::kPages,
    Shape::kSmallGauge,     Shape::kFullFloats, Shape::kWithStaleMarkers,
    Shape::kSpecials,       Shape::kRandomBits, Shape::kExtremes,
    Shape::kResets,         Shape::kBuckets,
};
std::string_view ShapeName(Shape shape);

std::vector<double> MakeDoubles(Shape shape, size_t count, uint64_t seed);
std::vector<int64_t> MakeIntegers(Shape shape, size_t count, uint64_t seed);

// Strictly increasing milliseconds about 15 s apart; `jitter_percent` of them off by up to 20 ms.
std::vector<int64_t> MakeTimes(size_t count, unsigned jitter_percent, uint64_t seed);

// SplitMix64: enough for tests, the same everywhere.
class TestRandom {
 public:
  explicit TestRandom(uint64_t seed) : state_(seed) {}
  uint64_t Next();
  uint64_t Below(uint64_t limit) { return Next() % limit; }
  double Uniform() { return static_cast<double>(Next() >> 11) * 0x1p-53; }
  double Normal();

 private:
  uint64_t state_;
};

}  // namespace sb::encoding
