// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/db/block_list.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "base/log.h"
#include "store/tsdb/block/block_writer.h"
#include "store/tsdb/db/tombstone_file.h"

namespace sb::tsdb {
namespace {

constexpr char kCutTime[] = "cut_time_ms";
constexpr char kCutCommit[] = "cut_commit";

template <typename T>
T NumberOf(const std::map<std::string, std::string>& properties, const char* name, T fallback) {
  const auto found = properties.find(name);
  T value = fallback;
  if (found != properties.end()) {
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
  }
  return value;
}

void SortBlocks(BlockSet* set) {
  std::sort(set->blocks.begin(), set->blocks.end(), [](const auto& a, const auto& b) {
    return a->meta().range.start != b->meta().range.start
               ? a->meta().range.start < b->meta().range.start
               : a->meta().id < b->meta().id;
  });
}

}  // namespace

BlockList::BlockList(base::Env& env, std::string folder, base::Registry& registry)
    : env_(env),
      folder_(std::move(folder)),
      quarantined_(registry.AddCounter(
          "signalbox_tsdb_blocks_quarantined_total",
          "Blocks found damaged or unknown and moved to quarantine/; their samples are not "
          "answered.")),
      current_(std::make_shared<BlockSet>()) {}

std::shared_ptr<const BlockSet> BlockList::Current() const {
  base::MutexLock lock(mutex_);
  return current_;
}

void BlockList::Publish(std::shared_ptr<const BlockSet> set) {
  base::MutexLock lock(mutex_);
  current_ = std::move(set);
}

base::Status BlockList::Load(LoadReport* report) {
  SB_RETURN_IF_ERROR(env_.files().CreateFolders(blocks_folder()));
  SB_RETURN_IF_ERROR(RemoveUnfinishedBlocks(env_.files(), blocks_folder()));
  base::Result<store::Manifest> manifest =
      store::Manifest::Load(env_.files(), base::JoinPath(folder_, "manifest"));
  auto set = std::make_shared<BlockSet>();
  if (manifest.ok()) {
    manifest_ = std::move(*manifest);
    cut_.time = NumberOf<int64_t>(manifest_.properties, kCutTime, INT64_MIN);
    cut_.commit = NumberOf<uint64_t>(manifest_.properties, kCutCommit, 0);
    SB_RETURN_IF_ERROR(LoadNamed(manifest_.names, set.get(), report));
    ClearUnlisted(*set, report);
  } else {
    if (manifest.status().code() != base::StatusCode::kNotFound &&
        manifest.status().code() != base::StatusCode::kDataLoss) {
      return manifest.status();
    }
    // Without a manifest every whole block counts. The log may then bring samples that are in a
    // block too: readers take one of the two.
    report->manifest_lost = manifest.status().code() == base::StatusCode::kDataLoss;
    SB_ASSIGN_OR_RETURN(std::vector<std::string> names, env_.files().List(blocks_folder()));
    std::erase_if(names, [](const std::string& name) { return !IsBlockId(name); });
    if (report->manifest_lost) {
      SB_LOG(kError, "manifest is damaged, all whole blocks are taken",
             {"error", manifest.status().ToString()});
    }
    SB_RETURN_IF_ERROR(LoadNamed(names, set.get(), report));
  }
  SB_RETURN_IF_ERROR(LoadTombstones(set.get()));
  SortBlocks(set.get());
  SB_RETURN_IF_ERROR(SaveManifest(*set, cut_));
  Publish(std::move(set));
  return base::OkStatus();
}

base::Status BlockList::LoadNamed(const std::vector<std::string>& names, BlockSet* set,
                                  LoadReport* report) {
  for (const std::string& id : names) {
    const std::string folder = base::JoinPath(blocks_folder(), id);
    base::Result<std::shared_ptr<const Block>> block = Block::Open(env_, folder);
    if (block.ok()) {
      set->blocks.push_back(std::move(*block));
      continue;
    }
    const base::StatusCode code = block.status().code();
    if (code != base::StatusCode::kDataLoss && code != base::StatusCode::kNotFound &&
        code != base::StatusCode::kInvalidArgument) {
      return block.status();  // no memory, no permission: not the block's fault
    }
    Quarantine(id, id, block.status(), set, report);
  }
  return base::OkStatus();
}

void BlockList::Quarantine(const std::string& id, const std::string& name,
                           const base::Status& reason, BlockSet* set, LoadReport* report) {
  quarantined_.Add();
  const std::string quarantine = base::JoinPath(folder_, "quarantine");
  base::Status moved = env_.files().CreateFolders(quarantine);
  if (moved.ok()) {
    moved =
        env_.files().Rename(base::JoinPath(blocks_folder(), id), base::JoinPath(quarantine, name));
  }
  SB_LOG(kError, "block put into quarantine", {"block", id}, {"error", reason.ToString()},
         {"moved", moved.ToString()});
  report->quarantined.push_back(id + ": " + reason.ToString());
  if (set != nullptr) {
    set->warnings.push_back(
        "block " + id +
        " is damaged and was put aside, its samples are missing: " + std::string(reason.message()));
  }
}

void BlockList::ClearUnlisted(const BlockSet& set, LoadReport* report) {
  std::set<std::string> listed;
  std::set<std::string> sources;
  for (const auto& block : set.blocks) {
    listed.insert(block->meta().id);
    sources.insert(block->meta().sources.begin(), block->meta().sources.end());
  }
  const base::Result<std::vector<std::string>> names = env_.files().List(blocks_folder());
  if (!names.ok()) {
    return;
  }
  for (const std::string& id : *names) {
    if (!IsBlockId(id) || listed.contains(id)) {
      continue;
    }
    if (sources.contains(id)) {
      const base::Status status = env_.files().RemoveAll(base::JoinPath(blocks_folder(), id));
      if (!status.ok()) {
        SB_LOG(kWarn, "old block cannot be removed", {"error", status.ToString()});
      }
      continue;
    }
    Quarantine(id, "unlisted-" + id,
               base::FailedPrecondition("the manifest does not name the block: " + id), nullptr,
               report);
  }
}

base::Status BlockList::SaveManifest(const BlockSet& set, const CutState& cut) {
  store::Manifest next = manifest_;
  next.names.clear();
  for (const auto& block : set.blocks) {
    next.names.push_back(block->meta().id);
  }
  next.properties[kCutTime] = std::to_string(cut.time);
  next.properties[kCutCommit] = std::to_string(cut.commit);
  SB_RETURN_IF_ERROR(next.Save(env_.files(), base::JoinPath(folder_, "manifest")));
  manifest_ = std::move(next);
  return base::OkStatus();
}

base::Status BlockList::Change(std::span<const BlockMeta> added,
                               std::span<const std::string> removed, const CutState& cut) {
  auto next = std::make_shared<BlockSet>(*Current());
  for (const BlockMeta& meta : added) {
    SB_ASSIGN_OR_RETURN(std::shared_ptr<const Block> block,
                        Block::Open(env_, base::JoinPath(blocks_folder(), meta.id)));
    next->blocks.push_back(std::move(block));
  }
  std::erase_if(next->blocks, [&](const std::shared_ptr<const Block>& block) {
    return std::find(removed.begin(), removed.end(), block->meta().id) != removed.end();
  });
  SortBlocks(next.get());
  SB_RETURN_IF_ERROR(SaveManifest(*next, cut));
  cut_ = cut;
  Publish(std::move(next));
  for (const std::string& id : removed) {
    // Queriers that still read the block have its files mapped.
    const base::Status status = env_.files().RemoveAll(base::JoinPath(blocks_folder(), id));
    if (!status.ok()) {
      SB_LOG(kWarn, "old block cannot be removed", {"error", status.ToString()});
    }
  }
  return base::OkStatus();
}

base::Status BlockList::LoadTombstones(BlockSet* set) {
  base::Result<std::vector<TombstoneRule>> rules =
      ReadTombstoneFile(env_.files(), base::JoinPath(folder_, "tombstones"));
  if (rules.ok()) {
    set->tombstones = std::move(*rules);
    return base::OkStatus();
  }
  return rules.status().code() == base::StatusCode::kNotFound ? base::OkStatus() : rules.status();
}

base::Status BlockList::SetTombstones(std::vector<TombstoneRule> rules) {
  SB_RETURN_IF_ERROR(
      WriteTombstoneFile(env_.files(), base::JoinPath(folder_, "tombstones"), rules));
  auto next = std::make_shared<BlockSet>(*Current());
  next->tombstones = std::move(rules);
  Publish(std::move(next));
  return base::OkStatus();
}

}  // namespace sb::tsdb
