// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/bloom.h"

#include <cstdint>
#include <vector>

#include "encoding/bytes.h"
#include "encoding/hash.h"

namespace sb::events {
namespace {

constexpr size_t kBitsPerValue = 10;
constexpr int kProbes = 6;

// Calls visit(bit) for each probe; stops when it gives false.
template <typename F>
bool Probe(std::string_view value, uint64_t bits, F&& visit) {
  const encoding::Hash128 hash = encoding::Hash128Of(value);
  uint64_t at = hash.low;
  for (int i = 0; i < kProbes; ++i, at += hash.high | 1) {
    // The high bits of the product spread over the filter without a division.
    const auto bit = static_cast<uint64_t>((static_cast<unsigned __int128>(at) * bits) >> 64);
    if (!visit(bit)) {
      return false;
    }
  }
  return true;
}

}  // namespace

void AppendBloom(std::span<const std::string_view> values, std::string* out) {
  // Neighbours are often equal and count once.
  size_t distinct = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    distinct += i == 0 || values[i] != values[i - 1];
  }
  std::vector<uint64_t> words((distinct * kBitsPerValue + 63) / 64 + 1);
  for (size_t i = 0; i < values.size(); ++i) {
    if (i == 0 || values[i] != values[i - 1]) {
      Probe(values[i], words.size() * 64, [&](uint64_t bit) {
        words[bit / 64] |= uint64_t{1} << (bit % 64);
        return true;
      });
    }
  }
  out->append(reinterpret_cast<const char*>(words.data()), words.size() * 8);
}

bool BloomMayContain(std::string_view bloom, std::string_view value) {
  if (bloom.size() < 8 || bloom.size() % 8 != 0) {
    return true;
  }
  return Probe(value, bloom.size() * 8, [&](uint64_t bit) {
    return ((static_cast<uint8_t>(bloom[bit / 8]) >> (bit % 8)) & 1) != 0;
  });
}

}  // namespace sb::events
