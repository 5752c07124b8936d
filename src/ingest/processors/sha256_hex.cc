// SPDX-License-Identifier: Apache-2.0
#include "ingest/processors/sha256_hex.h"

#include <openssl/sha.h>

#include "encoding/hex.h"

namespace sb::ingest {

std::string Sha256Hex(const std::string& text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return encoding::HexOf({reinterpret_cast<const char*>(digest), sizeof(digest)});
}

}  // namespace sb::ingest
