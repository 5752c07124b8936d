// SPDX-License-Identifier: Apache-2.0
#include "query/promql/notation_cursor.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "model/label_name.h"
#include "query/promql/literals.h"
#include "query/promql/position.h"

namespace sb::promql {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsWordCharacter(char c) {
  return IsDigit(c) || IsLetter(c) || c == '_';
}

}  // namespace

void NotationCursor::SkipBlanks() {
  while (AtBlank()) {
    ++at_;
  }
}

bool NotationCursor::TakeIf(std::string_view text) {
  if (text_.substr(std::min(at_, text_.size()), text.size()) != text) {
    return false;
  }
  at_ += text.size();
  return true;
}

std::string_view NotationCursor::TakeWord() {
  const size_t begin = at_;
  while (IsWordCharacter(Peek())) {
    ++at_;
  }
  return text_.substr(begin, at_ - begin);
}

// No letter can be part of a number but the exponent's, so that `1x3` is the number 1, repeated.
base::Result<double> NotationCursor::TakeNumber() {
  const size_t begin = at_;
  while (IsDigit(Peek()) || Peek() == '.' || Peek() == '_') {
    ++at_;
  }
  if (at_ > begin && (Peek() == 'e' || Peek() == 'E')) {
    ++at_;
    if (Peek() == '+' || Peek() == '-') {
      ++at_;
    }
    while (IsDigit(Peek())) {
      ++at_;
    }
  }
  const std::string_view text = text_.substr(begin, at_ - begin);
  base::Result<double> number = ParseNumber(text);
  if (!number.ok()) {
    return ErrorAt(begin, "error parsing number: " + std::string(number.status().message()));
  }
  return number;
}

base::Result<double> NotationCursor::TakeSignedNumber() {
  const bool negative = Peek() == '-';
  if (negative || Peek() == '+') {
    ++at_;
  }
  double value = 0;
  if (IsLetter(Peek())) {
    const size_t begin = at_;
    base::Result<double> special = ParseNumber(TakeWord());
    if (!special.ok()) {
      at_ = begin;
      return Unexpected("series values, expected number or \"stale\"");
    }
    value = *special;
  } else {
    if (!IsDigit(Peek()) && Peek() != '.') {
      return Unexpected("series values");
    }
    SB_ASSIGN_OR_RETURN(value, TakeNumber());
  }
  return negative ? -value : value;
}

base::Result<uint64_t> NotationCursor::TakeCount() {
  const size_t begin = at_;
  while (IsDigit(Peek())) {
    ++at_;
  }
  uint64_t count = 0;
  const std::string_view digits = text_.substr(begin, at_ - begin);
  if (std::from_chars(digits.data(), digits.data() + digits.size(), count).ec != std::errc()) {
    return ErrorAt(begin, "invalid repetition in series values: " + model::QuoteString(digits));
  }
  return count;
}

base::Result<int32_t> NotationCursor::TakeInt() {
  const size_t begin = at_;
  const bool negative = TakeIf("-");
  SB_ASSIGN_OR_RETURN(const uint64_t count, TakeCount());
  if (count > static_cast<uint64_t>(std::numeric_limits<int32_t>::max())) {
    return ErrorAt(begin, "integer out of range");
  }
  const auto value = static_cast<int32_t>(count);
  return negative ? -value : value;
}

base::Status NotationCursor::ErrorAt(size_t at, std::string_view message) const {
  const auto position = static_cast<int32_t>(at);
  return base::InvalidArgument(StartPosition({position, position}, text_) +
                               ": parse error: " + std::string(message));
}

base::Status NotationCursor::Unexpected(std::string_view where) const {
  if (AtEnd()) {
    return Error("unexpected end of input in " + std::string(where));
  }
  const std::string_view rest = text_.substr(at_);
  const std::string_view item = rest.substr(0, rest.find_first_of(" \t", 1));
  return Error("unexpected " + model::QuoteString(item) + " in " + std::string(where));
}

}  // namespace sb::promql
