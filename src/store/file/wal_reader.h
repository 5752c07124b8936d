// SPDX-License-Identifier: Apache-2.0
//
// WalReader replays the records of a Wal's folder in order, over damage.
//
//   WalReader reader(env.files(), folder, first_segment);
//   WalRecord record;
//   while (reader.Next(&record)) Apply(record.bytes);
//   for (const WalLoss& loss : reader.losses()) log(loss.ToStatus());     // kDataLoss
//
// A record whose checksum fails, or a segment that is missing or cannot be read, never ends the
// replay: the reader looks for the next whole record, in the same segment or the next, and notes
// what was skipped. `records_lost` comes from the gap in the sequence numbers and is exact when a
// later record was found. A torn end of the last segment is noted like any other loss, with at_end
// set.
//
// Threads: one at a time; needs no lock against a Wal that is only open for writing. Memory: one
// segment is mapped at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"
#include "base/status.h"

namespace sb::store {

struct WalRecord {
  uint64_t sequence = 0;
  uint64_t segment = 0;
  uint64_t offset = 0;     // of its header in the segment
  std::string_view bytes;  // valid until the next call of Next
};

struct WalLoss {
  std::string path;
  uint64_t offset = 0;
  uint64_t bytes_lost = 0;
  uint64_t records_lost = 0;  // 0 if not known
  bool at_end = false;        // nothing valid comes after it in the whole log
  std::string reason;
  // kDataLoss with all of the above.
  base::Status ToStatus() const;
};

class WalReader {
 public:
  // Reads all segments with a number >= `first_segment`.
  WalReader(base::FileSystem& files, std::string folder, uint64_t first_segment = 0);
  ~WalReader();

  // False at the end of the log.
  bool Next(WalRecord* record);
  const std::vector<WalLoss>& losses() const { return losses_; }
  uint64_t records_read() const { return records_read_; }
  uint64_t bytes_read() const { return bytes_read_; }

 private:
  bool OpenNextSegment();
  void SkipDamage();
  void NoteLoss(uint64_t offset, uint64_t bytes, std::string reason);
  void NoteSequence(uint64_t sequence);

  base::FileSystem& files_;
  const std::string folder_;
  std::vector<uint64_t> segments_;  // still to be opened, the next one last
  uint64_t segment_ = 0;
  std::unique_ptr<base::RandomAccessFile> file_;
  std::string_view bytes_;
  uint64_t offset_ = 0;
  uint64_t expected_sequence_ = 0;  // 0: not known yet
  uint64_t records_read_ = 0;
  uint64_t bytes_read_ = 0;
  size_t unresolved_losses_ = 0;  // trailing entries of losses_ not yet followed by a record
  std::vector<WalLoss> losses_;
};

}  // namespace sb::store
