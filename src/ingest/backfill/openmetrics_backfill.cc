// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <numeric>
#include <string_view>
#include <unordered_map>

#include "ingest/backfill/backfill.h"
#include "ingest/backfill/block_windows.h"
#include "store/tsdb/block/block_writer.h"
#include "wire/prometheus/openmetrics_parser.h"

namespace sb::backfill {
namespace {

constexpr uint64_t kProgressEvery = 100'000;  // samples

class TextBackfill {
 public:
  TextBackfill(base::Env& env, const BackfillOptions& options, BackfillReport* report)
      : env_(env), options_(options), report_(*report) {}

  base::Status Run(const std::string& path) {
    SB_ASSIGN_OR_RETURN(const auto file, env_.files().Map(path));
    const std::string_view body(reinterpret_cast<const char*>(file->bytes().data()),
                                file->bytes().size());
    wire::OpenMetricsParser parser(body, {.skip_created_series = false});
    uint64_t since_progress = 0;
    while (true) {
      const wire::EntryKind kind = parser.Next();
      if (kind == wire::EntryKind::kEnd) {
        break;
      }
      if (kind == wire::EntryKind::kInvalid) {
        return base::InvalidArgument(path + ": " + std::string(parser.status().message()));
      }
      if (kind != wire::EntryKind::kSeries) {
        continue;
      }
      SB_RETURN_IF_ERROR(Take(&parser).WithPrefix(path));
      if (held_ >= options_.samples_max) {
        SB_RETURN_IF_ERROR(Flush());
      }
      if (++since_progress >= kProgressEvery && options_.progress) {
        since_progress = 0;
        options_.progress(
            {static_cast<uint64_t>(parser.raw_series().data() - body.data()), body.size()});
      }
    }
    return Flush();
  }

 private:
  struct Series {
    model::LabelSet labels;
    model::SampleColumns columns;
  };

  base::Status Take(wire::OpenMetricsParser* parser) {
    const std::string_view raw = parser->raw_series();
    if (!parser->has_time()) {
      return base::InvalidArgument("a sample of history needs a time, and there is none at: " +
                                   std::string(raw));
    }
    const auto [found, is_new] = by_text_.try_emplace(raw, series_.size());
    if (is_new) {
      labels_.clear();
      SB_RETURN_IF_ERROR(parser->ReadLabels(&labels_));
      model::LabelSet labels = model::LabelSet::FromLabels(labels_);
      const auto [same, unseen] = by_labels_.try_emplace(labels, series_.size());
      found->second = same->second;
      if (unseen) {
        series_.push_back({std::move(labels), {}});
      }
    }
    series_[found->second].columns.Append(
        model::Sample{.time_ms = parser->time_ms(), .value = parser->value()});
    ++held_;
    return base::OkStatus();
  }

  // Writes what is held as blocks, one a window.
  base::Status Flush() {
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
  int64_t NextWindow(int64_t from) const {
    int64_t next = INT64_MAX;
    for (const Series& series : series_) {
      const auto at = std::ranges::lower_bound(series.columns.times, from);
      if (at != series.columns.times.end()) {
        next = std::min(next, *at);
      }
    }
    return next == INT64_MAX ? next : WindowStart(next, options_.window);
  }

  base::Status WriteWindow(const std::vector<size_t>& order, int64_t start, int64_t end) {
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

  base::Env& env_;
  const BackfillOptions& options_;
  BackfillReport& report_;
  std::vector<Series> series_;
  std::unordered_map<std::string_view, size_t> by_text_;  // views into the file
  std::unordered_map<model::LabelSet, size_t, model::LabelSetHash> by_labels_;
  std::vector<model::Label> labels_;
  uint64_t held_ = 0;
};

}  // namespace

base::Status BackfillOpenMetrics(base::Env& env, const std::string& path,
                                 const BackfillOptions& options, BackfillReport* report) {
  return TextBackfill(env, options, report).Run(path);
}

}  // namespace sb::backfill
