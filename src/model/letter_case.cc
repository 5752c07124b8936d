// SPDX-License-Identifier: Apache-2.0
#include "model/letter_case.h"

#include <cstdint>

#include "model/label_name.h"

namespace sb::model {
namespace {

// Capitals [first, last] whose small letter lies `offset` further; offset 1 means that capitals and
// small letters alternate, capitals at the parity of `first`.
struct Range {
  char32_t first;
  char32_t last;
  int32_t offset;
};

constexpr Range kRanges[] = {
    {'A', 'Z', 32},       {0xc0, 0xd6, 32},       {0xd8, 0xde, 32},     {0x100, 0x12e, 1},
    {0x132, 0x136, 1},    {0x139, 0x147, 1},      {0x14a, 0x176, 1},    {0x178, 0x178, -121},
    {0x179, 0x17d, 1},    {0x182, 0x184, 1},      {0x1cd, 0x1db, 1},    {0x1de, 0x1ee, 1},
    {0x1f8, 0x21e, 1},    {0x222, 0x232, 1},      {0x370, 0x372, 1},    {0x386, 0x386, 38},
    {0x388, 0x38a, 37},   {0x38c, 0x38c, 64},     {0x38e, 0x38f, 63},   {0x391, 0x3a1, 32},
    {0x3a3, 0x3ab, 32},   {0x400, 0x40f, 80},     {0x410, 0x42f, 32},   {0x460, 0x480, 1},
    {0x48a, 0x4be, 1},    {0x4c1, 0x4cd, 1},      {0x4d0, 0x52e, 1},    {0x531, 0x556, 48},
    {0x1e00, 0x1e94, 1},  {0x1ea0, 0x1efe, 1},    {0x2160, 0x216f, 16}, {0x24b6, 0x24cf, 26},
    {0xff21, 0xff3a, 32}, {0x10400, 0x10427, 40},
};

char32_t LowerOf(char32_t c) {
  for (const Range& range : kRanges) {
    if (c >= range.first && c <= range.last && (range.offset != 1 || (c - range.first) % 2 == 0)) {
      return static_cast<char32_t>(static_cast<int32_t>(c) + range.offset);
    }
  }
  return c;
}

char32_t UpperOf(char32_t c) {
  for (const Range& range : kRanges) {
    const auto capital = static_cast<char32_t>(static_cast<int32_t>(c) - range.offset);
    if (capital >= range.first && capital <= range.last &&
        (range.offset != 1 || (capital - range.first) % 2 == 0)) {
      return capital;
    }
  }
  if (c == 0xb5) {
    return 0x39c;  // micro sign
  }
  return c == 0x3c2 ? 0x3a3 : c;  // final sigma
}

void AppendUtf8(std::string* out, char32_t c) {
  const auto tail = [&](int shift) {
    out->push_back(static_cast<char>(0x80 | ((c >> shift) & 0x3f)));
  };
  if (c < 0x80) {
    out->push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out->push_back(static_cast<char>(0xc0 | (c >> 6)));
    tail(0);
  } else if (c < 0x10000) {
    out->push_back(static_cast<char>(0xe0 | (c >> 12)));
    tail(6);
    tail(0);
  } else {
    out->push_back(static_cast<char>(0xf0 | (c >> 18)));
    tail(12);
    tail(6);
    tail(0);
  }
}

size_t SequenceBytes(std::string_view text, size_t at) {
  const auto lead = static_cast<uint8_t>(text[at]);
  const size_t bytes = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  return at + bytes <= text.size() && IsValidUtf8(text.substr(at, bytes)) ? bytes : 0;
}

char32_t Decode(std::string_view sequence) {
  const auto lead = static_cast<uint8_t>(sequence[0]);
  if (sequence.size() == 1) {
    return lead;
  }
  char32_t c = lead & (0xffU >> (sequence.size() + 1));
  for (size_t i = 1; i < sequence.size(); ++i) {
    c = (c << 6) | (static_cast<uint8_t>(sequence[i]) & 0x3f);
  }
  return c;
}

std::string Map(std::string_view text, char32_t (*map)(char32_t)) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t bytes = SequenceBytes(text, at);
    AppendUtf8(&out, bytes == 0 ? 0xfffd : map(Decode(text.substr(at, bytes))));
    at += bytes == 0 ? 1 : bytes;
  }
  return out;
}

}  // namespace

std::string ToLower(std::string_view text) {
  return Map(text, &LowerOf);
}

std::string ToUpper(std::string_view text) {
  return Map(text, &UpperOf);
}

}  // namespace sb::model
