// SPDX-License-Identifier: Apache-2.0
//
// The tombstones of a store: which samples of which series have been deleted but are still in
// blocks. One checked page: varint count, then per rule zigzag start, zigzag end, varint number of
// matchers, per matcher type byte, name, value (length-prefixed). Replaced as a whole.
//
// Failures: kNotFound if there is no file, kDataLoss if it is damaged (the store then does not
// open: showing deleted samples would be wrong).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/env.h"
#include "base/status.h"
#include "store/tsdb/block/compactor.h"

namespace sb::tsdb {

base::Result<std::vector<TombstoneRule>> ReadTombstoneFile(base::FileSystem& files,
                                                           const std::string& path);
base::Status WriteTombstoneFile(base::FileSystem& files, const std::string& path,
                                std::span<const TombstoneRule> rules);

}  // namespace sb::tsdb
