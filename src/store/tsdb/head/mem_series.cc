// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/head/mem_series.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "store/tsdb/chunk/chunk.h"
#include "store/tsdb/head/sample_run.h"

namespace sb::tsdb {
namespace {

// A run is sealed at this many samples: two minutes' worth of work for the chunk encoder to find
// the pattern, and what a point read decodes at most.
constexpr uint16_t kRunSamples = 120;
// … or, for values that do not shrink, at this many bytes: bounds the open data of a series.
constexpr uint16_t kRunBytes = 512;
constexpr uint16_t kRunSamplesMin = 16;
constexpr size_t kTailHistograms = 16;
constexpr size_t kOutOfOrderSamples = 128;

int64_t FloorDivide(int64_t a, int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

// Whether samples at the two times must not be in one chunk.
bool CrossesBoundary(int64_t before, int64_t after, const ApplyContext& context) {
  return FloorDivide(before, context.block_range_ms) !=
             FloorDivide(after, context.block_range_ms) ||
         (before < context.boundary && after >= context.boundary);
}

// The first time that must not be in one chunk with `time`.
int64_t NextBoundary(int64_t time, const ApplyContext& context) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  const int64_t range = FloorDivide(time, context.block_range_ms);
  const int64_t next =
      range < kMax / context.block_range_ms ? (range + 1) * context.block_range_ms : kMax;
  return time < context.boundary ? std::min(next, context.boundary) : next;
}

}  // namespace

MemSeries::~MemSeries() {
  FreeRun();
  delete[] chunks_;
}

void MemSeries::Identify(uint32_t slot, uint32_t generation, uint32_t tag,
                         std::vector<uint32_t> pairs) {
  slot_ = slot;
  generation_ = generation;
  tag_ = tag;
  pair_count_ = static_cast<uint32_t>(pairs.size());
  pairs_ = std::make_unique<uint32_t[]>(pairs.size());
  std::copy(pairs.begin(), pairs.end(), pairs_.get());
  live = true;
}

void MemSeries::Clear() {
  FreeRun();
  delete[] std::exchange(chunks_, nullptr);
  chunk_count_ = 0;
  chunk_capacity_ = 0;
  pairs_.reset();
  pair_count_ = 0;
  rare_.reset();
  last_is_histogram_.store(false, std::memory_order_relaxed);
  last_time_.store(kNoTime, std::memory_order_relaxed);
  last_value_.store(0, std::memory_order_relaxed);
  mark_ = Mark();
  live = false;
  logged = false;
  indexed = false;
}

SampleFit MemSeries::Fit(int64_t time, double value) const {
  const int64_t last = last_time();
  if (time > last) [[likely]] {
    return SampleFit::kInOrder;
  }
  if (time < last) {
    return SampleFit::kOutOfOrder;
  }
  return !last_is_histogram_ && last_value_bits() == std::bit_cast<uint64_t>(value)
             ? SampleFit::kDuplicate
             : SampleFit::kConflict;
}

SampleFit MemSeries::Fit(const model::Sample& sample) const {
  if (sample.histogram == nullptr) {
    return Fit(sample.time_ms, sample.value);
  }
  const int64_t last = last_time();
  if (sample.time_ms != last) {
    return sample.time_ms > last ? SampleFit::kInOrder : SampleFit::kOutOfOrder;
  }
  const model::HistogramPtr newest = last_histogram();
  return newest != nullptr && newest->BitEquals(*sample.histogram) ? SampleFit::kDuplicate
                                                                   : SampleFit::kConflict;
}

model::HistogramPtr MemSeries::last_histogram() const {
  return last_is_histogram_ && rare_ ? rare_->last_histogram : nullptr;
}

MemSeries::Rare& MemSeries::GetRare() {
  if (rare_ == nullptr) {
    rare_ = std::make_unique<Rare>();
  }
  return *rare_;
}

void MemSeries::LeaveMark(ApplyContext* context) {
  if (!context->has_readers || mark_.commit == context->commit) {
    return;
  }
  if (mark_.commit != 0 && context->newest_reader < mark_.commit) {
    return;  // every reader stops at the mark that is there
  }
  if (mark_.commit != 0 && context->oldest_reader < mark_.commit) {
    GetRare().marks.push_back(mark_);
  }
  if (rare_ != nullptr) {
    std::erase_if(rare_->marks,
                  [&](const Mark& mark) { return mark.commit <= context->oldest_reader; });
  }
  mark_ = {context->commit, last_time()};
}

int64_t MemSeries::VisibleUntil(uint64_t reader) const {
  if (mark_.commit <= reader) {
    return std::numeric_limits<int64_t>::max();  // older marks are lower still
  }
  if (rare_ != nullptr) {
    for (const Mark& mark : rare_->marks) {
      if (mark.commit > reader) {
        return mark.newest_time;
      }
    }
  }
  return mark_.newest_time;
}

void MemSeries::GrowRun() {
  if (run_capacity_ - run_bytes_ >= static_cast<int>(kRunSampleBytesMax)) [[likely]] {
    return;
  }
  // Small steps while small: most series are short or compress well.
  const unsigned wanted =
      run_capacity_ == 0 ? 48u : run_capacity_ + std::max(32u, run_capacity_ / 2u);
  run_capacity_ = static_cast<uint16_t>(wanted);
  run_ = static_cast<char*>(std::realloc(run_, run_capacity_));
  SB_CHECK(run_ != nullptr);
}

void MemSeries::FreeRun() {
  std::free(std::exchange(run_, nullptr));
  run_samples_ = 0;
  run_bytes_ = 0;
  run_capacity_ = 0;
}

void MemSeries::AppendFloat(int64_t time, double value, int64_t start_time, ApplyContext* context) {
  LeaveMark(context);
  if (rare_ != nullptr && !rare_->tail.empty()) {
    SealTail(context);
  }
  if (run_samples_ > 0) {
    const int64_t run_start = rare_ != nullptr ? rare_->run_start_time : 0;
    const bool full =
        run_samples_ >= kRunSamples || (run_bytes_ >= kRunBytes && run_samples_ >= kRunSamplesMin);
    if (full || run_start != start_time || CrossesBoundary(last_time(), time, *context)) {
      SealRun(context);
    }
  }
  if (run_samples_ == 0 && (start_time != 0 || rare_ != nullptr)) {
    GetRare().run_start_time = start_time;
  }
  GrowRun();
  RunCursor cursor{last_time(), run_step_, last_value_bits()};
  char* const at = run_ + run_bytes_;
  char* const end = run_samples_ == 0 ? WriteFirstSample(at, time, value, &cursor)
                                      : WriteNextSample(at, time, value, &cursor);
  run_bytes_ = static_cast<uint16_t>(end - run_);
  ++run_samples_;
  run_step_ = cursor.step;
  last_is_histogram_.store(false, std::memory_order_relaxed);
  last_value_.store(cursor.value_bits, std::memory_order_relaxed);
  last_time_.store(time, std::memory_order_relaxed);
}

void MemSeries::AppendFloats(std::span<const PendingFloat> floats, ApplyContext* context) {
  LeaveMark(context);
  if (rare_ != nullptr && !rare_->tail.empty()) {
    SealTail(context);
  }
  while (!floats.empty()) {
    floats = floats.subspan(AppendPart(floats, context));
  }
}

// Appends what belongs into one chunk; returns how many these are.
size_t MemSeries::AppendPart(std::span<const PendingFloat> floats, ApplyContext* context) {
  if (run_samples_ > 0) {
    const int64_t run_start = rare_ != nullptr ? rare_->run_start_time : 0;
    if (run_samples_ >= kRunSamples || run_start != 0 ||
        CrossesBoundary(last_time(), floats.front().time, *context)) {
      SealRun(context);
    }
  }
  const int64_t boundary = NextBoundary(floats.front().time, *context);
  const size_t most = std::min<size_t>(floats.size(), kRunSamples - run_samples_);
  size_t count = 1;
  while (count < most && floats[count].time < boundary) {
    ++count;
  }
  const bool complete = run_samples_ + count >= kRunSamples || count < floats.size();
  if (!complete && run_bytes_ >= kRunBytes && run_samples_ >= kRunSamplesMin) {
    SealRun(context);
  }
  if (run_samples_ == 0 && rare_ != nullptr) {
    rare_->run_start_time = 0;
  }
  const auto part = floats.first(count);
  if (complete) {
    SealRun(context, part);
  } else {
    WriteToRun(part);
  }
  last_is_histogram_.store(false, std::memory_order_relaxed);
  last_value_.store(std::bit_cast<uint64_t>(part.back().value), std::memory_order_relaxed);
  last_time_.store(part.back().time, std::memory_order_relaxed);
  return count;
}

// Less than a chunk, so that all fits into the scratch memory and the 16 bits of the run's size.
void MemSeries::WriteToRun(std::span<const PendingFloat> floats) {
  char scratch[kRunFirstBytes + kRunSamples * kRunSampleBytesMax];
  char* at = scratch;
  RunCursor cursor{last_time(), run_step_, last_value_bits()};
  for (const PendingFloat& f : floats) {
    at = run_samples_ == 0 ? WriteFirstSample(at, f.time, f.value, &cursor)
                           : WriteNextSample(at, f.time, f.value, &cursor);
    ++run_samples_;
  }
  const auto bytes = static_cast<size_t>(at - scratch);
  if (run_capacity_ < run_bytes_ + bytes) {
    run_capacity_ = static_cast<uint16_t>(run_bytes_ + bytes);
    run_ = static_cast<char*>(std::realloc(run_, run_capacity_));
    SB_CHECK(run_ != nullptr);
  }
  std::memcpy(run_ + run_bytes_, scratch, bytes);
  run_bytes_ = static_cast<uint16_t>(run_bytes_ + bytes);
  run_step_ = cursor.step;
}

void MemSeries::Append(const model::Sample& sample, ApplyContext* context) {
  if (sample.histogram == nullptr) {
    AppendFloat(sample.time_ms, sample.value, sample.start_time_ms, context);
    return;
  }
  LeaveMark(context);
  if (run_samples_ > 0) {
    SealRun(context);
  }
  Rare& rare = GetRare();
  if (!rare.tail.empty() && (rare.tail.size() >= kTailHistograms ||
                             CrossesBoundary(last_time(), sample.time_ms, *context))) {
    SealTail(context);
  }
  rare.tail.Append(sample);
  rare.last_histogram = sample.histogram;
  last_is_histogram_.store(true, std::memory_order_relaxed);
  last_value_.store(0, std::memory_order_relaxed);
  last_time_.store(sample.time_ms, std::memory_order_relaxed);
}

void MemSeries::AddChunk(ChunkRef chunk, ApplyContext* context) {
  context->chunk_bytes += static_cast<int64_t>(chunk->AllocatedBytes());
  ++context->chunks;
  if (chunk_count_ == chunk_capacity_) {
    const uint32_t capacity = chunk_capacity_ == 0 ? 2 : chunk_capacity_ * 2;
    auto* chunks = new ChunkRef[capacity];
    std::move(chunks_, chunks_ + chunk_count_, chunks);
    delete[] chunks_;
    chunks_ = chunks;
    chunk_capacity_ = capacity;
  }
  chunks_[chunk_count_++] = std::move(chunk);
}

void MemSeries::AddOutOfOrderChunk(ChunkRef chunk, ApplyContext* context) {
  context->chunk_bytes += static_cast<int64_t>(chunk->AllocatedBytes());
  ++context->chunks;
  GetRare().out_of_order_chunks.push_back(std::move(chunk));
}

void MemSeries::SealRun(ApplyContext* context, std::span<const PendingFloat> more) {
  thread_local model::SampleColumns columns;
  thread_local std::string bytes;
  columns.Clear();
  bytes.clear();
  RunCursor cursor;
  SB_CHECK(ReadRun({run_, run_bytes_}, run_samples_, &columns.times, &columns.values, &cursor));
  for (const PendingFloat& f : more) {
    columns.times.push_back(f.time);
    columns.values.push_back(f.value);
  }
  const int64_t start_time = rare_ != nullptr ? rare_->run_start_time : 0;
  if (start_time == 0) {
    EncodeFloatChunk(columns.times, columns.values, ChunkOptions(), &bytes);
  } else {
    columns.start_times.assign(columns.times.size(), start_time);
    EncodeChunk(columns, 0, columns.size(), ChunkOptions(), &bytes);
  }
  AddChunk(ChunkRef::Create(bytes, columns.times.front(), columns.times.back(),
                            static_cast<uint32_t>(columns.times.size()), 0),
           context);
  FreeRun();
}

void MemSeries::SealTail(ApplyContext* context) {
  model::SampleColumns& tail = rare_->tail;
  std::string bytes;
  EncodeChunk(tail, 0, tail.size(), ChunkOptions(), &bytes);
  AddChunk(ChunkRef::Create(bytes, tail.times.front(), tail.times.back(),
                            static_cast<uint32_t>(tail.size()), 0),
           context);
  tail = model::SampleColumns();
}

void MemSeries::InsertOutOfOrder(const model::Sample& sample, ApplyContext* context) {
  Rare& rare = GetRare();
  auto at = std::upper_bound(
      rare.out_of_order.begin(), rare.out_of_order.end(), sample.time_ms,
      [](int64_t time, const OutOfOrderSample& s) { return time < s.sample.time_ms; });
  rare.out_of_order.insert(at, {sample, context->commit});
  if (rare.out_of_order.size() >= kOutOfOrderSamples) {
    SealOutOfOrder(context);
  }
}

// Samples that an open reader must not see yet stay as they are, because a chunk is all or nothing.
void MemSeries::SealOutOfOrder(ApplyContext* context) {
  Rare& rare = *rare_;
  std::vector<OutOfOrderSample> kept;
  model::SampleColumns columns;
  uint64_t newest_commit = 0;
  const auto flush = [&]() SB_REQUIRES(lock) {
    if (columns.empty()) {
      return;
    }
    std::string bytes;
    EncodeChunk(columns, 0, columns.size(), ChunkOptions(), &bytes);
    AddOutOfOrderChunk(ChunkRef::Create(bytes, columns.times.front(), columns.times.back(),
                                        static_cast<uint32_t>(columns.size()), newest_commit),
                       context);
    columns.Clear();
    newest_commit = 0;
  };
  for (OutOfOrderSample& held : rare.out_of_order) {
    if (context->has_readers && held.commit > context->oldest_reader) {
      kept.push_back(std::move(held));
      continue;
    }
    if (!columns.empty() && FloorDivide(columns.times.back(), context->block_range_ms) !=
                                FloorDivide(held.sample.time_ms, context->block_range_ms)) {
      flush();
    }
    columns.Append(held.sample);
    newest_commit = std::max(newest_commit, held.commit);
  }
  flush();
  rare.out_of_order = std::move(kept);
}

bool MemSeries::FindAt(int64_t time, model::Sample* out) {
  SeriesView view;
  View({base::TimestampMs(time), base::TimestampMs(time + 1)}, std::numeric_limits<uint64_t>::max(),
       &view);
  model::SampleColumns found;
  const base::TimeRange range{base::TimestampMs(time), base::TimestampMs(time + 1)};
  if (!view.Decode(range, &found).ok() || found.empty()) {
    return false;
  }
  *out = found.At(0);
  return true;
}

void MemSeries::View(base::TimeRange range, uint64_t reader, SeriesView* out) {
  const int64_t start = range.start.Value();
  const int64_t last = range.end.Value() - 1;  // an end at the minimum was excluded by the caller
  out->visible_until = VisibleUntil(reader);
  const int64_t in_order_last = std::min(last, out->visible_until);
  for (uint32_t i = 0; i < chunk_count_; ++i) {
    if (chunks_[i]->last_time >= start && chunks_[i]->first_time <= in_order_last) {
      out->chunks.push_back(chunks_[i]);
    }
  }
  if (run_samples_ > 0 && last_time() >= start && FirstTimeOfRun(run_) <= in_order_last) {
    out->run.assign(run_, run_bytes_);
    out->run_samples = run_samples_;
    out->run_step = run_step_;
    out->run_start_time = rare_ != nullptr ? rare_->run_start_time : 0;
  }
  if (rare_ == nullptr) {
    return;
  }
  for (size_t i = 0; i < rare_->tail.size(); ++i) {
    if (rare_->tail.times[i] >= start && rare_->tail.times[i] <= in_order_last) {
      out->tail.Append(rare_->tail.At(i));
    }
  }
  for (const ChunkRef& chunk : rare_->out_of_order_chunks) {
    if (chunk->last_time >= start && chunk->first_time <= last && chunk->newest_commit <= reader) {
      out->out_of_order_chunks.push_back(chunk);
    }
  }
  for (const OutOfOrderSample& held : rare_->out_of_order) {
    if (held.sample.time_ms >= start && held.sample.time_ms <= last && held.commit <= reader) {
      out->out_of_order.push_back(held.sample);
    }
  }
}

int64_t MemSeries::FirstInOrderTime() const {
  if (chunk_count_ > 0) {
    return chunks_[0]->first_time;
  }
  if (run_samples_ > 0) {
    return FirstTimeOfRun(run_);
  }
  return rare_ != nullptr && !rare_->tail.empty() ? rare_->tail.times.front() : kNoTime;
}

bool MemSeries::TimeBounds(int64_t* first, int64_t* last) {
  *first = FirstInOrderTime();
  *last = *first == kNoTime ? kNoTime : last_time();
  const auto widen = [&](int64_t low, int64_t high) {
    *first = *first == kNoTime ? low : std::min(*first, low);
    *last = std::max(*last, high);
  };
  if (rare_ != nullptr) {
    for (const ChunkRef& chunk : rare_->out_of_order_chunks) {
      widen(chunk->first_time, chunk->last_time);
    }
    if (!rare_->out_of_order.empty()) {
      widen(rare_->out_of_order.front().sample.time_ms, rare_->out_of_order.back().sample.time_ms);
    }
  }
  return *first != kNoTime;
}

bool MemSeries::Overlaps(base::TimeRange range, uint64_t reader) {
  const int64_t start = range.start.Value();
  const int64_t end = range.end.Value();
  const int64_t first = FirstInOrderTime();
  if (first != kNoTime && first < end && last_time() >= start && first <= VisibleUntil(reader)) {
    return true;
  }
  if (rare_ == nullptr) {
    return false;
  }
  for (const ChunkRef& chunk : rare_->out_of_order_chunks) {
    if (chunk->first_time < end && chunk->last_time >= start) {
      return true;
    }
  }
  return std::any_of(rare_->out_of_order.begin(), rare_->out_of_order.end(), [&](const auto& s) {
    return s.sample.time_ms >= start && s.sample.time_ms < end && s.commit <= reader;
  });
}

void MemSeries::HeldTimes(std::vector<int64_t>* times) {
  for (uint32_t i = 0; i < chunk_count_; ++i) {
    times->push_back(chunks_[i]->first_time);
  }
  if (run_samples_ > 0) {
    times->push_back(FirstTimeOfRun(run_));
  }
  if (rare_ == nullptr) {
    return;
  }
  if (!rare_->tail.empty()) {
    times->push_back(rare_->tail.times.front());
  }
  for (const OutOfOrderSample& held : rare_->out_of_order) {
    times->push_back(held.sample.time_ms);
  }
  for (const ChunkRef& chunk : rare_->out_of_order_chunks) {
    times->push_back(chunk->first_time);
  }
}

void MemSeries::Truncate(int64_t time, uint64_t commit, ApplyContext* context) {
  const auto forget = [&](const ChunkRef& chunk) {
    context->chunk_bytes -= static_cast<int64_t>(chunk->AllocatedBytes());
    --context->chunks;
  };
  uint32_t dropped = 0;
  while (dropped < chunk_count_ && chunks_[dropped]->last_time < time) {
    forget(chunks_[dropped++]);
  }
  if (dropped > 0) {
    std::move(chunks_ + dropped, chunks_ + chunk_count_, chunks_);
    for (uint32_t i = chunk_count_ - dropped; i < chunk_count_; ++i) {
      chunks_[i] = ChunkRef();
    }
    chunk_count_ -= dropped;
    if (chunk_count_ == 0) {
      delete[] std::exchange(chunks_, nullptr);
      chunk_capacity_ = 0;
    }
  }
  if (run_samples_ > 0 && last_time() < time) {
    FreeRun();
  }
  if (rare_ == nullptr) {
    return;
  }
  if (!rare_->tail.empty() && last_time() < time) {
    rare_->tail = model::SampleColumns();
  }
  std::erase_if(rare_->out_of_order, [&](const OutOfOrderSample& held) {
    return held.sample.time_ms < time && held.commit <= commit;
  });
  std::erase_if(rare_->out_of_order_chunks, [&](const ChunkRef& chunk) {
    const bool drop = chunk->last_time < time && chunk->newest_commit <= commit;
    if (drop) {
      forget(chunk);
    }
    return drop;
  });
  if (rare_->tail.empty() && rare_->out_of_order.empty() && rare_->out_of_order_chunks.empty() &&
      rare_->marks.empty() && rare_->run_start_time == 0 && !last_is_histogram_) {
    rare_.reset();
  }
}

bool MemSeries::Empty() {
  return chunk_count_ == 0 && run_samples_ == 0 &&
         (rare_ == nullptr || (rare_->tail.empty() && rare_->out_of_order.empty() &&
                               rare_->out_of_order_chunks.empty()));
}

size_t MemSeries::HeapBytes() {
  size_t bytes =
      run_capacity_ + pair_count_ * sizeof(uint32_t) + chunk_capacity_ * sizeof(ChunkRef);
  if (rare_ != nullptr) {
    bytes += sizeof(Rare) + rare_->out_of_order.capacity() * sizeof(OutOfOrderSample) +
             rare_->tail.size() * 64;
  }
  return bytes;
}

void MemSeries::RestoreLast(int64_t time, uint64_t value_bits, model::HistogramPtr last) {
  last_is_histogram_.store(last != nullptr, std::memory_order_relaxed);
  last_time_.store(time, std::memory_order_relaxed);
  last_value_.store(value_bits, std::memory_order_relaxed);
  if (last != nullptr) {
    GetRare().last_histogram = std::move(last);
  }
}

void MemSeries::RestoreRun(const SeriesView& view) {
  SB_CHECK(run_ == nullptr && view.run.size() <= 0xffff && view.run_samples <= 0xffff);
  run_bytes_ = static_cast<uint16_t>(view.run.size());
  run_capacity_ =
      static_cast<uint16_t>(std::min<size_t>(view.run.size() + kRunSampleBytesMax, 0xffff));
  run_ = static_cast<char*>(std::malloc(run_capacity_));
  SB_CHECK(run_ != nullptr);
  std::memcpy(run_, view.run.data(), view.run.size());
  run_samples_ = static_cast<uint16_t>(view.run_samples);
  run_step_ = view.run_step;
  if (view.run_start_time != 0) {
    GetRare().run_start_time = view.run_start_time;
  }
}

}  // namespace sb::tsdb
