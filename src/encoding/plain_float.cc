// SPDX-License-Identifier: Apache-2.0
#include "encoding/plain_float.h"

#include <charconv>
#include <cmath>
#include <string_view>

namespace sb::encoding {
namespace {

// Below it every digit of the exact value is one of the shortest digits or a zero.
constexpr double kExactIntegerMax = 9007199254740992.0;

}  // namespace

void AppendPlainFloat(double value, std::string* out) {
  char buffer[400];
  char* const last = buffer + sizeof(buffer);
  if (!(std::fabs(value) >= kExactIntegerMax) || std::isinf(value)) {
    out->append(buffer, std::to_chars(buffer, last, value, std::chars_format::fixed).ptr);
    return;
  }
  // d.ddde+xx, and never more digits than the exponent has places.
  const char* const end = std::to_chars(buffer, last, value, std::chars_format::scientific).ptr;
  const std::string_view text(buffer, static_cast<size_t>(end - buffer));
  const size_t e = text.find('e');
  int exponent = 0;
  std::from_chars(buffer + e + 2, end, exponent);  // the sign is a plus
  size_t places = 0;
  for (const char c : text.substr(0, e)) {
    if (c != '.') {
      out->push_back(c);
      places += c != '-' ? 1 : 0;
    }
  }
  out->append(static_cast<size_t>(exponent) + 1 - places, '0');
}

}  // namespace sb::encoding
