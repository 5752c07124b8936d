// SPDX-License-Identifier: Apache-2.0
//
// SampleSpacing is what a Querier also is when some of its samples may lie further apart than they
// came in, because they were downsampled.
//
//   const int64_t spacing_ms = SpacingOf(*querier);
#pragma once

#include <cstdint>

#include "store/interface/querier.h"

namespace sb::store {

class SampleSpacing {
 public:
  virtual ~SampleSpacing() = default;
  // Downsampled series in the querier's range have at least one sample in each window of this
  // length in which they had any; 0: nothing there is downsampled.
  virtual int64_t SpacingMs() const = 0;
};

// 0 if the querier knows nothing of it.
inline int64_t SpacingOf(const Querier& querier) {
  const auto* spacing = dynamic_cast<const SampleSpacing*>(&querier);
  return spacing == nullptr ? 0 : spacing->SpacingMs();
}

}  // namespace sb::store
