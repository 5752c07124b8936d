// SPDX-License-Identifier: Apache-2.0
#include "ingest/backfill/held_series.h"

#include <algorithm>
#include <numeric>

#include "ingest/backfill/block_windows.h"
#include "store/tsdb/block/block_writer.h"

namespace sb::backfill {

size_t HeldSeries::SeriesOf(const model::LabelSet& labels) {
  const auto [found, is_new] = by_labels_.try_emplace(labels, series_.size());
  if (is_new) {
    series_.push_back({labels, {}});
  }
  return found->second;
}

base::Status HeldSeries::Append(size_t series, const model::Sample& sample) {
  series_[series].columns.Append(sample);
  return ++held_ >= options_.samples_max ? Flush() : base::OkStatus();
}

void HeldSeries::Delete(size_t series, int64_t first_ms, int64_t last_ms) {
  model::SampleColumns& columns = series_[series].columns;
  model::SampleColumns kept;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns.times[i] < first_ms || columns.times[i] > last_ms) {
      kept.Append(columns.At(i));
    }
  }
  report_.deleted += columns.size() - kept.size();
  held_ -= columns.size() - kept.size();
  columns = std::move(kept);
}

base::Status HeldSeries::Flush() {
  if (held_ == 0) {
    return base::OkStatus();
  }
  std::vector<size_t> order(series_.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order,
                    [this](size_t a, size_t b) { return series_[a].labels < series_[b].labels; });
  int64_t first = INT64_MAX;
  int64_t last = INT64_MIN;
  for (Series& series : series_) {
    report_.duplicates += SortSamples(&series.columns);
    if (!series.columns.empty()) {
      first = std::min(first, series.columns.times.front());
      last = std::max(last, series.columns.times.back());
    }
  }
  report_.first_ms = std::min(report_.first_ms, first);
  report_.last_ms = std::max(report_.last_ms, last);
  int64_t start = WindowStart(first, options_.window);
  while (start <= last) {
    SB_RETURN_IF_ERROR(WriteWindow(order, start, start + options_.window.Value()));
    start = NextWindow(start + options_.window.Value());
  }
  for (Series& series : series_) {
    series.columns = {};
  }
  held_ = 0;
  return base::OkStatus();
}

// The start of the next window that has samples, so that a stray time does not cost a thousand
// empty ones.
int64_t HeldSeries::NextWindow(int64_t from) const {
  int64_t next = INT64_MAX;
  for (const Series& series : series_) {
    const auto at = std::ranges::lower_bound(series.columns.times, from);
    if (at != series.columns.times.end()) {
      next = std::min(next, *at);
    }
  }
  return next == INT64_MAX ? next : WindowStart(next, options_.window);
}

base::Status HeldSeries::WriteWindow(const std::vector<size_t>& order, int64_t start, int64_t end) {
  tsdb::BlockWriterOptions options;
  options.range = {base::TimestampMs(start), base::TimestampMs(end)};
  SB_ASSIGN_OR_RETURN(const auto writer,
                      tsdb::BlockWriter::Create(env_, options_.blocks_folder, options));
  for (const size_t i : order) {
    const model::SampleColumns slice = Slice(series_[i].columns, start, end);
    if (!slice.empty()) {
      SB_RETURN_IF_ERROR(writer->Add(series_[i].labels, slice));
    }
  }
  if (writer->series() > 0) {
    report_.samples += writer->samples();
    SB_ASSIGN_OR_RETURN(tsdb::BlockMeta meta, writer->Finish());
    report_.blocks.push_back(std::move(meta));
  }
  return base::OkStatus();
}

}  // namespace sb::backfill
