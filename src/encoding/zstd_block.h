// SPDX-License-Identifier: Apache-2.0
//
// Zstandard for the pages of our own files: the raw size is known, the context is kept per thread,
// so that small blocks cost what their bytes cost. For what senders send, see compress.h.
//
//   AppendZstdBlock(raw, /*level=*/1, &out);
//   SB_RETURN_IF_ERROR(ReadZstdBlock(compressed, raw_size, buffer));
//
// ReadZstdBlock writes exactly `size` bytes or gives kDataLoss. Threads: safe everywhere.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/status.h"

namespace sb::encoding {

void AppendZstdBlock(std::string_view raw, int level, std::string* out);
base::Status ReadZstdBlock(std::string_view compressed, size_t size, char* out);

}  // namespace sb::encoding
