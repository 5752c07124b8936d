// SPDX-License-Identifier: Apache-2.0
//
// One io.prometheus.client.Metric, decoded as far as the parser needs it: views into the message.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/histogram.h"
#include "model/sample.h"

namespace sb::wire {

struct ProtoMetric {
  struct Bucket {
    double upper_bound = 0;
    double cumulative_count = 0;
    std::string_view exemplar;
  };
  struct Quantile {
    double quantile = 0;
    double value = 0;
  };

  std::vector<model::Label> labels;  // in the order of the message
  int64_t time_ms = 0;               // 0: none
  int64_t start_time_ms = 0;
  double value = 0;  // of a counter, gauge or untyped metric
  double sample_count = 0;
  double sample_sum = 0;
  std::vector<Bucket> buckets;
  std::vector<Quantile> quantiles;
  std::vector<std::string_view> exemplars;  // of a counter or native histogram
  model::Histogram native;                  // count and sum are set too
  bool is_native = false;

  // Replaces the content. kInvalidArgument if `bytes` is malformed.
  base::Status Read(std::string_view bytes);

 private:
  void Clear();
  base::Status ReadCounter(std::string_view bytes);
  base::Status ReadSummary(std::string_view bytes);
  base::Status ReadHistogram(std::string_view bytes);
};

// io.prometheus.client.Exemplar; `labels` is scratch space.
base::Status ReadProtoExemplar(std::string_view bytes, std::vector<model::Label>* labels,
                               model::Exemplar* exemplar);

}  // namespace sb::wire
