// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/proto_metric.h"

#include "encoding/protobuf.h"
#include "wire/prometheus/name_rules.h"

namespace sb::wire {
namespace {

using encoding::ProtoReader;

base::Status ReadLabelPair(std::string_view bytes, std::vector<model::Label>* labels) {
  model::Label label;
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        label.name = in.Bytes();
        break;
      case 2:
        label.value = in.Bytes();
        break;
      default:
        break;
    }
  }
  labels->push_back(label);
  return in.status();
}

base::Status ReadTimestamp(std::string_view bytes, int64_t* time_ms) {
  int64_t seconds = 0;
  int64_t nanos = 0;
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        seconds = in.Int64();
        break;
      case 2:
        nanos = in.Int32();
        break;
      default:
        break;
    }
  }
  // Years 0001 to 9999, as google.protobuf.Timestamp has it; also keeps the product in range.
  if (seconds < -62'135'596'800 || seconds > 253'402'300'799) {
    return base::InvalidArgument("timestamp is out of range: " + std::to_string(seconds) + " s");
  }
  *time_ms = seconds * 1000 + nanos / 1'000'000;
  return in.status();
}

base::Status ReadScalar(std::string_view bytes, double* value) {
  ProtoReader in(bytes);
  while (in.Next()) {
    if (in.field() == 1) {
      *value = in.Double();
    }
  }
  return in.status();
}

base::Status ReadQuantile(std::string_view bytes, ProtoMetric::Quantile* quantile) {
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        quantile->quantile = in.Double();
        break;
      case 2:
        quantile->value = in.Double();
        break;
      default:
        break;
    }
  }
  return in.status();
}

base::Status ReadBucket(std::string_view bytes, ProtoMetric::Bucket* bucket) {
  ProtoReader in(bytes);
  double float_count = 0;
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        bucket->cumulative_count = static_cast<double>(in.Varint());
        break;
      case 2:
        bucket->upper_bound = in.Double();
        break;
      case 3:
        bucket->exemplar = in.Bytes();
        break;
      case 4:
        float_count = in.Double();
        break;
      default:
        break;
    }
  }
  if (float_count > 0) {
    bucket->cumulative_count = float_count;
  }
  return in.status();
}

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

// The parts of a histogram message that come in an integer and in a float form.
struct HistogramCounts {
  double count = 0;
  double count_float = 0;
  double zero_count = 0;
  double zero_count_float = 0;
  std::vector<double> positive_floats;
  std::vector<double> negative_floats;
  // Of the delta-encoded integers, the count so far.
  int64_t positive = 0;
  int64_t negative = 0;
};

int64_t AddWrapping(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

void FinishNative(HistogramCounts* counts, double sum, model::Histogram* native) {
  native->sum = sum;
  if (counts->count_float > 0 || counts->zero_count_float > 0) {
    native->integer_counts = false;
    native->count = counts->count_float;
    native->zero_count = counts->zero_count_float;
    native->positive_buckets = std::move(counts->positive_floats);
    native->negative_buckets = std::move(counts->negative_floats);
    return;
  }
  native->integer_counts = true;
  native->count = counts->count;
  native->zero_count = counts->zero_count;
}

}  // namespace

void ProtoMetric::Clear() {
  labels.clear();
  time_ms = 0;
  start_time_ms = 0;
  value = 0;
  sample_count = 0;
  sample_sum = 0;
  buckets.clear();
  quantiles.clear();
  exemplars.clear();
  native = model::Histogram();
  is_native = false;
}

base::Status ProtoMetric::Read(std::string_view bytes) {
  Clear();
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        SB_RETURN_IF_ERROR(ReadLabelPair(in.Bytes(), &labels));
        break;
      case 2:
      case 5:
        SB_RETURN_IF_ERROR(ReadScalar(in.Bytes(), &value));
        break;
      case 3:
        SB_RETURN_IF_ERROR(ReadCounter(in.Bytes()));
        break;
      case 4:
        SB_RETURN_IF_ERROR(ReadSummary(in.Bytes()));
        break;
      case 6:
        time_ms = in.Int64();
        break;
      case 7:
        SB_RETURN_IF_ERROR(ReadHistogram(in.Bytes()));
        break;
      default:
        break;
    }
  }
  return in.status();
}

base::Status ProtoMetric::ReadCounter(std::string_view bytes) {
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        value = in.Double();
        break;
      case 2:
        exemplars.push_back(in.Bytes());
        break;
      case 3:
        SB_RETURN_IF_ERROR(ReadTimestamp(in.Bytes(), &start_time_ms));
        break;
      default:
        break;
    }
  }
  return in.status();
}

base::Status ProtoMetric::ReadSummary(std::string_view bytes) {
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        sample_count = static_cast<double>(in.Varint());
        break;
      case 2:
        sample_sum = in.Double();
        break;
      case 3:
        SB_RETURN_IF_ERROR(ReadQuantile(in.Bytes(), &quantiles.emplace_back()));
        break;
      case 4:
        SB_RETURN_IF_ERROR(ReadTimestamp(in.Bytes(), &start_time_ms));
        break;
      default:
        break;
    }
  }
  return in.status();
}

base::Status ProtoMetric::ReadHistogram(std::string_view bytes) {
  HistogramCounts counts;
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        counts.count = static_cast<double>(in.Varint());
        break;
      case 2:
        sample_sum = in.Double();
        break;
      case 3:
        SB_RETURN_IF_ERROR(ReadBucket(in.Bytes(), &buckets.emplace_back()));
        break;
      case 4:
        counts.count_float = in.Double();
        break;
      case 5:
        native.schema = static_cast<int32_t>(in.ZigZag());
        break;
      case 6:
        native.zero_threshold = in.Double();
        break;
      case 7:
        counts.zero_count = static_cast<double>(in.Varint());
        break;
      case 8:
        counts.zero_count_float = in.Double();
        break;
      case 9:
        SB_RETURN_IF_ERROR(ReadSpan(in.Bytes(), &native.negative_spans));
        break;
      case 10:
        in.ForEachZigZag([&](int64_t delta) {
          counts.negative = AddWrapping(counts.negative, delta);
          native.negative_buckets.push_back(static_cast<double>(counts.negative));
        });
        break;
      case 11:
        in.ForEachDouble([&](double count) { counts.negative_floats.push_back(count); });
        break;
      case 12:
        SB_RETURN_IF_ERROR(ReadSpan(in.Bytes(), &native.positive_spans));
        break;
      case 13:
        in.ForEachZigZag([&](int64_t delta) {
          counts.positive = AddWrapping(counts.positive, delta);
          native.positive_buckets.push_back(static_cast<double>(counts.positive));
        });
        break;
      case 14:
        in.ForEachDouble([&](double count) { counts.positive_floats.push_back(count); });
        break;
      case 15:
        SB_RETURN_IF_ERROR(ReadTimestamp(in.Bytes(), &start_time_ms));
        break;
      case 16:
        exemplars.push_back(in.Bytes());
        break;
      default:
        break;
    }
  }
  sample_count = counts.count_float > 0 ? counts.count_float : counts.count;
  // A native histogram without observations still has a span, by convention an empty one.
  is_native = !native.positive_spans.empty() || !native.negative_spans.empty() ||
              native.zero_threshold > 0 || counts.zero_count > 0 || counts.zero_count_float > 0;
  FinishNative(&counts, sample_sum, &native);
  return in.status();
}

base::Status ReadProtoExemplar(std::string_view bytes, std::vector<model::Label>* labels,
                               model::Exemplar* exemplar) {
  labels->clear();
  *exemplar = model::Exemplar();
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        SB_RETURN_IF_ERROR(ReadLabelPair(in.Bytes(), labels));
        break;
      case 2:
        exemplar->value = in.Double();
        break;
      case 3:
        SB_RETURN_IF_ERROR(ReadTimestamp(in.Bytes(), &exemplar->time_ms));
        exemplar->has_time = true;
        break;
      default:
        break;
    }
  }
  SB_RETURN_IF_ERROR(in.status());
  SortLabels(labels);
  SB_RETURN_IF_ERROR(ValidateLabels(*labels));
  exemplar->labels = model::LabelSet::FromLabels(*labels);
  return base::OkStatus();
}

}  // namespace sb::wire
