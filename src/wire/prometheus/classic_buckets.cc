// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/classic_buckets.h"

#include <limits>

#include "base/check.h"
#include "model/histogram_buckets.h"

namespace sb::wire {

std::vector<ClassicBucket> ClassicBuckets(const model::Histogram& h) {
  SB_CHECK(h.UsesCustomBuckets());
  const std::vector<model::Bucket> counted = model::SideBuckets(h, true);
  std::vector<ClassicBucket> out;
  out.reserve(h.custom_values.size() + 1);
  double below = 0;
  auto next = counted.begin();
  for (size_t i = 0; i < h.custom_values.size(); ++i) {
    while (next != counted.end() && next->index <= static_cast<int32_t>(i)) {
      below += next->count;
      ++next;
    }
    out.push_back({h.custom_values[i], below});
  }
  out.push_back({std::numeric_limits<double>::infinity(), h.count});
  return out;
}

}  // namespace sb::wire
