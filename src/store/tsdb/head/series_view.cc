// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "store/tsdb/chunk/chunk.h"
#include "store/tsdb/head/mem_series.h"
#include "store/tsdb/head/sample_run.h"

namespace sb::tsdb {
namespace {

// Appends floats [begin, end) and keeps the optional columns of `out` aligned.
void AppendFloats(const std::vector<int64_t>& times, const std::vector<double>& values,
                  std::pair<size_t, size_t> part, int64_t start_time, model::SampleColumns* out) {
  const auto [begin, end] = part;
  if (start_time != 0 && out->start_times.empty()) {
    out->start_times.resize(out->times.size(), 0);
  }
  const auto first = static_cast<std::ptrdiff_t>(begin);
  const auto last = static_cast<std::ptrdiff_t>(end);
  out->times.insert(out->times.end(), times.begin() + first, times.begin() + last);
  out->values.insert(out->values.end(), values.begin() + first, values.begin() + last);
  if (start_time != 0 || !out->start_times.empty()) {
    out->start_times.resize(out->times.size(), start_time);
  }
  if (!out->histograms.empty()) {
    out->histograms.resize(out->times.size());
  }
}

base::Status DecodeRun(const SeriesView& view, int64_t start, int64_t end,
                       model::SampleColumns* out) {
  thread_local std::vector<int64_t> times;
  thread_local std::vector<double> values;
  times.clear();
  values.clear();
  RunCursor cursor;
  if (!ReadRun(view.run, view.run_samples, &times, &values, &cursor)) {
    return base::Internal("open run of a series cannot be decoded, samples: " +
                          std::to_string(view.run_samples));
  }
  const auto first = std::lower_bound(times.begin(), times.end(), start) - times.begin();
  const auto last = std::lower_bound(times.begin() + first, times.end(), end) - times.begin();
  AppendFloats(times, values, {static_cast<size_t>(first), static_cast<size_t>(last)},
               view.run_start_time, out);
  return base::OkStatus();
}

// Merges two sorted column sets; where both have a time, the sample of `a` stays.
void Merge(const model::SampleColumns& a, const model::SampleColumns& b,
           model::SampleColumns* out) {
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() || j < b.size()) {
    if (j == b.size() || (i < a.size() && a.times[i] <= b.times[j])) {
      if (j < b.size() && a.times[i] == b.times[j]) {
        ++j;
      }
      out->Append(a.At(i++));
    } else {
      out->Append(b.At(j++));
    }
  }
}

}  // namespace

base::Status SeriesView::Decode(base::TimeRange range, model::SampleColumns* out) const {
  base::TimeRange in_order{base::TimestampMs(std::max(range.start.Value(), visible_from)),
                           range.end};
  if (visible_until < in_order.end.Value() - 1) {
    in_order.end = base::TimestampMs(visible_until == kNoTime ? kNoTime : visible_until + 1);
  }
  const bool plain = out_of_order.empty() && out_of_order_chunks.empty();
  model::SampleColumns separate;
  model::SampleColumns* target = plain ? out : &separate;
  if (!in_order.Empty()) {
    for (const ChunkRef& chunk : chunks) {
      SB_RETURN_IF_ERROR(DecodeChunk(chunk->bytes(), in_order, target));
    }
    if (run_samples > 0) {
      SB_RETURN_IF_ERROR(DecodeRun(*this, in_order.start.Value(), in_order.end.Value(), target));
    }
    for (size_t i = 0; i < tail.size(); ++i) {
      if (in_order.Contains(base::TimestampMs(tail.times[i]))) {
        target->Append(tail.At(i));
      }
    }
  }
  if (plain) {
    return base::OkStatus();
  }
  model::SampleColumns late;
  SB_RETURN_IF_ERROR(DecodeLate(range, &late));
  Merge(separate, late, out);
  return base::OkStatus();
}

// All out-of-order samples in `range`, by time.
base::Status SeriesView::DecodeLate(base::TimeRange range, model::SampleColumns* out) const {
  std::vector<model::Sample> rows;
  model::SampleColumns columns;
  for (const ChunkRef& chunk : out_of_order_chunks) {
    columns.Clear();
    SB_RETURN_IF_ERROR(DecodeChunk(chunk->bytes(), range, &columns));
    for (size_t i = 0; i < columns.size(); ++i) {
      rows.push_back(columns.At(i));
    }
  }
  for (const model::Sample& sample : out_of_order) {
    if (range.Contains(base::TimestampMs(sample.time_ms))) {
      rows.push_back(sample);
    }
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.time_ms < b.time_ms; });
  for (const model::Sample& sample : rows) {
    if (out->empty() || out->times.back() < sample.time_ms) {
      out->Append(sample);
    }
  }
  return base::OkStatus();
}

}  // namespace sb::tsdb
