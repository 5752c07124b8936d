// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/write_request.h"

#include <array>
#include <bit>

#include "encoding/protobuf.h"

namespace sb::wire {
namespace {

using encoding::ProtoReader;
using encoding::ProtoWriter;

// In the order of the wire's numbers.
constexpr std::array<model::MetricType, 8> kTypes = {
    model::MetricType::kUnknown,   model::MetricType::kCounter,        model::MetricType::kGauge,
    model::MetricType::kHistogram, model::MetricType::kGaugeHistogram, model::MetricType::kSummary,
    model::MetricType::kInfo,      model::MetricType::kStateset};

// Whole numbers up to here are doubles exactly.
constexpr double kExactIntegerMax = 9007199254740992.0;

base::Status ReadSpan(std::string_view bytes, std::vector<model::HistogramSpan>* spans) {
  model::HistogramSpan span;
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        span.offset = static_cast<int32_t>(in.ZigZag());
        break;
      case 2:
        span.length = in.Uint32();
        break;
      default:
        break;
    }
  }
  spans->push_back(span);
  return in.status();
}

// Sums up counts that are sent as the difference to the one before.
class DeltaSum {
 public:
  explicit DeltaSum(std::vector<double>* out) : out_(out) {}
  void operator()(int64_t delta) {
    // Hostile deltas may overflow; the histogram's validation refuses what comes out.
    sum_ += static_cast<uint64_t>(delta);
    out_->push_back(static_cast<double>(static_cast<int64_t>(sum_)));
  }

 private:
  std::vector<double>* out_;
  uint64_t sum_ = 0;
};

void AppendSpans(uint32_t field, const std::vector<model::HistogramSpan>& spans,
                 ProtoWriter* writer) {
  for (const model::HistogramSpan& span : spans) {
    const size_t mark = writer->BeginMessage(field);
    writer->ZigZag(1, span.offset);
    writer->Varint(2, span.length);
    writer->EndMessage(mark);
  }
}

void AppendDoubles(uint32_t field, const std::vector<double>& values, ProtoWriter* writer) {
  if (values.empty()) {
    return;
  }
  const size_t mark = writer->BeginMessage(field);
  for (const double value : values) {
    writer->AppendPackedDouble(value);
  }
  writer->EndMessage(mark);
}

void AppendDeltas(uint32_t field, const std::vector<double>& counts, ProtoWriter* writer) {
  if (counts.empty()) {
    return;
  }
  const size_t mark = writer->BeginMessage(field);
  int64_t before = 0;
  for (const double count : counts) {
    const auto now = static_cast<int64_t>(count);
    writer->AppendPackedVarint(encoding::ZigZagEncode(now - before));
    before = now;
  }
  writer->EndMessage(mark);
}

}  // namespace

model::MetricType MetricTypeFromWire(uint64_t number) {
  return number < kTypes.size() ? kTypes[number] : model::MetricType::kUnknown;
}

uint64_t MetricTypeToWire(model::MetricType type) {
  for (size_t i = 0; i < kTypes.size(); ++i) {
    if (kTypes[i] == type) {
      return i;
    }
  }
  return 0;
}

base::Status ReadWriteSample(std::string_view bytes, WriteSample* sample) {
  // Nearly every sample is: tag 1, 8 bytes, tag 2, varint.
  constexpr size_t kValueBytes = 9;
  if (bytes.size() > kValueBytes + 1 && bytes[0] == 0x09 && bytes[kValueBytes] == 0x10) {
    uint64_t time = 0;
    const char* const end = bytes.data() + bytes.size();
    if (encoding::ReadVarint(bytes.data() + kValueBytes + 1, end, &time) == end) {
      sample->value = std::bit_cast<double>(encoding::LoadLe<uint64_t>(bytes.data() + 1));
      sample->time_ms = static_cast<int64_t>(time);
      return base::OkStatus();
    }
  }
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        sample->value = in.Double();
        break;
      case 2:
        sample->time_ms = in.Int64();
        break;
      case 3:
        sample->start_time_ms = in.Int64();
        break;
      default:
        break;
    }
  }
  return in.status();
}

void AppendWriteSample(uint32_t field, const WriteSample& sample, std::string* out) {
  ProtoWriter writer(out);
  const size_t mark = writer.BeginMessage(field);
  if (std::bit_cast<uint64_t>(sample.value) != 0) {
    writer.Double(1, sample.value);
  }
  if (sample.time_ms != 0) {
    writer.Int64(2, sample.time_ms);
  }
  if (sample.start_time_ms != 0) {
    writer.Int64(3, sample.start_time_ms);
  }
  writer.EndMessage(mark);
}

base::Status ReadWriteHistogram(std::string_view bytes, WriteHistogram* out) {
  model::Histogram& h = out->histogram;
  h.integer_counts = true;
  DeltaSum negative_sum(&h.negative_buckets);
  DeltaSum positive_sum(&h.positive_buckets);
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        h.count = static_cast<double>(in.Varint());
        break;
      case 2:
        h.count = in.Double();
        h.integer_counts = false;
        break;
      case 3:
        h.sum = in.Double();
        break;
      case 4:
        h.schema = static_cast<int32_t>(in.ZigZag());
        break;
      case 5:
        h.zero_threshold = in.Double();
        break;
      case 6:
        h.zero_count = static_cast<double>(in.Varint());
        break;
      case 7:
        h.zero_count = in.Double();
        break;
      case 8:
        SB_RETURN_IF_ERROR(ReadSpan(in.Bytes(), &h.negative_spans));
        break;
      case 9:
        in.ForEachZigZag(negative_sum);
        break;
      case 10:
        in.ForEachDouble([&](double count) { h.negative_buckets.push_back(count); });
        break;
      case 11:
        SB_RETURN_IF_ERROR(ReadSpan(in.Bytes(), &h.positive_spans));
        break;
      case 12:
        in.ForEachZigZag(positive_sum);
        break;
      case 13:
        in.ForEachDouble([&](double count) { h.positive_buckets.push_back(count); });
        break;
      case 14:
        h.counter_reset_hint = static_cast<model::CounterResetHint>(in.Varint() & 3);
        break;
      case 15:
        out->time_ms = in.Int64();
        break;
      case 16:
        in.ForEachDouble([&](double bound) { h.custom_values.push_back(bound); });
        break;
      case 17:
        out->start_time_ms = in.Int64();
        break;
      default:
        break;
    }
  }
  return in.status();
}

void AppendWriteHistogram(uint32_t field, const WriteHistogram& sample, std::string* out) {
  const model::Histogram& h = sample.histogram;
  ProtoWriter writer(out);
  const size_t mark = writer.BeginMessage(field);
  const bool integer = h.integer_counts && h.count >= 0 && h.count <= kExactIntegerMax;
  if (integer) {
    writer.Varint(1, static_cast<uint64_t>(h.count));
  } else {
    writer.Double(2, h.count);
  }
  writer.Double(3, h.sum);
  writer.ZigZag(4, h.schema);
  writer.Double(5, h.zero_threshold);
  if (integer) {
    writer.Varint(6, static_cast<uint64_t>(h.zero_count));
  } else {
    writer.Double(7, h.zero_count);
  }
  AppendSpans(8, h.negative_spans, &writer);
  if (integer) {
    AppendDeltas(9, h.negative_buckets, &writer);
  } else {
    AppendDoubles(10, h.negative_buckets, &writer);
  }
  AppendSpans(11, h.positive_spans, &writer);
  if (integer) {
    AppendDeltas(12, h.positive_buckets, &writer);
  } else {
    AppendDoubles(13, h.positive_buckets, &writer);
  }
  writer.Varint(14, static_cast<uint64_t>(h.counter_reset_hint));
  writer.Int64(15, sample.time_ms);
  AppendDoubles(16, h.custom_values, &writer);
  if (sample.start_time_ms != 0) {
    writer.Int64(17, sample.start_time_ms);
  }
  writer.EndMessage(mark);
}

}  // namespace sb::wire
