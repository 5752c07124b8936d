// SPDX-License-Identifier: Apache-2.0
#include "ingest/remote_write/write_batch.h"

#include <algorithm>
#include <utility>

namespace sb::ingest {

WriteBatch::WriteBatch(SeriesCache* cache, SeriesCache* metadata_cache,
                       const wire::WriteRequestV2Reader* symbols)
    : cache_(cache), metadata_cache_(metadata_cache), symbols_(symbols) {}

void WriteBatch::AddSeriesV1(const encoding::Hash128& key, std::string_view label_bytes) {
  keys_.push_back(key);
  label_bytes_.push_back(label_bytes);
}

void WriteBatch::AddSeriesV2(const encoding::Hash128& key, std::span<const uint32_t> label_refs) {
  keys_.push_back(key);
  label_refs_.insert(label_refs_.end(), label_refs.begin(), label_refs.end());
  label_refs_end_.push_back(label_refs_.size());
}

void WriteBatch::AddFloats(std::span<const wire::WriteSample> samples) {
  // All or none of them take the slow path: they must stay in their order.
  const bool has_start_time =
      std::any_of(samples.begin(), samples.end(),
                  [](const wire::WriteSample& sample) { return sample.start_time_ms != 0; });
  if (has_start_time) [[unlikely]] {
    for (const wire::WriteSample& sample : samples) {
      Rare& rare = rare_.emplace_back();
      rare.series = last_series();
      rare.sample.time_ms = sample.time_ms;
      rare.sample.start_time_ms = sample.start_time_ms;
      rare.sample.value = sample.value;
    }
    return;
  }
  for (const wire::WriteSample& sample : samples) {
    floats_.push_back({store::SeriesRef::kNone, sample.time_ms, sample.value});
    float_series_.push_back(last_series());
  }
}

void WriteBatch::AddHistogram(wire::WriteHistogram histogram) {
  Rare& rare = rare_.emplace_back();
  rare.series = last_series();
  rare.sample.time_ms = histogram.time_ms;
  rare.sample.start_time_ms = histogram.start_time_ms;
  rare.sample.histogram = std::make_shared<const model::Histogram>(std::move(histogram.histogram));
}

void WriteBatch::AddExemplar(model::Exemplar exemplar) {
  Rare& rare = rare_.emplace_back();
  rare.series = last_series();
  rare.exemplar = std::make_unique<model::Exemplar>(std::move(exemplar));
}

void WriteBatch::SetMetadata(const encoding::Hash128& key, const wire::WriteMetadata& metadata) {
  metadata_.push_back({last_series(), metadata});
  metadata_keys_.push_back(key);
}

base::Status WriteBatch::ReadLabels(size_t series, std::vector<model::Label>* labels) {
  if (symbols_ == nullptr) {
    return wire::ReadLabelsV1(label_bytes_[series], labels);
  }
  const size_t begin = series == 0 ? 0 : label_refs_end_[series - 1];
  return symbols_->ReadLabels(
      std::span(label_refs_).subspan(begin, label_refs_end_[series] - begin), labels);
}

void WriteBatch::Rebind(size_t series, store::SeriesRef ref) {
  refs_[series] = ref;
  new_keys_.push_back(keys_[series]);
  new_refs_.push_back(ref);
}

void WriteBatch::Flush(MetricWriter* writer) {
  writer->BeginBatch();
  refs_.resize(keys_.size());
  cache_->Find(keys_, refs_);
  ResolveMissing(writer);
  AppendFloats(writer);
  AppendRare(writer);
  SetNewMetadata(writer);
  if (!new_keys_.empty()) {
    cache_->Insert(new_keys_, new_refs_);
  }
  Clear();
}

void WriteBatch::ResolveMissing(MetricWriter* writer) {
  for (size_t i = 0; i < keys_.size(); ++i) {
    if (refs_[i] != store::SeriesRef::kNone) {
      ++hits_;
      continue;
    }
    if (writer->failed()) {
      return;
    }
    ++misses_;
    const base::Status read = ReadLabels(i, &labels_);
    if (!read.ok()) {
      writer->Reject(LossReason::kInvalidLabels, CountSamples(i), std::string(read.message()));
      continue;
    }
    const store::SeriesRef ref = writer->Resolve(labels_, CountSamples(i));
    if (ref != store::SeriesRef::kNone) {
      Rebind(i, ref);
    }
  }
}

// Both lists are in the order of the series.
uint64_t WriteBatch::CountSamples(size_t series) const {
  const auto floats =
      std::equal_range(float_series_.begin(), float_series_.end(), static_cast<uint32_t>(series));
  uint64_t count = static_cast<uint64_t>(floats.second - floats.first);
  auto rare = std::lower_bound(rare_.begin(), rare_.end(), series,
                               [](const Rare& r, size_t wanted) { return r.series < wanted; });
  for (; rare != rare_.end() && rare->series == series; ++rare) {
    count += rare->exemplar == nullptr ? 1 : 0;
  }
  return count;
}

void WriteBatch::AppendFloats(MetricWriter* writer) {
  size_t kept = 0;
  for (size_t i = 0; i < floats_.size(); ++i) {
    const store::SeriesRef ref = refs_[float_series_[i]];
    if (ref == store::SeriesRef::kNone) {
      continue;  // its series was rejected, and the sample counted
    }
    floats_[kept] = floats_[i];
    floats_[kept].ref = ref;
    float_series_[kept] = float_series_[i];
    ++kept;
  }
  if (kept > 0) {
    writer->AppendFloats(std::span(floats_).first(kept), std::span(float_series_).first(kept),
                         this);
  }
}

void WriteBatch::AppendRare(MetricWriter* writer) {
  for (const Rare& rare : rare_) {
    const store::SeriesRef ref = refs_[rare.series];
    if (ref == store::SeriesRef::kNone) {
      continue;
    }
    if (rare.exemplar != nullptr) {
      writer->AppendExemplar(ref, *rare.exemplar, rare.series, this);
    } else {
      writer->Append(ref, rare.sample, rare.series, this);
    }
  }
}

void WriteBatch::SetNewMetadata(MetricWriter* writer) {
  if (metadata_.empty()) {
    return;
  }
  metadata_refs_.resize(metadata_keys_.size());
  metadata_cache_->Find(metadata_keys_, metadata_refs_);
  bool any_new = false;
  for (size_t i = 0; i < metadata_.size(); ++i) {
    const store::SeriesRef ref = refs_[metadata_[i].series];
    if (ref == store::SeriesRef::kNone || metadata_refs_[i] == ref) {
      continue;
    }
    const wire::WriteMetadata& metadata = metadata_[i].metadata;
    writer->SetMetadata(ref,
                        {metadata.type, std::string(metadata.unit), std::string(metadata.help)},
                        metadata_[i].series, this);
    metadata_refs_[i] = ref;
    any_new = true;
  }
  if (any_new) {
    metadata_cache_->Insert(metadata_keys_, metadata_refs_);
  }
}

void WriteBatch::Clear() {
  keys_.clear();
  label_bytes_.clear();
  label_refs_.clear();
  label_refs_end_.clear();
  floats_.clear();
  float_series_.clear();
  rare_.clear();
  metadata_.clear();
  metadata_keys_.clear();
  new_keys_.clear();
  new_refs_.clear();
}

}  // namespace sb::ingest
