// SPDX-License-Identifier: Apache-2.0
#include "ingest/remote_out/queue_log.h"

#include <algorithm>

#include "base/log.h"
#include "store/file/wal_format.h"
#include "store/file/wal_reader.h"

namespace sb::remote_out {
namespace {

using ingest::LossReason;

// Segments are cut by the rule of the header; this only stops one that never ends.
constexpr uint64_t kSegmentBytesMax = uint64_t{1} << 30;
constexpr uint64_t kDefinitionShare = 4;

// Counts what a record holds.
class CountingSink final : public tsdb::RecordSink {
 public:
  base::Status OnSeries(uint64_t, uint32_t, std::string_view) override { return base::OkStatus(); }
  void OnFloat(uint32_t, int64_t, double) override { ++samples; }
  void OnSample(uint32_t, const model::Sample&) override { ++samples; }
  void OnExemplar(uint32_t, const model::Exemplar&) override {}
  void OnMetadata(std::string_view, const model::MetricMetadata&) override {}
  uint64_t samples = 0;
};

}  // namespace

base::Result<std::unique_ptr<QueueLog>> QueueLog::Open(base::Env& env, Options options,
                                                       ingest::LossCounters& losses) {
  SB_RETURN_IF_ERROR(env.files().CreateFolders(options.folder));
  std::unique_ptr<QueueLog> log(new QueueLog(env, std::move(options), losses));
  store::Wal::Options wal;
  wal.segment_bytes = kSegmentBytesMax;
  wal.sync_interval = log->options_.sync_interval;
  store::Wal::OpenReport report;
  SB_ASSIGN_OR_RETURN(log->wal_, store::Wal::Open(env, log->options_.folder, wal, &report));
  return log;
}

void QueueLog::Append(const QueueBatch& batch) {
  if (batch.empty()) {
    return;
  }
  for (const auto& [ref, sample] : batch.samples) {
    int64_t newest = newest_time_ms_.load(std::memory_order_relaxed);
    while (sample.time_ms > newest &&
           !newest_time_ms_.compare_exchange_weak(newest, sample.time_ms)) {
    }
  }
  base::MutexLock lock(mutex_);
  const base::Status status = Write(batch);
  if (!status.ok()) {
    // Definitions of this batch are not in the log: the next segment begins anew.
    cut_wanted_ = true;
    losses_.Add(LossReason::kRemoteQueueFailed, batch.samples.size());
    SB_LOG_EVERY(10, kError, "samples are stored but will not be sent by remote write",
                 {"samples", batch.samples.size()}, {"error", status.ToString()});
  }
}

base::Status QueueLog::Write(const QueueBatch& batch) {
  SB_RETURN_IF_ERROR(BeginSegmentIfFull());
  record_.Clear();
  const uint64_t definitions_before = definition_bytes_;
  uint64_t unknown = 0;
  for (const auto& [ref, sample] : batch.samples) {
    uint32_t slot = 0;
    if (!SlotOf(ref, &slot)) {
      ++unknown;
    } else if (sample.histogram == nullptr && sample.start_time_ms == 0) {
      record_.AddFloat(slot, sample.time_ms, sample.value);
    } else {
      record_.AddSample(slot, sample);
    }
  }
  for (const auto& [ref, exemplar] : batch.exemplars) {
    uint32_t slot = 0;
    if (SlotOf(ref, &slot)) {
      record_.AddExemplar(slot, exemplar);
    }
  }
  losses_.Add(LossReason::kRemoteQueueFailed, unknown);
  if (record_.empty()) {
    return base::OkStatus();
  }
  const std::string_view bytes = record_.Finish();
  SB_RETURN_IF_ERROR(wal_->Append(bytes));
  const uint64_t defined = definition_bytes_ - definitions_before;
  sample_bytes_ += bytes.size() > defined ? bytes.size() - defined : 0;
  return base::OkStatus();
}

base::Status QueueLog::BeginSegmentIfFull() {
  const bool full = sample_bytes_ >= options_.segment_sample_bytes &&
                    sample_bytes_ >= kDefinitionShare * definition_bytes_;
  if (!full && !cut_wanted_) {
    return base::OkStatus();
  }
  SB_RETURN_IF_ERROR(wal_->CutSegment().status());
  slots_.clear();
  definition_bytes_ = 0;
  sample_bytes_ = 0;
  cut_wanted_ = false;
  return base::OkStatus();
}

bool QueueLog::SlotOf(store::SeriesRef ref, uint32_t* slot) {
  const auto [found, is_new] =
      slots_.try_emplace(static_cast<uint64_t>(ref), static_cast<uint32_t>(slots_.size()));
  *slot = found->second;
  if (!is_new) {
    return true;
  }
  const model::LabelSet labels = options_.labels_of(ref);
  if (labels.empty()) {
    // The slot stays unused; the number of the next one must not repeat.
    return false;
  }
  record_.AddSeries(*slot, static_cast<uint32_t>(labels.size()), labels.Encoded());
  // Definitions compress to about a third.
  definition_bytes_ += labels.Encoded().size() / 3;
  return true;
}

QueuePosition QueueLog::End() const {
  base::MutexLock lock(mutex_);
  return {wal_->current_segment(), wal_->next_sequence()};
}

std::shared_ptr<QueueLog::Consumer> QueueLog::AddConsumer(QueuePosition at) {
  auto consumer = std::make_shared<Consumer>(at);
  base::MutexLock lock(mutex_);
  consumers_.push_back(consumer);
  return consumer;
}

std::vector<std::shared_ptr<QueueLog::Consumer>> QueueLog::Consumers() {
  std::vector<std::shared_ptr<Consumer>> alive;
  std::erase_if(consumers_, [&alive](const std::weak_ptr<Consumer>& weak) {
    if (auto consumer = weak.lock()) {
      alive.push_back(std::move(consumer));
      return false;
    }
    return true;
  });
  return alive;
}

base::Status QueueLog::RemoveConsumed() {
  std::vector<std::shared_ptr<Consumer>> consumers;
  {
    base::MutexLock lock(mutex_);
    consumers = Consumers();
    if (wal_->total_bytes() > options_.bytes_max) {
      cut_wanted_ = true;  // else the current segment alone may be above the limit for ever
    }
  }
  const uint64_t current = wal_->current_segment();
  uint64_t needed = current;
  for (const auto& consumer : consumers) {
    needed = std::min(needed, consumer->segment());
  }
  SB_RETURN_IF_ERROR(wal_->RemoveSegmentsBefore(needed));
  while (wal_->total_bytes() > options_.bytes_max) {
    SB_ASSIGN_OR_RETURN(const std::vector<uint64_t> segments,
                        store::ListWalSegments(files(), options_.folder));
    if (segments.empty() || segments.front() >= current) {
      break;
    }
    SB_RETURN_IF_ERROR(DropOldest(segments.front(), consumers));
  }
  return base::OkStatus();
}

base::Status QueueLog::DropOldest(uint64_t segment,
                                  const std::vector<std::shared_ptr<Consumer>>& behind) {
  store::WalReader reader(files(), options_.folder, segment);
  store::WalRecord record;
  uint64_t lost = 0;
  while (reader.Next(&record) && record.segment == segment) {
    CountingSink sink;
    (void)tsdb::ReadRecord(record.bytes, &sink);  // a damaged record counts what was readable
    for (const auto& consumer : behind) {
      lost += record.sequence >= consumer->sequence() ? sink.samples : 0;
    }
  }
  losses_.Add(LossReason::kRemoteQueueFull, lost);
  if (lost > 0) {
    SB_LOG(kError, "remote write queue is full, its oldest samples are dropped", {"samples", lost},
           {"bytes_max", options_.bytes_max});
  }
  return wal_->RemoveSegmentsBefore(segment + 1);
}

}  // namespace sb::remote_out
