// SPDX-License-Identifier: Apache-2.0
#include "collect/tail/tailed_file.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "encoding/hash.h"

namespace sb::collect {
namespace {

constexpr size_t kReadBytes = 256 << 10;
constexpr uint64_t kFingerprintBytes = 256;

}  // namespace

TailedFile::TailedFile(const Parts& parts, std::string path,
                       std::unique_ptr<base::ReadableFile> file)
    : parts_(parts),
      path_(std::move(path)),
      file_(std::move(file)),
      assembler_(NewAssembler()),
      last_growth_ns_(parts.env->clock().MonotonicNs()) {}

LineAssembler TailedFile::NewAssembler() const {
  return LineAssembler(parts_.source->format, &parts_.source->multiline,
                       parts_.source->line_bytes_max);
}

base::Result<std::unique_ptr<TailedFile>> TailedFile::Open(const Parts& parts,
                                                           const std::string& path,
                                                           const RotatedFiles::FileAt& at,
                                                           bool from_end) {
  SB_ASSIGN_OR_RETURN(auto opened, parts.env->files().OpenForRead(at.path));
  SB_ASSIGN_OR_RETURN(const base::FileInfo info, opened->Info());
  if (info.inode != at.info.inode) {
    return base::Unavailable("it is being rotated");
  }
  std::unique_ptr<TailedFile> file(new TailedFile(parts, path, std::move(opened)));
  SB_RETURN_IF_ERROR(file->FindPosition(info, from_end));
  return file;
}

base::Status TailedFile::FindPosition(const base::FileInfo& info, bool from_end) {
  size_ = info.size_bytes;
  std::string head;
  SB_RETURN_IF_ERROR(file_->Read(0, kFingerprintBytes, &head));
  id_ = parts_.positions->Find(info.inode, size_, head);
  if (id_ != 0) {
    position_ = parts_.positions->all().at(id_);
    read_offset_ = position_.offset;
    const bool is_begun = position_.begun_end != 0 && position_.begun_end <= size_;
    // What was begun under another name is the same rows only under that name.
    position_.path = is_begun ? position_.path : path_;
    SB_RETURN_IF_ERROR(Identify(head));
    return is_begun ? Replay() : base::OkStatus();
  }
  position_ = TailPosition();
  position_.inode = info.inode;
  position_.path = path_;
  position_.fingerprint_bytes = head.size();
  position_.fingerprint = encoding::Hash64Of(head);
  position_.offset = from_end ? size_ : 0;
  read_offset_ = position_.offset;
  SB_ASSIGN_OR_RETURN(id_, parts_.positions->Add(position_));
  return base::OkStatus();
}

// The batch that was begun before a crash is read again as it was.
base::Status TailedFile::Replay() {
  std::string bytes;
  SB_RETURN_IF_ERROR(file_->Read(position_.offset, position_.begun_end - position_.offset, &bytes));
  read_offset_ += bytes.size();
  FeedLines(bytes);
  CloseLine();
  assembler_.Flush();
  batch_ = assembler_.TakeClean();
  batch_end_ = position_.begun_end;
  batch_time_ns_ = position_.begun_time_ns;
  GiveTimes(batch_time_ns_, &batch_);
  assembler_ = NewAssembler();
  return base::OkStatus();  // Pump hands it over
}

// What stands behind the last line end is a line, too.
void TailedFile::CloseLine() {
  if (!carry_.empty()) {
    assembler_.Feed(carry_, read_offset_ - carry_.size(), read_offset_);
    carry_.clear();
  }
}

// `head`: the first bytes of the file, known to be this one.
base::Status TailedFile::Identify(std::string_view head) {
  if (head.size() > position_.fingerprint_bytes) {
    position_.fingerprint_bytes = head.size();
    position_.fingerprint = encoding::Hash64Of(head);
  }
  return parts_.positions->Identify(id_, position_);
}

// The same path and inode, another content: copied and truncated, or written anew. What was not
// read, or not yet a whole line, is read from the copy, if there is one.
base::Status TailedFile::Restart(uint64_t inode) {
  SB_LOG(kInfo, "log file was truncated, reading it from its beginning", {"path", path_});
  is_restarted_ = true;
  RotatedFiles rotated(*parts_.env, parts_.positions);
  const auto copy = rotated.AdoptCopy(id_);
  const bool is_kept = copy.ok() && copy->has_value();
  if (is_kept) {
    batch_.clear();
    carry_.clear();
  } else {
    if (size_ > read_offset_) {
      parts_.sink->OnFileGone(path_);
    }
    CloseLine();
    assembler_.Flush();
    SB_RETURN_IF_ERROR(Commit());
  }
  assembler_ = NewAssembler();
  read_offset_ = 0;
  size_ = 0;
  const TailPosition before = position_;
  position_ = TailPosition();
  position_.inode = inode;
  position_.path = path_;
  position_.fingerprint = encoding::Hash64Of("");
  position_.last_time_ns = before.last_time_ns;
  position_.last_hash = before.last_hash;
  // A copy that is just being renamed is seen by the next looks only: the position waits for it.
  if (is_kept || before.offset > 0) {
    SB_ASSIGN_OR_RETURN(id_, parts_.positions->Add(position_));
    return base::OkStatus();
  }
  SB_RETURN_IF_ERROR(parts_.positions->Identify(id_, position_));
  return parts_.positions->Done(id_, 0, position_.last_time_ns, position_.last_hash);
}

base::Status TailedFile::CheckFile() {
  SB_ASSIGN_OR_RETURN(const base::FileInfo info, file_->Info());
  const bool is_touched = info.size_bytes != size_ || info.modified != modified_;
  if (!is_touched && size_ == read_offset_) {
    return base::OkStatus();
  }
  modified_ = info.modified;
  std::string head;
  SB_RETURN_IF_ERROR(file_->Read(0, kFingerprintBytes, &head));
  if (info.size_bytes < read_offset_ || !BeginsAs(position_, head)) {
    SB_RETURN_IF_ERROR(Restart(info.inode));
    SB_RETURN_IF_ERROR(file_->Read(0, kFingerprintBytes, &head));
  }
  if (info.size_bytes != size_) {
    last_growth_ns_ = parts_.env->clock().MonotonicNs();
  }
  size_ = info.size_bytes;
  return head.size() > position_.fingerprint_bytes ? Identify(head) : base::OkStatus();
}

// Lines are cut at fixed lengths from their beginning, so that reading them again in other pieces
// cuts them at the same places.
void TailedFile::FeedLines(std::string_view bytes) {
  const size_t bytes_max = parts_.source->line_bytes_max;
  uint64_t begin = read_offset_ - bytes.size() - carry_.size();
  while (!bytes.empty()) {
    const size_t room = bytes_max - carry_.size();
    const size_t newline = bytes.substr(0, room + 1).find('\n');
    if (newline == std::string_view::npos && bytes.size() <= room) {
      carry_.append(bytes);
      return;
    }
    const bool is_cut = newline == std::string_view::npos;
    std::string_view line = bytes.substr(0, is_cut ? room : newline);
    bytes.remove_prefix(line.size() + (is_cut ? 0 : 1));
    if (!carry_.empty()) {
      carry_.append(line);
      line = carry_;
    }
    const uint64_t end = begin + line.size() + (is_cut ? 0 : 1);
    assembler_.Feed(line, begin, end);
    begin = end;
    carry_.clear();
  }
}

// What was read counts only if the file is still the one it was: it may have been truncated and
// written anew since it was looked at.
base::Status TailedFile::ReadSome(size_t* bytes) {
  *bytes = 0;
  std::string chunk;
  SB_RETURN_IF_ERROR(file_->Read(read_offset_, kReadBytes, &chunk));
  if (chunk.empty() || position_.fingerprint_bytes == 0) {
    return base::OkStatus();
  }
  std::string head;
  SB_RETURN_IF_ERROR(file_->Read(0, kFingerprintBytes, &head));
  if (!BeginsAs(position_, head)) {
    return base::OkStatus();
  }
  if (head.size() > position_.fingerprint_bytes) {
    SB_RETURN_IF_ERROR(Identify(head));
  }
  *bytes = chunk.size();
  read_offset_ += chunk.size();
  size_ = std::max(size_, read_offset_);
  FeedLines(chunk);
  return base::OkStatus();
}

// A line without a time of its own gets that of its reading, one nanosecond after the line before.
// A line that equals the one before, time included, is a nanosecond later, too: the store keeps
// equal rows once.
void TailedFile::GiveTimes(int64_t begin_ns, std::vector<TailLine>* lines) {
  int64_t last_time = position_.last_time_ns;
  uint64_t last_hash = position_.last_hash;
  int64_t now = begin_ns;
  for (TailLine& line : *lines) {
    const uint64_t hash = encoding::Hash64Of(line.text);
    if (line.time_ns == 0) {
      line.time_ns = std::max(now, last_time + 1);
      now = line.time_ns + 1;
    } else if (line.time_ns <= last_time && hash == last_hash) {
      line.time_ns = last_time + 1;
    }
    last_time = line.time_ns;
    last_hash = hash;
  }
  next_time_ns_ = last_time;
  next_hash_ = last_hash;
}

base::Status TailedFile::Commit() {
  if (batch_.empty()) {
    if (position_.path != path_) {
      position_.path = path_;
      SB_RETURN_IF_ERROR(parts_.positions->Identify(id_, position_));
    }
    batch_ = assembler_.TakeClean();
    if (batch_.empty()) {
      return base::OkStatus();
    }
    batch_end_ = assembler_.clean_offset();
    batch_time_ns_ = parts_.env->clock().Now().Value();
    GiveTimes(batch_time_ns_, &batch_);
  }
  SB_RETURN_IF_ERROR(parts_.positions->Begin(id_, batch_end_, batch_time_ns_));
  TailBatch batch;
  batch.source = parts_.source_index;
  batch.path = position_.path;
  batch.lines = &batch_;
  SB_RETURN_IF_ERROR(parts_.sink->Write(batch));
  position_.offset = batch_end_;
  position_.last_time_ns = next_time_ns_;
  position_.last_hash = next_hash_;
  batch_.clear();
  return parts_.positions->Done(id_, position_.offset, next_time_ns_, next_hash_);
}

TailedFile::Progress TailedFile::Pump() {
  const auto refused = [this](const base::Status& status) {
    SB_LOG(kWarn, "log file waits", {"path", path_}, {"why", status.message()});
    return Progress::kRefused;
  };
  if (!batch_.empty()) {
    if (const base::Status status = Commit(); !status.ok()) {
      return refused(status);
    }
  }
  if (const base::Status status = CheckFile(); !status.ok()) {
    return refused(status);
  }
  size_t bytes = 0;
  if (const base::Status status = ReadSome(&bytes); !status.ok()) {
    return refused(status);
  }
  const int64_t silent_ns = parts_.env->clock().MonotonicNs() - last_growth_ns_;
  if (bytes == 0 && assembler_.HasPending() &&
      silent_ns >= base::ToNs(parts_.source->flush_after).Value()) {
    assembler_.Flush();
  }
  if (const base::Status status = Commit(); !status.ok()) {
    return refused(status);
  }
  return bytes == kReadBytes ? Progress::kMore : Progress::kIdle;
}

bool TailedFile::IsRemoved() {
  const auto info = file_->Info();
  return info.ok() && info->links == 0;
}

bool TailedFile::Finish() {
  const int64_t silent_ns = parts_.env->clock().MonotonicNs() - last_growth_ns_;
  if (silent_ns < base::ToNs(parts_.source->close_after).Value()) {
    return false;
  }
  CloseLine();
  assembler_.Flush();
  return Commit().ok() && batch_.empty();
}

}  // namespace sb::collect
