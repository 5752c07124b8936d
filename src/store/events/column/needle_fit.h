// SPDX-License-Identifier: Apache-2.0
//
// How a needle can lie in a template, where a word of it stands in one of the template's literals:
//
//   pattern   {"user_id":<number>,"path"…        needle   user_id":4
//
// begins in the literal and goes on in the number, so only rows whose number begins with 4 have it.
// What is said is never too strict: a row that has the needle is never ruled out.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sb::events {

struct NeedlePlace {
  static constexpr size_t kNone = SIZE_MAX;
  bool from_before = false;  // begins in the variable before the literal, or further before
  size_t rest = kNone;       // what of the needle lies in the variable after it and beyond
  bool whole() const { return !from_before && rest == kNone; }
};

// What of the template surrounds a literal.
struct LiteralSides {
  bool variable_before = false;
  bool variable_after = false;
};

// The needle's word at `word_begin` of `word_size` bytes stands at `at` of the literal. Nothing if
// the bytes around it are others.
std::optional<NeedlePlace> PlaceNeedle(std::string_view needle, size_t word_begin,
                                       size_t word_size, std::string_view literal, size_t at,
                                       LiteralSides sides);

// Whether a number as it is written, without leading zeros, can be what `rest` begins with; a
// number is followed by a byte that belongs to no word.
class NumberStart {
 public:
  explicit NumberStart(std::string_view rest);
  bool possible() const { return possible_; }
  bool Fits(uint64_t number) const;

 private:
  bool possible_ = false;
  bool ends_ = false;       // `rest` goes on after the digits: the number is they
  uint64_t digits_ = 0;
  uint64_t limit_ = 1;      // 10 to the power of their count
};

}  // namespace sb::events
