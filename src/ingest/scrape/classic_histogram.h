// SPDX-License-Identifier: Apache-2.0
//
// ClassicHistogram collects `x_bucket{le=…}`, `x_sum` and `x_count` of one histogram and makes a
// native histogram with custom buckets ("NHCB") of them.
//
// The series of one histogram stand together in an exposition: Take() says when a series belongs to
// another one, and the caller then converts and starts over.
//
// Build fails with kInvalidArgument when bounds or counts contradict each other (counts that go
// down, a count that is not the last bucket's). Source: Prometheus util/convertnhcb. Threads: one
// at a time.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/histogram.h"
#include "model/label_set.h"

namespace sb::scrape {

enum class ClassicPart : uint8_t { kNone, kBucket, kSum, kCount };

// What `labels` (sorted, with __name__) are of the histogram `family`; `le` is set for buckets.
ClassicPart ClassicPartOf(std::span<const model::Label> labels, std::string_view family,
                          double* le);

class ClassicHistogram {
 public:
  bool empty() const { return identity_.empty(); }
  // Whether the labels, apart from name and `le`, are those of what was collected.
  bool IsSame(std::span<const model::Label> labels) const;
  void Start(std::span<const model::Label> labels, std::string_view family);
  void Add(ClassicPart part, double le, double value);
  void Clear();

  // The labels of the native histogram: name of the family, no `le`.
  const model::LabelSet& identity() const { return identity_; }
  base::Result<model::HistogramPtr> Build();

 private:
  struct Bucket {
    double le;
    double cumulative;
  };
  base::Status Check();

  model::LabelSet identity_;
  std::vector<Bucket> buckets_;
  std::optional<double> sum_;
  std::optional<double> count_;
};

}  // namespace sb::scrape
