// SPDX-License-Identifier: Apache-2.0
//
// What the messages of remote write 1.0 and 2.0 have in common: samples, native histograms,
// exemplars and metadata of a series. Views point into the decompressed request.
//
// Source: prompb/types.proto and io/prometheus/write/v2/types.proto of Prometheus.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/sample.h"

namespace sb::wire {

struct WriteSample {
  int64_t time_ms = 0;
  double value = 0;           // bit for bit as sent: a stale marker stays one
  int64_t start_time_ms = 0;  // 0: unknown
  friend bool operator==(const WriteSample&, const WriteSample&) = default;
};

struct WriteHistogram {
  int64_t time_ms = 0;
  int64_t start_time_ms = 0;
  model::Histogram histogram;
};

struct WriteMetadata {
  std::string_view metric;  // 1.0 only; in 2.0 the metadata belongs to its series
  model::MetricType type = model::MetricType::kUnknown;
  std::string_view help;
  std::string_view unit;
};

// A Sample message. Both versions are read; the start timestamp exists in 2.0 only.
base::Status ReadWriteSample(std::string_view bytes, WriteSample* sample);
void AppendWriteSample(uint32_t field, const WriteSample& sample, std::string* out);

// A Histogram message, the same in both versions. The histogram is not validated.
base::Status ReadWriteHistogram(std::string_view bytes, WriteHistogram* histogram);
void AppendWriteHistogram(uint32_t field, const WriteHistogram& histogram, std::string* out);

// The number of the enum that both versions use, and back; what is not known is kUnknown.
model::MetricType MetricTypeFromWire(uint64_t number);
uint64_t MetricTypeToWire(model::MetricType type);

}  // namespace sb::wire
