// SPDX-License-Identifier: Apache-2.0
//
// MemSeries is one live series of the head: who it is (label pair ids), its newest samples as a
// SampleRun, sealed chunks behind it, and rarely used state (histograms, out-of-order samples)
// aside.
//
// In-order samples: chunks, then the run or the column tail (histograms), times strictly
// increasing. No chunk and no run crosses a boundary of the block range, so that a cut takes whole
// chunks. Out-of-order samples are kept apart and merged by readers; each knows the commit it came
// with.
//
// Isolation: a reader of commit number S sees exactly the commits up to S. While readers are open a
// commit leaves a mark in each series it touches, "before commit n the newest sample was at t"; a
// reader stops at the first mark of a later commit. With no reader open nothing is marked.
//
// Threads: all changes are made by the one committer at a time, or by maintenance that excludes it,
// and under `lock`. Readers and maintenance take `lock`. last_time() and last_value_bits() may be
// read without it (appenders look before they commit; the commit looks again).
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/spin_lock.h"
#include "base/status.h"
#include "base/time.h"
#include "model/sample.h"
#include "store/tsdb/head/pending_float.h"
#include "store/tsdb/head/sealed_chunk.h"

namespace sb::tsdb {

inline constexpr int64_t kNoTime = std::numeric_limits<int64_t>::min();

// What a commit tells the series that it changes.
struct ApplyContext {
  uint64_t commit = 0;
  bool has_readers = false;    // any reader open: leave marks
  uint64_t oldest_reader = 0;  // commit numbers the open readers stand at
  uint64_t newest_reader = 0;
  int64_t block_range_ms = 7'200'000;
  int64_t boundary = kNoTime;  // time of the last cut: no run crosses it
  int64_t chunk_bytes = 0;     // what the commit added to sealed chunks, to be accounted
  int64_t chunks = 0;
};

// A copy of what a reader may see of a series, decoded outside of the lock.
struct SeriesView {
  std::vector<ChunkRef> chunks;
  std::vector<ChunkRef> out_of_order_chunks;
  std::string run;
  uint32_t run_samples = 0;
  int64_t run_step = 0;
  int64_t run_start_time = 0;
  model::SampleColumns tail;
  std::vector<model::Sample> out_of_order;
  // Of in-order samples, both inclusive.
  int64_t visible_from = std::numeric_limits<int64_t>::min();
  int64_t visible_until = std::numeric_limits<int64_t>::max();

  // Appends the samples with start <= time < end, one per timestamp.
  base::Status Decode(base::TimeRange range, model::SampleColumns* out) const;

 private:
  base::Status DecodeLate(base::TimeRange range, model::SampleColumns* out) const;
};

enum class SampleFit : uint8_t {
  kInOrder,
  kOutOfOrder,  // older than the newest
  kDuplicate,   // the newest sample again, bit for bit
  kConflict,    // another value at the newest sample's time
};

class MemSeries {
 public:
  MemSeries() = default;
  ~MemSeries();
  MemSeries(const MemSeries&) = delete;
  MemSeries& operator=(const MemSeries&) = delete;

  base::SpinLock lock;
  bool live = false;                 // the slot is in use
  bool logged = false;               // the WAL knows it; guarded by the commit lock
  bool indexed = false;              // queries can find it; guarded by the commit lock
  std::atomic<uint64_t> touched{0};  // the last appender (session number) that used it

  uint32_t slot() const { return slot_; }
  uint64_t ref() const { return static_cast<uint64_t>(generation_) << 32 | slot_; }
  uint32_t generation() const { return generation_; }
  uint32_t tag() const { return tag_; }
  // Pair ids in label order.
  std::span<const uint32_t> pairs() const { return {pairs_.get(), pair_count_}; }
  void Identify(uint32_t slot, uint32_t generation, uint32_t tag, std::vector<uint32_t> pairs);
  void Clear();  // back to a free slot; the generation stays
  // A hint only: may see the place of a run that is just being replaced.
  __attribute__((no_sanitize("thread"))) void PrefetchRun() const {
    __builtin_prefetch(run_ + run_bytes_, 1);
  }

  int64_t last_time() const { return last_time_.load(std::memory_order_relaxed); }
  uint64_t last_value_bits() const { return last_value_.load(std::memory_order_relaxed); }
  SampleFit Fit(int64_t time, double value) const;
  SampleFit Fit(const model::Sample& sample) const;  // needs the lock if it is a histogram

  // In-order appends: time > last_time().
  void AppendFloat(int64_t time, double value, int64_t start_time, ApplyContext* context)
      SB_REQUIRES(lock);
  void Append(const model::Sample& sample, ApplyContext* context) SB_REQUIRES(lock);
  // Several of this series, in increasing time, without start time. What fills a chunk goes into it
  // without being in the run before.
  void AppendFloats(std::span<const PendingFloat> floats, ApplyContext* context) SB_REQUIRES(lock);
  // Any time at which there is no sample yet.
  void InsertOutOfOrder(const model::Sample& sample, ApplyContext* context) SB_REQUIRES(lock);
  // The sample at exactly this time, if there is one.
  bool FindAt(int64_t time, model::Sample* out) SB_REQUIRES(lock);

  // What a reader of commit `reader` sees in `range`.
  void View(base::TimeRange range, uint64_t reader, SeriesView* out) SB_REQUIRES(lock);
  // First and last time of what is held (out-of-order samples included); false if nothing is.
  bool TimeBounds(int64_t* first, int64_t* last) SB_REQUIRES(lock);
  // Whether a reader of commit `reader` may find samples in `range`.
  bool Overlaps(base::TimeRange range, uint64_t reader) SB_REQUIRES(lock);
  // Drops in-order chunks that end before `time` and out-of-order samples before it that came with
  // commits up to `commit`.
  void Truncate(int64_t time, uint64_t commit, ApplyContext* context) SB_REQUIRES(lock);
  bool Empty() SB_REQUIRES(lock);
  // A time in each block range that it has samples of, repeated at will.
  void HeldTimes(std::vector<int64_t>* times) SB_REQUIRES(lock);
  size_t HeapBytes() SB_REQUIRES(lock);
  size_t chunk_count() const { return chunk_count_; }

  // Puts back what a snapshot holds. The series must be empty.
  void RestoreLast(int64_t time, uint64_t value_bits, model::HistogramPtr last);
  void RestoreRun(const SeriesView& view);
  void AddChunk(ChunkRef chunk, ApplyContext* context) SB_REQUIRES(lock);
  void AddOutOfOrderChunk(ChunkRef chunk, ApplyContext* context) SB_REQUIRES(lock);
  model::HistogramPtr last_histogram() const;

 private:
  struct Mark {
    uint64_t commit = 0;
    int64_t newest_time = kNoTime;  // before that commit
  };
  struct OutOfOrderSample {
    model::Sample sample;
    uint64_t commit = 0;
  };
  struct Rare {
    model::SampleColumns tail;
    int64_t run_start_time = 0;
    model::HistogramPtr last_histogram;
    std::vector<Mark> marks;                     // older than mark_
    std::vector<OutOfOrderSample> out_of_order;  // by time
    std::vector<ChunkRef> out_of_order_chunks;
  };

  Rare& GetRare();
  void LeaveMark(ApplyContext* context);
  int64_t VisibleUntil(uint64_t reader) const;
  // Makes the run, and `more` behind it, a chunk.
  void SealRun(ApplyContext* context, std::span<const PendingFloat> more = {}) SB_REQUIRES(lock);
  size_t AppendPart(std::span<const PendingFloat> floats, ApplyContext* context) SB_REQUIRES(lock);
  void WriteToRun(std::span<const PendingFloat> floats);
  void SealTail(ApplyContext* context) SB_REQUIRES(lock);
  void SealOutOfOrder(ApplyContext* context) SB_REQUIRES(lock);
  void GrowRun();
  void FreeRun();
  int64_t FirstInOrderTime() const;

  std::atomic<bool> last_is_histogram_{false};
  uint16_t run_samples_ = 0;
  uint16_t run_bytes_ = 0;
  uint16_t run_capacity_ = 0;
  std::atomic<int64_t> last_time_{kNoTime};
  std::atomic<uint64_t> last_value_{0};
  int64_t run_step_ = 0;
  char* run_ = nullptr;
  Mark mark_;
  ChunkRef* chunks_ = nullptr;
  uint32_t chunk_count_ = 0;
  uint32_t chunk_capacity_ = 0;
  uint32_t tag_ = 0;
  uint32_t slot_ = 0;
  uint32_t generation_ = 0;
  std::unique_ptr<uint32_t[]> pairs_;
  std::unique_ptr<Rare> rare_;
  uint32_t pair_count_ = 0;
};

}  // namespace sb::tsdb
