// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/block/block_writer.h"

#include <algorithm>
#include <unordered_map>

#include "base/check.h"
#include "encoding/hash.h"
#include "store/tsdb/block/block_format.h"
#include "store/tsdb/block/bucket_references.h"
#include "store/tsdb/block/chunk_frames.h"
#include "store/tsdb/block/index_writer.h"
#include "store/tsdb/chunk/sample_body.h"
#include "store/tsdb/chunk/time_column.h"

namespace sb::tsdb {

namespace {

// Frames are collected before they are written.
constexpr size_t kWriteBytes = 1u << 20;

struct ColumnHash {
  size_t operator()(const encoding::Hash128& hash) const { return hash.low; }
};

base::Status WriteWholeFile(base::FileSystem& files, const std::string& path,
                            std::string_view bytes) {
  SB_ASSIGN_OR_RETURN(const std::unique_ptr<base::WritableFile> file, files.Create(path));
  SB_RETURN_IF_ERROR(file->Append(bytes));
  SB_RETURN_IF_ERROR(file->Sync());
  return file->Close();
}

}  // namespace

class BlockWriter::Impl {
 public:
  Impl(base::Env& env, std::string blocks_folder, const BlockWriterOptions& options)
      : env_(env),
        blocks_folder_(std::move(blocks_folder)),
        options_(options),
        references_(options.reference_cache_bytes) {
    meta_.id = NewBlockId(env);
    meta_.range = options.range;
    meta_.level = options.level;
    meta_.sources = options.sources;
    meta_.notes = options.notes;
    folder_ = base::JoinPath(blocks_folder_, std::string(kUnfinishedPrefix) + meta_.id);
  }

  ~Impl() {
    if (!finished_) {
      (void)env_.files().RemoveAll(folder_).ok();
    }
  }

  base::Status Begin() {
    SB_RETURN_IF_ERROR(env_.files().CreateFolders(folder_));
    SB_ASSIGN_OR_RETURN(chunks_, env_.files().Create(base::JoinPath(folder_, kChunksFile)));
    pending_ = kChunksMagic;
    return base::OkStatus();
  }

  base::Status Add(const model::LabelSet& labels, const model::SampleColumns& columns,
                   const SeriesExtras& extras) {
    SB_RETURN_IF_ERROR(Check(labels, columns));
    places_.clear();
    const size_t pieces =
        (columns.size() + options_.chunk_values_max - 1) / options_.chunk_values_max;
    for (size_t piece = 0; piece < pieces; ++piece) {
      SB_RETURN_IF_ERROR(AddPiece(labels, columns, columns.size() * piece / pieces,
                                  columns.size() * (piece + 1) / pieces));
    }
    if (!extras.exemplars.empty()) {
      index_.AddExemplars(index_.series(), extras.exemplars);
      meta_.exemplars += extras.exemplars.size();
    }
    if (extras.metadata != nullptr) {
      index_.AddMetadata(index_.series(), *extras.metadata);
    }
    index_.AddSeries(labels, places_);
    CountSamples(columns);
    last_labels_ = labels;
    return base::OkStatus();
  }

  base::Result<BlockMeta> Finish() {
    if (index_.series() == 0) {
      return base::FailedPrecondition("a block without series");
    }
    SB_RETURN_IF_ERROR(Flush());
    SB_RETURN_IF_ERROR(chunks_->Sync());
    SB_RETURN_IF_ERROR(chunks_->Close());
    const std::string index = index_.Finish(times_);
    meta_.series = index_.series();
    meta_.index_bytes = index.size();
    meta_.chunk_bytes = written_;
    base::FileSystem& files = env_.files();
    SB_RETURN_IF_ERROR(WriteWholeFile(files, base::JoinPath(folder_, kIndexFile), index));
    SB_RETURN_IF_ERROR(WriteWholeFile(files, base::JoinPath(folder_, kMetaFile), meta_.ToJson()));
    SB_RETURN_IF_ERROR(files.SyncFolder(folder_));
    SB_RETURN_IF_ERROR(files.Rename(folder_, base::JoinPath(blocks_folder_, meta_.id)));
    finished_ = true;
    SB_RETURN_IF_ERROR(files.SyncFolder(blocks_folder_));
    return meta_;
  }

  uint64_t series() const { return index_.series(); }
  uint64_t samples() const { return meta_.samples; }
  void SetSpacing(int64_t spacing_ms) { meta_.spacing_ms = spacing_ms; }

 private:
  base::Status Check(const model::LabelSet& labels, const model::SampleColumns& columns) const {
    if (columns.empty()) {
      return base::InvalidArgument("a series without samples: " + labels.ToString());
    }
    if (index_.series() > 0 && !(last_labels_ < labels)) {
      return base::InvalidArgument("series are not in label order: " + labels.ToString());
    }
    if (index_.series() == UINT32_MAX) {
      return base::ResourceExhausted("too many series in one block: " + labels.ToString());
    }
    if (columns.times.front() < options_.range.start.Value() ||
        columns.times.back() >= options_.range.end.Value()) {
      return base::InvalidArgument("samples outside of the block's range: " + labels.ToString());
    }
    for (size_t i = 1; i < columns.size(); ++i) {
      if (columns.times[i - 1] >= columns.times[i]) {
        return base::InvalidArgument("samples not in increasing time: " + labels.ToString());
      }
    }
    return base::OkStatus();
  }

  ChunkOptions Options() const {
    return {.effort = Effort::kThorough,
            .page_values = options_.page_values,
            .summary_values_min = options_.summary_values_min};
  }

  base::Status AddPiece(const model::LabelSet& labels, const model::SampleColumns& columns,
                        size_t begin, size_t end) {
    ChunkPlace place;
    SB_ASSIGN_OR_RETURN(place.time_column, TimeColumn({columns.times.data() + begin, end - begin}));
    body_.clear();
    uint64_t distance = 0;
    uint32_t reference_bytes = 0;
    const bool only_floats = columns.histograms.empty() && columns.start_times.empty();
    BucketColumn bucket;
    encoding::Hash128 family;
    const bool is_bucket =
        only_floats && options_.reference_depth_max > 0 &&
        BucketReferences::FamilyOf(labels, place.time_column, &family, &bucket.le) &&
        encoding::FindWholeNumbers({columns.values.data() + begin, end - begin}, &whole_);
    if (is_bucket) {
      const BucketColumn* reference =
          EncodeBucket({columns.values.data() + begin, end - begin}, family, bucket.le);
      if (reference != nullptr) {
        distance = offset() - reference->offset;
        reference_bytes = reference->size_bytes;
        bucket.depth = reference->depth + 1;
      }
    } else {
      AppendSampleBody(columns, begin, end, Options(), &body_);
    }
    place.offset = offset();
    AppendBodyFrame(body_, distance, reference_bytes, &pending_);
    place.size_bytes = static_cast<uint32_t>(offset() - place.offset);
    places_.push_back(place);
    if (is_bucket && KeptAsWholeNumbers(end - begin)) {
      bucket.counts = whole_.integers;
      bucket.offset = place.offset;
      bucket.size_bytes = place.size_bytes;
      references_.Add(family, std::move(bucket));
    }
    return pending_.size() >= kWriteBytes ? Flush() : base::OkStatus();
  }

  // Only then a reader finds in the column the counts that a difference was taken to.
  bool KeptAsWholeNumbers(size_t count) const {
    SampleBody parsed;
    return parsed.Parse(body_, count).ok() && parsed.floats().whole_numbers();
  }

  // Fills body_ with the smallest form; returns the column it refers to, if any.
  const BucketColumn* EncodeBucket(std::span<const double> values, const encoding::Hash128& family,
                                   double le) {
    // A reference has its own cost: its place, and decoding two columns for one.
    constexpr size_t kSavingMin = 8;
    const size_t column_at = AppendFloatBody(values, Options(), &body_);
    const BucketColumn* best = nullptr;
    for (const BucketColumn* neighbour :
         references_.Neighbours(family, le, options_.reference_depth_max)) {
      if (ReplaceByDifferences(values, whole_, neighbour->counts, Options(), kSavingMin, column_at,
                               &body_)) {
        best = neighbour;
      }
    }
    return best;
  }

  // The number of the timestamp column with these times, written when it is first seen.
  base::Result<uint32_t> TimeColumn(std::span<const int64_t> times) {
    const encoding::Hash128 hash = encoding::Hash128Of(
        {reinterpret_cast<const char*>(times.data()), times.size() * sizeof(int64_t)});
    const auto [it, added] = time_columns_.try_emplace(hash, static_cast<uint32_t>(times_.size()));
    if (!added) {
      return it->second;
    }
    std::string column;
    AppendTimeColumn(times, options_.page_values, true, &column);
    TimePlace place;
    place.offset = offset();
    AppendTimeFrame(column, &pending_);
    place.size_bytes = static_cast<uint32_t>(offset() - place.offset);
    place.samples = static_cast<uint32_t>(times.size());
    place.first_ms = times.front();
    place.last_ms = times.back();
    times_.push_back(place);
    return it->second;
  }

  void CountSamples(const model::SampleColumns& columns) {
    meta_.samples += columns.size();
    meta_.histogram_samples += static_cast<uint64_t>(
        std::count_if(columns.histograms.begin(), columns.histograms.end(),
                      [](const model::HistogramPtr& histogram) { return histogram != nullptr; }));
  }

  // Where the next frame begins in the file.
  uint64_t offset() const { return written_ + pending_.size(); }

  base::Status Flush() {
    SB_RETURN_IF_ERROR(chunks_->Append(pending_));
    written_ += pending_.size();
    pending_.clear();
    return base::OkStatus();
  }

  base::Env& env_;
  const std::string blocks_folder_;
  const BlockWriterOptions options_;
  std::string folder_;
  BlockMeta meta_;
  bool finished_ = false;
  std::unique_ptr<base::WritableFile> chunks_;
  std::string pending_;
  uint64_t written_ = 0;
  IndexWriter index_;
  model::LabelSet last_labels_;
  BucketReferences references_;
  std::unordered_map<encoding::Hash128, uint32_t, ColumnHash> time_columns_;
  std::vector<TimePlace> times_;
  std::vector<ChunkPlace> places_;
  std::string body_;
  encoding::WholeColumn whole_;  // of a bucket
};

BlockWriter::BlockWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
BlockWriter::~BlockWriter() = default;

base::Result<std::unique_ptr<BlockWriter>> BlockWriter::Create(base::Env& env,
                                                               const std::string& blocks_folder,
                                                               const BlockWriterOptions& options) {
  SB_CHECK(options.chunk_values_max > 0 && options.chunk_values_max <= kChunkSamplesMax);
  SB_CHECK(options.reference_depth_max < kReferenceDepthLimit);
  auto impl = std::make_unique<Impl>(env, blocks_folder, options);
  SB_RETURN_IF_ERROR(impl->Begin());
  return std::unique_ptr<BlockWriter>(new BlockWriter(std::move(impl)));
}

base::Status BlockWriter::Add(const model::LabelSet& labels, const model::SampleColumns& columns,
                              const SeriesExtras& extras) {
  return impl_->Add(labels, columns, extras);
}

void BlockWriter::SetSpacing(int64_t spacing_ms) {
  impl_->SetSpacing(spacing_ms);
}

base::Result<BlockMeta> BlockWriter::Finish() {
  return impl_->Finish();
}

uint64_t BlockWriter::series() const {
  return impl_->series();
}

uint64_t BlockWriter::samples() const {
  return impl_->samples();
}

base::Status RemoveUnfinishedBlocks(base::FileSystem& files, const std::string& blocks_folder) {
  base::Result<std::vector<std::string>> names = files.List(blocks_folder);
  if (!names.ok()) {
    return names.status().code() == base::StatusCode::kNotFound ? base::OkStatus() : names.status();
  }
  for (const std::string& name : *names) {
    if (name.starts_with(kUnfinishedPrefix)) {
      SB_RETURN_IF_ERROR(files.RemoveAll(base::JoinPath(blocks_folder, name)));
    }
  }
  return base::OkStatus();
}

}  // namespace sb::tsdb
