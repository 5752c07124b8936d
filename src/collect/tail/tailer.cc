// SPDX-License-Identifier: Apache-2.0
#include "collect/tail/tailer.h"

#include <utility>

#include "base/log.h"
#include "discovery/glob.h"

namespace sb::collect {
namespace {

// Of one poll: a back-log must not keep the thread from everything else.
constexpr int kRoundsMax = 256;

// Part by part, as the shell does it.
bool MatchesPath(std::string_view pattern, std::string_view path) {
  while (true) {
    const size_t pattern_end = pattern.find('/');
    const size_t path_end = path.find('/');
    if (!discovery::MatchesGlob(pattern.substr(0, pattern_end), path.substr(0, path_end))) {
      return false;
    }
    if (pattern_end == std::string_view::npos || path_end == std::string_view::npos) {
      return pattern_end == path_end;
    }
    pattern.remove_prefix(pattern_end + 1);
    path.remove_prefix(path_end + 1);
  }
}

}  // namespace

bool IsExcluded(const TailSource& source, const std::string& path) {
  const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
  for (const std::string& pattern : source.exclude) {
    if (pattern.find('/') == std::string::npos ? discovery::MatchesGlob(pattern, name)
                                               : MatchesPath(pattern, path)) {
      return true;
    }
  }
  return false;
}

base::Result<std::unique_ptr<Tailer>> Tailer::Open(base::Env& env, const std::string& folder,
                                                   std::vector<TailSource> sources,
                                                   TailSink* sink) {
  std::unique_ptr<Tailer> tailer(new Tailer(env, std::move(sources), sink));
  SB_ASSIGN_OR_RETURN(tailer->positions_, TailPositions::Open(env, folder));
  tailer->is_first_start_ = tailer->positions_->all().empty();
  return tailer;
}

void Tailer::DiscoverPath(size_t source, const std::string& path) {
  const auto info = env_.files().Stat(path);
  if (!info.ok() || info->is_directory) {
    return;
  }
  if (const auto found = files_.find(info->inode); found != files_.end()) {
    found->second.is_seen = true;
    found->second.file->set_path(path);
    return;
  }
  std::string complaint;
  if (files_.size() >= kFilesMax) {
    complaint = "10000 files are followed already: exclude some";
  } else {
    const bool from_end = is_first_start_ && is_first_poll_ && !sources_[source].read_from_head;
    auto file = TailedFile::Open({&env_, positions_.get(), sink_, &sources_[source], source}, path,
                                 from_end);
    if (file.ok()) {
      complaints_.erase(path);
      const uint64_t inode = (*file)->inode();
      files_[inode] = {std::move(*file), true};
      return;
    }
    complaint = file.status().message();
  }
  std::string& known = complaints_[path];
  if (known != complaint) {
    SB_LOG(kWarn, "log file is not followed", {"path", path}, {"why", complaint});
    known = complaint;
  }
}

void Tailer::Discover() {
  for (auto& [inode, followed] : files_) {
    followed.is_seen = false;
  }
  for (size_t i = 0; i < sources_.size(); ++i) {
    for (const std::string& pattern : sources_[i].paths) {
      for (const std::string& path : discovery::Glob(env_.files(), pattern)) {
        if (!IsExcluded(sources_[i], path)) {
          DiscoverPath(i, path);
        }
      }
    }
  }
  is_first_poll_ = false;
}

bool Tailer::PumpAll() {
  bool has_more = true;
  for (int round = 0; round < kRoundsMax && has_more; ++round) {
    has_more = false;
    for (auto& [inode, followed] : files_) {
      has_more = followed.file->Pump() == TailedFile::Progress::kMore || has_more;
    }
  }
  return has_more;
}

bool Tailer::Poll() {
  Discover();
  const bool has_more = PumpAll();
  uint64_t lag = 0;
  for (auto it = files_.begin(); it != files_.end();) {
    TailedFile& file = *it->second.file;
    lag += file.lag_bytes();
    if (it->second.is_seen || file.lag_bytes() != 0 || !file.Finish()) {
      ++it;
      continue;
    }
    if (file.IsRemoved()) {
      const base::Status status = positions_->Forget(file.id());
      if (!status.ok()) {
        SB_LOG(kWarn, "position not forgotten", {"path", file.path()}, {"why", status.message()});
      }
    }
    it = files_.erase(it);
  }
  file_count_.store(files_.size());
  lag_bytes_.store(lag);
  return has_more;
}

Tailer::Stats Tailer::stats() const {
  return {file_count_.load(), lag_bytes_.load()};
}

}  // namespace sb::collect
