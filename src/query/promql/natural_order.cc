// SPDX-License-Identifier: Apache-2.0
#include "query/promql/natural_order.h"

#include <cstddef>

namespace sb::promql {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// Takes the next run of digits or of other characters off the front.
std::string_view TakeChunk(std::string_view* text) {
  const bool digits = IsDigit(text->front());
  size_t n = 1;
  while (n < text->size() && IsDigit((*text)[n]) == digits) {
    ++n;
  }
  const std::string_view chunk = text->substr(0, n);
  text->remove_prefix(n);
  return chunk;
}

std::string_view WithoutZeros(std::string_view digits) {
  while (digits.size() > 1 && digits.front() == '0') {
    digits.remove_prefix(1);
  }
  return digits;
}

// Below, equal to or above zero. Numbers of any length.
int CompareChunks(std::string_view a, std::string_view b) {
  if (IsDigit(a.front()) && IsDigit(b.front())) {
    a = WithoutZeros(a);
    b = WithoutZeros(b);
    if (a.size() != b.size()) {
      return a.size() < b.size() ? -1 : 1;
    }
  }
  return a.compare(b);
}

}  // namespace

bool NaturalLess(std::string_view a, std::string_view b) {
  std::string_view x = a;
  std::string_view y = b;
  while (!x.empty() && !y.empty()) {
    const int order = CompareChunks(TakeChunk(&x), TakeChunk(&y));
    if (order != 0) {
      return order < 0;
    }
  }
  if (x.empty() != y.empty()) {
    return x.empty();
  }
  return a < b;
}

}  // namespace sb::promql
