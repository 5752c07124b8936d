// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/testing/fake_store.h"

#include <bit>
#include <utility>

namespace sb::ingest {

class FakeAppender final : public store::Appender {
 public:
  explicit FakeAppender(FakeStore* store) : store_(store), series_(store->by_name_) {}

  base::Result<store::SeriesRef> Resolve(const model::LabelSet& labels) override {
    ++store_->resolve_count_;
    const std::string name = labels.ToString();
    if (!series_.contains(name) && series_.size() >= store_->series_max) {
      return base::ResourceExhausted("too many series, the limit is " +
                                     std::to_string(store_->series_max));
    }
    series_[name].labels = labels;
    for (const auto& [ref, known] : store_->names_) {
      if (known == name) {
        return store::SeriesRef{ref};
      }
    }
    store_->names_[store_->next_ref_] = name;
    return store::SeriesRef{store_->next_ref_++};
  }

  base::Status Append(store::SeriesRef ref, const model::Sample& sample) override {
    SB_RETURN_IF_ERROR(store_->append_status);
    const auto name = store_->names_.find(static_cast<uint64_t>(ref));
    if (name == store_->names_.end()) {
      return base::NotFound("unknown series reference");
    }
    if (sample.histogram != nullptr) {
      SB_RETURN_IF_ERROR(sample.histogram->Validate());
    }
    if (sample.time_ms < store_->time_min_ms) {
      return base::OutOfRange("too old sample");
    }
    std::vector<model::Sample>& samples = series_[name->second].samples;
    if (!samples.empty() && samples.back().time_ms == sample.time_ms) {
      const bool equal =
          std::bit_cast<uint64_t>(samples.back().value) == std::bit_cast<uint64_t>(sample.value);
      return equal ? base::OkStatus() : base::AlreadyExists("duplicate sample for timestamp");
    }
    if (!samples.empty() && samples.back().time_ms > sample.time_ms) {
      return base::FailedPrecondition("out of order sample");
    }
    samples.push_back(sample);
    return base::OkStatus();
  }

  void AppendFloats(std::span<const store::RefSample> batch,
                    std::vector<base::Status>* errors) override {
    for (size_t i = 0; i < batch.size(); ++i) {
      base::Status status = Append(
          batch[i].ref, {.time_ms = batch[i].time_ms, .value = batch[i].value, .histogram = {}});
      if (!status.ok()) {
        errors->resize(batch.size());
        (*errors)[i] = std::move(status);
      }
    }
  }

  base::Status AppendExemplar(store::SeriesRef ref, const model::Exemplar& exemplar) override {
    const auto name = store_->names_.find(static_cast<uint64_t>(ref));
    if (name == store_->names_.end()) {
      return base::NotFound("unknown series reference");
    }
    std::vector<model::Exemplar>& exemplars = series_[name->second].exemplars;
    if (!exemplars.empty() && exemplars.back().time_ms > exemplar.time_ms) {
      return base::FailedPrecondition("out of order exemplar");
    }
    exemplars.push_back(exemplar);
    return base::OkStatus();
  }

  base::Status SetMetadata(store::SeriesRef ref, const model::MetricMetadata& metadata) override {
    const auto name = store_->names_.find(static_cast<uint64_t>(ref));
    if (name == store_->names_.end()) {
      return base::NotFound("unknown series reference");
    }
    series_[name->second].metadata = metadata;
    return base::OkStatus();
  }

  base::Status Commit() override {
    SB_RETURN_IF_ERROR(store_->commit_status);
    store_->by_name_ = std::move(series_);
    return base::OkStatus();
  }
  void Rollback() override { series_ = store_->by_name_; }

 private:
  FakeStore* const store_;
  std::map<std::string, FakeStore::Series> series_;  // as it will be after Commit
};

std::unique_ptr<store::Appender> FakeStore::NewAppender() {
  return std::make_unique<FakeAppender>(this);
}

const FakeStore::Series* FakeStore::Find(const std::string& printed) const {
  const auto at = by_name_.find(printed);
  return at == by_name_.end() ? nullptr : &at->second;
}

uint64_t FakeStore::sample_count() const {
  uint64_t count = 0;
  for (const auto& [name, series] : by_name_) {
    count += series.samples.size();
  }
  return count;
}

void FakeStore::ForgetReferences() {
  names_.clear();
}

}  // namespace sb::ingest
