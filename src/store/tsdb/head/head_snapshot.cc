// SPDX-License-Identifier: Apache-2.0
//
// The head's snapshot: everything that the log up to a commit says, in one file of checked pages,
// so that a start reads it instead of the log and the log can be cut off. Layout:
// docs/format/head-snapshot.md.
#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "encoding/bytes.h"
#include "store/file/page.h"
#include "store/tsdb/chunk/chunk.h"
#include "store/tsdb/head/head_state.h"
#include "store/tsdb/head/snapshot_series.h"

namespace sb::tsdb {
namespace {

using encoding::AppendLe;
using encoding::AppendVarint;
using encoding::AppendZigZag;
using encoding::ByteReader;

constexpr store::PageType kHeaderPage{1};
constexpr store::PageType kPairsPage{2};
constexpr store::PageType kSeriesPage{3};
constexpr store::PageType kRecordPage{4};  // exemplars and metadata as a log record
constexpr store::PageType kFooterPage{5};
constexpr uint8_t kVersion = 1;
constexpr size_t kPageBytes = 1u << 20;
constexpr std::string_view kPrefix = "snapshot-";

std::string FileName(uint64_t commit) {
  std::string digits = std::to_string(commit);
  return std::string(kPrefix) + std::string(20 - digits.size(), '0') + digits;
}

bool ParseFileName(std::string_view name, uint64_t* commit) {
  if (!name.starts_with(kPrefix) || name.size() != kPrefix.size() + 20) {
    return false;
  }
  name.remove_prefix(kPrefix.size());
  return std::from_chars(name.data(), name.data() + name.size(), *commit).ptr ==
         name.data() + name.size();
}

// Collects payloads into pages and writes them out.
class PageFile {
 public:
  explicit PageFile(std::unique_ptr<base::WritableFile> file) : file_(std::move(file)) {}

  base::Status Put(store::PageType type, std::string_view payload) {
    bytes_.clear();
    store::AppendPage(type, kVersion, payload, &bytes_);
    ++pages_;
    // The directory of pages is their sizes, in order.
    AppendVarint(&directory_, bytes_.size());
    AppendVarint(&directory_, static_cast<uint64_t>(type));
    return file_->Append(bytes_);
  }

  // The footer and, behind it, its size: the reader starts at the end.
  base::Status Finish() {
    const std::string directory = directory_;
    std::string payload;
    AppendVarint(&payload, pages_);
    payload.append(directory);
    bytes_.clear();
    store::AppendPage(kFooterPage, kVersion, payload, &bytes_);
    AppendLe(&bytes_, static_cast<uint64_t>(bytes_.size()));
    SB_RETURN_IF_ERROR(file_->Append(bytes_));
    SB_RETURN_IF_ERROR(file_->Sync());
    return file_->Close();
  }

 private:
  const std::unique_ptr<base::WritableFile> file_;
  std::string bytes_;
  std::string directory_;
  uint64_t pages_ = 0;
};

class SnapshotWriter {
 public:
  SnapshotWriter(HeadState* state, uint64_t commit) : state_(state), commit_(commit) {}

  base::Status Write(std::unique_ptr<base::WritableFile> file) {
    PageFile pages(std::move(file));
    std::string header;
    AppendVarint(&header, commit_);
    AppendZigZag(&header, state_->newest_time.load());
    SB_RETURN_IF_ERROR(pages.Put(kHeaderPage, header));
    SB_RETURN_IF_ERROR(WritePairs(&pages));
    SB_RETURN_IF_ERROR(WriteSeries(&pages));
    SB_RETURN_IF_ERROR(pages.Put(kRecordPage, extras_));
    return pages.Finish();
  }

  // Exemplars and metadata, taken under the commit lock together with the commit number.
  void TakeExtras() SB_NO_THREAD_SAFETY_ANALYSIS {
    RecordWriter record;
    state_->exemplars.ForEach([&](uint64_t ref, const model::Exemplar& exemplar) {
      if (state_->SeriesOf(ref) != nullptr) {
        record.AddExemplar(static_cast<uint32_t>(ref), exemplar);
      }
    });
    for (const auto& [metric, versions] : state_->metadata.metrics()) {
      for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
        record.AddMetadata(metric, *version);
      }
    }
    extras_ = record.Finish();
  }

 private:
  base::Status WritePairs(PageFile* pages) {
    std::vector<LabelIndex::PairText> pairs;
    {
      base::ReaderLock lock(state_->index_mutex);
      pairs = state_->index.AllPairs();
      slots_ = state_->index.all();
    }
    std::sort(slots_.begin(), slots_.end());
    std::string payload;
    for (const LabelIndex::PairText& pair : pairs) {
      AppendVarint(&payload, pair.pair);
      AppendVarint(&payload, pair.name.size());
      payload.append(pair.name);
      AppendVarint(&payload, pair.value.size());
      payload.append(pair.value);
      if (payload.size() >= kPageBytes) {
        SB_RETURN_IF_ERROR(pages->Put(kPairsPage, payload));
        payload.clear();
      }
    }
    return payload.empty() ? base::OkStatus() : pages->Put(kPairsPage, payload);
  }

  base::Status WriteSeries(PageFile* pages) {
    std::string payload;
    for (const uint32_t slot : slots_) {
      MemSeries& member = state_->series.at(slot);
      SeriesView view;
      SnapshotSeries out;
      {
        base::SpinLockHolder lock(member.lock);
        if (!member.live) {
          continue;
        }
        out.ref = member.ref();
        out.tag = member.tag();
        out.pairs.assign(member.pairs().begin(), member.pairs().end());
        out.last_time = member.last_time();
        out.last_value_bits = member.last_value_bits();
        out.last_histogram = member.last_histogram();
        member.View({base::TimestampMs::Min(), base::TimestampMs::Max()}, commit_, &view);
      }
      SB_RETURN_IF_ERROR(AppendSnapshotSeries(out, view, &payload));
      if (payload.size() >= kPageBytes) {
        SB_RETURN_IF_ERROR(pages->Put(kSeriesPage, payload));
        payload.clear();
      }
    }
    return payload.empty() ? base::OkStatus() : pages->Put(kSeriesPage, payload);
  }

  HeadState* const state_;
  const uint64_t commit_;
  std::string extras_;
  std::vector<uint32_t> slots_;
};

class SnapshotReader {
 public:
  SnapshotReader(HeadState* state, std::string path) : state_(state), path_(std::move(path)) {}

  // Checks every page before anything is used: a snapshot counts whole or not at all.
  base::Status Check() {
    SB_ASSIGN_OR_RETURN(file_, state_->env.files().Map(path_));
    const std::span<const uint8_t> bytes = file_->bytes();
    if (bytes.size() < sizeof(uint64_t)) {
      return base::DataLoss("snapshot is cut off: " + path_);
    }
    const uint64_t footer_bytes =
        encoding::LoadLe<uint64_t>(bytes.data() + bytes.size() - sizeof(uint64_t));
    if (footer_bytes > bytes.size() - sizeof(uint64_t)) {
      return base::DataLoss("snapshot is cut off: " + path_);
    }
    const uint64_t footer_at = bytes.size() - sizeof(uint64_t) - footer_bytes;
    SB_ASSIGN_OR_RETURN(const store::PageView footer,
                        store::ReadPage(bytes, {footer_at, footer_bytes}, kFooterPage, path_));
    ByteReader in(footer.payload);
    const uint64_t count = in.Varint();
    uint64_t offset = 0;
    for (uint64_t i = 0; i < count; ++i) {
      const uint64_t size = in.Varint();
      const auto type = store::PageType{static_cast<uint8_t>(in.Varint())};
      if (!in.ok()) {
        return base::DataLoss("directory of the snapshot is malformed: " + path_);
      }
      SB_ASSIGN_OR_RETURN(const store::PageView page,
                          store::ReadPage(bytes, {offset, size}, type, path_));
      pages_.emplace_back(type, page.payload);
      offset += size;
    }
    return offset == footer_at ? base::OkStatus()
                               : base::DataLoss("directory of the snapshot is malformed: " + path_);
  }

  base::Status Load(RecordSink* extras, HeadOpenReport* report) {
    for (const auto& [type, payload] : pages_) {
      if (type == kHeaderPage) {
        SB_RETURN_IF_ERROR(LoadHeader(payload));
      } else if (type == kPairsPage) {
        SB_RETURN_IF_ERROR(LoadPairs(payload));
      } else if (type == kSeriesPage) {
        SB_RETURN_IF_ERROR(LoadSeries(payload, report));
      } else if (type == kRecordPage) {
        SB_RETURN_IF_ERROR(ReadRecord(payload, extras));
      } else {
        return Malformed("page type");
      }
    }
    base::WriterLock lock(state_->index_mutex);
    for (const auto& [old_id, pair] : pair_list_) {
      state_->index.Release(pair);  // the series hold their own references now
    }
    return base::OkStatus();
  }

 private:
  base::Status Malformed(std::string_view what) const {
    return base::DataLoss("malformed " + std::string(what) + " in snapshot: " + path_);
  }

  base::Status LoadHeader(std::string_view payload) {
    ByteReader in(payload);
    in.Varint();  // the commit, which the file's name says too
    const int64_t newest = in.ZigZag();
    if (!in.ok()) {
      return Malformed("header");
    }
    state_->RaiseNewestTime(newest);
    return base::OkStatus();
  }

  base::Status LoadPairs(std::string_view payload) {
    ByteReader in(payload);
    base::WriterLock lock(state_->index_mutex);
    while (!in.empty()) {
      const uint64_t id = in.Varint();
      const std::string_view name = in.LengthPrefixed();
      const std::string_view value = in.LengthPrefixed();
      if (!in.ok() || id >= TagTable::kNone || value.empty()) {
        return Malformed("label pair");
      }
      const uint32_t pair = state_->index.Intern({name, value});
      if (id >= new_ids_.size()) {
        new_ids_.resize(std::max<size_t>(id + 1, new_ids_.size() * 2), TagTable::kNone);
      }
      new_ids_[id] = pair;
      pair_list_.emplace_back(static_cast<uint32_t>(id), pair);
    }
    return base::OkStatus();
  }

  base::Status LoadSeries(std::string_view payload, HeadOpenReport* report) {
    ByteReader in(payload);
    base::WriterLock lock(state_->index_mutex);
    while (!in.empty()) {
      SnapshotSeries loaded;
      SeriesView view;
      if (!ReadSnapshotSeries(&in, &loaded, &view)) {
        return Malformed("series");
      }
      for (uint32_t& pair : loaded.pairs) {
        if (pair >= new_ids_.size() || new_ids_[pair] == TagTable::kNone) {
          return Malformed("label pair of a series");
        }
        pair = new_ids_[pair];
        state_->index.AddReference(pair);
      }
      const auto slot = static_cast<uint32_t>(loaded.ref);
      if (slot >= state_->slots) {
        state_->series.Extend(slot + size_t{1});
        state_->slots = slot + 1;
      }
      if (state_->series.at(slot).live) {
        return Malformed("slot of a series");
      }
      MemSeries* member = state_->PlaceSeries(loaded.ref, loaded.tag, std::move(loaded.pairs));
      member->logged = true;
      state_->IndexSeries(member);
      Restore(member, loaded, view);
      ++report->snapshot_series;
    }
    return base::OkStatus();
  }

  void Restore(MemSeries* member, const SnapshotSeries& loaded, const SeriesView& view) {
    ApplyContext context;
    context.block_range_ms = state_->options.block_range.Value();
    context.boundary = state_->boundary.load();
    base::SpinLockHolder lock(member->lock);
    for (const ChunkRef& chunk : view.chunks) {
      member->AddChunk(chunk, &context);
    }
    for (const ChunkRef& chunk : view.out_of_order_chunks) {
      member->AddOutOfOrderChunk(chunk, &context);
    }
    if (view.run_samples > 0) {
      member->RestoreRun(view);
    }
    for (size_t i = 0; i < view.tail.size(); ++i) {
      member->Append(view.tail.At(i), &context);
    }
    for (const model::Sample& sample : view.out_of_order) {
      member->InsertOutOfOrder(sample, &context);
    }
    member->RestoreLast(loaded.last_time, loaded.last_value_bits, loaded.last_histogram);
    state_->Account(context);
  }

  HeadState* const state_;
  const std::string path_;
  std::unique_ptr<base::RandomAccessFile> file_;
  std::vector<std::pair<store::PageType, std::string_view>> pages_;
  std::vector<uint32_t> new_ids_;  // by the id in the file
  std::vector<std::pair<uint32_t, uint32_t>> pair_list_;
};

// Exemplars and metadata of a snapshot.
class ExtrasSink final : public RecordSink {
 public:
  explicit ExtrasSink(HeadState* state) : state_(state) {}
  base::Status OnSeries(uint64_t, uint32_t, std::string_view) override { return base::OkStatus(); }
  void OnFloat(uint32_t, int64_t, double) override {}
  void OnSample(uint32_t, const model::Sample&) override {}
  void OnExemplar(uint32_t slot, const model::Exemplar& exemplar) override {
    const MemSeries* member = state_->series.Find(slot);
    if (member != nullptr && member->live) {
      base::MutexLock lock(state_->commit_mutex);
      state_->exemplars.Add(member->ref(), exemplar);
    }
  }
  void OnMetadata(std::string_view metric, const model::MetricMetadata& metadata) override {
    base::MutexLock lock(state_->commit_mutex);
    state_->metadata.Set(metric, metadata);
  }

 private:
  HeadState* const state_;
};

// Commits of the snapshots in the folder, newest first.
base::Result<std::vector<uint64_t>> ListSnapshots(HeadState* state) {
  SB_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                      state->env.files().List(state->options.folder));
  std::vector<uint64_t> commits;
  for (const std::string& name : names) {
    uint64_t commit = 0;
    if (ParseFileName(name, &commit)) {
      commits.push_back(commit);
    }
  }
  std::sort(commits.rbegin(), commits.rend());
  return commits;
}

void RemoveOlderSnapshots(HeadState* state, uint64_t commit) {
  const base::Result<std::vector<uint64_t>> commits = ListSnapshots(state);
  if (!commits.ok()) {
    return;
  }
  for (const uint64_t old : *commits) {
    if (old < commit) {
      const base::Status status =
          state->env.files().Remove(base::JoinPath(state->options.folder, FileName(old)));
      if (!status.ok()) {
        SB_LOG(kWarn, "old snapshot cannot be removed", {"error", status.ToString()});
      }
    }
  }
}

// Keeps a damaged snapshot for whoever wants to look at it.
void PutAside(HeadState* state, const std::string& path) {
  const base::Status status = state->env.files().Rename(path, path + ".damaged");
  if (!status.ok()) {
    SB_LOG(kError, "damaged snapshot cannot be put aside", {"error", status.ToString()});
  }
}

}  // namespace

base::Status LoadSnapshot(HeadState* state, uint64_t* first_commit, HeadOpenReport* report) {
  SB_ASSIGN_OR_RETURN(const std::vector<uint64_t> commits, ListSnapshots(state));
  CutState cut;
  {
    base::MutexLock lock(state->commit_mutex);
    cut = state->cut;
  }
  for (const uint64_t commit : commits) {
    const std::string path = base::JoinPath(state->options.folder, FileName(commit));
    SnapshotReader reader(state, path);
    const base::Status status = reader.Check();
    if (!status.ok()) {
      ++report->damaged_records;
      report->losses.push_back(status);
      SB_LOG(kError, "snapshot is damaged, put aside", {"error", status.ToString()});
      PutAside(state, path);
      continue;
    }
    ExtrasSink sink(state);
    SB_RETURN_IF_ERROR(reader.Load(&sink, report));
    *first_commit = commit + 1;
    if (commit <= cut.commit) {
      // The cut came after the snapshot: what it took is in blocks.
      ApplyContext context;
      for (uint32_t slot = 0; slot < state->slots; ++slot) {
        MemSeries& member = state->series.at(slot);
        base::SpinLockHolder lock(member.lock);
        member.Truncate(cut.time, cut.commit, &context);
      }
      state->Account(context);
    }
    return base::OkStatus();
  }
  return base::OkStatus();
}

base::Status RenumberSnapshot(HeadState* state, uint64_t from, uint64_t to) {
  const std::string& folder = state->options.folder;
  SB_RETURN_IF_ERROR(state->env.files().Rename(base::JoinPath(folder, FileName(from)),
                                               base::JoinPath(folder, FileName(to))));
  return state->env.files().SyncFolder(folder);
}

base::Status WriteSnapshot(HeadState* state) {
  // Most of the log is synced before the lock is taken, so that commits do not wait for the disk.
  SB_RETURN_IF_ERROR(state->wal->Sync());
  uint64_t commit = 0;
  uint64_t session = 0;
  uint64_t segment = 0;
  base::FileSystem& files = state->env.files();
  const std::string temporary = base::JoinPath(state->options.folder, "snapshot.tmp");
  base::Status status;
  {
    std::unique_ptr<SnapshotWriter> writer;
    {
      base::MutexLock lock(state->commit_mutex);
      SB_ASSIGN_OR_RETURN(segment, state->wal->CutSegment());
      commit = state->last_commit;
      session = state->sessions.OpenReader(commit);
      writer = std::make_unique<SnapshotWriter>(state, commit);
      base::ReaderLock index_lock(state->index_mutex);
      writer->TakeExtras();
    }
    base::Result<std::unique_ptr<base::WritableFile>> file = files.Create(temporary);
    status = file.ok() ? writer->Write(std::move(*file)) : file.status();
  }
  state->sessions.Close(session);
  if (!status.ok()) {
    (void)files.Remove(temporary);  // most likely the disk is full
    return status;
  }
  SB_RETURN_IF_ERROR(
      files.Rename(temporary, base::JoinPath(state->options.folder, FileName(commit))));
  SB_RETURN_IF_ERROR(files.SyncFolder(state->options.folder));
  SB_RETURN_IF_ERROR(state->wal->RemoveSegmentsBefore(segment));
  RemoveOlderSnapshots(state, commit);
  return base::OkStatus();
}

}  // namespace sb::tsdb
