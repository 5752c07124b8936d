// SPDX-License-Identifier: Apache-2.0
//
// Go's fmt for template values: Sprint, Sprintln and Sprintf with all verbs and flags, and the
// numbers of strconv. Wrong verbs and missing arguments print as in Go ("%!d(string=x)",
// "%!s(MISSING)"), so nothing fails. Widths and precisions are capped at kPrintWidthMax, and a
// value nested deeper than kPrintDepthMax prints as "...".
//
// Source: documentation of Go's packages fmt and strconv. Threads: pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "template/value.h"

namespace sb::gotemplate {

inline constexpr int kPrintWidthMax = 10'000;
inline constexpr int kPrintDepthMax = 64;

// Spaces stand between two operands when neither is a string.
std::string Sprint(std::span<const Value> args);
// Spaces always, newline at the end.
std::string Sprintln(std::span<const Value> args);
std::string Sprintf(std::string_view format, std::span<const Value> args);

// One value as %v.
std::string PrintValue(const Value& value);
void AppendValue(const Value& value, std::string* out);

// strconv.FormatFloat(value, verb, precision, 64); verb e E f g G; precision -1 is "shortest".
std::string FormatFloat(double value, char verb, int precision);
// strconv.Quote and QuoteToASCII.
std::string GoQuote(std::string_view text, bool ascii = false);
// One code point as UTF-8 at the end of `out`; invalid ones as U+FFFD.
void AppendRune(char32_t rune, std::string* out);
// Length of a text in code points, every broken byte counting as one, as Go does.
size_t RuneCount(std::string_view text);
// The byte offset after the first `runes` code points.
size_t RuneOffset(std::string_view text, size_t runes);

}  // namespace sb::gotemplate
