// SPDX-License-Identifier: Apache-2.0
//
// The characters that a regular expression takes for more than themselves, and a text with a
// backslash before each of them, which matches itself alone: as regexp.QuoteMeta of Go has it.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace sb::model {

inline bool IsRegexMeta(char c) {
  return std::string_view("\\.+*?()|[]{}^$").find(c) != std::string_view::npos;
}

std::string QuoteRegexMeta(std::string_view text);

}  // namespace sb::model
