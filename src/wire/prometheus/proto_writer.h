// SPDX-License-Identifier: Apache-2.0
//
// FamilyWriter writes the protobuf exposition format, which alone has native histograms,
// for /federate:
//
//   FamilyWriter out(escaping, &body);
//   out.BeginFamily("latency_seconds", model::MetricType::kHistogram);
//   out.AddHistogram(labels, histogram, time_ms);
//   out.Finish();
//
// Values are of families of type kUnknown, histograms of kHistogram and kGaugeHistogram. A family
// may come again with another type: readers of this format take it. A native histogram's counts are
// written as floats; one with custom buckets, which the format has no place for, as a classic
// histogram; one without any bucket has an empty span, by which readers know that it is native.
// Threads: one at a time. Source: client_model's metrics.proto, Prometheus web/federate.go.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "encoding/protobuf.h"
#include "model/histogram.h"
#include "model/sample.h"
#include "wire/prometheus/name_rules.h"

namespace sb::wire {

class FamilyWriter {
 public:
  FamilyWriter(EscapingScheme escaping, std::string* out) : escaping_(escaping), out_(out) {}

  void BeginFamily(std::string_view name, model::MetricType type);
  // `__name__` among the labels is left out.
  void AddValue(std::span<const model::Label> labels, double value, int64_t time_ms);
  void AddHistogram(std::span<const model::Label> labels, const model::Histogram& histogram,
                    int64_t time_ms);
  // After the last family.
  void Finish();

 private:
  void WriteLabels(std::span<const model::Label> labels);
  void WriteCount(uint32_t whole_field, uint32_t float_field, double count);
  void WriteClassic(const model::Histogram& h);
  void WriteNative(const model::Histogram& h);
  void WriteSide(uint32_t span_field, uint32_t count_field,
                 const std::vector<model::HistogramSpan>& spans, const std::vector<double>& counts);

  const EscapingScheme escaping_;
  std::string* const out_;
  std::string family_;  // the message so far
  encoding::ProtoWriter writer_{&family_};
};

}  // namespace sb::wire
