// SPDX-License-Identifier: Apache-2.0
#include "wire/otlp/metrics_reader.h"

#include <bit>

namespace sb::wire {
namespace {

using encoding::ProtoReader;

// Bounds what one point may allocate. SDKs send at most 160 buckets.
constexpr size_t kBucketsMax = 65'536;
constexpr size_t kListMax = 65'536;

uint32_t FieldOf(OtlpMetricKind kind) {
  switch (kind) {
    case OtlpMetricKind::kNone:
      return 0;
    case OtlpMetricKind::kGauge:
      return 5;
    case OtlpMetricKind::kSum:
      return 7;
    case OtlpMetricKind::kHistogram:
      return 9;
    case OtlpMetricKind::kExponentialHistogram:
      return 10;
    case OtlpMetricKind::kSummary:
      return 11;
  }
  return 0;
}

OtlpMetricKind KindOf(uint32_t field) {
  switch (field) {
    case 5:
      return OtlpMetricKind::kGauge;
    case 7:
      return OtlpMetricKind::kSum;
    case 9:
      return OtlpMetricKind::kHistogram;
    case 10:
      return OtlpMetricKind::kExponentialHistogram;
    case 11:
      return OtlpMetricKind::kSummary;
    default:
      return OtlpMetricKind::kNone;
  }
}

base::Status ReadData(std::string_view bytes, OtlpMetric* metric) {
  if (metric->kind == OtlpMetricKind::kGauge || metric->kind == OtlpMetricKind::kSummary) {
    return base::OkStatus();
  }
  ProtoReader in(bytes);
  while (in.Next()) {
    if (in.field() == 2) {
      const uint64_t number = in.Varint();
      metric->temporality =
          number <= 2 ? static_cast<OtlpTemporality>(number) : OtlpTemporality::kUnspecified;
    } else if (in.field() == 3 && metric->kind == OtlpMetricKind::kSum) {
      metric->is_monotonic = in.Bool();
    }
  }
  return in.status();
}

void ResetPoint(OtlpPoint* point) {
  point->start_ns = 0;
  point->time_ns = 0;
  point->flags = 0;
  point->attributes.clear();
  point->exemplars.clear();
}

void AddBytes(ProtoReader* in, std::vector<std::string_view>* list) {
  if (list->size() >= kListMax) {
    in->Fail("a data point has too many attributes or exemplars");
    return;
  }
  list->push_back(in->Bytes());
}

template <typename T>
void AddBounded(ProtoReader* in, T value, std::vector<T>* list) {
  if (list->size() >= kBucketsMax) {
    in->Fail("a data point has too many buckets");
    return;
  }
  list->push_back(value);
}

// A packed field is refused by its size, before anything is allocated for it.
bool FitsBuckets(ProtoReader* in, size_t element_size) {
  if (in->wire_type() != encoding::WireType::kBytes ||
      in->Bytes().size() / element_size <= kBucketsMax) {
    return true;
  }
  in->Fail("a data point has too many buckets");
  return false;
}

void AddFixedCounts(ProtoReader* in, std::vector<uint64_t>* counts) {
  if (FitsBuckets(in, 8)) {
    in->ForEachFixed64([&](uint64_t count) { AddBounded(in, count, counts); });
  }
}

void AddBounds(ProtoReader* in, std::vector<double>* bounds) {
  if (FitsBuckets(in, 8)) {
    in->ForEachDouble([&](double bound) { AddBounded(in, bound, bounds); });
  }
}

base::Status ReadBuckets(std::string_view bytes, OtlpBuckets* buckets) {
  ProtoReader in(bytes);
  while (in.Next()) {
    if (in.field() == 1) {
      buckets->offset = static_cast<int32_t>(in.ZigZag());
    } else if (in.field() == 2 && FitsBuckets(&in, 1)) {
      in.ForEachVarint([&](uint64_t count) { AddBounded(&in, count, &buckets->counts); });
    }
  }
  return in.status();
}

base::Status ReadQuantile(std::string_view bytes, OtlpSummaryPoint::Quantile* quantile) {
  ProtoReader in(bytes);
  while (in.Next()) {
    if (in.field() == 1) {
      quantile->quantile = in.Double();
    } else if (in.field() == 2) {
      quantile->value = in.Double();
    }
  }
  return in.status();
}

double AsInt(uint64_t bits) {
  return static_cast<double>(static_cast<int64_t>(bits));
}

}  // namespace

base::Status ReadMetric(std::string_view bytes, OtlpMetric* metric) {
  *metric = OtlpMetric();
  metric->bytes = bytes;
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        metric->name = in.Bytes();
        break;
      case 2:
        metric->description = in.Bytes();
        break;
      case 3:
        metric->unit = in.Bytes();
        break;
      default:
        if (KindOf(in.field()) != OtlpMetricKind::kNone) {
          metric->kind = KindOf(in.field());
          SB_RETURN_IF_ERROR(ReadData(in.Bytes(), metric));
        }
    }
  }
  return in.status();
}

OtlpPointReader::OtlpPointReader(const OtlpMetric& metric)
    : field_(FieldOf(metric.kind)), metric_(metric.bytes), data_(std::string_view()) {}

bool OtlpPointReader::Next(std::string_view* point) {
  while (true) {
    while (data_.Next()) {
      if (data_.field() == 1) {
        *point = data_.Bytes();
        return data_.ok();
      }
    }
    if (!data_.ok()) {
      return false;
    }
    do {
      if (!metric_.Next()) {
        return false;
      }
    } while (metric_.field() != field_);
    data_ = ProtoReader(metric_.Bytes());
  }
}

base::Status OtlpPointReader::status() const {
  return data_.ok() ? metric_.status() : data_.status();
}

base::Status ReadNumberPoint(std::string_view bytes, OtlpNumberPoint* point) {
  ResetPoint(point);
  point->has_value = false;
  point->value = 0;
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 2:
        point->start_ns = in.Fixed64();
        break;
      case 3:
        point->time_ns = in.Fixed64();
        break;
      case 4:
        point->has_value = true;
        point->value = in.Double();
        break;
      case 5:
        AddBytes(&in, &point->exemplars);
        break;
      case 6:
        point->has_value = true;
        point->value = AsInt(in.Fixed64());
        break;
      case 7:
        AddBytes(&in, &point->attributes);
        break;
      case 8:
        point->flags = in.Uint32();
        break;
      default:
        break;
    }
  }
  return in.status();
}

base::Status ReadHistogramPoint(std::string_view bytes, OtlpHistogramPoint* point) {
  ResetPoint(point);
  point->count = 0;
  point->sum.reset();
  point->bucket_counts.clear();
  point->explicit_bounds.clear();
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 2:
        point->start_ns = in.Fixed64();
        break;
      case 3:
        point->time_ns = in.Fixed64();
        break;
      case 4:
        point->count = in.Fixed64();
        break;
      case 5:
        point->sum = in.Double();
        break;
      case 6:
        AddFixedCounts(&in, &point->bucket_counts);
        break;
      case 7:
        AddBounds(&in, &point->explicit_bounds);
        break;
      case 8:
        AddBytes(&in, &point->exemplars);
        break;
      case 9:
        AddBytes(&in, &point->attributes);
        break;
      case 10:
        point->flags = in.Uint32();
        break;
      default:
        break;
    }
  }
  return in.status();
}

base::Status ReadExponentialPoint(std::string_view bytes, OtlpExponentialPoint* point) {
  ResetPoint(point);
  point->count = 0;
  point->sum.reset();
  point->scale = 0;
  point->zero_count = 0;
  point->zero_threshold = 0;
  for (OtlpBuckets* side : {&point->positive, &point->negative}) {
    side->offset = 0;
    side->counts.clear();
  }
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        AddBytes(&in, &point->attributes);
        break;
      case 2:
        point->start_ns = in.Fixed64();
        break;
      case 3:
        point->time_ns = in.Fixed64();
        break;
      case 4:
        point->count = in.Fixed64();
        break;
      case 5:
        point->sum = in.Double();
        break;
      case 6:
        point->scale = static_cast<int32_t>(in.ZigZag());
        break;
      case 7:
        point->zero_count = in.Fixed64();
        break;
      case 8:
        SB_RETURN_IF_ERROR(ReadBuckets(in.Bytes(), &point->positive));
        break;
      case 9:
        SB_RETURN_IF_ERROR(ReadBuckets(in.Bytes(), &point->negative));
        break;
      case 10:
        point->flags = in.Uint32();
        break;
      case 11:
        AddBytes(&in, &point->exemplars);
        break;
      case 14:
        point->zero_threshold = in.Double();
        break;
      default:
        break;
    }
  }
  return in.status();
}

base::Status ReadSummaryPoint(std::string_view bytes, OtlpSummaryPoint* point) {
  ResetPoint(point);
  point->count = 0;
  point->sum = 0;
  point->quantiles.clear();
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 2:
        point->start_ns = in.Fixed64();
        break;
      case 3:
        point->time_ns = in.Fixed64();
        break;
      case 4:
        point->count = in.Fixed64();
        break;
      case 5:
        point->sum = in.Double();
        break;
      case 6: {
        OtlpSummaryPoint::Quantile quantile;
        SB_RETURN_IF_ERROR(ReadQuantile(in.Bytes(), &quantile));
        AddBounded(&in, quantile, &point->quantiles);
        break;
      }
      case 7:
        AddBytes(&in, &point->attributes);
        break;
      case 8:
        point->flags = in.Uint32();
        break;
      default:
        break;
    }
  }
  return in.status();
}

base::Status ReadOtlpExemplar(std::string_view bytes, OtlpExemplar* exemplar) {
  *exemplar = OtlpExemplar();
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 2:
        exemplar->time_ns = in.Fixed64();
        break;
      case 3:
        exemplar->has_value = true;
        exemplar->value = in.Double();
        break;
      case 4:
        exemplar->span_id = in.Bytes();
        break;
      case 5:
        exemplar->trace_id = in.Bytes();
        break;
      case 6:
        exemplar->has_value = true;
        exemplar->value = AsInt(in.Fixed64());
        break;
      case 7:
        AddBytes(&in, &exemplar->attributes);
        break;
      default:
        break;
    }
  }
  return in.status();
}

}  // namespace sb::wire
