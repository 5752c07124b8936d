// SPDX-License-Identifier: Apache-2.0
#include "encoding/decimal.h"

#include <algorithm>
#include <bit>

#include "encoding/column_kernels.h"

namespace sb::encoding {

namespace {

constexpr size_t kSampleSize = 24;
// Above it not every integer is a double, so that a neighbour could come back.
constexpr double kIntegerMax = 9007199254740992.0;  // 2^53

// Adding and taking away 1.5 * 2^52 rounds a double below 2^51 to the nearest integer, which then
// stands in the low bits of the sum: cheaper than a library call.
constexpr double kRoundingMagic = 6755399441055744.0;
constexpr double kRoundingMax = 2251799813685248.0;  // 2^51

bool ComesBack(double value, double scaled, double power, int64_t* integer) {
  double rounded;
  if (scaled > -kRoundingMax && scaled < kRoundingMax) [[likely]] {
    const double shifted = scaled + kRoundingMagic;
    *integer = std::bit_cast<int64_t>(shifted) - std::bit_cast<int64_t>(kRoundingMagic);
    rounded = shifted - kRoundingMagic;
  } else if (scaled >= -kIntegerMax && scaled <= kIntegerMax) {
    *integer = std::llrint(scaled);
    rounded = static_cast<double>(*integer);
  } else {
    return false;
  }
  const double back = power == 1 ? rounded : rounded / power;
  return std::bit_cast<uint64_t>(back) == std::bit_cast<uint64_t>(value);
}

// The least exponent >= from that brings `value` back.
unsigned LeastExponent(double value, unsigned from) {
  int64_t integer = 0;
  for (unsigned e = from; e <= kDecimalExponentMax; ++e) {
    const double scaled = value * kPowersOfTen[e];
    if (!(scaled >= -kIntegerMax && scaled <= kIntegerMax)) {
      break;
    }
    if (ComesBack(value, scaled, kPowersOfTen[e], &integer)) {
      return e;
    }
  }
  return kNoDecimalExponent;
}

}  // namespace

unsigned FindDecimalExponent(std::span<const double> values) {
  if (values.empty()) {
    return kNoDecimalExponent;
  }
  const size_t step = std::max<size_t>(1, values.size() / kSampleSize);
  unsigned exponent = 0;
  size_t tried = 0;
  size_t failed = 0;
  for (size_t i = 0; i < values.size(); i += step) {
    ++tried;
    const unsigned least = LeastExponent(values[i], exponent);
    if (least == kNoDecimalExponent) {
      ++failed;
    } else {
      exponent = least;
    }
  }
  return failed * 4 > tried ? kNoDecimalExponent : exponent;
}

size_t ToDecimals(std::span<const double> values, unsigned exponent, size_t exceptions_max,
                  int64_t* integers, uint32_t* exceptions) {
  const double power = kPowersOfTen[exponent];
  size_t found = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double scaled = exponent == 0 ? values[i] : values[i] * power;
    int64_t integer = 0;
    if (ComesBack(values[i], scaled, power, &integer)) [[likely]] {
      integers[i] = integer;
      continue;
    }
    if (found == exceptions_max) {
      return exceptions_max + 1;
    }
    exceptions[found++] = static_cast<uint32_t>(i);
    integers[i] = i > 0 ? integers[i - 1] : 0;
  }
  // Exceptions at the start take the first good number, so that they make no step.
  size_t leading = 0;
  while (leading < found && exceptions[leading] == leading) {
    ++leading;
  }
  if (leading > 0 && leading < values.size()) {
    std::fill_n(integers, leading, integers[leading]);
  }
  return found;
}

void FromDecimals(const int64_t* integers, size_t count, unsigned exponent, double* values) {
  IntegersToDoubles(integers, count, kPowersOfTen[exponent], values);
}

}  // namespace sb::encoding
