// SPDX-License-Identifier: Apache-2.0
//
// Splitting a line into what repeats (its template) and what varies (numbers, ids, times).
//
//   LineSplitter splitter;
//   splitter.Split(line, row_time_ns_or_null);
//   splitter.pattern()      "GET /users/<number> took <number>.<digits>ms" with marks in it
//   splitter.variables()    one per mark, in order
//
// A word is a run of letters, digits and '_'; one with a digit in it is a variable, all else is
// literal. Kinds of variables, each a mark byte in the pattern, some with a parameter byte:
//   kNumber  digits without leading zero           kDigits  digits of a fixed width (parameter)
//   kHex     lower-case hex digits, an even number of them (parameter: half of it)
//   kWord    any other word                        kTime    an ISO 8601 time near the row's own
// A line with a byte below 8 is one kWord as a whole.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sb::events {

enum class VariableKind : uint8_t { kNumber = 1, kDigits = 2, kHex = 3, kWord = 4, kTime = 5 };

// Marks and parameters cannot be taken for text: marks are below 8, parameters carry the high bit.
inline constexpr unsigned char kMarkLimit = 8;
inline constexpr unsigned char kParameterBit = 0x80;

inline bool HasParameter(VariableKind kind) {
  return kind == VariableKind::kDigits || kind == VariableKind::kHex || kind == VariableKind::kTime;
}

bool IsWordByte(char c);  // letters, digits, '_'

struct Variable {
  VariableKind kind = VariableKind::kWord;
  uint8_t parameter = 0;
  std::string_view text;  // kHex, kWord
  int64_t number = 0;     // kNumber, kDigits; kTime: distance to the row's time in its own unit
};

class LineSplitter {
 public:
  // `time_ns` null: the row's time is not known, there are no kTime variables.
  void Split(std::string_view line, const int64_t* time_ns);
  const std::string& pattern() const { return pattern_; }
  const std::vector<Variable>& variables() const { return variables_; }

 private:
  void Add(const Variable& variable);
  Variable Classify(std::string_view line, size_t begin, size_t end) const;

  std::string pattern_;
  std::vector<Variable> variables_;
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
