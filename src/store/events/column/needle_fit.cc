// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/needle_fit.h"

#include <algorithm>

namespace sb::events {
namespace {

constexpr size_t kDigitsMax = 18;  // of a number

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::optional<NeedlePlace> PlaceNeedle(std::string_view needle, size_t word_begin,
                                       size_t word_size, std::string_view literal, size_t at,
                                       LiteralSides sides) {
  NeedlePlace place;
  const size_t before = std::min(word_begin, at);
  if (needle.substr(word_begin - before, before) != literal.substr(at - before, before)) {
    return std::nullopt;
  }
  place.from_before = before < word_begin;
  const std::string_view needle_rest = needle.substr(word_begin + word_size);
  const std::string_view literal_rest = literal.substr(at + word_size);
  const size_t after = std::min(needle_rest.size(), literal_rest.size());
  if (needle_rest.substr(0, after) != literal_rest.substr(0, after)) {
    return std::nullopt;
  }
  if (after < needle_rest.size()) {
    place.rest = word_begin + word_size + after;
  }
  if ((place.from_before && !sides.variable_before) ||
      (place.rest != NeedlePlace::kNone && !sides.variable_after)) {
    return std::nullopt;
  }
  return place;
}

NumberStart::NumberStart(std::string_view rest) {
  const auto count =
      static_cast<size_t>(std::find_if_not(rest.begin(), rest.end(), IsDigit) - rest.begin());
  possible_ = count > 0 && count <= kDigitsMax && (rest[0] != '0' || count == 1);
  ends_ = count < rest.size();
  for (size_t i = 0; possible_ && i < count; ++i) {
    digits_ = digits_ * 10 + static_cast<uint64_t>(rest[i] - '0');
    limit_ *= 10;
  }
}

bool NumberStart::Fits(uint64_t number) const {
  if (!possible_ || ends_ || digits_ == 0) {
    return possible_ && number == digits_;  // a number that begins with 0 is 0
  }
  while (number >= limit_) {
    number /= 10;
  }
  return number == digits_;
}

}  // namespace sb::events
