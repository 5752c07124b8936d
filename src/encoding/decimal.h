// SPDX-License-Identifier: Apache-2.0
//
// Exact decimals: most measured doubles were once written as a decimal number, so that v is the
// double next to i / 10^e for a small integer i and one e for the whole series. The integers
// compress far better than the doubles. Every conversion is checked bit by bit; what does not come
// back (NaN, Inf, -0.0, full-precision values) is left to the caller as an exception.
//
// The idea is that of ALP (Afroozeh, Kuffo, Boncz: "ALP: Adaptive Lossless floating-Point
// Compression", SIGMOD 2024), with a correctly rounded division instead of two multiplications.
//
// Threads: pure functions.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sb::encoding {

inline constexpr unsigned kDecimalExponentMax = 18;
inline constexpr unsigned kNoDecimalExponent = 255;

// 10^e is an exact double up to e = 22.
inline constexpr std::array<double, kDecimalExponentMax + 1> kPowersOfTen = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
    1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};

// The least exponent that turns (nearly) all of a sample of `values` into integers below 2^53, or
// kNoDecimalExponent.
unsigned FindDecimalExponent(std::span<const double> values);

// Writes the integers, and the positions of values that i / 10^exponent does not give back, at most
// `exceptions_max`, to `exceptions`; their integers repeat a neighbour's. Returns the number of
// exceptions, or exceptions_max + 1 if there are more (the output is then of no use).
size_t ToDecimals(std::span<const double> values, unsigned exponent, size_t exceptions_max,
                  int64_t* integers, uint32_t* exceptions);

// values[i] = integers[i] / 10^exponent, correctly rounded.
void FromDecimals(const int64_t* integers, size_t count, unsigned exponent, double* values);

}  // namespace sb::encoding
