// SPDX-License-Identifier: Apache-2.0
#include "discovery/file_discovery.h"

#include <set>
#include <utility>

#include "base/log.h"
#include "discovery/glob.h"

namespace sb::discovery {
namespace {

GroupFormat FormatOf(const std::string& path) {
  return path.ends_with(".json") || path.ends_with(".JSON") ? GroupFormat::kJson
                                                            : GroupFormat::kYaml;
}

bool SameFile(const base::FileInfo& a, const base::FileInfo& b) {
  return a.modified == b.modified && a.size_bytes == b.size_bytes && a.inode == b.inode;
}

base::Result<std::vector<TargetGroup>> ReadGroups(base::FileSystem& files,
                                                  const std::string& path) {
  SB_ASSIGN_OR_RETURN(const std::string text, files.ReadFile(path));
  SB_ASSIGN_OR_RETURN(const auto configs, ParseTargetGroups(text, path, FormatOf(path)));
  std::vector<TargetGroup> groups;
  for (size_t i = 0; i < configs.size(); ++i) {
    groups.push_back(MakeTargetGroup(path + ":" + std::to_string(i), configs[i]));
    groups.back().labels["__meta_filepath"] = path;
  }
  return groups;
}

}  // namespace

FileDiscovery::FileDiscovery(const DiscoveryContext& context, base::TaskRunner& runner,
                             Options options)
    : env_(context.env),
      runner_(runner),
      options_(std::move(options)),
      counters_(context.registry, "file", options_.job) {}

FileDiscovery::~FileDiscovery() {
  runner_.Cancel(timer_);
}

void FileDiscovery::Start(GroupsUpdate update) {
  update_ = std::move(update);
  Refresh(Look::kEverything);
  Publish();
  timer_ = runner_.PostEvery(base::ToNs(options_.poll_interval), [this] {
    const int64_t age_ns = env_.clock().MonotonicNs() - last_full_ns_;
    const bool full = age_ns >= base::ToNs(options_.config.refresh_interval).Value();
    Refresh(full ? Look::kEverything : Look::kChangedOnly);
  });
}

void FileDiscovery::Refresh(Look look) {
  if (look == Look::kEverything) {
    last_full_ns_ = env_.clock().MonotonicNs();
    counters_.refreshes.Add();
  }
  std::set<std::string> present;
  bool changed = false;
  for (const std::string& pattern : options_.config.files) {
    for (const std::string& path : Glob(env_.files(), pattern)) {
      if (present.insert(path).second) {
        changed = RefreshFile(path, look, &files_[path]) || changed;
      }
    }
  }
  changed =
      std::erase_if(files_,
                    [&present](const auto& file) { return !present.contains(file.first); }) > 0 ||
      changed;
  if (changed) {
    Publish();
  }
}

bool FileDiscovery::RefreshFile(const std::string& path, Look look, File* file) {
  const auto info = env_.files().Stat(path);
  if (info.ok() && look == Look::kChangedOnly && SameFile(*info, file->info)) {
    return false;
  }
  auto groups = info.ok() ? ReadGroups(env_.files(), path) : info.status();
  if (info.ok()) {
    // Taken before the bytes were read: a write in between is then seen as a change.
    file->info = *info;
  }
  if (!groups.ok()) {
    counters_.failures.Add();
    SB_LOG(kError, "cannot read targets from file, keeping the last ones", {"job", options_.job},
           {"file", path}, {"error", groups.status().message()});
    return false;
  }
  if (*groups == file->groups) {
    return false;
  }
  file->groups = std::move(*groups);
  return true;
}

void FileDiscovery::Publish() {
  std::vector<TargetGroup> groups;
  for (const auto& [path, file] : files_) {
    groups.insert(groups.end(), file.groups.begin(), file.groups.end());
  }
  update_(std::move(groups));
}

}  // namespace sb::discovery
