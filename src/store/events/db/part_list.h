// SPDX-License-Identifier: Apache-2.0
//
// PartList is the parts that count, as an immutable list that scans hold while they read, and the
// manifest that says the same on disk.
//
// Order of a change: new files are durable; the manifest is saved; the list is published; only then
// old files are removed. A crash in between leaves files that the manifest does not name: those
// that no manifest can have named yet, and those that a listed part was merged from, are removed at
// the next start; others are put into quarantine/.
//
// The manifest also says from which segment on the write-ahead log counts (`wal_start`), so that
// rows move from the log to a part at once.
//
// Failures: a damaged part is put into quarantine and reported; a damaged manifest means that all
// whole parts of the folder are taken, but for those that another one was merged from.
//
// Threads: Current() from any thread; changes by one thread at a time (the owner's maintenance
// lock).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/env.h"
#include "base/instruments.h"
#include "base/mutex.h"
#include "base/status.h"
#include "store/events/db/deleted_rows.h"
#include "store/events/part/part.h"
#include "store/file/manifest.h"

namespace sb::events {

struct ListedPart {
  std::shared_ptr<const Part> part;
  std::shared_ptr<const DeletedRows> deleted;  // null: nothing
};

struct PartSet {
  std::vector<ListedPart> parts;      // by sequence
  std::vector<std::string> warnings;  // of parts that are missing
};

class PartList {
 public:
  PartList(base::Env& env, std::string folder, base::Registry& registry,
           const base::InstrumentLabels& labels);

  struct LoadReport {
    std::vector<std::string> quarantined;
    bool manifest_lost = false;
  };
  base::Status Load(LoadReport* report);

  std::shared_ptr<const PartSet> Current() const;
  uint64_t wal_start() const { return wal_start_; }
  // A sequence never given out before, and the path of the part's file.
  uint64_t NextSequence() { return next_sequence_++; }
  uint64_t PeekSequence() const { return next_sequence_; }
  std::string PathOf(uint64_t sequence) const;

  struct Change {
    std::vector<uint64_t> added;    // files are there, synced but for their folder
    std::vector<uint64_t> removed;  // sequences
    std::map<uint64_t, std::shared_ptr<const DeletedRows>> deleted;  // of parts that stay
    uint64_t wal_start = 0;                                          // 0: as it is
  };
  // All at once. `publish` is called with the new list while no reader can see half of the change.
  base::Status Apply(const Change& change,
                     const std::function<void(std::shared_ptr<const PartSet>)>& publish = {});

 private:
  base::Status LoadNamed(const std::set<uint64_t>& sequences, PartSet* set, LoadReport* report);
  void DropMergedSources(PartSet* set);
  void ClearUnlisted(const PartSet& set, LoadReport* report);
  void Quarantine(const std::string& file, const base::Status& reason, PartSet* set,
                  LoadReport* report);
  base::Status SaveManifest(const PartSet& set, uint64_t wal_start);
  base::Result<std::set<uint64_t>> FilesInFolder();
  std::string DeletedPath(const std::string& name) const;
  void Publish(std::shared_ptr<const PartSet> set);

  base::Env& env_;
  const std::string folder_;
  base::Counter& quarantined_;
  store::Manifest manifest_;
  std::map<uint64_t, std::string> deleted_names_;  // file in deleted/, by part
  uint64_t next_sequence_ = 1;
  uint64_t wal_start_ = 0;
  mutable base::Mutex mutex_;
  std::shared_ptr<const PartSet> current_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::events
