// SPDX-License-Identifier: Apache-2.0
//
// XXH3 hashes of byte strings. The results are part of disk formats and stay the same for ever;
// they are no protection against somebody who chooses the bytes, unless the seed is secret.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace sb::encoding {

struct Hash128 {
  uint64_t low = 0;
  uint64_t high = 0;
  friend auto operator<=>(const Hash128&, const Hash128&) = default;
};

uint64_t Hash64Of(std::string_view bytes, uint64_t seed = 0);
Hash128 Hash128Of(std::string_view bytes, uint64_t seed = 0);

}  // namespace sb::encoding
