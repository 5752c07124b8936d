// SPDX-License-Identifier: Apache-2.0
#include "encoding/column_kernels.h"

#include <array>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sb::encoding {

void StepsToValuesPortable(const SumForm& form, size_t count, uint64_t* steps) {
  uint64_t sum = form.sum;
  for (size_t i = 0; i < count; ++i) {
    sum += steps[i] + form.base;
    steps[i] = form.origin + (sum << form.shift);
  }
}

void IntegersToDoublesPortable(const int64_t* integers, size_t count, double divisor,
                               double* values) {
  if (divisor == 1) {
    for (size_t i = 0; i < count; ++i) {
      values[i] = static_cast<double>(integers[i]);
    }
    return;
  }
  for (size_t i = 0; i < count; ++i) {
    values[i] = static_cast<double>(integers[i]) / divisor;
  }
}

void SpreadOverBitmapPortable(const uint64_t* bitmap, const uint64_t* packed, size_t count,
                              uint64_t* out) {
  size_t next = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t bit = (bitmap[i / 64] >> (i % 64)) & 1;
    out[i] = packed[next] & (0 - bit);
    next += bit;
  }
}

#if defined(__x86_64__)

namespace {

// Running sums within four lanes take two shifted additions; only the carry from group to group is
// a chain, of one addition.
__attribute__((target("avx2"))) size_t StepsToValuesAvx2(const SumForm& form, size_t count,
                                                         uint64_t* steps, uint64_t* sum) {
  const __m256i base = _mm256_set1_epi64x(static_cast<int64_t>(form.base));
  const __m256i origin = _mm256_set1_epi64x(static_cast<int64_t>(form.origin));
  const __m128i shift = _mm_cvtsi32_si128(static_cast<int>(form.shift));
  const __m256i zero = _mm256_setzero_si256();
  __m256i carry = _mm256_set1_epi64x(static_cast<int64_t>(*sum));
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    auto* const at = reinterpret_cast<__m256i*>(steps + i);
    __m256i x = _mm256_add_epi64(_mm256_loadu_si256(at), base);
    x = _mm256_add_epi64(x, _mm256_blend_epi32(_mm256_permute4x64_epi64(x, 0x90), zero, 0x03));
    x = _mm256_add_epi64(x, _mm256_permute2x128_si256(x, x, 0x08));
    const __m256i total = _mm256_permute4x64_epi64(x, 0xff);
    x = _mm256_add_epi64(x, carry);
    carry = _mm256_add_epi64(carry, total);
    _mm256_storeu_si256(at, _mm256_add_epi64(origin, _mm256_sll_epi64(x, shift)));
  }
  *sum = static_cast<uint64_t>(_mm256_extract_epi64(carry, 0));
  return i;
}

// There is no instruction for this before AVX-512. The high 48 and the low 48 bits are put into the
// mantissas of large doubles whose sum cancels them; only the last addition rounds.
__attribute__((target("avx2"))) inline __m256d ToDoubles(__m256i x) {
  const __m256d high_magic = _mm256_set1_pd(442721857769029238784.0);  // 3 * 2^67
  const __m256d low_magic = _mm256_set1_pd(4503599627370496.0);        // 2^52
  const __m256d both_magic = _mm256_set1_pd(442726361368656609280.0);  // their sum
  __m256i high = _mm256_srai_epi32(x, 16);
  high = _mm256_blend_epi16(high, _mm256_setzero_si256(), 0x33);
  high = _mm256_add_epi64(high, _mm256_castpd_si256(high_magic));
  const __m256i low = _mm256_blend_epi16(x, _mm256_castpd_si256(low_magic), 0x88);
  const __m256d rest = _mm256_sub_pd(_mm256_castsi256_pd(high), both_magic);
  return _mm256_add_pd(rest, _mm256_castsi256_pd(low));
}

__attribute__((target("avx2"))) size_t IntegersToDoublesAvx2(const int64_t* integers, size_t count,
                                                             double divisor, double* values) {
  const __m256d by = _mm256_set1_pd(divisor);
  const bool divide = divisor != 1;
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    __m256d x = ToDoubles(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(integers + i)));
    if (divide) {
      x = _mm256_div_pd(x, by);
    }
    _mm256_storeu_pd(values + i, x);
  }
  return i;
}

// For each four bits of the bitmap: which packed number goes to each lane, as pairs of 32-bit
// lanes.
struct SpreadTable {
  alignas(32) std::array<std::array<int32_t, 8>, 16> lanes{};
  alignas(32) std::array<std::array<int64_t, 4>, 16> masks{};
};

constexpr SpreadTable MakeSpreadTable() {
  SpreadTable table;
  for (size_t bits = 0; bits < 16; ++bits) {
    int32_t next = 0;
    for (size_t lane = 0; lane < 4; ++lane) {
      const bool set = ((bits >> lane) & 1) != 0;
      table.lanes[bits][2 * lane] = 2 * next;
      table.lanes[bits][2 * lane + 1] = 2 * next + 1;
      table.masks[bits][lane] = set ? -1 : 0;
      next += set ? 1 : 0;
    }
  }
  // A lane that no bit is left for reads some number that its mask then clears.
  for (auto& lanes : table.lanes) {
    for (int32_t& lane : lanes) {
      lane &= 7;
    }
  }
  return table;
}

constexpr SpreadTable kSpread = MakeSpreadTable();

__attribute__((target("avx2"))) size_t SpreadAvx2(const uint64_t* bitmap, const uint64_t* packed,
                                                  size_t count, uint64_t* out) {
  size_t next = 0;
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const size_t bits = (bitmap[i / 64] >> (i % 64)) & 15;
    const __m256i numbers = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(packed + next));
    const __m256i lanes =
        _mm256_load_si256(reinterpret_cast<const __m256i*>(kSpread.lanes[bits].data()));
    const __m256i mask =
        _mm256_load_si256(reinterpret_cast<const __m256i*>(kSpread.masks[bits].data()));
    const __m256i spread = _mm256_and_si256(_mm256_permutevar8x32_epi32(numbers, lanes), mask);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i), spread);
    next += static_cast<size_t>(__builtin_popcountll(bits));
  }
  for (; i < count; ++i) {
    const uint64_t bit = (bitmap[i / 64] >> (i % 64)) & 1;
    out[i] = packed[next] & (0 - bit);
    next += bit;
  }
  return i;
}

}  // namespace

bool HasAvx2() {
  static const bool has = __builtin_cpu_supports("avx2") != 0;
  return has;
}

void StepsToValues(const SumForm& form, size_t count, uint64_t* steps) {
  SumForm rest = form;
  size_t done = 0;
  if (HasAvx2()) {
    done = StepsToValuesAvx2(form, count, steps, &rest.sum);
  }
  StepsToValuesPortable(rest, count - done, steps + done);
}

void IntegersToDoubles(const int64_t* integers, size_t count, double divisor, double* values) {
  size_t done = 0;
  if (HasAvx2()) {
    done = IntegersToDoublesAvx2(integers, count, divisor, values);
  }
  IntegersToDoublesPortable(integers + done, count - done, divisor, values + done);
}

void SpreadOverBitmap(const uint64_t* bitmap, const uint64_t* packed, size_t count, uint64_t* out) {
  if (HasAvx2()) {
    SpreadAvx2(bitmap, packed, count, out);
  } else {
    SpreadOverBitmapPortable(bitmap, packed, count, out);
  }
}

#else

bool HasAvx2() {
  return false;
}
void StepsToValues(const SumForm& form, size_t count, uint64_t* steps) {
  StepsToValuesPortable(form, count, steps);
}
void IntegersToDoubles(const int64_t* integers, size_t count, double divisor, double* values) {
  IntegersToDoublesPortable(integers, count, divisor, values);
}
void SpreadOverBitmap(const uint64_t* bitmap, const uint64_t* packed, size_t count, uint64_t* out) {
  SpreadOverBitmapPortable(bitmap, packed, count, out);
}

#endif

}  // namespace sb::encoding
