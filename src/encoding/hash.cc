// SPDX-License-Identifier: Apache-2.0
#include "encoding/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace sb::encoding {

uint64_t Hash64Of(std::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

Hash128 Hash128Of(std::string_view bytes, uint64_t seed) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
  return {hash.low64, hash.high64};
}

}  // namespace sb::encoding
