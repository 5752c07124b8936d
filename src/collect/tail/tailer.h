// SPDX-License-Identifier: Apache-2.0
//
// Tailer follows the files of all sources, as Fluentd, Filebeat or Promtail would.
//
//   SB_ASSIGN_OR_RETURN(auto tailer, Tailer::Open(env, data_folder + "/tail", sources, &sink));
//   runner.PostEvery(interval, [&] { tailer->Poll(); });
//
// A file is its inode: renamed, it is followed under its new name, or, when no pattern names it any
// more or it is removed, read to its end and then closed. A truncated file, or one whose beginning
// changed, is read from its beginning. What is pending when a file ends is a line, too. What was
// rotated while nobody looked, several times even, is looked for beside the path (rotated_files.h);
// compressed files are not followed.
//
// Threads: one at a time; stats() from any.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/env.h"
#include "collect/tail/rotated_files.h"
#include "collect/tail/tail_positions.h"
#include "collect/tail/tail_source.h"
#include "collect/tail/tailed_file.h"

namespace sb::collect {

class Tailer {
 public:
  static constexpr size_t kFilesMax = 10'000;

  struct Stats {
    uint64_t files = 0;
    uint64_t lag_bytes = 0;  // written, not yet read
  };

  static base::Result<std::unique_ptr<Tailer>> Open(base::Env& env, const std::string& folder,
                                                    std::vector<TailSource> sources,
                                                    TailSink* sink);

  // Looks for files and reads what was added, up to some megabytes. True if there is more.
  bool Poll();
  Stats stats() const;

 private:
  Tailer(base::Env& env, std::vector<TailSource> sources, TailSink* sink)
      : env_(env), sources_(std::move(sources)), sink_(sink) {}
  void Discover();
  void DiscoverPath(size_t source, const std::string& path);
  // True if it is followed from now on.
  bool Follow(size_t source, const std::string& path, const RotatedFiles::FileAt& at, bool is_seen);
  // Whether the file is a copy of one that is followed: that one will be truncated.
  bool IsCopyOfFollowed(const std::string& path, const base::FileInfo& info);
  bool PumpAll();
  // Before the first look: files that were copied and truncated meanwhile.
  void AdoptCopies();
  // Files at no path that is looked at, of which there is something to read. True if there are any.
  bool FollowRotated();
  bool FollowPositions(RotatedFiles* rotated);
  bool FollowMissed(RotatedFiles* rotated);
  std::optional<size_t> SourceOf(const std::string& path) const;

  struct Followed {
    std::unique_ptr<TailedFile> file;
    bool is_seen = false;  // at a path, in this poll
  };

  base::Env& env_;
  const std::vector<TailSource> sources_;
  TailSink* const sink_;
  std::unique_ptr<TailPositions> positions_;
  bool is_first_start_ = true;  // no positions were known
  bool is_first_poll_ = true;
  std::map<uint64_t, Followed> files_;             // by inode
  std::map<std::string, std::string> complaints_;  // path -> what was logged about it
  // A path at which another file, or another content, was found. Its neighbours are looked at some
  // times: while they are being renamed not all of them can be seen.
  struct Changed {
    size_t source = 0;
    base::TimestampMs since;  // older files were seen before, or are of no interest
    int looks_left = 0;
  };
  void NoteChanged(const std::string& path, size_t source);
  std::map<std::string, Changed> changed_;
  base::TimestampMs looked_ = base::TimestampMs::Max();  // when the poll before began; Max(): none
  std::map<uint64_t, int> times_missing_;  // position -> looks that did not find its file
  std::atomic<uint64_t> file_count_{0};
  std::atomic<uint64_t> lag_bytes_{0};
};

// Whether a pattern of `exclude` names the path or its last part.
bool IsExcluded(const TailSource& source, const std::string& path);

}  // namespace sb::collect
