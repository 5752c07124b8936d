// SPDX-License-Identifier: Apache-2.0
//
// FileDiscovery reads target groups from JSON and YAML files. It looks once a second whether a file
// has changed (time, size or inode), appeared or vanished, and reads everything again once per
// refresh_interval. A file that cannot be read or parsed keeps the groups it last gave; one that is
// gone takes its groups with it. Targets get `__meta_filepath`.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "discovery/discoverer.h"

namespace sb::discovery {

class FileDiscovery : public Discoverer {
 public:
  struct Options {
    FileSdConfig config;
    std::string job;
    base::DurationMs poll_interval{1'000};
  };
  FileDiscovery(const DiscoveryContext& context, base::TaskRunner& runner, Options options);
  ~FileDiscovery() override;
  void Start(GroupsUpdate update) override;

 private:
  struct File {
    base::FileInfo info;
    std::vector<TargetGroup> groups;
  };
  enum class Look { kChangedOnly, kEverything };

  void Refresh(Look look);
  // True if the file's groups changed.
  bool RefreshFile(const std::string& path, Look look, File* file);
  void Publish();

  base::Env& env_;
  base::TaskRunner& runner_;
  Options options_;
  DiscoveryCounters counters_;
  GroupsUpdate update_;
  std::map<std::string, File> files_;
  int64_t last_full_ns_ = 0;
  base::TimerId timer_ = base::TimerId::kNone;
};

}  // namespace sb::discovery
