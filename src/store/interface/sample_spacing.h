// SPDX-License-Identifier: Apache-2.0
//
// SampleSpacing is what a Querier also is when some of its samples may lie further apart than they
// came in, because they were downsampled.
//
//   if (auto* spacing = dynamic_cast<SampleSpacing*>(&querier)) { … spacing->SpacingMs() … }
#pragma once

#include <cstdint>

namespace sb::store {

class SampleSpacing {
 public:
  virtual ~SampleSpacing() = default;
  // Downsampled series in the querier's range have at least one sample in each window of this
  // length in which they had any; 0: nothing there is downsampled.
  virtual int64_t SpacingMs() const = 0;
};

}  // namespace sb::store
