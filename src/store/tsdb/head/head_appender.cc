// SPDX-License-Identifier: Apache-2.0
//
// HeadAppender collects one batch and commits it: look at every sample again under the commit lock,
// one record to the log, then the memory.
#include <algorithm>
#include <bit>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "store/interface/appender.h"
#include "store/tsdb/head/head_state.h"

namespace sb::tsdb {
namespace {

// How far ahead of its use a series' first cache lines are asked for: about the latency of memory
// over the work per sample.
constexpr size_t kPrefetchAhead = 8;

struct Bounds {
  int64_t in_order_min = kNoTime;
  int64_t late_min = std::numeric_limits<int64_t>::max();
  int64_t future_max = std::numeric_limits<int64_t>::max();
};

enum class Verdict : uint8_t {
  kAppend,
  kLate,  // out of order, within the window
  kDuplicate,
  kConflict,
  kTooOld,
  kOutOfOrder,
  kFuture,
};

Verdict Judge(SampleFit fit, int64_t time, const Bounds& bounds) {
  if (time > bounds.future_max) [[unlikely]] {
    return Verdict::kFuture;
  }
  if (fit == SampleFit::kInOrder) [[likely]] {
    if (time >= bounds.in_order_min) [[likely]] {
      return Verdict::kAppend;
    }
    return time >= bounds.late_min ? Verdict::kLate : Verdict::kTooOld;
  }
  if (fit == SampleFit::kDuplicate) {
    return Verdict::kDuplicate;
  }
  if (fit == SampleFit::kConflict) {
    return Verdict::kConflict;
  }
  if (time >= bounds.late_min) {
    return Verdict::kLate;
  }
  return time < bounds.in_order_min ? Verdict::kTooOld : Verdict::kOutOfOrder;
}

bool SameSample(const model::Sample& a, const model::Sample& b) {
  if ((a.histogram == nullptr) != (b.histogram == nullptr)) {
    return false;
  }
  return a.histogram ? a.histogram->BitEquals(*b.histogram)
                     : std::bit_cast<uint64_t>(a.value) == std::bit_cast<uint64_t>(b.value);
}

class HeadAppender final : public store::Appender {
 public:
  explicit HeadAppender(HeadState* state) : state_(state) {}
  ~HeadAppender() override { Rollback(); }

  base::Result<store::SeriesRef> Resolve(const model::LabelSet& labels) override;
  base::Status Append(store::SeriesRef ref, const model::Sample& sample) override;
  void AppendFloats(std::span<const store::RefSample> batch,
                    std::vector<base::Status>* errors) override;
  base::Status AppendExemplar(store::SeriesRef ref, const model::Exemplar& exemplar) override;
  base::Status SetMetadata(store::SeriesRef ref, const model::MetricMetadata& metadata) override;
  base::Status Commit() override;
  void Rollback() override;

 private:
  struct Other {
    MemSeries* member;
    model::Sample sample;
  };
  struct PendingExemplar {
    MemSeries* member;
    model::Exemplar exemplar;
  };
  struct PendingMetadata {
    std::string metric;
    model::MetricMetadata metadata;
  };

  void Begin();
  Bounds CurrentBounds() const;
  base::Status Report(Verdict verdict, int64_t time);
  Verdict JudgeLate(MemSeries* member, const model::Sample& sample) const;
  // The series of a ref, kept alive until this batch ends; null if it is gone.
  MemSeries* Use(store::SeriesRef ref) SB_REQUIRES_SHARED(state_->index_mutex);

  // Takes floats of one series as long as nothing can be said against them; how many these are.
  size_t TakeInOrder(MemSeries* member, std::span<const store::RefSample> samples);
  base::Status TakeFloat(MemSeries* member, const store::RefSample& sample);

  void SelectFloats(const Bounds& bounds) SB_REQUIRES(state_->commit_mutex);
  size_t EndOfSeries(size_t begin) const;
  bool KeepFloat(const PendingFloat& f, const PendingFloat* before, const Bounds& bounds);
  void SelectOthers(const Bounds& bounds) SB_REQUIRES(state_->commit_mutex);
  void SelectExtras() SB_REQUIRES(state_->commit_mutex);
  void LogSeries(MemSeries* member) SB_REQUIRES(state_->commit_mutex);
  void Apply(uint64_t commit) SB_REQUIRES(state_->commit_mutex);
  void Clear();

  HeadState* const state_;
  uint64_t session_ = 0;  // 0: none open
  Bounds bounds_;
  std::vector<PendingFloat> floats_;
  std::vector<Other> others_;
  std::vector<PendingExemplar> exemplars_;
  std::vector<PendingMetadata> metadata_;
  std::vector<MemSeries*> new_series_;  // that this commit puts into the log
  std::vector<model::Label> labels_;
};

void HeadAppender::Begin() {
  if (session_ == 0) {
    session_ = state_->sessions.OpenAppender();
    bounds_ = CurrentBounds();
  }
}

Bounds HeadAppender::CurrentBounds() const {
  const HeadOptions& options = state_->options;
  Bounds bounds;
  const int64_t newest = state_->newest_time.load(std::memory_order_relaxed);
  if (newest != kNoTime) {
    bounds.in_order_min = newest - options.past_max.Value();
    if (options.out_of_order_window.Value() > 0) {
      bounds.late_min = newest - options.out_of_order_window.Value();
    }
  }
  bounds.in_order_min = std::max(bounds.in_order_min, state_->boundary.load());
  if (options.future_max.Value() > 0) {
    bounds.future_max = state_->env.clock().NowMs().Value() + options.future_max.Value();
  }
  return bounds;
}

MemSeries* HeadAppender::Use(store::SeriesRef ref) {
  MemSeries* member = state_->SeriesOf(static_cast<uint64_t>(ref));
  if (member != nullptr) {
    member->touched.store(session_, std::memory_order_relaxed);
  }
  return member;
}

base::Result<store::SeriesRef> HeadAppender::Resolve(const model::LabelSet& labels) {
  Begin();
  if (labels.empty()) {
    return base::InvalidArgument("a series needs at least one label");
  }
  if (labels.size() > state_->options.labels_max) {
    return base::InvalidArgument("series has too many labels (limit " +
                                 std::to_string(state_->options.labels_max) +
                                 "): " + std::to_string(labels.size()));
  }
  if (labels.Encoded().size() > state_->options.label_bytes_max) {
    return base::InvalidArgument("labels of the series are too long (limit " +
                                 std::to_string(state_->options.label_bytes_max) +
                                 " bytes): " + std::to_string(labels.Encoded().size()));
  }
  labels_.assign(labels.begin(), labels.end());
  const uint32_t tag = TagTable::TagOf(labels.Hash());
  {
    base::ReaderLock lock(state_->index_mutex);
    if (MemSeries* member = state_->FindSeries(tag, labels_)) {
      member->touched.store(session_, std::memory_order_relaxed);
      return static_cast<store::SeriesRef>(member->ref());
    }
  }
  base::WriterLock lock(state_->index_mutex);
  MemSeries* member = state_->FindSeries(tag, labels_);
  if (member == nullptr) {
    if (state_->live_series >= state_->options.series_max) {
      state_->counters.refused_series_limit.Add();
      return base::ResourceExhausted(
          "limit of active series is reached, raise it or drop labels: " +
          std::to_string(state_->options.series_max));
    }
    member = state_->CreateSeries(tag, labels_);
    state_->counters.series_created.Add();
  }
  member->touched.store(session_, std::memory_order_relaxed);
  return static_cast<store::SeriesRef>(member->ref());
}

base::Status HeadAppender::Report(Verdict verdict, int64_t time) {
  HeadCounters& counters = state_->counters;
  switch (verdict) {
    case Verdict::kAppend:
    case Verdict::kLate:
    case Verdict::kDuplicate:
      return base::OkStatus();
    case Verdict::kConflict:
      counters.refused_conflict.Add();
      return base::AlreadyExists("duplicate sample for timestamp with another value, time: " +
                                 std::to_string(time));
    case Verdict::kTooOld:
      counters.refused_too_old.Add();
      return base::OutOfRange("sample is too old for the store, time: " + std::to_string(time));
    case Verdict::kOutOfOrder:
      counters.refused_out_of_order.Add();
      return base::FailedPrecondition("out of order sample, time: " + std::to_string(time));
    case Verdict::kFuture:
      counters.refused_future.Add();
      return base::OutOfRange("sample is too far in the future, time: " + std::to_string(time));
  }
  return base::OkStatus();
}

// A late sample may be there already.
Verdict HeadAppender::JudgeLate(MemSeries* member, const model::Sample& sample) const {
  model::Sample existing;
  base::SpinLockHolder lock(member->lock);
  if (!member->FindAt(sample.time_ms, &existing)) {
    return Verdict::kLate;
  }
  return SameSample(existing, sample) ? Verdict::kDuplicate : Verdict::kConflict;
}

base::Status HeadAppender::Append(store::SeriesRef ref, const model::Sample& sample) {
  Begin();
  MemSeries* member = nullptr;
  {
    base::ReaderLock lock(state_->index_mutex);
    member = Use(ref);
  }
  if (member == nullptr) {
    return base::NotFound("series is not known (any more), ref: " +
                          std::to_string(static_cast<uint64_t>(ref)));
  }
  Verdict verdict = Verdict::kAppend;
  if (sample.histogram != nullptr) {
    SB_RETURN_IF_ERROR(sample.histogram->Validate());
    base::SpinLockHolder lock(member->lock);
    verdict = Judge(member->Fit(sample), sample.time_ms, bounds_);
  } else {
    verdict = Judge(member->Fit(sample.time_ms, sample.value), sample.time_ms, bounds_);
  }
  if (verdict == Verdict::kLate) {
    verdict = JudgeLate(member, sample);
  }
  if (verdict == Verdict::kAppend || verdict == Verdict::kLate) {
    if (sample.histogram == nullptr && sample.start_time_ms == 0) {
      floats_.push_back({member, sample.time_ms, sample.value});
    } else {
      others_.push_back({member, sample});
    }
    return base::OkStatus();
  }
  if (verdict == Verdict::kDuplicate) {
    state_->counters.duplicates.Add();
  }
  return Report(verdict, sample.time_ms);
}

size_t HeadAppender::TakeInOrder(MemSeries* member, std::span<const store::RefSample> samples) {
  int64_t last = member->last_time();
  if (!floats_.empty() && floats_.back().series == member) {
    last = std::max(last, floats_.back().time);
  }
  size_t taken = 0;
  for (const store::RefSample& sample : samples) {
    if (sample.time_ms <= last || sample.time_ms < bounds_.in_order_min ||
        sample.time_ms > bounds_.future_max) {
      break;
    }
    floats_.push_back({member, sample.time_ms, sample.value});
    last = sample.time_ms;
    ++taken;
  }
  return taken;
}

base::Status HeadAppender::TakeFloat(MemSeries* member, const store::RefSample& sample) {
  SampleFit fit = member->Fit(sample.time_ms, sample.value);
  if (!floats_.empty() && floats_.back().series == member &&
      sample.time_ms <= floats_.back().time) {
    // The batch itself may be out of order.
    const bool same = sample.time_ms == floats_.back().time;
    const bool equal =
        std::bit_cast<uint64_t>(sample.value) == std::bit_cast<uint64_t>(floats_.back().value);
    fit = !same ? SampleFit::kOutOfOrder : equal ? SampleFit::kDuplicate : SampleFit::kConflict;
  }
  Verdict verdict = Judge(fit, sample.time_ms, bounds_);
  if (verdict == Verdict::kLate) {
    verdict = JudgeLate(member, {.time_ms = sample.time_ms, .value = sample.value});
  }
  if (verdict == Verdict::kAppend || verdict == Verdict::kLate) {
    floats_.push_back({member, sample.time_ms, sample.value});
    return base::OkStatus();
  }
  if (verdict == Verdict::kDuplicate) {
    state_->counters.duplicates.Add();
  }
  return Report(verdict, sample.time_ms);
}

void HeadAppender::AppendFloats(std::span<const store::RefSample> batch,
                                std::vector<base::Status>* errors) {
  Begin();
  errors->clear();
  const auto refuse = [&](size_t i, base::Status status) {
    if (!status.ok()) {
      errors->resize(batch.size());
      (*errors)[i] = std::move(status);
    }
  };
  if (floats_.capacity() - floats_.size() < batch.size()) {
    floats_.reserve(std::max(floats_.size() + batch.size(), 2 * floats_.capacity()));
  }
  base::ReaderLock lock(state_->index_mutex);
  for (size_t i = 0; i < batch.size();) {
    size_t end = i + 1;
    while (end < batch.size() && batch[end].ref == batch[i].ref) {
      ++end;
    }
    if (end + kPrefetchAhead <= batch.size()) {
      const auto ahead = static_cast<uint64_t>(batch[end + kPrefetchAhead - 1].ref);
      if (const MemSeries* next = state_->series.Find(static_cast<uint32_t>(ahead))) {
        __builtin_prefetch(next);
        __builtin_prefetch(reinterpret_cast<const char*>(next) + 64);
      }
    }
    MemSeries* member = Use(batch[i].ref);
    if (member == nullptr) {
      for (; i < end; ++i) {
        refuse(i, base::NotFound("series is not known (any more), ref: " +
                                 std::to_string(static_cast<uint64_t>(batch[i].ref))));
      }
      continue;
    }
    while (i < end) {
      if (end - i > 1) {
        i += TakeInOrder(member, batch.subspan(i, end - i));
      }
      if (i < end) {
        refuse(i, TakeFloat(member, batch[i]));
        ++i;
      }
    }
  }
}

base::Status HeadAppender::AppendExemplar(store::SeriesRef ref, const model::Exemplar& exemplar) {
  Begin();
  MemSeries* member = nullptr;
  {
    base::ReaderLock lock(state_->index_mutex);
    member = Use(ref);
  }
  if (member == nullptr) {
    return base::NotFound("series is not known (any more), ref: " +
                          std::to_string(static_cast<uint64_t>(ref)));
  }
  base::Status status;
  {
    base::MutexLock lock(state_->commit_mutex);
    status = state_->exemplars.Check(member->ref(), exemplar);
  }
  if (!status.ok()) {
    if (status.code() != base::StatusCode::kAlreadyExists) {
      state_->counters.exemplars_refused.Add();
    }
    return status;
  }
  exemplars_.push_back({member, exemplar});
  return base::OkStatus();
}

base::Status HeadAppender::SetMetadata(store::SeriesRef ref,
                                       const model::MetricMetadata& metadata) {
  Begin();
  base::ReaderLock lock(state_->index_mutex);
  MemSeries* member = Use(ref);
  if (member == nullptr) {
    return base::NotFound("series is not known (any more), ref: " +
                          std::to_string(static_cast<uint64_t>(ref)));
  }
  for (const uint32_t pair : member->pairs()) {
    const model::Label label = state_->index.LabelOf(pair);
    if (label.name == model::kMetricName) {
      metadata_.push_back({std::string(label.value), metadata});
      metadata_.back().metadata.help.resize(
          std::min(metadata.help.size(), MetadataTable::kHelpBytesMax));
      return base::OkStatus();
    }
  }
  return base::InvalidArgument("metadata for a series without a metric name");
}

void HeadAppender::LogSeries(MemSeries* member) {
  if (member->logged) {
    return;
  }
  member->logged = true;
  new_series_.push_back(member);
  const model::LabelSet labels = state_->LabelsOf(*member);
  state_->record.AddSeries(member->ref(), static_cast<uint32_t>(labels.size()), labels.Encoded());
}

// Whether a float is still acceptable; `before` is the one kept before it, if any.
bool HeadAppender::KeepFloat(const PendingFloat& f, const PendingFloat* before,
                             const Bounds& bounds) {
  Verdict verdict = Judge(f.series->Fit(f.time, f.value), f.time, bounds);
  if (before != nullptr && before->series == f.series && f.time <= before->time) {
    verdict = f.time >= bounds.late_min ? Verdict::kLate : Verdict::kOutOfOrder;
  }
  if (verdict == Verdict::kLate) [[unlikely]] {
    verdict = JudgeLate(f.series, {.time_ms = f.time, .value = f.value});
  }
  if (verdict != Verdict::kAppend && verdict != Verdict::kLate) [[unlikely]] {
    state_->counters.refused_late_conflict.Add(verdict == Verdict::kDuplicate ? 0 : 1);
    return false;
  }
  if (verdict == Verdict::kLate) {
    state_->counters.out_of_order.Add();
  }
  return true;
}

// Whether nothing can be said against the floats of one series.
bool AllInOrder(std::span<const PendingFloat> floats, const Bounds& bounds) {
  int64_t last = floats.front().series->last_time();
  bool in_order = true;
  for (const PendingFloat& f : floats) {
    in_order &= f.time > last && f.time >= bounds.in_order_min && f.time <= bounds.future_max;
    last = f.time;
  }
  return in_order;
}

// Keeps what is still acceptable: others may have committed since the samples were looked at.
void HeadAppender::SelectFloats(const Bounds& bounds) {
  size_t kept = 0;
  for (size_t i = 0; i < floats_.size();) {
    const size_t end = EndOfSeries(i);
    if (end + kPrefetchAhead <= floats_.size()) {
      __builtin_prefetch(floats_[end + kPrefetchAhead - 1].series);
    }
    MemSeries* const member = floats_[i].series;
    const size_t first = kept;
    if (AllInOrder(std::span(floats_).subspan(i, end - i), bounds)) [[likely]] {
      if (first != i) {
        std::copy(floats_.begin() + static_cast<std::ptrdiff_t>(i),
                  floats_.begin() + static_cast<std::ptrdiff_t>(end),
                  floats_.begin() + static_cast<std::ptrdiff_t>(first));
      }
      kept += end - i;
    } else {
      for (size_t at = i; at < end; ++at) {
        if (KeepFloat(floats_[at], kept > 0 ? &floats_[kept - 1] : nullptr, bounds)) {
          floats_[kept++] = floats_[at];
        }
      }
    }
    if (kept > first) {
      LogSeries(member);
    }
    i = end;
  }
  floats_.resize(kept);
  state_->record.AddFloats(floats_);
}

// Where the floats of the series at `begin` end.
size_t HeadAppender::EndOfSeries(size_t begin) const {
  size_t end = begin + 1;
  while (end < floats_.size() && floats_[end].series == floats_[begin].series) {
    ++end;
  }
  return end;
}

void HeadAppender::SelectOthers(const Bounds& bounds) {
  std::erase_if(others_, [&](const Other& other) SB_REQUIRES(state_->commit_mutex) {
    SampleFit fit = SampleFit::kInOrder;
    {
      base::SpinLockHolder lock(other.member->lock);
      fit = other.member->Fit(other.sample);
    }
    Verdict verdict = Judge(fit, other.sample.time_ms, bounds);
    if (verdict == Verdict::kLate) {
      verdict = JudgeLate(other.member, other.sample);
    }
    if (verdict != Verdict::kAppend && verdict != Verdict::kLate) {
      state_->counters.refused_late_conflict.Add(verdict == Verdict::kDuplicate ? 0 : 1);
      return true;
    }
    state_->counters.out_of_order.Add(verdict == Verdict::kLate ? 1 : 0);
    LogSeries(other.member);
    state_->record.AddSample(other.member->slot(), other.sample);
    return false;
  });
}

void HeadAppender::SelectExtras() {
  std::erase_if(exemplars_, [&](const PendingExemplar& e) SB_REQUIRES(state_->commit_mutex) {
    if (!state_->exemplars.Check(e.member->ref(), e.exemplar).ok()) {
      return true;
    }
    LogSeries(e.member);
    state_->record.AddExemplar(e.member->slot(), e.exemplar);
    return false;
  });
  std::erase_if(metadata_, [&](const PendingMetadata& m) SB_REQUIRES(state_->commit_mutex) {
    if (!state_->metadata.Changes(m.metric, m.metadata)) {
      return true;
    }
    state_->record.AddMetadata(m.metric, m.metadata);
    return false;
  });
}

void HeadAppender::Apply(uint64_t commit) {
  if (!new_series_.empty()) {
    base::WriterLock lock(state_->index_mutex);
    for (MemSeries* member : new_series_) {
      state_->IndexSeries(member);
    }
  }
  ApplyContext context = state_->NewContext(commit);
  int64_t newest = kNoTime;
  for (size_t i = 0; i < floats_.size();) {
    const size_t end = EndOfSeries(i);
    if (end + kPrefetchAhead <= floats_.size()) {
      floats_[end + kPrefetchAhead - 1].series->PrefetchRun();
    }
    if (end == i + 1) {
      ApplyFloat(floats_[i].series, floats_[i].time, floats_[i].value, &context);
    } else {
      ApplyFloats(std::span(floats_).subspan(i, end - i), &context);
    }
    for (; i < end; ++i) {
      newest = std::max(newest, floats_[i].time);
    }
  }
  for (const Other& other : others_) {
    ApplySample(other.member, other.sample, &context);
    newest = std::max(newest, other.sample.time_ms);
    state_->counters.histograms.Add(other.sample.histogram != nullptr ? 1 : 0);
  }
  for (PendingExemplar& e : exemplars_) {
    state_->exemplars.Add(e.member->ref(), std::move(e.exemplar));
  }
  for (const PendingMetadata& m : metadata_) {
    state_->metadata.Set(m.metric, m.metadata);
  }
  state_->RaiseNewestTime(newest);
  state_->Account(context);
  state_->counters.samples.Add(floats_.size() + others_.size());
  state_->counters.exemplars.Add(exemplars_.size());
  state_->counters.commits.Add();
}

base::Status HeadAppender::Commit() {
  if (floats_.empty() && others_.empty() && exemplars_.empty() && metadata_.empty()) {
    Clear();
    return base::OkStatus();
  }
  base::Status status;
  {
    base::MutexLock lock(state_->commit_mutex);
    state_->record.Clear();
    {
      base::ReaderLock index_lock(state_->index_mutex);
      const Bounds bounds = CurrentBounds();
      SelectFloats(bounds);
      SelectOthers(bounds);
      SelectExtras();
    }
    if (!state_->record.empty()) {
      const uint64_t commit = state_->wal->next_sequence();
      status = state_->wal->Append(state_->record.Finish());
      if (status.ok()) {
        state_->last_commit = commit;
        Apply(commit);
      } else {
        for (MemSeries* member : new_series_) {
          member->logged = false;
        }
        state_->counters.commit_failures.Add();
      }
    }
  }
  Clear();
  return status.WithPrefix("write-ahead log");
}

void HeadAppender::Rollback() {
  Clear();
}

void HeadAppender::Clear() {
  floats_.clear();
  others_.clear();
  exemplars_.clear();
  metadata_.clear();
  new_series_.clear();
  if (session_ != 0) {
    state_->sessions.Close(std::exchange(session_, 0));
  }
}

}  // namespace

std::unique_ptr<store::Appender> NewHeadAppender(HeadState* state) {
  return std::make_unique<HeadAppender>(state);
}

}  // namespace sb::tsdb
