// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include "ingest/backfill/backfill.h"
#include "ingest/backfill/block_windows.h"
#include "store/tsdb/block/block_writer.h"
#include "wire/prometheus/prometheus_block.h"

namespace sb::backfill {
namespace {

constexpr size_t kProgressEvery = 1'000;  // series

std::string_view BytesOf(const base::RandomAccessFile& file) {
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

class BlockBackfill {
 public:
  BlockBackfill(base::Env& env, const BackfillOptions& options, BackfillReport* report)
      : env_(env), options_(options), report_(*report) {}

  base::Status Run(const std::string& folder) {
    SB_RETURN_IF_ERROR(Open(folder).WithPrefix(folder));
    SB_RETURN_IF_ERROR(FindWindows().WithPrefix(folder));
    for (size_t i = 0; i < windows_.size(); ++i) {
      SB_RETURN_IF_ERROR(WriteWindow(i).WithPrefix(folder));
    }
    return base::OkStatus();
  }

 private:
  base::Status Open(const std::string& folder) {
    base::FileSystem& files = env_.files();
    SB_ASSIGN_OR_RETURN(index_, files.Map(base::JoinPath(folder, "index")));
    const std::string chunks = base::JoinPath(folder, "chunks");
    SB_ASSIGN_OR_RETURN(const std::vector<std::string> names, files.List(chunks));
    std::vector<std::string_view> segments;
    for (const std::string& name : names) {
      SB_ASSIGN_OR_RETURN(auto file, files.Map(base::JoinPath(chunks, name)));
      segments.push_back(BytesOf(*file));
      segments_.push_back(std::move(file));
    }
    const std::string tombstones = base::JoinPath(folder, "tombstones");
    if (files.Exists(tombstones)) {
      SB_ASSIGN_OR_RETURN(tombstones_, files.Map(tombstones));
    }
    SB_ASSIGN_OR_RETURN(block_,
                        wire::PrometheusBlock::Open(
                            BytesOf(*index_), std::move(segments),
                            tombstones_ != nullptr ? BytesOf(*tombstones_) : std::string_view()));
    return base::OkStatus();
  }

  base::Status FindWindows() {
    wire::PrometheusSeries series;
    for (size_t i = 0; i < block_->series_count(); ++i) {
      SB_RETURN_IF_ERROR(block_->ReadSeries(i, &series));
      for (const wire::PrometheusChunkRef& chunk : series.chunks) {
        if (chunk.last_ms < chunk.first_ms) {
          return base::DataLoss("a chunk ends before it begins");
        }
        int64_t start = WindowStart(chunk.first_ms, options_.window);
        const int64_t last = WindowStart(chunk.last_ms, options_.window);
        if ((last - start) / options_.window.Value() > kWindowsOfChunkMax) {
          return base::DataLoss("a chunk that spans years");
        }
        for (; start <= last; start += options_.window.Value()) {
          const auto at = std::ranges::lower_bound(windows_, start);
          if (at == windows_.end() || *at != start) {
            windows_.insert(at, start);
          }
        }
      }
    }
    return base::OkStatus();
  }

  base::Status WriteWindow(size_t window) {
    const int64_t start = windows_[window];
    const int64_t end = start + options_.window.Value();
    tsdb::BlockWriterOptions options;
    options.range = {base::TimestampMs(start), base::TimestampMs(end)};
    SB_ASSIGN_OR_RETURN(const auto writer,
                        tsdb::BlockWriter::Create(env_, options_.blocks_folder, options));
    wire::PrometheusSeries series;
    for (size_t i = 0; i < block_->series_count(); ++i) {
      SB_RETURN_IF_ERROR(block_->ReadSeries(i, &series));
      SB_RETURN_IF_ERROR(AddSeries(series, start, end, writer.get()));
      if (options_.progress && i % kProgressEvery == 0) {
        options_.progress(
            {window * block_->series_count() + i, windows_.size() * block_->series_count()});
      }
    }
    if (writer->series() > 0) {
      report_.samples += writer->samples();
      SB_ASSIGN_OR_RETURN(tsdb::BlockMeta meta, writer->Finish());
      report_.blocks.push_back(std::move(meta));
    }
    return base::OkStatus();
  }

  base::Status AddSeries(const wire::PrometheusSeries& series, int64_t start, int64_t end,
                         tsdb::BlockWriter* writer) {
    model::SampleColumns columns;
    for (const wire::PrometheusChunkRef& chunk : series.chunks) {
      if (chunk.first_ms < end && chunk.last_ms >= start) {
        SB_RETURN_IF_ERROR(block_->ReadChunk(chunk, &columns));
      }
    }
    report_.duplicates += SortSamples(&columns);
    columns = Slice(columns, start, end);
    Delete(series, &columns);
    if (columns.empty()) {
      return base::OkStatus();
    }
    report_.first_ms = std::min(report_.first_ms, columns.times.front());
    report_.last_ms = std::max(report_.last_ms, columns.times.back());
    return writer->Add(series.labels, columns);
  }

  void Delete(const wire::PrometheusSeries& series, model::SampleColumns* columns) {
    if (series.deleted.empty()) {
      return;
    }
    model::SampleColumns kept;
    for (size_t i = 0; i < columns->size(); ++i) {
      const int64_t time = columns->times[i];
      const bool is_deleted = std::any_of(
          series.deleted.begin(), series.deleted.end(),
          [time](const auto& range) { return time >= range.first && time <= range.second; });
      if (!is_deleted) {
        kept.Append(columns->At(i));
      }
    }
    report_.deleted += columns->size() - kept.size();
    *columns = std::move(kept);
  }

  static constexpr int64_t kWindowsOfChunkMax = 1'000;

  base::Env& env_;
  const BackfillOptions& options_;
  BackfillReport& report_;
  std::unique_ptr<base::RandomAccessFile> index_;
  std::vector<std::unique_ptr<base::RandomAccessFile>> segments_;
  std::unique_ptr<base::RandomAccessFile> tombstones_;
  std::unique_ptr<wire::PrometheusBlock> block_;
  std::vector<int64_t> windows_;
};

}  // namespace

base::Status BackfillPrometheusBlock(base::Env& env, const std::string& folder,
                                     const BackfillOptions& options, BackfillReport* report) {
  return BlockBackfill(env, options, report).Run(folder);
}

base::Status BackfillPrometheus(base::Env& env, const std::string& folder,
                                const BackfillOptions& options, BackfillReport* report) {
  return env.files().Exists(base::JoinPath(folder, "index"))
             ? BackfillPrometheusBlock(env, folder, options, report)
             : BackfillPrometheusWal(env, folder, options, report);
}

base::Result<std::vector<std::string>> FindPrometheusSources(base::FileSystem& files,
                                                             const std::string& folder) {
  const auto is_block = [&files](const std::string& path) {
    return files.Exists(base::JoinPath(path, "index")) &&
           files.Exists(base::JoinPath(path, "chunks"));
  };
  if (is_block(folder)) {
    return std::vector<std::string>{folder};
  }
  SB_ASSIGN_OR_RETURN(const std::vector<std::string> names, files.List(folder));
  std::vector<std::string> blocks;
  for (const std::string& name : names) {  // sorted: ids begin with their time
    if (const std::string path = base::JoinPath(folder, name); is_block(path)) {
      blocks.push_back(path);
    }
  }
  // What is in blocks already is the same in the log; the log comes last.
  if (files.Exists(base::JoinPath(folder, "wal"))) {
    blocks.push_back(folder);
  }
  if (blocks.empty()) {
    return base::NotFound(
        "no block of Prometheus (a folder with index and chunks) and no wal in: " + folder);
  }
  return blocks;
}

}  // namespace sb::backfill
