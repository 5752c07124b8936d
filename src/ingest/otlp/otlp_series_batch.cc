// SPDX-License-Identifier: Apache-2.0
#include "ingest/otlp/otlp_series_batch.h"

#include <bit>
#include <cmath>

#include "encoding/plain_float.h"

namespace sb::ingest {
namespace {

using encoding::Hash128;

std::string_view AsBytes(const std::vector<Hash128>& hashes) {
  return {reinterpret_cast<const char*>(hashes.data()), hashes.size() * sizeof(Hash128)};
}

// As the reference writes le and quantile of OTLP: shortest digits, never an exponent.
std::string PlainNumber(double value) {
  if (std::isinf(value)) {
    return value > 0 ? "+Inf" : "-Inf";
  }
  std::string text;
  encoding::AppendPlainFloat(value, &text);
  return text;
}

std::string NameOf(const OtlpMetricContext& metric, SeriesPart part) {
  switch (part) {
    case SeriesPart::kSum:
      return metric.name + "_sum";
    case SeriesPart::kCount:
      return metric.name + "_count";
    case SeriesPart::kBucket:
      return metric.name + "_bucket";
    case SeriesPart::kPlain:
    case SeriesPart::kQuantile:
      break;
  }
  return metric.name;
}

}  // namespace

void OtlpSeriesBatch::BeginMetric(std::shared_ptr<const OtlpMetricContext> metric) {
  metric_ = std::move(metric);
}

void OtlpSeriesBatch::BeginPoint(std::span<const std::string_view> attributes, bool counts) {
  if (series_.size() >= kSeriesMax || points_.size() >= kSeriesMax) {
    Flush();
  }
  hashes_.assign(1, metric_->key);
  for (const std::string_view attribute : attributes) {
    hashes_.push_back(encoding::Hash128Of(attribute, seed_));
  }
  point_key_ = encoding::Hash128Of(AsBytes(hashes_), seed_);
  points_seen_ += counts ? 1 : 0;
  points_.push_back({metric_, {attributes.begin(), attributes.end()}, counts, false});
}

void OtlpSeriesBatch::Add(SeriesPart part, double bound, model::Sample sample) {
  Hash128 key = point_key_;
  if (part != SeriesPart::kPlain) {
    hashes_.assign(
        {point_key_, Hash128{static_cast<uint64_t>(part), std::bit_cast<uint64_t>(bound)}});
    key = encoding::Hash128Of(AsBytes(hashes_), seed_);
  }
  keys_.push_back(key);
  series_.push_back({static_cast<uint32_t>(points_.size() - 1), part, bound, std::move(sample)});
}

void OtlpSeriesBatch::AddExemplar(model::Exemplar exemplar) {
  exemplars_.push_back({series_.size() - 1, std::move(exemplar)});
}

void OtlpSeriesBatch::RejectPoint(LossReason reason, std::string message) {
  Point& point = points_.back();
  writer_->Reject(reason, 1, std::move(message));
  rejected_points_ += point.counts && !point.is_rejected ? 1 : 0;
  point.is_rejected = true;
}

void OtlpSeriesBatch::OnRejected(size_t series) {
  Point& point = points_[series_[series].point];
  rejected_points_ += point.counts && !point.is_rejected ? 1 : 0;
  point.is_rejected = true;
}

base::Status OtlpSeriesBatch::ReadLabels(size_t series, std::vector<model::Label>* labels) {
  const Series& one = series_[series];
  const Point& point = points_[one.point];
  if (!point.metric->fixed_labels.empty()) {
    labels_ = point.metric->fixed_labels;
  } else {
    std::vector<wire::KeyValue> attributes;
    for (const std::string_view bytes : point.attributes) {
      SB_RETURN_IF_ERROR(wire::ReadAttribute(bytes, &attributes));
    }
    std::vector<NamedValue> extras = {{"__name__", NameOf(*point.metric, one.part)}};
    if (one.part == SeriesPart::kBucket || one.part == SeriesPart::kQuantile) {
      extras.emplace_back(one.part == SeriesPart::kBucket ? "le" : "quantile",
                          PlainNumber(one.bound));
    }
    SB_RETURN_IF_ERROR(
        BuildSeriesLabels(rules_, *point.metric->shared, attributes, extras, &labels_));
  }
  labels->clear();
  for (const NamedValue& label : labels_) {
    labels->push_back({label.first, label.second});
  }
  return base::OkStatus();
}

void OtlpSeriesBatch::Rebind(size_t series, store::SeriesRef ref) {
  refs_[series] = ref;
  cache_->Insert({&keys_[series], 1}, {&ref, 1});
}

void OtlpSeriesBatch::ResolveMissing() {
  refs_.assign(keys_.size(), store::SeriesRef::kNone);
  cache_->Find(keys_, refs_);
  new_keys_.clear();
  new_refs_.clear();
  for (size_t i = 0; i < series_.size() && !writer_->failed(); ++i) {
    if (refs_[i] != store::SeriesRef::kNone) {
      continue;
    }
    const base::Status read = ReadLabels(i, &views_);
    if (!read.ok()) {
      writer_->Reject(LossReason::kInvalidLabels, 1, std::string(read.message()));
      OnRejected(i);
      continue;
    }
    refs_[i] = writer_->Resolve(views_, 1);
    if (refs_[i] == store::SeriesRef::kNone) {
      OnRejected(i);
      continue;
    }
    new_keys_.push_back(keys_[i]);
    new_refs_.push_back(refs_[i]);
    writer_->SetMetadata(refs_[i], points_[series_[i].point].metric->metadata, i, this);
  }
  cache_->Insert(new_keys_, new_refs_);
}

void OtlpSeriesBatch::AppendSamples() {
  floats_.clear();
  float_series_.clear();
  for (size_t i = 0; i < series_.size(); ++i) {
    const model::Sample& sample = series_[i].sample;
    if (refs_[i] == store::SeriesRef::kNone) {
      continue;
    }
    if (sample.histogram == nullptr && sample.start_time_ms == 0) {
      floats_.push_back({refs_[i], sample.time_ms, sample.value});
      float_series_.push_back(static_cast<uint32_t>(i));
    } else {
      writer_->Append(refs_[i], sample, i, this);
    }
  }
  writer_->AppendFloats(floats_, float_series_, this);
  for (const PendingExemplar& pending : exemplars_) {
    if (refs_[pending.series] != store::SeriesRef::kNone) {
      writer_->AppendExemplar(refs_[pending.series], pending.exemplar, pending.series, this);
    } else {
      writer_->Reject(LossReason::kExemplarRefused, 1, "its series was rejected");
    }
  }
}

void OtlpSeriesBatch::Flush() {
  writer_->BeginBatch();
  if (!writer_->failed() && !series_.empty()) {
    ResolveMissing();
    AppendSamples();
  }
  Clear();
}

void OtlpSeriesBatch::Clear() {
  points_.clear();
  series_.clear();
  keys_.clear();
  refs_.clear();
  exemplars_.clear();
}

}  // namespace sb::ingest
