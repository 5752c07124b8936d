// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/bounded_writer.h"

#include <charconv>

#include "store/events/column/hex.h"

namespace sb::events {

void BoundedWriter::AppendNumber(uint64_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof(digits), number);
  Append({digits, static_cast<size_t>(end.ptr - digits)});
}

void BoundedWriter::AppendDigits(uint64_t number, size_t count) {
  char digits[24];
  for (size_t i = count; i > 0; --i, number /= 10) {
    digits[i - 1] = static_cast<char>('0' + number % 10);
  }
  Append({digits, count});
}

void BoundedWriter::AppendHex(const char* bytes, size_t count) {
  if (Fits(2 * count)) {
    WriteHex({bytes, count}, at_);
    at_ += 2 * count;
  }
}

}  // namespace sb::events
