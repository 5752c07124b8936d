// SPDX-License-Identifier: Apache-2.0
//
// QueueReader follows a QueueLog that is being written: record by record, from a position, over the
// ends of segments, removed segments and damage.
//
//   QueueReader reader(log, position, losses);
//   while (reader.Next(&sink)) …          // false: everything that was committed has been read
//   reader.position()                     // behind the last record
//
// The sink gets every definition of series of a segment from its beginning, but samples only of
// records at or behind the start position; BeginSegment() says that all slots are unknown again.
// Damage is skipped and counted (LossReason::kRemoteQueueDamaged, in records).
//
// Memory: one piece of a segment, 256 KiB or the largest record. Threads: one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/env.h"
#include "ingest/remote_out/queue_log.h"

namespace sb::remote_out {

class QueueSink : public tsdb::RecordSink {
 public:
  virtual void BeginSegment() = 0;
};

class QueueReader {
 public:
  QueueReader(const QueueLog& log, QueuePosition from, ingest::LossCounters& losses)
      : log_(log), losses_(losses), next_(from) {}

  bool Next(QueueSink* sink);
  QueuePosition position() const { return next_; }

 private:
  enum class Found : uint8_t { kRecord, kNothing };
  bool OpenSegment(QueueSink* sink);
  Found Find(uint64_t* sequence, std::string_view* payload);
  bool Load(size_t bytes);
  bool Advance();

  const QueueLog& log_;
  ingest::LossCounters& losses_;
  QueuePosition next_;
  std::unique_ptr<base::ReadableFile> file_;
  uint64_t offset_ = 0;  // of the next record in the segment
  std::string piece_;    // bytes of the segment from piece_offset_ on
  uint64_t piece_offset_ = 0;
};

}  // namespace sb::remote_out
