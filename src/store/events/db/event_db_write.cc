// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <utility>

#include "base/log.h"
#include "store/events/db/batch_codec.h"
#include "store/events/db/event_db_impl.h"
#include "store/events/db/stored_rows.h"

namespace sb::events {
namespace {

constexpr size_t kSpareBytesMin = 64 << 10;

// A batch that was filled value by value has buffers of up to twice its size. As a fresh one it
// would keep them until it is written to a part.
bool IsWasteful(const store::EventBatch& batch) {
  size_t spare = 0;
  for (const store::EventBatch::ColumnData& column : batch.columns()) {
    spare += column.bytes.capacity() - column.bytes.size() +
             (column.rows.capacity() - column.rows.size()) * sizeof(uint32_t) +
             (column.ends.capacity() - column.ends.size()) * sizeof(uint32_t) +
             (column.integers.capacity() - column.integers.size()) * sizeof(int64_t);
  }
  return spare > kSpareBytesMin && spare > batch.SizeBytes() / 8;
}

}  // namespace

base::Status EventDb::Impl::Write(store::EventBatch batch) {
  if (batch.row_count() == 0) {
    return base::OkStatus();
  }
  // All that needs no lock is done first.
  std::vector<RowHash> hashes = HashRows(batch, hash_seed_);
  std::string record = EncodeBatch(batch);
  if (IsWasteful(batch)) {
    store::EventBatch tight;
    tight.AppendRows(batch);
    batch = std::move(tight);
  }
  std::shared_ptr<const store::EventBatch> stored;  // null: all rows were there already
  base::Status status;
  {
    base::MutexLock lock(write_mutex_);
    status = WaitForRoom();
    if (status.ok()) {
      status = WriteLocked(&batch, &hashes, std::move(record), &stored);
    }
  }
  if (!status.ok()) {
    writes_refused_.Add();
    return status;
  }
  if (stored != nullptr) {
    subscriptions_.Tell(*stored);
  }
  if (FlushIsDue()) {
    FlushSoon();
  }
  return base::OkStatus();
}

base::Status EventDb::Impl::WaitForRoom() {
  const int64_t deadline = env_.clock().MonotonicNs() + options_.write_wait.Value();
  while (true) {
    uint64_t bytes = 0;
    {
      base::MutexLock state(state_mutex_);
      bytes = fresh_->size_bytes();
    }
    if (bytes < 2 * options_.flush_bytes) {
      return base::OkStatus();
    }
    const int64_t left = deadline - env_.clock().MonotonicNs();
    if (!in_background_.load() || left <= 0) {
      return base::ResourceExhausted(
          "fresh rows fill their memory faster than they can be written to disk, try again later; "
          "bytes: " +
          std::to_string(bytes));
    }
    room_.WaitFor(write_mutex_, std::chrono::nanoseconds(left));
  }
}

// True if all rows are new; else keep[row] is 0 for those that are stored already.
bool EventDb::Impl::FindKept(const store::EventBatch& batch, const std::vector<RowHash>& hashes,
                             std::vector<uint8_t>* keep) {
  keep->assign(batch.row_count(), 1);
  std::shared_ptr<const PartSet> parts;
  RowHashSet in_batch;
  {
    base::MutexLock state(state_mutex_);
    parts = set_;
    in_batch.Reserve(hashes.size());
    for (size_t row = 0; row < hashes.size(); ++row) {
      const RowHash& ahead = hashes[std::min(row + kHashesAhead, hashes.size() - 1)];
      fresh_->Prefetch(ahead);
      if (frozen_ != nullptr) {
        frozen_->Prefetch(ahead);
      }
      const bool known = fresh_->Contains(hashes[row]) ||
                         (frozen_ != nullptr && frozen_->Contains(hashes[row])) ||
                         !in_batch.Insert(hashes[row]);
      (*keep)[row] = known ? 0 : 1;
    }
  }
  DropStoredRows(*parts, batch, hashes, hash_seed_, keep);
  const auto dropped = static_cast<uint64_t>(std::count(keep->begin(), keep->end(), 0));
  rows_repeated_.Add(dropped);
  return dropped == 0;
}

base::Status EventDb::Impl::WriteLocked(store::EventBatch* batch, std::vector<RowHash>* hashes,
                                        std::string record,
                                        std::shared_ptr<const store::EventBatch>* stored) {
  std::vector<uint8_t> keep;
  if (!FindKept(*batch, *hashes, &keep)) {
    store::EventBatch rest;
    rest.AppendRows(*batch, &keep);
    if (rest.row_count() == 0) {
      return base::OkStatus();
    }
    *batch = std::move(rest);
    *hashes = HashRows(*batch, hash_seed_);
    record = EncodeBatch(*batch);
  }
  SB_RETURN_IF_ERROR(wal_->Append(record));
  rows_written_.Add(batch->row_count());
  *stored = std::make_shared<const store::EventBatch>(std::move(*batch));
  AddFresh(*stored, *hashes);
  return base::OkStatus();
}

void EventDb::Impl::AddFresh(std::shared_ptr<const store::EventBatch> batch,
                             const std::vector<RowHash>& hashes) {
  base::MutexLock state(state_mutex_);
  if (fresh_->row_count() == 0) {
    fresh_since_ns_ = env_.clock().MonotonicNs();
  }
  fresh_->Add(std::move(batch), hashes);
}

bool EventDb::Impl::FlushIsDue() const {
  base::MutexLock state(state_mutex_);
  if (fresh_->row_count() == 0) {
    return frozen_ != nullptr;
  }
  return fresh_->size_bytes() >= options_.flush_bytes ||
         env_.clock().MonotonicNs() - fresh_since_ns_ >= options_.flush_after.Value();
}

// In the background where there is one; else the writer does it itself.
void EventDb::Impl::FlushSoon() {
  const auto flush = [this] {
    flush_posted_.store(false);
    base::MutexLock lock(maintenance_mutex_);
    const base::Status status = FlushIsDue() ? FlushLocked() : base::OkStatus();
    if (!status.ok()) {
      failures_.Add();
      SB_LOG_EVERY(60, kError, "fresh rows cannot be written as parts, it will be tried again",
                   {"store", options_.name}, {"error", status.ToString()});
    }
  };
  if (!in_background_.load()) {
    flush();
  } else if (!flush_posted_.exchange(true) && !runner_->Post(flush).ok()) {
    flush_posted_.store(false);  // the next pass of maintenance does it
  }
}

}  // namespace sb::events
