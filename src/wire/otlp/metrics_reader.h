// SPDX-License-Identifier: Apache-2.0
//
// The messages of OTLP metrics below the scope: Metric and its five kinds of data points.
//
//   OtlpMetric metric;
//   SB_RETURN_IF_ERROR(ReadMetric(item, &metric));
//   OtlpPointReader points(metric);
//   std::string_view bytes;
//   while (points.Next(&bytes)) {
//     OtlpNumberPoint point;                              // reuse it: its vectors keep their
//     memory SB_RETURN_IF_ERROR(ReadNumberPoint(bytes, &point));
//   }
//   SB_RETURN_IF_ERROR(points.status());
//
// Attributes are handed out encoded (KeyValue messages), so that a point of a known series costs a
// hash of them and no parsing. kInvalidArgument for malformed bytes. A message whose numbers
// contradict each other is not malformed: judging it is the user's business.
//
// Source: opentelemetry/proto/metrics/v1/metrics.proto. Threads: values.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "encoding/protobuf.h"

namespace sb::wire {

enum class OtlpMetricKind : uint8_t {
  kNone,
  kGauge,
  kSum,
  kHistogram,
  kExponentialHistogram,
  kSummary
};
enum class OtlpTemporality : uint8_t { kUnspecified, kDelta, kCumulative };

struct OtlpMetric {
  std::string_view name;
  std::string_view description;
  std::string_view unit;
  OtlpMetricKind kind = OtlpMetricKind::kNone;
  OtlpTemporality temporality = OtlpTemporality::kUnspecified;
  bool is_monotonic = false;
  std::string_view bytes;  // the whole message
};
base::Status ReadMetric(std::string_view bytes, OtlpMetric* metric);

// The encoded data points of a metric.
class OtlpPointReader {
 public:
  explicit OtlpPointReader(const OtlpMetric& metric);
  bool Next(std::string_view* point);
  base::Status status() const;

 private:
  const uint32_t field_;
  encoding::ProtoReader metric_;
  encoding::ProtoReader data_;
};

// What all data points have. Timestamps are nanoseconds since the epoch, 0 if unknown.
struct OtlpPoint {
  uint64_t start_ns = 0;
  uint64_t time_ns = 0;
  uint32_t flags = 0;
  std::vector<std::string_view> attributes;  // KeyValue messages
  std::vector<std::string_view> exemplars;   // Exemplar messages

  bool HasNoRecordedValue() const { return (flags & 1) != 0; }
};

struct OtlpNumberPoint : OtlpPoint {
  bool has_value = false;
  double value = 0;
};
struct OtlpHistogramPoint : OtlpPoint {
  uint64_t count = 0;
  std::optional<double> sum;
  std::vector<uint64_t> bucket_counts;
  std::vector<double> explicit_bounds;
};
struct OtlpBuckets {
  int32_t offset = 0;
  std::vector<uint64_t> counts;
};
struct OtlpExponentialPoint : OtlpPoint {
  uint64_t count = 0;
  std::optional<double> sum;
  int32_t scale = 0;
  uint64_t zero_count = 0;
  double zero_threshold = 0;
  OtlpBuckets positive;
  OtlpBuckets negative;
};
struct OtlpSummaryPoint : OtlpPoint {
  struct Quantile {
    double quantile = 0;
    double value = 0;
  };
  uint64_t count = 0;
  double sum = 0;
  std::vector<Quantile> quantiles;
};

// They replace what `point` held.
base::Status ReadNumberPoint(std::string_view bytes, OtlpNumberPoint* point);
base::Status ReadHistogramPoint(std::string_view bytes, OtlpHistogramPoint* point);
base::Status ReadExponentialPoint(std::string_view bytes, OtlpExponentialPoint* point);
base::Status ReadSummaryPoint(std::string_view bytes, OtlpSummaryPoint* point);

struct OtlpExemplar {
  uint64_t time_ns = 0;
  bool has_value = false;
  double value = 0;
  std::string_view trace_id;
  std::string_view span_id;
  std::vector<std::string_view> attributes;
};
base::Status ReadOtlpExemplar(std::string_view bytes, OtlpExemplar* exemplar);

}  // namespace sb::wire
