// SPDX-License-Identifier: Apache-2.0
#include "ingest/remote_out/queue_reader.h"

#include <algorithm>

#include "base/log.h"
#include "store/file/wal_format.h"

namespace sb::remote_out {
namespace {

constexpr size_t kPieceBytes = 256u << 10;

// Passes definitions on and swallows what was sent before.
class DefinitionsOnly final : public tsdb::RecordSink {
 public:
  explicit DefinitionsOnly(QueueSink* sink) : sink_(sink) {}
  base::Status OnSeries(uint64_t ref, uint32_t count, std::string_view labels) override {
    return sink_->OnSeries(ref, count, labels);
  }
  void OnFloat(uint32_t, int64_t, double) override {}
  void OnSample(uint32_t, const model::Sample&) override {}
  void OnExemplar(uint32_t, const model::Exemplar&) override {}
  void OnMetadata(std::string_view, const model::MetricMetadata&) override {}

 private:
  QueueSink* const sink_;
};

}  // namespace

bool QueueReader::Next(QueueSink* sink) {
  // Asked first: a record below this number is whole in its file, whatever is being written now.
  const uint64_t end = log_.next_sequence();
  while (next_.sequence < end) {
    if (file_ == nullptr && !OpenSegment(sink)) {
      return false;
    }
    uint64_t sequence = 0;
    std::string_view payload;
    if (Find(&sequence, &payload) == Found::kNothing) {
      if (!Advance()) {
        return false;
      }
      continue;
    }
    if (sequence >= end) {
      return false;
    }
    const bool is_new = sequence >= next_.sequence;
    offset_ += store::kWalRecordHeaderBytes + payload.size();
    DefinitionsOnly definitions(sink);
    const base::Status status =
        tsdb::ReadRecord(payload, is_new ? static_cast<tsdb::RecordSink*>(sink) : &definitions);
    if (is_new) {
      const uint64_t lost = sequence - next_.sequence + (status.ok() ? 0 : 1);
      if (lost > 0) {
        losses_.Add(ingest::LossReason::kRemoteQueueDamaged, lost);
        SB_LOG(kError, "records of the remote write queue are lost", {"records", lost},
               {"segment", next_.segment});
      }
      next_.sequence = sequence + 1;
      return true;
    }
  }
  return false;
}

bool QueueReader::OpenSegment(QueueSink* sink) {
  const auto segments = store::ListWalSegments(log_.files(), log_.folder());
  if (!segments.ok()) {
    return false;
  }
  const auto found = std::lower_bound(segments->begin(), segments->end(), next_.segment);
  if (found == segments->end()) {
    return false;
  }
  auto file =
      log_.files().OpenForRead(base::JoinPath(log_.folder(), store::WalSegmentName(*found)));
  if (!file.ok()) {
    return false;  // removed meanwhile: the next call finds the one behind it
  }
  file_ = std::move(file).value();
  store::WalSegmentHeader header;
  if (!Load(kPieceBytes) ||
      !store::DecodeWalSegmentHeader(
          std::string_view(piece_).substr(0, store::kWalSegmentHeaderBytes), &header)) {
    header.first_sequence = 0;
  }
  // What was removed in between has been counted by who removed it.
  if (*found != next_.segment) {
    next_.sequence = std::max(next_.sequence, header.first_sequence);
  }
  next_.segment = *found;
  offset_ = store::kWalSegmentHeaderBytes;
  sink->BeginSegment();
  return true;
}

bool QueueReader::Load(size_t bytes) {
  piece_offset_ = offset_;
  return file_->Read(offset_, bytes, &piece_).ok();
}

QueueReader::Found QueueReader::Find(uint64_t* sequence, std::string_view* payload) {
  size_t wanted = kPieceBytes;
  while (true) {
    store::WalRecordView record;
    if (offset_ >= piece_offset_ && offset_ - piece_offset_ <= piece_.size() &&
        store::DecodeWalRecord(std::string_view(piece_).substr(offset_ - piece_offset_), &record)) {
      *sequence = record.sequence;
      *payload = record.payload;
      return Found::kRecord;
    }
    if (!Load(wanted)) {
      return Found::kNothing;
    }
    if (store::DecodeWalRecord(piece_, &record)) {
      continue;
    }
    if (piece_.size() == wanted && wanted < store::kWalPayloadBytesMax) {
      wanted *= 2;  // perhaps a record that is longer than the piece
      continue;
    }
    // All of the file's rest is here, and no record begins where one should: damage, or the end.
    const size_t at = store::FindWalRecord(piece_, 0, &record);
    if (at >= piece_.size()) {
      return Found::kNothing;
    }
    offset_ += at;
  }
}

// To the next segment, if this one will not grow.
bool QueueReader::Advance() {
  if (next_.segment >= log_.current_segment()) {
    return false;
  }
  file_.reset();
  piece_.clear();
  piece_offset_ = 0;
  offset_ = 0;
  ++next_.segment;
  return true;
}

}  // namespace sb::remote_out
