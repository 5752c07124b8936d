// SPDX-License-Identifier: Apache-2.0
//
// Splitting a line into what repeats (its template) and what varies (numbers, ids, times, phrases).
//
//   LineSplitter splitter;
//   splitter.Split(line, row_time_ns_or_null);
//   splitter.pattern()      "GET /<phrase>/<number> took <number>.<digits>ms" with marks in it
//   splitter.variables()    one per mark, in order
//
// A word is a run of letters, digits and '_'; one with a digit in it is a variable. Kinds of
// variables, each a mark byte in the pattern, some with a parameter byte:
//   kNumber  digits without leading zero           kDigits  digits of a fixed width (parameter)
//   kHex     lower-case hex digits, an even number of them (parameter: half of it)
//   kWord    any other word                        kTime    an ISO 8601 time near the row's own
//   kPhrase  words without digits, single blanks between them
// All else is literal: what is no word, the word that names the next value ("msg":, level=), one
// behind a backslash or right behind a time, and true, false, null alone. A line with a byte below
// 8 is one kWord as a whole.
//
// So a variable begins and ends where words do, except that letters may follow a time.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sb::events {

enum class VariableKind : uint8_t {
  kNumber = 1,
  kDigits = 2,
  kHex = 3,
  kWord = 4,
  kTime = 5,
  kPhrase = 6  // in memory only: stored as a kWord, or as literal text where it never varies
};

// Marks and parameters cannot be taken for text: marks are below 8, parameters carry the high bit.
inline constexpr unsigned char kMarkLimit = 8;
inline constexpr unsigned char kParameterBit = 0x80;

inline bool HasParameter(VariableKind kind) {
  return kind == VariableKind::kDigits || kind == VariableKind::kHex || kind == VariableKind::kTime;
}

// Letters, digits, '_'.
inline bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_';
}

struct Variable {
  VariableKind kind = VariableKind::kWord;
  uint8_t parameter = 0;
  std::string_view text;  // kHex, kWord, kPhrase
  int64_t number = 0;     // kNumber, kDigits; kTime: distance to the row's time in its own unit
};

// A pattern cut up: a literal and the variable after it; the last one has none.
struct PatternPiece {
  std::string_view literal;  // a view into the pattern
  VariableKind kind = VariableKind::kWord;
  uint8_t parameter = 0;
};
std::vector<PatternPiece> CutPattern(std::string_view pattern);

// What begins with the word at `begin`: a variable, or (false) a literal word. `end`: behind it.
bool TakeVariable(std::string_view line, size_t begin, bool after_time, const int64_t* time_ns,
                  Variable* variable, size_t* end);

class LineSplitter {
 public:
  // `time_ns` null: the row's time is not known, there are no kTime variables.
  void Split(std::string_view line, const int64_t* time_ns);
  const std::string& pattern() const { return pattern_; }
  const std::vector<Variable>& variables() const { return variables_; }
  // The line is a single kWord because of a control byte.
  bool is_whole() const { return is_whole_; }

 private:
  void Add(const Variable& variable);

  std::string pattern_;
  std::vector<Variable> variables_;
  bool is_whole_ = false;
};

// kTime's parameter: number of digits after the second, and whether a blank stands for the T.
struct TimeForm {
  uint8_t digits = 0;
  bool blank = false;
};
TimeForm TimeFormOf(uint8_t parameter);
inline constexpr size_t kTimeBytesMax = 32;
// The date that was written last: most times of a run have the same.
struct WrittenDate {
  int64_t days = INT64_MIN;  // since 1970
  char text[10] = {};
};
// Writes the time that is `distance` units of the form away from time_ns; returns its length.
size_t FormatTime(int64_t time_ns, int64_t distance, TimeForm form, char* out,
                  WrittenDate* written);
void AppendTime(int64_t time_ns, int64_t distance, TimeForm form, std::string* out);
// A time at the beginning of `text`: its length, and its form and distance; 0 if there is none.
size_t ParseTime(std::string_view text, int64_t time_ns, uint8_t* parameter, int64_t* distance);

}  // namespace sb::events
