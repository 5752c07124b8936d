// SPDX-License-Identifier: Apache-2.0
#include "collect/tail/tailer.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/log.h"
#include "discovery/glob.h"

namespace sb::collect {
namespace {

// Of one poll: a back-log must not keep the thread from everything else.
constexpr int kRoundsMax = 256;
// A file that is found in none of so many looks at its folder is gone: while it is renamed it may
// be at none of the paths that were listed.
constexpr int kLooks = 3;
// Times of files are those of the last tick of a slow clock.
constexpr base::DurationMs kFileTimeSlack = base::DurationMs(20);

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

std::optional<size_t> Tailer::SourceOf(const std::string& path) const {
  for (size_t i = 0; i < sources_.size(); ++i) {
    for (const std::string& pattern : sources_[i].paths) {
      if (MatchesPath(pattern, path) && !IsExcluded(sources_[i], path)) {
        return i;
      }
    }
  }
  return std::nullopt;
}

bool Tailer::Follow(size_t source, const std::string& path, const RotatedFiles::FileAt& at,
                    bool is_seen) {
  std::string complaint;
  if (files_.size() >= kFilesMax) {
    complaint = "10000 files are followed already: exclude some";
  } else {
    const bool from_end = is_first_start_ && is_first_poll_ && !sources_[source].read_from_head;
    auto file = TailedFile::Open({&env_, positions_.get(), sink_, &sources_[source], source}, path,
                                 at, from_end);
    if (file.ok()) {
      complaints_.erase(at.path);
      const uint64_t inode = (*file)->inode();
      files_[inode] = {std::move(*file), is_seen};
      return true;
    }
    if (file.status().code() == base::StatusCode::kUnavailable) {
      return false;
    }
    complaint = file.status().message();
  }
  std::string& known = complaints_[at.path];
  if (known != complaint) {
    SB_LOG(kWarn, "log file is not followed", {"path", at.path}, {"why", complaint});
    known = complaint;
  }
  return false;
}

bool Tailer::IsCopyOfFollowed(const std::string& path, const base::FileInfo& info) {
  if (NameBeforeRotation(path).empty()) {
    return false;
  }
  RotatedFiles rotated(env_, positions_.get());
  return std::any_of(files_.begin(), files_.end(), [&](const auto& one) {
    return rotated.IsCopyOf({path, info}, one.second.file->position());
  });
}

void Tailer::DiscoverPath(size_t source, const std::string& path) {
  const auto info = env_.files().Stat(path);
  if (!info.ok() || info->is_directory || IsCompressedName(path)) {
    return;
  }
  if (const auto found = files_.find(info->inode); found != files_.end()) {
    found->second.is_seen = true;
    found->second.file->set_path(path);
    return;
  }
  NoteChanged(path, source);
  if (!IsCopyOfFollowed(path, *info)) {
    Follow(source, path, {path, *info}, true);
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

void Tailer::NoteChanged(const std::string& path, size_t source) {
  Changed& changed = changed_.try_emplace(path, Changed{source, looked_, 0}).first->second;
  changed.since = std::min(changed.since, looked_);
  changed.looks_left = kLooks;
}

void Tailer::AdoptCopies() {
  looked_ = positions_->looked();
  RotatedFiles rotated(env_, positions_.get());
  const std::map<uint64_t, TailPosition> all = positions_->all();
  for (const auto& [id, position] : all) {
    if (const auto source = SourceOf(position.path); source.has_value()) {
      (void)rotated.Locate(id);  // a folder that cannot be read is complained about later
      NoteChanged(position.path, *source);
    }
  }
}

// Files that were known before, wherever in their folder they are now.
bool Tailer::FollowPositions(RotatedFiles* rotated) {
  std::set<uint64_t> held;
  for (const auto& [inode, followed] : files_) {
    held.insert(followed.file->id());
  }
  bool is_any = false;
  const std::map<uint64_t, TailPosition> all = positions_->all();
  for (const auto& [id, position] : all) {
    if (held.contains(id)) {
      times_missing_.erase(id);
      continue;
    }
    const auto source = SourceOf(position.path);
    if (!source.has_value()) {
      continue;
    }
    const auto at = rotated->Locate(id);
    if (!at.ok()) {
      continue;
    }
    if (at->has_value()) {
      times_missing_.erase(id);
      const base::FileInfo& info = (*at)->info;
      if (!files_.contains(info.inode) &&
          (info.size_bytes > position.offset || position.begun_end != 0)) {
        is_any = Follow(*source, position.path, **at, false) || is_any;
      }
      continue;
    }
    if (++times_missing_[id] >= kLooks) {
      times_missing_.erase(id);
      SB_LOG(kInfo, "followed log file is gone", {"path", position.path},
             {"read_bytes", position.offset});
      (void)positions_->Forget(id);
    }
  }
  return is_any;
}

// Files that were made, written and rotated away since the last look.
bool Tailer::FollowMissed(RotatedFiles* rotated) {
  bool is_any = false;
  for (const auto& [path, changed] : changed_) {
    const auto candidates = rotated->RotatedFrom(path);
    if (!candidates.ok()) {
      continue;
    }
    for (const RotatedFiles::FileAt& at : *candidates) {
      if (at.info.modified >= changed.since - kFileTimeSlack && !files_.contains(at.info.inode) &&
          !IsExcluded(sources_[changed.source], at.path) && !rotated->IsKnown(at)) {
        is_any = Follow(changed.source, path, at, false) || is_any;
      }
    }
  }
  return is_any;
}

bool Tailer::FollowRotated() {
  for (const auto& [inode, followed] : files_) {
    // Of a path that is empty now a file may have been rotated away since.
    if (!followed.file->TakeRestarted() && followed.is_seen) {
      continue;
    }
    if (const auto source = SourceOf(followed.file->path()); source.has_value()) {
      NoteChanged(followed.file->path(), *source);
    }
  }
  if (changed_.empty() && times_missing_.empty()) {
    return false;
  }
  RotatedFiles rotated(env_, positions_.get());
  const bool is_known_any = FollowPositions(&rotated);
  const bool is_missed_any = FollowMissed(&rotated);
  for (auto it = changed_.begin(); it != changed_.end();) {
    it = --it->second.looks_left == 0 ? changed_.erase(it) : std::next(it);
  }
  return is_known_any || is_missed_any;
}

bool Tailer::Poll() {
  const base::TimestampMs began = env_.clock().NowMs();
  if (is_first_poll_ && !is_first_start_) {
    AdoptCopies();
  }
  Discover();
  bool has_more = PumpAll();
  has_more = FollowRotated() || has_more;
  looked_ = began;
  base::TimestampMs looked = began;
  for (const auto& [path, changed] : changed_) {
    looked = std::min(looked, changed.since);
  }
  if (const base::Status status = positions_->Looked(looked); !status.ok()) {
    SB_LOG(kWarn, "look at log files not noted", {"why", status.message()});
  }
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
