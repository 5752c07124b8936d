// SPDX-License-Identifier: Apache-2.0
//
// TailedFile is one open file that is followed: it reads what was added, assembles records, and
// hands them over batch by batch, noting each position before and after.
//
//   SB_ASSIGN_OR_RETURN(auto file, TailedFile::Open(…));
//   while (file->Pump() == TailedFile::Progress::kMore) {
//   }
//
// A batch that the sink refuses is kept and given again, unchanged; nothing more is read meanwhile
// (back-pressure). Threads: one at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/env.h"
#include "collect/tail/line_assembler.h"
#include "collect/tail/rotated_files.h"
#include "collect/tail/tail_positions.h"
#include "collect/tail/tail_source.h"

namespace sb::collect {

class TailedFile {
 public:
  enum class Progress : uint8_t {
    kMore,    // there is more to read at once
    kIdle,    // at the end for now
    kRefused  // the sink or the disk did not take it: again later
  };

  struct Parts {
    base::Env* env;
    TailPositions* positions;
    TailSink* sink;
    const TailSource* source;
    size_t source_index;
  };

  // Starts where `positions` says, else at the beginning, or, if so wanted, at the end. Its lines
  // are those of `path`; it is found `at` another one if it was rotated.
  // kUnavailable: another file stands there by now.
  static base::Result<std::unique_ptr<TailedFile>> Open(const Parts& parts, const std::string& path,
                                                        const RotatedFiles::FileAt& at,
                                                        bool from_end);

  Progress Pump();
  // The file is at no path any more: completes what is pending once nothing was added for a while.
  // True when all is handed over and the file can be closed.
  bool Finish();

  const std::string& path() const { return path_; }
  void set_path(const std::string& path) { path_ = path; }
  uint64_t inode() const { return position_.inode; }
  uint64_t id() const { return id_; }
  // Removed, not only renamed: its inode may become another file's.
  bool IsRemoved();
  // Whether it was truncated since the last call.
  bool TakeRestarted() { return std::exchange(is_restarted_, false); }
  const TailPosition& position() const { return position_; }
  uint64_t lag_bytes() const { return size_ - std::min(size_, read_offset_); }

 private:
  TailedFile(const Parts& parts, std::string path, std::unique_ptr<base::ReadableFile> file);

  base::Status FindPosition(const base::FileInfo& info, bool from_end);
  base::Status Replay();
  base::Status CheckFile();
  base::Status Restart(uint64_t inode);
  base::Status Identify(std::string_view head);
  base::Status ReadSome(size_t* bytes);
  void FeedLines(std::string_view bytes);
  void CloseLine();
  // Hands over what is clean; OK if there is nothing.
  base::Status Commit();
  void GiveTimes(int64_t begin_ns, std::vector<TailLine>* lines);
  LineAssembler NewAssembler() const;

  const Parts parts_;
  std::string path_;
  std::unique_ptr<base::ReadableFile> file_;
  uint64_t id_ = 0;
  TailPosition position_;
  LineAssembler assembler_;
  uint64_t read_offset_ = 0;
  uint64_t size_ = 0;           // when last looked
  base::TimestampMs modified_;  // likewise
  std::string carry_;           // of a line whose end is not read yet
  int64_t last_growth_ns_ = 0;  // monotonic
  bool is_restarted_ = false;
  // The batch that is on its way, its end, and the position behind it.
  std::vector<TailLine> batch_;
  uint64_t batch_end_ = 0;
  int64_t batch_time_ns_ = 0;
  int64_t next_time_ns_ = 0;
  uint64_t next_hash_ = 0;
};

}  // namespace sb::collect
