// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/byte_search.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <bit>
#include <cstdint>
#include <cstring>

namespace sb::events {
namespace {

constexpr char kCaseBit = 0x20;

bool IsLowerLetter(char c) {
  return c >= 'a' && c <= 'z';
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | kCaseBit) : c;
}

struct Exact {
  static constexpr bool kFolds = false;
  static bool Same(const char* text, const char* needle, size_t size) {
    return std::memcmp(text, needle, size) == 0;
  }
};

struct Folded {
  static constexpr bool kFolds = true;
  static bool Same(const char* text, const char* lower, size_t size) {
    for (size_t i = 0; i < size; ++i) {
      if (Lower(text[i]) != lower[i]) {
        return false;
      }
    }
    return true;
  }
};

#if defined(__SSE2__)
// The bytes of a block that are `byte`. A letter with its case bit set is only the same letter.
template <typename Rule>
__m128i IsByte(const char* at, char byte) {
  __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  if (Rule::kFolds && IsLowerLetter(byte)) {
    block = _mm_or_si128(block, _mm_set1_epi8(kCaseBit));
  }
  return _mm_cmpeq_epi8(block, _mm_set1_epi8(byte));
}
#endif

template <typename Rule>
const char* Find(const char* at, const char* end, std::string_view needle) {
  const size_t size = needle.size();
  if (size == 0 || static_cast<size_t>(end - at) < size) {
    return size == 0 ? at : nullptr;
  }
  const char* const stop = end - size + 1;  // no match begins here or later
#if defined(__SSE2__)
  for (; stop - at >= 16; at += 16) {
    const __m128i both = _mm_and_si128(IsByte<Rule>(at, needle.front()),
                                       IsByte<Rule>(at + size - 1, needle.back()));
    auto places = static_cast<uint32_t>(_mm_movemask_epi8(both));
    for (; places != 0; places &= places - 1) {
      const char* const place = at + std::countr_zero(places);
      if (Rule::Same(place, needle.data(), size)) {
        return place;
      }
    }
  }
#endif
  for (; at < stop; ++at) {
    if (Rule::Same(at, needle.data(), size)) {
      return at;
    }
  }
  return nullptr;
}

}  // namespace

const char* FindBytes(const char* begin, const char* end, std::string_view needle) {
  return Find<Exact>(begin, end, needle);
}

const char* FindFolded(const char* begin, const char* end, std::string_view lower) {
  return Find<Folded>(begin, end, lower);
}

void LowerAscii(std::string_view text, std::string* out) {
  out->resize(text.size());
  char* const to = out->data();
  size_t i = 0;
#if defined(__SSE2__)
  // Signed comparison: 'A' becomes the least value there is.
  const __m128i shift = _mm_set1_epi8(static_cast<char>(-128 - 'A'));
  const __m128i limit = _mm_set1_epi8(-128 + 26);
  for (; i + 16 <= text.size(); i += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + i));
    const __m128i upper = _mm_cmplt_epi8(_mm_add_epi8(block, shift), limit);
    const __m128i bits = _mm_and_si128(upper, _mm_set1_epi8(kCaseBit));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i), _mm_or_si128(block, bits));
  }
#endif
  for (; i < text.size(); ++i) {
    to[i] = Lower(text[i]);
  }
}

}  // namespace sb::events
