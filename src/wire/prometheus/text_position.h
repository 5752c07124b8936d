// SPDX-License-Identifier: Apache-2.0
//
// Where in a text an error is, for messages of the text parsers. Lines are counted only when there
// is something to report.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "wire/prometheus/name_rules.h"

namespace sb::wire {

inline std::string_view TextBetween(const char* begin, const char* end) {
  return {begin, static_cast<size_t>(end - begin)};
}

// "line 7", for the line that `position` is in.
inline std::string LinePrefix(const char* begin, const char* position) {
  return "line " + std::to_string(std::count(begin, position, '\n') + 1);
}

// `expected value, got "x" while parsing: "foo x"`.
inline std::string UnexpectedText(const char* expected, const char* entry, const char* position,
                                  const char* end) {
  constexpr std::ptrdiff_t kExcerptBytesMax = 160;
  const char* const stop = position == end ? end : position + 1;
  std::string message(expected);
  message.append(", got ");
  message.append(position == end ? "end of input" : QuoteForMessage(TextBetween(position, stop)));
  message.append(" while parsing: ");
  const char* const start = std::max(entry, stop - std::min(kExcerptBytesMax, stop - entry));
  message.append(QuoteForMessage(TextBetween(start, stop)));
  return message;
}

}  // namespace sb::wire
