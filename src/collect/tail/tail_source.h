// SPDX-License-Identifier: Apache-2.0
//
// What to follow, and where its lines go. Threads: values; a sink is called by one thread at a
// time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "collect/tail/line_assembler.h"

namespace sb::collect {

struct TailSource {
  std::vector<std::string> paths;    // globs: /var/log/containers/*.log
  std::vector<std::string> exclude;  // globs, of paths or of file names
  std::vector<std::pair<std::string, std::string>> labels;
  LineFormat format = LineFormat::kAuto;
  // Files that are there at the very first start: from their beginning, or only what is added. A
  // file that appears later is always read from its beginning.
  bool read_from_head = true;
  MultilineRule multiline;
  // A multi-line record, or a partial line, that got no more for so long is complete.
  base::DurationMs flush_after = base::Seconds(3);
  // A file that is at no path any more is closed when nothing was added for so long: a rotated log
  // is still written to for a moment.
  base::DurationMs close_after = base::Seconds(10);
  size_t line_bytes_max = 1 << 20;
};

// Lines of one file, in its order. The sink gives their labels.
struct TailBatch {
  size_t source = 0;  // index
  std::string_view path;
  const std::vector<TailLine>* lines = nullptr;  // every time_ns is set
};

class TailSink {
 public:
  virtual ~TailSink() = default;
  // OK: the lines survive kill -9. On an error the same batch comes again later.
  virtual base::Status Write(const TailBatch& batch) = 0;
  // A file was truncated, or removed, before its end had been read.
  virtual void OnFileGone(std::string_view path) = 0;
};

}  // namespace sb::collect
