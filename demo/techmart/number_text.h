// SPDX-License-Identifier: Apache-2.0
//
// Numbers out of text; 0 for what is none.
#pragma once

#include <charconv>
#include <cstdint>
#include <string_view>

namespace techmart {

inline int64_t NumberOf(std::string_view text) {
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

inline double FractionOf(std::string_view text) {
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace techmart
