// SPDX-License-Identifier: Apache-2.0
//
// DeletedRows says which rows of a part are deleted but still in its file: one bitmap per row
// group, null where nothing is. Kept in a small file beside the parts, named by the manifest, so
// that a deletion from many parts takes effect at once.
//
// File: one checked page: varint number of groups; per group varint rows (0: nothing deleted) and a
// blob of the bitmap's words.
//
// Failures: kDataLoss if the file is damaged (the part is then not shown: deleted rows must not
// come back). Threads: values, immutable once shared.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/env.h"
#include "base/status.h"
#include "store/events/column/bitmap.h"

namespace sb::events {

struct DeletedRows {
  std::vector<std::shared_ptr<const Bitmap>> groups;

  const Bitmap* OfGroup(size_t group) const {
    return group < groups.size() ? groups[group].get() : nullptr;
  }
  uint64_t Count() const;

  base::Status Save(base::FileSystem& files, const std::string& path) const;
  static base::Result<std::shared_ptr<const DeletedRows>> Load(base::FileSystem& files,
                                                               const std::string& path);
};

}  // namespace sb::events
