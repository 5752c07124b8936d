// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/bounded_writer.h"

#include <array>
#include <bit>

#include "encoding/hex.h"

namespace sb::events {
namespace {

constexpr std::array<std::array<char, 2>, 100> MakePairs() {
  std::array<std::array<char, 2>, 100> pairs{};
  for (size_t i = 0; i < 100; ++i) {
    pairs[i] = {static_cast<char>('0' + i / 10), static_cast<char>('0' + i % 10)};
  }
  return pairs;
}
constexpr std::array<std::array<char, 2>, 100> kPairs = MakePairs();

constexpr std::array<uint64_t, 20> MakePowers() {
  std::array<uint64_t, 20> powers{};
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i) {
    powers[i] = powers[i - 1] * 10;
  }
  return powers;
}
constexpr std::array<uint64_t, 20> kPowers = MakePowers();

size_t DigitCount(uint64_t number) {
  // 1233 / 4096 is log10(2), near enough for 64 bits.
  const auto guess = (static_cast<size_t>(std::bit_width(number | 1)) * 1233) >> 12;
  return guess + ((number | 1) >= kPowers[guess] ? 1 : 0);
}

// Ends at `end`; of a longer number the low digits.
void PutDigits(uint64_t number, size_t count, char* end) {
  for (; count >= 2; count -= 2, number /= 100) {
    end -= 2;
    std::memcpy(end, kPairs[number % 100].data(), 2);
  }
  if (count > 0) {
    *(end - 1) = static_cast<char>('0' + number % 10);
  }
}

}  // namespace

void BoundedWriter::AppendNumber(uint64_t number) {
  AppendDigits(number, DigitCount(number));
}

void BoundedWriter::AppendDigits(uint64_t number, size_t count) {
  if (Fits(count)) {
    at_ += count;
    PutDigits(number, count, at_);
  }
}

void BoundedWriter::AppendHex(const char* bytes, size_t count) {
  if (Fits(2 * count)) {
    encoding::WriteHex({bytes, count}, at_);
    at_ += 2 * count;
  }
}

}  // namespace sb::events
