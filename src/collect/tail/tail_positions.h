// SPDX-License-Identifier: Apache-2.0
//
// TailPositions remembers how far each file has been read, so that neither kill -9 nor a restart
// loses or repeats a line.
//
// Before a batch is written to the store, its end and the time given to its lines are noted
// (Begin); after the store has it, the new position (Done). After a crash between the two the same
// bytes are read again with the same times, which makes the same rows, and the store keeps equal
// rows once.
//
// The file, DATA/tail/positions.log, is text, one note a line, appended; a last line without an end
// was torn and does not count. It is rewritten when it has grown and at each opening:
//   F <id> <inode> <fingerprint> <fingerprint bytes> <path>      a file
//   B <id> <end> <time ns>                                       Begin
//   D <id> <offset> <time ns> <hash>                             Done
//   G <id>                                                       forgotten
//   T <time ms>                                                  Looked
//
// Failures are those of base::Env. Threads: one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/env.h"
#include "base/status.h"
#include "base/time.h"

namespace sb::collect {

struct TailPosition {
  std::string path;
  uint64_t inode = 0;
  // XXH3 of the first bytes of the file: an inode that is used again is another file.
  uint64_t fingerprint = 0;
  uint64_t fingerprint_bytes = 0;
  uint64_t offset = 0;  // everything before is stored
  // Of the last line stored: equal lines of equal time are told apart by it.
  int64_t last_time_ns = 0;
  uint64_t last_hash = 0;
  // A batch that was begun and not done: it ends there, and its lines had times from there on.
  uint64_t begun_end = 0;  // 0: none
  int64_t begun_time_ns = 0;
};

// Whether a file whose first bytes are `head` begins as that of the position did. All files do if
// that one was empty.
bool BeginsAs(const TailPosition& position, std::string_view head);

class TailPositions {
 public:
  static base::Result<std::unique_ptr<TailPositions>> Open(base::Env& env,
                                                           const std::string& folder);

  const std::map<uint64_t, TailPosition>& all() const { return positions_; }
  // The id of the newest position of the file with this inode, size and beginning; 0: none.
  uint64_t Find(uint64_t inode, uint64_t size_bytes, std::string_view head) const;
  // When the last look at all folders began that is known to have been completed; Max(): none was.
  base::TimestampMs looked() const { return looked_; }
  base::Result<uint64_t> Add(const TailPosition& position);  // its id
  // Path, inode or fingerprint changed.
  base::Status Identify(uint64_t id, const TailPosition& position);
  base::Status Begin(uint64_t id, uint64_t end, int64_t time_ns);
  base::Status Done(uint64_t id, uint64_t offset, int64_t last_time_ns, uint64_t last_hash);
  base::Status Forget(uint64_t id);
  // All folders were looked at since then. Noted only where there were other notes.
  base::Status Looked(base::TimestampMs since);

 private:
  TailPositions(base::Env& env, std::string path) : env_(env), path_(std::move(path)) {}
  base::Status Append(const std::string& line);
  base::Status Rewrite();
  void Apply(std::string_view line);

  base::Env& env_;
  const std::string path_;
  std::map<uint64_t, TailPosition> positions_;
  uint64_t last_id_ = 0;
  base::TimestampMs looked_ = base::TimestampMs::Max();
  bool has_new_notes_ = false;    // since Looked
  uint64_t rewritten_bytes_ = 0;  // size of the file after its last rewrite
  std::unique_ptr<base::WritableFile> file_;
};

}  // namespace sb::collect
