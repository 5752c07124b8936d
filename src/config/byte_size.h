// SPDX-License-Identifier: Apache-2.0
//
// Sizes as Prometheus writes them: "512MB", "1.5GiB", "1GB512MB", "0". KB and KiB are both 1024
// bytes, up to EB; a unit is required unless the size is 0.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace sb::config {

// A distinct type, so that a size is never read as a plain number.
struct ByteSize {
  int64_t bytes = 0;
  friend auto operator<=>(ByteSize, ByteSize) = default;
};

// kInvalidArgument: `units: invalid 1..2MB`, `units: unknown unit XB in 1XB`.
base::Result<ByteSize> ParseByteSize(std::string_view text);
std::string FormatByteSize(ByteSize size);  // "15MiB", "1GiB512MiB", "0B"

}  // namespace sb::config
