// SPDX-License-Identifier: Apache-2.0
#include "store/file/wal_reader.h"

#include <algorithm>

#include "store/file/wal_format.h"

namespace sb::store {

base::Status WalLoss::ToStatus() const {
  return base::DataLoss("WAL: " + reason + ", " + std::to_string(bytes_lost) + " bytes and " +
                        (records_lost > 0 ? std::to_string(records_lost) : "an unknown number of") +
                        " records lost" + (at_end ? ", at the end of the log" : "") +
                        ", at offset " + std::to_string(offset) + " of " + path);
}

WalReader::WalReader(base::FileSystem& files, std::string folder, uint64_t first_segment)
    : files_(files), folder_(std::move(folder)) {
  base::Result<std::vector<uint64_t>> segments = ListWalSegments(files_, folder_);
  if (!segments.ok()) {
    losses_.push_back({.path = folder_, .reason = std::string(segments.status().message())});
    unresolved_losses_ = 1;
    return;
  }
  for (const uint64_t segment : *segments) {
    if (segment >= first_segment) {
      segments_.push_back(segment);
    }
  }
  std::reverse(segments_.begin(), segments_.end());
}

WalReader::~WalReader() = default;

bool WalReader::Next(WalRecord* record) {
  while (true) {
    if (offset_ >= bytes_.size()) {
      if (!OpenNextSegment()) {
        return false;
      }
      continue;
    }
    WalRecordView view;
    if (!DecodeWalRecord(bytes_.substr(offset_), &view)) {
      SkipDamage();
      continue;
    }
    if (expected_sequence_ != 0 && view.sequence < expected_sequence_) {
      // The bytes of a record that was already read, copied here by whatever damaged the disk.
      NoteLoss(offset_, view.size_bytes, "a record appears a second time");
      unresolved_losses_ = 0;
      losses_.back().at_end = false;
      offset_ += view.size_bytes;
      continue;
    }
    NoteSequence(view.sequence);
    *record = {view.sequence, segment_, offset_, view.payload};
    offset_ += view.size_bytes;
    ++records_read_;
    bytes_read_ += view.size_bytes;
    return true;
  }
}

// Resolves the losses since the last record: something valid follows, and the gap in the sequence
// tells how many records were lost in all; the count stands on the first of them.
void WalReader::NoteSequence(uint64_t sequence) {
  const uint64_t gap = expected_sequence_ == 0 ? 0 : sequence - expected_sequence_;
  if (gap > 0 && unresolved_losses_ == 0) {
    NoteLoss(offset_, 0, "records are missing without a trace");
  }
  for (size_t i = losses_.size() - unresolved_losses_; i < losses_.size(); ++i) {
    losses_[i].at_end = false;
  }
  if (gap > 0) {
    losses_[losses_.size() - unresolved_losses_].records_lost = gap;
  }
  unresolved_losses_ = 0;
  expected_sequence_ = sequence + 1;
}

void WalReader::SkipDamage() {
  WalRecordView view;
  const size_t next = FindWalRecord(bytes_, offset_ + 1, &view);
  NoteLoss(offset_, next - offset_, "a damaged or torn record");
  offset_ = next;
}

void WalReader::NoteLoss(uint64_t offset, uint64_t bytes, std::string reason) {
  losses_.push_back({.path = base::JoinPath(folder_, WalSegmentName(segment_)),
                     .offset = offset,
                     .bytes_lost = bytes,
                     .at_end = true,
                     .reason = std::move(reason)});
  ++unresolved_losses_;
}

bool WalReader::OpenNextSegment() {
  file_.reset();
  bytes_ = {};
  offset_ = 0;
  if (segments_.empty()) {
    return false;
  }
  const uint64_t previous = segment_;
  segment_ = segments_.back();
  segments_.pop_back();
  if (expected_sequence_ != 0 && previous != 0 && segment_ != previous + 1) {
    NoteLoss(0, 0, "segments before this one are missing");
  }
  base::Result<std::unique_ptr<base::RandomAccessFile>> file =
      files_.Map(base::JoinPath(folder_, WalSegmentName(segment_)));
  if (!file.ok()) {
    NoteLoss(0, 0, "cannot be read: " + std::string(file.status().message()));
    return true;
  }
  file_ = std::move(file).value();
  const auto bytes = file_->bytes();
  bytes_ = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  WalSegmentHeader header;
  if (DecodeWalSegmentHeader(bytes_, &header) && header.segment == segment_) {
    offset_ = kWalSegmentHeaderBytes;
    // Only upwards: numbers that have been read already would be replayed a second time.
    if (expected_sequence_ < header.first_sequence) {
      NoteSequence(header.first_sequence);
      expected_sequence_ = header.first_sequence;
    }
    return true;
  }
  WalRecordView view;
  offset_ = FindWalRecord(bytes_, 0, &view);
  NoteLoss(0, std::min<uint64_t>(offset_, bytes_.size()), "a damaged segment header");
  return true;
}

}  // namespace sb::store
