// SPDX-License-Identifier: Apache-2.0
//
// Searches for one of a few bytes, sixteen at a time where the machine can. Each gives `end` if
// there is none. They carry the text parsers: a series line is a handful of such searches.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace sb::wire {

// The first `a` or `b` in [p, end).
inline const char* FindEither(const char* p, const char* end, char a, char b) {
#if defined(__SSE2__)
  const __m128i va = _mm_set1_epi8(a);
  const __m128i vb = _mm_set1_epi8(b);
  for (; end - p >= 16; p += 16) {
    const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const auto mask = static_cast<uint32_t>(
        _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(chunk, va), _mm_cmpeq_epi8(chunk, vb))));
    if (mask != 0) {
      return p + std::countr_zero(mask);
    }
  }
#endif
  while (p != end && *p != a && *p != b) {
    ++p;
  }
  return p;
}

// The first `{`, space, tab, newline or other byte below 0x21 in [p, end).
inline const char* FindNameEnd(const char* p, const char* end) {
#if defined(__SSE2__)
  const __m128i brace = _mm_set1_epi8('{');
  const __m128i space = _mm_set1_epi8(' ');
  for (; end - p >= 16; p += 16) {
    const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(chunk, space), chunk);
    const auto mask =
        static_cast<uint32_t>(_mm_movemask_epi8(_mm_or_si128(low, _mm_cmpeq_epi8(chunk, brace))));
    if (mask != 0) {
      return p + std::countr_zero(mask);
    }
  }
#endif
  while (p != end && *p != '{' && static_cast<uint8_t>(*p) > 0x20) {
    ++p;
  }
  return p;
}

// The quote that closes a string whose first character is at `p`; backslash escapes one character.
inline const char* FindClosingQuote(const char* p, const char* end) {
  for (;;) {
    p = FindEither(p, end, '"', '\\');
    if (p == end || *p == '"') {
      return p;
    }
    if (end - p < 2) {
      return end;
    }
    p += 2;
  }
}

// Where the labels end that begin after `{` at `p`: after the `}` outside of quotes, null if there
// is none.
inline const char* SkipBraces(const char* p, const char* end) {
  for (;;) {
    p = FindEither(p, end, '"', '}');
    if (p == end) {
      return nullptr;
    }
    if (*p == '}') {
      return p + 1;
    }
    p = FindClosingQuote(p + 1, end);
    if (p == end) {
      return nullptr;
    }
    ++p;
  }
}

// The first newline in [p, end).
inline const char* FindNewline(const char* p, const char* end) {
  const void* found = p == end ? nullptr : std::memchr(p, '\n', static_cast<size_t>(end - p));
  return found == nullptr ? end : static_cast<const char*>(found);
}

}  // namespace sb::wire
