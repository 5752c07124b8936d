// SPDX-License-Identifier: Apache-2.0
//
// BucketReferences remembers the bucket columns of classic histograms that a writer has written, so
// that a further bucket of the same histogram can be kept as the difference to its nearest
// neighbours: the counts of neighbouring `le` bounds move together.
//
// Memory: the columns of the histograms touched last, within a bound. Threads: one at a time.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "encoding/hash.h"
#include "model/label_set.h"

namespace sb::tsdb {

struct BucketColumn {
  double le = 0;
  uint64_t offset = 0;  // of its frame
  uint32_t size_bytes = 0;
  uint32_t depth = 0;  // how many references a reader follows from it
  std::vector<int64_t> counts;
};

class BucketReferences {
 public:
  explicit BucketReferences(size_t bytes_max) : bytes_max_(bytes_max) {}

  // Names the histogram that a series with the label `le` belongs to, for one stretch of samples.
  // False if the series is no bucket.
  static bool FamilyOf(const model::LabelSet& labels, uint32_t time_column,
                       encoding::Hash128* family, double* le);

  // Up to two neighbours that a reader reaches in less than depth_max steps; valid until Add.
  std::vector<const BucketColumn*> Neighbours(const encoding::Hash128& family, double le,
                                              uint32_t depth_max) const;
  void Add(const encoding::Hash128& family, BucketColumn column);

 private:
  struct FamilyHash {
    size_t operator()(const encoding::Hash128& hash) const { return hash.low; }
  };
  struct Family {
    encoding::Hash128 hash;
    std::vector<BucketColumn> columns;
    size_t bytes = 0;
  };
  const size_t bytes_max_;
  size_t bytes_ = 0;
  std::list<Family> families_;  // touched last first
  std::unordered_map<encoding::Hash128, std::list<Family>::iterator, FamilyHash> by_hash_;
};

}  // namespace sb::tsdb
