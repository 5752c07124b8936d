// SPDX-License-Identifier: Apache-2.0
//
// The inner loops of column decoding behind unpacking. Each has a portable form and one for AVX2
// that is chosen at run time; both give the same bits (tested against each other).
//
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sb::encoding {

// True if this machine runs the AVX2 forms.
bool HasAvx2();

// How the running sums of a page become its values: value = origin + (sum << shift).
struct SumForm {
  uint64_t base = 0;  // added to each step
  uint64_t sum = 0;   // before the first step
  uint64_t origin = 0;
  unsigned shift = 0;  // below 64
};

// In place: steps become values.
void StepsToValues(const SumForm& form, size_t count, uint64_t* steps);
void StepsToValuesPortable(const SumForm& form, size_t count, uint64_t* steps);

// values[i] = integers[i] / divisor, each conversion and division correctly rounded.
void IntegersToDoubles(const int64_t* integers, size_t count, double divisor, double* values);
void IntegersToDoublesPortable(const int64_t* integers, size_t count, double divisor,
                               double* values);

// Spreads numbers over the set bits of a bitmap, zeros between them. `packed` has as many numbers
// as bits are set and room for 4 more to be read; the bitmap has (count + 63) / 64 words.
void SpreadOverBitmap(const uint64_t* bitmap, const uint64_t* packed, size_t count, uint64_t* out);
void SpreadOverBitmapPortable(const uint64_t* bitmap, const uint64_t* packed, size_t count,
                              uint64_t* out);

}  // namespace sb::encoding
