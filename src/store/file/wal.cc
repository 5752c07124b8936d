// SPDX-License-Identifier: Apache-2.0
#include "store/file/wal.h"

#include <algorithm>

#include "base/check.h"
#include "store/file/wal_format.h"

namespace sb::store {

// One open segment. Two handles: appends and fsync run at the same time, and a file object belongs
// to one thread.
struct Wal::Segment {
  uint64_t number = 0;
  std::string path;
  std::unique_ptr<base::WritableFile> file;
  std::unique_ptr<base::WritableFile> sync_file;
  uint64_t good_bytes = 0;  // the end of the last whole record
  bool torn = false;        // bytes beyond good_bytes may be in the file
};

Wal::Wal(base::Env& env, std::string folder, const Options& options)
    : env_(env), folder_(std::move(folder)), options_(options) {
  SB_CHECK(options_.record_bytes_max <= kWalPayloadBytesMax);
}

Wal::~Wal() {
  // Best effort: what an orderly owner wants durable it has synced itself.
  (void)Sync().ok();
}

namespace {

// A new folder is durable once its parent is synced, and so on upwards. Folders that belong to
// others may refuse it, but they have been there before.
void SyncAncestors(base::FileSystem& files, const std::string& folder) {
  std::string child = folder;
  for (std::string parent = base::ParentPath(child); parent != child && parent != ".";
       parent = base::ParentPath(child)) {
    (void)files.SyncFolder(parent).ok();
    child = parent;
  }
}

}  // namespace

base::Result<std::unique_ptr<Wal>> Wal::Open(base::Env& env, std::string folder,
                                             const Options& options, OpenReport* report) {
  *report = {};
  SB_RETURN_IF_ERROR(env.files().CreateFolders(folder));
  SyncAncestors(env.files(), folder);
  std::unique_ptr<Wal> wal(new Wal(env, std::move(folder), options));
  SB_RETURN_IF_ERROR(wal->ContinueLastSegment(report));
  return wal;
}

namespace {

// Where the whole records of a segment end, and the sequence number after the last of them.
struct SegmentEnd {
  uint64_t good_bytes = 0;
  uint64_t next_sequence = 0;
  bool header_ok = false;
};

// The end is behind the last whole record, wherever it is: damage before it is left for the reader
// to report, only what follows it is torn.
SegmentEnd FindEnd(std::string_view bytes, uint64_t number) {
  SegmentEnd end;
  WalSegmentHeader header;
  size_t offset = 0;
  if (DecodeWalSegmentHeader(bytes, &header) && header.segment == number) {
    end.header_ok = true;
    end.next_sequence = header.first_sequence;
    end.good_bytes = kWalSegmentHeaderBytes;
    offset = kWalSegmentHeaderBytes;
  }
  while (offset < bytes.size()) {
    WalRecordView record;
    offset = FindWalRecord(bytes, offset, &record);
    if (offset == bytes.size()) {
      break;
    }
    offset += record.size_bytes;
    end.good_bytes = offset;
    end.next_sequence = std::max(end.next_sequence, record.sequence + 1);
  }
  return end;
}

}  // namespace

base::Status Wal::ContinueLastSegment(OpenReport* report) {
  base::MutexLock lock(mutex_);
  SB_ASSIGN_OR_RETURN(const std::vector<uint64_t> segments, ListWalSegments(env_.files(), folder_));
  if (segments.empty()) {
    first_segment_ = 1;
    SB_RETURN_IF_ERROR(BeginSegment(1, 1));
  } else {
    first_segment_ = segments.front();
    for (size_t i = 0; i + 1 < segments.size(); ++i) {
      const std::string path = base::JoinPath(folder_, WalSegmentName(segments[i]));
      SB_ASSIGN_OR_RETURN(const base::FileInfo info, env_.files().Stat(path));
      older_bytes_ += info.size_bytes;
    }
    SB_RETURN_IF_ERROR(ReopenSegment(segments.back(), segments, report));
  }
  report->first_segment = first_segment_;
  report->last_segment = segment_->number;
  report->bytes = older_bytes_ + segment_->good_bytes;
  return base::OkStatus();
}

base::Status Wal::ReopenSegment(uint64_t number, const std::vector<uint64_t>& segments,
                                OpenReport* report) {
  const std::string path = base::JoinPath(folder_, WalSegmentName(number));
  SegmentEnd end;
  uint64_t size = 0;
  {
    SB_ASSIGN_OR_RETURN(const auto file, env_.files().Map(path));
    size = file->bytes().size();
    end = FindEnd({reinterpret_cast<const char*>(file->bytes().data()), size}, number);
  }
  // A number that an older segment has used already, because this one was damaged or put back from
  // elsewhere, would make the reader take new records for old ones.
  end.next_sequence = std::max(end.next_sequence, LastSequenceBefore(number, segments) + 1);
  next_sequence_ = end.next_sequence;
  if (size > end.good_bytes) {
    report->torn_bytes_cut = size - end.good_bytes;
    report->torn_segment = path;
  }
  if (!end.header_ok && end.good_bytes == 0) {
    // Replaced as a whole: a segment without a header would be reported as damaged for ever.
    return BeginSegment(number, next_sequence_);
  }
  auto segment = std::make_shared<Segment>();
  segment->number = number;
  segment->path = path;
  SB_ASSIGN_OR_RETURN(segment->file, env_.files().OpenForAppend(path));
  SB_ASSIGN_OR_RETURN(segment->sync_file, env_.files().OpenForAppend(path));
  segment->good_bytes = end.good_bytes;
  segment->torn = size > end.good_bytes;
  segment_ = std::move(segment);
  SB_RETURN_IF_ERROR(RepairTail());
  // What an earlier process wrote may never have been synced.
  oldest_unsynced_ns_ = std::max<int64_t>(1, env_.clock().MonotonicNs());
  return base::OkStatus();
}

uint64_t Wal::LastSequenceBefore(uint64_t number, const std::vector<uint64_t>& segments) {
  for (auto it = segments.rbegin(); it != segments.rend(); ++it) {
    if (*it >= number) {
      continue;
    }
    const auto file = env_.files().Map(base::JoinPath(folder_, WalSegmentName(*it)));
    if (!file.ok()) {
      continue;
    }
    const auto bytes = (*file)->bytes();
    const SegmentEnd end =
        FindEnd({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, *it);
    if (end.next_sequence > 0) {
      return end.next_sequence - 1;
    }
  }
  return 0;
}

base::Status Wal::BeginSegment(uint64_t number, uint64_t first_sequence) {
  auto segment = std::make_shared<Segment>();
  segment->number = number;
  segment->path = base::JoinPath(folder_, WalSegmentName(number));
  SB_ASSIGN_OR_RETURN(segment->file, env_.files().Create(segment->path));
  const std::string header =
      EncodeWalSegmentHeader({.segment = number, .first_sequence = first_sequence});
  base::Status written = segment->file->Append(header);
  if (written.ok()) {
    written = segment->file->Sync();
  }
  if (written.ok()) {
    written = env_.files().SyncFolder(folder_);
  }
  if (!written.ok()) {
    (void)env_.files().Remove(segment->path).ok();
    return written;
  }
  SB_ASSIGN_OR_RETURN(segment->sync_file, env_.files().OpenForAppend(segment->path));
  segment->good_bytes = header.size();
  segment_ = std::move(segment);
  next_sequence_ = first_sequence;
  return base::OkStatus();
}

base::Status Wal::RepairTail() {
  if (!segment_->torn) {
    return base::OkStatus();
  }
  SB_RETURN_IF_ERROR(segment_->file->Truncate(segment_->good_bytes));
  segment_->torn = false;
  return base::OkStatus();
}

base::Status Wal::Append(std::string_view record) {
  if (record.size() > options_.record_bytes_max) {
    return base::InvalidArgument("a WAL record is larger than " +
                                 std::to_string(options_.record_bytes_max) +
                                 " bytes: " + std::to_string(record.size()));
  }
  bool full = false;
  {
    base::MutexLock lock(mutex_);
    SB_RETURN_IF_ERROR(poisoned_);
    SB_RETURN_IF_ERROR(RepairTail());
    frame_.clear();
    AppendWalRecord(next_sequence_, record, &frame_);
    if (base::Status written = segment_->file->Append(frame_); !written.ok()) {
      // Part of it may be in the file. If cutting fails too, the next Append tries again first.
      segment_->torn = true;
      (void)RepairTail().ok();
      return written;
    }
    segment_->good_bytes += frame_.size();
    ++next_sequence_;
    if (oldest_unsynced_ns_ == 0) {
      oldest_unsynced_ns_ = std::max<int64_t>(1, env_.clock().MonotonicNs());
    }
    full = segment_->good_bytes >= options_.segment_bytes;
  }
  if (full) {
    // The record is safe already. If there is no space for a new segment, this one goes on growing.
    (void)Cut(CutWhen::kFull).ok();
  }
  return base::OkStatus();
}

base::Status Wal::SyncSegment() {
  std::shared_ptr<Segment> segment;
  int64_t unsynced_since = 0;
  {
    base::MutexLock lock(mutex_);
    SB_RETURN_IF_ERROR(poisoned_);
    if (oldest_unsynced_ns_ == 0) {
      return base::OkStatus();
    }
    segment = segment_;
    unsynced_since = oldest_unsynced_ns_;
    oldest_unsynced_ns_ = 0;
  }
  base::Status synced = segment->sync_file->Sync();
  if (!synced.ok()) {
    base::MutexLock lock(mutex_);
    oldest_unsynced_ns_ = unsynced_since;
    poisoned_ = synced.WithPrefix("the WAL could not be synced");
  }
  return synced;
}

base::Status Wal::Sync() {
  base::MutexLock one_at_a_time(sync_mutex_);
  return SyncSegment();
}

base::Status Wal::SyncIfDue() {
  {
    base::MutexLock lock(mutex_);
    SB_RETURN_IF_ERROR(poisoned_);
    const int64_t age_ns = env_.clock().MonotonicNs() - oldest_unsynced_ns_;
    if (oldest_unsynced_ns_ == 0 || age_ns < options_.sync_interval.Value()) {
      return base::OkStatus();
    }
  }
  return Sync();
}

bool Wal::HasUnsynced() const {
  base::MutexLock lock(mutex_);
  return oldest_unsynced_ns_ != 0;
}

base::Result<uint64_t> Wal::CutSegment() {
  return Cut(CutWhen::kAlways);
}

base::Result<uint64_t> Wal::Cut(CutWhen when) {
  base::MutexLock one_at_a_time(sync_mutex_);
  // Most of the old segment is written out while appends go on; the lock is then held for the rest.
  SB_RETURN_IF_ERROR(SyncSegment());
  base::MutexLock lock(mutex_);
  SB_RETURN_IF_ERROR(poisoned_);
  if (when == CutWhen::kFull && segment_->good_bytes < options_.segment_bytes) {
    return segment_->number;  // another writer has seen it full too, and was first
  }
  SB_RETURN_IF_ERROR(RepairTail());
  if (oldest_unsynced_ns_ != 0) {
    if (base::Status synced = segment_->sync_file->Sync(); !synced.ok()) {
      poisoned_ = synced.WithPrefix("the WAL could not be synced");
      return synced;
    }
    oldest_unsynced_ns_ = 0;
  }
  const uint64_t old_bytes = segment_->good_bytes;
  SB_RETURN_IF_ERROR(BeginSegment(segment_->number + 1, next_sequence_));
  older_bytes_ += old_bytes;
  return segment_->number;
}

base::Status Wal::RemoveSegmentsBefore(uint64_t segment) {
  uint64_t current = 0;
  {
    base::MutexLock lock(mutex_);
    current = segment_->number;
  }
  SB_ASSIGN_OR_RETURN(const std::vector<uint64_t> segments, ListWalSegments(env_.files(), folder_));
  // Oldest first, so that a crash in between leaves no gap.
  for (const uint64_t number : segments) {
    if (number >= std::min(segment, current)) {
      break;
    }
    const std::string path = base::JoinPath(folder_, WalSegmentName(number));
    SB_ASSIGN_OR_RETURN(const base::FileInfo info, env_.files().Stat(path));
    SB_RETURN_IF_ERROR(env_.files().Remove(path));
    base::MutexLock lock(mutex_);
    older_bytes_ -= std::min(older_bytes_, info.size_bytes);
    first_segment_ = number + 1;
  }
  return env_.files().SyncFolder(folder_);
}

uint64_t Wal::current_segment() const {
  base::MutexLock lock(mutex_);
  return segment_->number;
}

uint64_t Wal::total_bytes() const {
  base::MutexLock lock(mutex_);
  return older_bytes_ + segment_->good_bytes;
}

uint64_t Wal::next_sequence() const {
  base::MutexLock lock(mutex_);
  return next_sequence_;
}

}  // namespace sb::store
