// SPDX-License-Identifier: Apache-2.0
#include "encoding/decimal.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace sb::encoding {

namespace {

constexpr size_t kSampleSize = 24;
// Above it not every integer is a double, so that a neighbour could come back.
constexpr double kIntegerMax = 9007199254740992.0;  // 2^53

bool ComesBack(double value, double scaled, double power, int64_t* integer) {
  if (!(scaled >= -kIntegerMax && scaled <= kIntegerMax)) {
    return false;
  }
  *integer = std::llrint(scaled);
  return std::bit_cast<uint64_t>(static_cast<double>(*integer) / power) ==
         std::bit_cast<uint64_t>(value);
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
  if (exponent == 0) {
    for (size_t i = 0; i < count; ++i) {
      values[i] = static_cast<double>(integers[i]);
    }
    return;
  }
  const double power = kPowersOfTen[exponent];
  for (size_t i = 0; i < count; ++i) {
    values[i] = static_cast<double>(integers[i]) / power;
  }
}

}  // namespace sb::encoding
