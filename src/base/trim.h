// SPDX-License-Identifier: Apache-2.0
//
// Cuts blanks off both ends of a text. Never fails and copies nothing: what comes back points into
// what came in, and is empty if there was nothing but blanks. Safe from any thread.
//
//   Trim(" text/plain\t")              "text/plain"
//   Trim(line, kAsciiSpace)            as C's isspace in the "C" locale
#pragma once

#include <string_view>

namespace sb::base {

/// What HTTP calls optional white space (RFC 9110 section 5.6.3).
inline constexpr std::string_view kBlanks = " \t";

/// The six that C's isspace knows in the "C" locale.
inline constexpr std::string_view kAsciiSpace = " \t\n\v\f\r";

inline std::string_view Trim(std::string_view text, std::string_view blanks = kBlanks) {
  const size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace sb::base
