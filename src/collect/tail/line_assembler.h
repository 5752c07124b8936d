// SPDX-License-Identifier: Apache-2.0
//
// LineAssembler turns the physical lines of one log file into records: it undoes what the container
// runtime wrapped around them (Docker's JSON, CRI), joins partial lines, and joins the lines of a
// multi-line record.
//
//   LineAssembler lines(LineFormat::kAuto, nullptr, 1 << 20);
//   lines.Feed("2025-11-20T10:00:00Z stdout F hello", 0, 36);
//   std::vector<TailLine> done = lines.TakeClean();   // records that end at or before
//   clean_offset()
//
// The clean offset is a place in the file before which nothing is pending: reading from there with
// a fresh assembler gives the records that follow, and no other. Flush() completes what is pending.
//
// A line that its format cannot read is a record as it stands. Nothing is longer than `bytes_max`:
// what is, is cut into several records, so nothing is lost.
//
// Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace sb::collect {

enum class LineFormat : uint8_t {
  kAuto,    // of the first line: Docker, CRI or raw
  kRaw,     // a line is a line
  kDocker,  // {"log":"…\n","stream":"stdout","time":"…"}
  kCri      // 2025-11-20T10:00:00.1Z stdout F …
};

enum class OutputStream : uint8_t { kNone, kStdout, kStderr };

struct TailLine {
  std::string text;
  int64_t time_ns = 0;  // of the first part; 0: the file does not say
  OutputStream stream = OutputStream::kNone;
  uint32_t parts = 1;
  uint64_t begin = 0;  // where the first part begins in the file
  uint64_t end = 0;    // behind the last part
};

// Which lines belong together: one that matches `start` begins a record.
struct MultilineRule {
  std::shared_ptr<const re2::RE2> start;
  size_t lines_max = 500;
};

class LineAssembler {
 public:
  LineAssembler(LineFormat format, const MultilineRule* multiline, size_t bytes_max);

  // One line without its end; it stands at [begin, end) of the file, end included.
  void Feed(std::string_view line, uint64_t begin, uint64_t end);
  void Flush();
  bool HasPending() const;
  uint64_t clean_offset() const;
  // Records up to the clean offset, in the order in which they were completed.
  std::vector<TailLine> TakeClean();

 private:
  struct Piece {
    std::string_view text;
    int64_t time_ns = 0;
    OutputStream stream = OutputStream::kNone;
    bool is_partial = false;
  };

  bool ReadDocker(std::string_view line, Piece* piece);
  void Detect(std::string_view line);
  void OnPiece(const Piece& piece, uint64_t begin, uint64_t end);
  void OnLine(TailLine line);

  LineFormat format_;
  const MultilineRule* multiline_;
  size_t bytes_max_;
  TailLine partial_[3];  // by stream
  bool is_open_[3] = {};
  TailLine record_;  // of several lines
  bool has_record_ = false;
  size_t record_lines_ = 0;
  std::vector<TailLine> done_;
  uint64_t end_ = 0;
  std::string scratch_;
  std::string key_scratch_;
};

// The parts of a CRI line; false if it is none.
bool ReadCriLine(std::string_view line, int64_t* time_ns, OutputStream* stream, bool* is_partial,
                 std::string_view* text);

}  // namespace sb::collect
