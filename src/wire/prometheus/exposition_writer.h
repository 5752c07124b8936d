// SPDX-License-Identifier: Apache-2.0
//
// ExpositionWriter writes metrics in a text format, for our own /metrics and for /federate:
//
//   ExpositionWriter out(NegotiateFormat(accept), &body);
//   out.BeginFamily("http_requests_total", model::MetricType::kCounter, "Requests.");
//   out.Add({.labels = labels, .value = 12});
//   out.Finish();                                      // "# EOF" of OpenMetrics
//
// The formats differ in more than punctuation, and the writer takes care of it: OpenMetrics names a
// counter's family without `_total`, has times in seconds, exemplars and the suffix `_created`, and
// calls unknown what the text format calls untyped; names that the reader cannot take are escaped
// as it asked for.
//
// All series of a family must be written together. Threads: one at a time.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/sample.h"
#include "wire/prometheus/classic_buckets.h"
#include "wire/prometheus/exposition_format.h"

namespace sb::wire {

struct ExpositionSample {
  std::string_view suffix = {};               // "_bucket", "_sum", "_count", or empty
  std::span<const model::Label> labels = {};  // `__name__` among them is left out
  std::string_view extra_name = {};           // "le" or "quantile"
  double extra_value = 0;
  double value = 0;
  bool has_time = false;
  int64_t time_ms = 0;
  const model::Exemplar* exemplar = nullptr;
};

class ExpositionWriter {
 public:
  ExpositionWriter(ExpositionTarget target, std::string* out);

  // `name` as it is stored, a counter's with `_total`. Empty help and unit are left out.
  void BeginFamily(std::string_view name, model::MetricType type, std::string_view help = {},
                   std::string_view unit = {});
  void Add(const ExpositionSample& sample);
  // A classic histogram: `common` says labels and time, the last bucket is the one up to +Inf.
  void AddHistogram(ExpositionSample common, std::span<const ClassicBucket> buckets, double sum,
                    double count);
  // When the series with these labels started (OpenMetrics only, else nothing is written).
  void AddCreated(std::span<const model::Label> labels, int64_t created_ms);
  void Finish();

 private:
  bool IsOpenMetrics() const;
  void AppendMetadataLine(std::string_view keyword, std::string_view text);
  void AppendSeries(std::string_view suffix, std::span<const model::Label> labels,
                    std::string_view extra_name, double extra_value);
  void AppendLabel(std::string_view name, std::string_view value, char* separator);
  void AppendExemplar(const model::Exemplar& exemplar);
  void AppendNumber(double value);
  void AppendSeconds(int64_t time_ms);

  const ExpositionTarget target_;
  std::string* const out_;
  std::string family_;  // escaped, without `_total` in OpenMetrics
  bool drops_total_ = false;
};

}  // namespace sb::wire
