// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/proto_writer.h"

#include <cmath>

#include "encoding/varint.h"
#include "wire/prometheus/classic_buckets.h"

namespace sb::wire {
namespace {

// io.prometheus.client.MetricType.
uint64_t TypeNumber(model::MetricType type) {
  constexpr uint64_t kUntyped = 3;
  constexpr uint64_t kHistogram = 4;
  constexpr uint64_t kGaugeHistogram = 5;
  switch (type) {
    case model::MetricType::kHistogram:
      return kHistogram;
    case model::MetricType::kGaugeHistogram:
      return kGaugeHistogram;
    default:
      return kUntyped;
  }
}

// Field numbers of the message Metric.
constexpr uint32_t kLabel = 1;
constexpr uint32_t kUntypedValue = 5;
constexpr uint32_t kTimestampMs = 6;
constexpr uint32_t kHistogramValue = 7;

}  // namespace

void FamilyWriter::BeginFamily(std::string_view name, model::MetricType type) {
  Finish();
  writer_.Bytes(1, EscapeName(name, escaping_));
  writer_.Varint(3, TypeNumber(type));
}

void FamilyWriter::Finish() {
  if (family_.empty()) {
    return;
  }
  encoding::AppendVarint(out_, family_.size());
  out_->append(family_);
  family_.clear();
}

void FamilyWriter::WriteLabels(std::span<const model::Label> labels) {
  for (const model::Label& label : labels) {
    if (label.name != model::kMetricName) {
      const size_t mark = writer_.BeginMessage(kLabel);
      writer_.Bytes(1, EscapeName(label.name, escaping_));
      writer_.Bytes(2, label.value);
      writer_.EndMessage(mark);
    }
  }
}

void FamilyWriter::AddValue(std::span<const model::Label> labels, double value, int64_t time_ms) {
  const size_t metric = writer_.BeginMessage(4);
  WriteLabels(labels);
  const size_t untyped = writer_.BeginMessage(kUntypedValue);
  writer_.Double(1, value);
  writer_.EndMessage(untyped);
  writer_.Int64(kTimestampMs, time_ms);
  writer_.EndMessage(metric);
}

void FamilyWriter::AddHistogram(std::span<const model::Label> labels,
                                const model::Histogram& histogram, int64_t time_ms) {
  const size_t metric = writer_.BeginMessage(4);
  WriteLabels(labels);
  writer_.Int64(kTimestampMs, time_ms);
  const size_t value = writer_.BeginMessage(kHistogramValue);
  writer_.Double(2, histogram.sum);
  if (histogram.UsesCustomBuckets()) {
    WriteCount(1, 4, histogram.count);
    WriteClassic(histogram);
  } else {
    WriteNative(histogram);
  }
  writer_.EndMessage(value);
  writer_.EndMessage(metric);
}

void FamilyWriter::WriteClassic(const model::Histogram& h) {
  for (const ClassicBucket& bucket : ClassicBuckets(h)) {
    const size_t mark = writer_.BeginMessage(3);
    writer_.Double(2, bucket.upper_bound);
    WriteCount(1, 4, bucket.cumulative_count);
    writer_.EndMessage(mark);
  }
}

// Whole numbers as such: readers older than floats in classic histograms take only these.
void FamilyWriter::WriteCount(uint32_t whole_field, uint32_t float_field, double count) {
  constexpr double kExactMax = 9007199254740992.0;  // 2^53
  if (count >= 0 && count <= kExactMax && count == std::trunc(count)) {
    writer_.Varint(whole_field, static_cast<uint64_t>(count));
  } else {
    writer_.Double(float_field, count);
  }
}

void FamilyWriter::WriteNative(const model::Histogram& h) {
  writer_.Double(4, h.count);
  writer_.ZigZag(5, h.schema);
  writer_.Double(6, h.zero_threshold);
  writer_.Double(8, h.zero_count);
  WriteSide(9, 11, h.negative_spans, h.negative_buckets);
  if (h.negative_spans.empty() && h.positive_spans.empty()) {
    WriteSide(12, 14, {{0, 0}}, {});
  } else {
    WriteSide(12, 14, h.positive_spans, h.positive_buckets);
  }
}

void FamilyWriter::WriteSide(uint32_t span_field, uint32_t count_field,
                             const std::vector<model::HistogramSpan>& spans,
                             const std::vector<double>& counts) {
  for (const model::HistogramSpan& span : spans) {
    const size_t mark = writer_.BeginMessage(span_field);
    writer_.ZigZag(1, span.offset);
    writer_.Varint(2, span.length);
    writer_.EndMessage(mark);
  }
  if (!counts.empty()) {
    const size_t mark = writer_.BeginMessage(count_field);
    for (const double count : counts) {
      writer_.AppendPackedDouble(count);
    }
    writer_.EndMessage(mark);
  }
}

}  // namespace sb::wire
