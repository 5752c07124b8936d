// SPDX-License-Identifier: Apache-2.0
//
// BlockList: the blocks that count, as an immutable list that queriers hold while they read, and
// the manifest that says the same on disk.
//
// Order of a change: new block folders are durable; the manifest is saved; the list is published;
// only then old folders are removed. A crash in between leaves folders that the manifest does not
// name: those that a listed block was compacted from are removed at the next start, others are put
// into quarantine/.
//
// Threads: Current() from any thread; changes by one thread at a time (the owner's maintenance
// lock).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/env.h"
#include "base/instruments.h"
#include "base/mutex.h"
#include "base/status.h"
#include "store/file/manifest.h"
#include "store/tsdb/block/block.h"
#include "store/tsdb/block/compactor.h"
#include "store/tsdb/head/head.h"

namespace sb::tsdb {

struct BlockSet {
  std::vector<std::shared_ptr<const Block>> blocks;  // by start time, then id
  std::vector<TombstoneRule> tombstones;
  std::vector<std::string> warnings;  // of blocks that are missing
};

class BlockList {
 public:
  BlockList(base::Env& env, std::string folder, base::Registry& registry);

  struct LoadReport {
    std::vector<std::string> quarantined;
    bool manifest_lost = false;
  };
  base::Status Load(LoadReport* report);

  std::shared_ptr<const BlockSet> Current() const;
  CutState cut() const { return cut_; }
  std::string blocks_folder() const { return base::JoinPath(folder_, "blocks"); }

  // Opens the blocks `added`, drops `removed` (ids), remembers the cut; all at once.
  base::Status Change(std::span<const BlockMeta> added, std::span<const std::string> removed,
                      const CutState& cut);
  base::Status SetTombstones(std::vector<TombstoneRule> rules);

 private:
  base::Status LoadNamed(const std::vector<std::string>& names, BlockSet* set, LoadReport* report);
  base::Status LoadTombstones(BlockSet* set);
  void ClearUnlisted(const BlockSet& set, LoadReport* report);
  void Quarantine(const std::string& id, const std::string& name, const base::Status& reason,
                  BlockSet* set, LoadReport* report);
  base::Status SaveManifest(const BlockSet& set, const CutState& cut);
  void Publish(std::shared_ptr<const BlockSet> set);

  base::Env& env_;
  const std::string folder_;
  base::Counter& quarantined_;
  store::Manifest manifest_;
  CutState cut_;
  mutable base::Mutex mutex_;
  std::shared_ptr<const BlockSet> current_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::tsdb
