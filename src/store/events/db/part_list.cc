// SPDX-License-Identifier: Apache-2.0
#include "store/events/db/part_list.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/log.h"

namespace sb::events {
namespace {

constexpr char kWalStart[] = "wal_start";
constexpr char kNextSequence[] = "next_sequence";
constexpr std::string_view kDeletedPrefix = "deleted.";
constexpr std::string_view kSuffix = ".part";

bool ParseNumber(std::string_view text, uint64_t* number) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), *number);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

std::string NameOf(uint64_t sequence) {
  std::string digits = std::to_string(sequence);
  digits.insert(0, 12 - std::min<size_t>(digits.size(), 12), '0');
  return digits + std::string(kSuffix);
}

bool ParseName(std::string_view name, uint64_t* sequence) {
  return name.ends_with(kSuffix) &&
         ParseNumber(name.substr(0, name.size() - kSuffix.size()), sequence);
}

void SortParts(PartSet* set) {
  std::sort(set->parts.begin(), set->parts.end(), [](const ListedPart& a, const ListedPart& b) {
    return a.part->sequence() < b.part->sequence();
  });
}

}  // namespace

PartList::PartList(base::Env& env, std::string folder, base::Registry& registry,
                   const base::InstrumentLabels& labels)
    : env_(env),
      folder_(std::move(folder)),
      quarantined_(registry.AddCounter(
          "signalbox_events_parts_quarantined_total",
          "Parts found damaged or unknown and moved to quarantine/; their rows are not answered.",
          labels)),
      current_(std::make_shared<PartSet>()) {}

std::shared_ptr<const PartSet> PartList::Current() const {
  base::MutexLock lock(mutex_);
  return current_;
}

void PartList::Publish(std::shared_ptr<const PartSet> set) {
  base::MutexLock lock(mutex_);
  current_ = std::move(set);
}

std::string PartList::PathOf(uint64_t sequence) const {
  return base::JoinPath(base::JoinPath(folder_, "parts"), NameOf(sequence));
}

std::string PartList::DeletedPath(const std::string& name) const {
  return base::JoinPath(base::JoinPath(folder_, "deleted"), name);
}

base::Result<std::set<uint64_t>> PartList::FilesInFolder() {
  SB_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                      env_.files().List(base::JoinPath(folder_, "parts")));
  std::set<uint64_t> sequences;
  for (const std::string& name : names) {
    uint64_t sequence = 0;
    if (ParseName(name, &sequence)) {
      sequences.insert(sequence);
    }
  }
  return sequences;
}

base::Status PartList::Load(LoadReport* report) {
  SB_RETURN_IF_ERROR(env_.files().CreateFolders(base::JoinPath(folder_, "parts")));
  SB_RETURN_IF_ERROR(env_.files().CreateFolders(base::JoinPath(folder_, "deleted")));
  base::Result<store::Manifest> manifest =
      store::Manifest::Load(env_.files(), base::JoinPath(folder_, "manifest"));
  auto set = std::make_shared<PartSet>();
  SB_ASSIGN_OR_RETURN(const std::set<uint64_t> present, FilesInFolder());
  if (manifest.ok()) {
    manifest_ = std::move(*manifest);
    std::set<uint64_t> listed;
    for (const std::string& name : manifest_.names) {
      uint64_t sequence = 0;
      if (ParseName(name, &sequence)) {
        listed.insert(sequence);
      }
    }
    for (const auto& [key, value] : manifest_.properties) {
      uint64_t sequence = 0;
      if (key == kWalStart) {
        ParseNumber(value, &wal_start_);
      } else if (key == kNextSequence) {
        ParseNumber(value, &next_sequence_);
      } else if (key.starts_with(kDeletedPrefix) &&
                 ParseNumber(std::string_view(key).substr(kDeletedPrefix.size()), &sequence)) {
        deleted_names_[sequence] = value;
      }
    }
    SB_RETURN_IF_ERROR(LoadNamed(listed, set.get(), report));
    SortParts(set.get());
    ClearUnlisted(*set, report);
  } else {
    const base::StatusCode code = manifest.status().code();
    if (code != base::StatusCode::kNotFound && code != base::StatusCode::kDataLoss) {
      return manifest.status();
    }
    report->manifest_lost = code == base::StatusCode::kDataLoss;
    SB_RETURN_IF_ERROR(LoadNamed(present, set.get(), report));
    DropMergedSources(set.get());
    SortParts(set.get());
  }
  if (!present.empty()) {
    next_sequence_ = std::max(next_sequence_, *present.rbegin() + 1);
  }
  SB_RETURN_IF_ERROR(SaveManifest(*set, wal_start_));
  Publish(std::move(set));
  return base::OkStatus();
}

base::Status PartList::LoadNamed(const std::set<uint64_t>& sequences, PartSet* set,
                                 LoadReport* report) {
  for (const uint64_t sequence : sequences) {
    ListedPart listed;
    base::Result<std::shared_ptr<const Part>> part =
        Part::Open(env_, PathOf(sequence), sequence);
    base::Status status = part.status();
    const auto deleted = deleted_names_.find(sequence);
    if (part.ok() && deleted != deleted_names_.end()) {
      auto rows = DeletedRows::Load(env_.files(), DeletedPath(deleted->second));
      status = rows.status();
      listed.deleted = rows.ok() ? *rows : nullptr;
    }
    if (status.ok()) {
      listed.part = std::move(*part);
      set->parts.push_back(std::move(listed));
      continue;
    }
    const base::StatusCode code = status.code();
    if (code != base::StatusCode::kDataLoss && code != base::StatusCode::kNotFound) {
      return status;  // no memory, no permission: not the part's fault
    }
    Quarantine(NameOf(sequence), status, set, report);
    deleted_names_.erase(sequence);
  }
  return base::OkStatus();
}

void PartList::DropMergedSources(PartSet* set) {
  std::set<uint64_t> sources;
  for (const ListedPart& listed : set->parts) {
    const auto& of_part = listed.part->directory().sources;
    sources.insert(of_part.begin(), of_part.end());
  }
  std::erase_if(set->parts, [&sources](const ListedPart& listed) {
    return sources.contains(listed.part->sequence());
  });
}

void PartList::Quarantine(const std::string& file, const base::Status& reason, PartSet* set,
                          LoadReport* report) {
  quarantined_.Add();
  const std::string quarantine = base::JoinPath(folder_, "quarantine");
  base::Status moved = env_.files().CreateFolders(quarantine);
  if (moved.ok()) {
    moved = env_.files().Rename(base::JoinPath(base::JoinPath(folder_, "parts"), file),
                                base::JoinPath(quarantine, file));
  }
  SB_LOG(kError, "part put into quarantine", {"part", file}, {"error", reason.ToString()},
         {"moved", moved.ToString()});
  report->quarantined.push_back(file + ": " + reason.ToString());
  if (set != nullptr) {
    set->warnings.push_back(
        "part " + file +
        " is damaged and was put aside, its rows are missing: " + std::string(reason.message()));
  }
}

void PartList::ClearUnlisted(const PartSet& set, LoadReport* report) {
  std::set<uint64_t> listed;
  std::set<uint64_t> sources;
  for (const ListedPart& one : set.parts) {
    listed.insert(one.part->sequence());
    const auto& of_part = one.part->directory().sources;
    sources.insert(of_part.begin(), of_part.end());
  }
  const base::Result<std::set<uint64_t>> present = FilesInFolder();
  if (!present.ok()) {
    return;
  }
  for (const uint64_t sequence : *present) {
    if (listed.contains(sequence)) {
      continue;
    }
    if (sequence >= next_sequence_ || sources.contains(sequence)) {
      const base::Status status = env_.files().Remove(PathOf(sequence));
      if (!status.ok()) {
        SB_LOG(kWarn, "old part cannot be removed", {"error", status.ToString()});
      }
      continue;
    }
    Quarantine(NameOf(sequence), base::FailedPrecondition("the manifest does not name the part"),
               nullptr, report);
  }
}

base::Status PartList::SaveManifest(const PartSet& set, uint64_t wal_start) {
  store::Manifest next = manifest_;
  next.names.clear();
  next.properties.clear();
  for (const ListedPart& listed : set.parts) {
    next.names.push_back(NameOf(listed.part->sequence()));
  }
  for (const auto& [sequence, name] : deleted_names_) {
    next.properties[std::string(kDeletedPrefix) + std::to_string(sequence)] = name;
  }
  next.properties[kWalStart] = std::to_string(wal_start);
  next.properties[kNextSequence] = std::to_string(next_sequence_);
  SB_RETURN_IF_ERROR(next.Save(env_.files(), base::JoinPath(folder_, "manifest")));
  manifest_ = std::move(next);
  return base::OkStatus();
}

base::Status PartList::Apply(const Change& change,
                             const std::function<void(std::shared_ptr<const PartSet>)>& publish) {
  auto next = std::make_shared<PartSet>(*Current());
  if (!change.added.empty()) {
    SB_RETURN_IF_ERROR(env_.files().SyncFolder(base::JoinPath(folder_, "parts")));
  }
  for (const uint64_t sequence : change.added) {
    SB_ASSIGN_OR_RETURN(std::shared_ptr<const Part> part,
                        Part::Open(env_, PathOf(sequence), sequence));
    next->parts.push_back({std::move(part), nullptr});
  }
  const std::map<uint64_t, std::string> names_before = deleted_names_;
  std::vector<std::string> old_names;
  const auto forget = [&](uint64_t sequence) {
    const auto found = deleted_names_.find(sequence);
    if (found != deleted_names_.end()) {
      old_names.push_back(found->second);
      deleted_names_.erase(found);
    }
  };
  for (const auto& [sequence, rows] : change.deleted) {
    const std::string name =
        std::to_string(sequence) + "-" + std::to_string(manifest_.generation + 1);
    if (const base::Status status = rows->Save(env_.files(), DeletedPath(name)); !status.ok()) {
      deleted_names_ = names_before;
      return status;
    }
    forget(sequence);
    deleted_names_[sequence] = name;
    for (ListedPart& listed : next->parts) {
      if (listed.part->sequence() == sequence) {
        listed.deleted = rows;
      }
    }
  }
  for (const uint64_t sequence : change.removed) {
    forget(sequence);
    std::erase_if(next->parts, [sequence](const ListedPart& listed) {
      return listed.part->sequence() == sequence;
    });
  }
  SortParts(next.get());
  const uint64_t wal_start = change.wal_start == 0 ? wal_start_ : change.wal_start;
  if (const base::Status status = SaveManifest(*next, wal_start); !status.ok()) {
    deleted_names_ = names_before;
    return status;
  }
  wal_start_ = wal_start;
  Publish(next);
  if (publish) {
    publish(next);
  }
  std::vector<std::string> obsolete;
  for (const std::string& name : old_names) {
    obsolete.push_back(DeletedPath(name));
  }
  for (const uint64_t sequence : change.removed) {
    obsolete.push_back(PathOf(sequence));
  }
  for (const std::string& path : obsolete) {
    // Scans that still read the part have its file mapped.
    const base::Status status = env_.files().Remove(path);
    if (!status.ok()) {
      SB_LOG(kWarn, "old file cannot be removed", {"error", status.ToString()});
    }
  }
  return base::OkStatus();
}

}  // namespace sb::events
