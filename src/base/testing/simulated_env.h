// SPDX-License-Identifier: Apache-2.0
//
// SimulatedEnv is an Env in memory for tests: a clock that moves only when told, a random source
// with a seed, and a file system that knows which bytes and which folder entries were synced.
//
//   SimulatedEnv env(seed);
//   env.disk().StopAfterWrites(17);      // write 17 is torn, later ones fail: the power went off
//   … run the code …
//   env.Crash();                         // what was not synced is dropped or torn, at random
//   … open again and look …
//
// Crash model: of a file's unsynced bytes a random prefix survives, whose last sector (512 bytes)
// may be zeros or garbage; of a folder's unsynced changes (create, rename, remove, link) a random
// prefix survives, folder by folder, so that changes of two folders may be reordered. A rename is
// atomic. KillProcess() keeps everything that was written (kill -9: the page cache survives).
//
// After either, files opened before fail with kUnavailable and folder locks are free.
//
// Threads: safe for concurrent use. Same seed and same calls: same run.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/env.h"
#include "base/mutex.h"

namespace sb::base {

class SimulatedClock final : public Clock {
 public:
  TimestampNs Now() const override { return TimestampNs(now_ns_.load()); }
  int64_t MonotonicNs() const override { return now_ns_.load(); }
  void Set(TimestampMs now) { now_ns_.store(ToNs(now).Value()); }
  void Advance(DurationMs by) { now_ns_.fetch_add(ToNs(by).Value()); }

 private:
  std::atomic<int64_t> now_ns_{1'700'000'000'000'000'000};
};

class SimulatedRandom final : public Random {
 public:
  explicit SimulatedRandom(uint64_t seed) : state_(seed) {}
  uint64_t Next64() override;

 private:
  std::atomic<uint64_t> state_;
};

class SimulatedDisk final : public FileSystem {
 public:
  explicit SimulatedDisk(uint64_t seed);
  ~SimulatedDisk() override;

  // Faults. Writes are all calls that change the disk: Create, Append, Sync, Truncate, Rename, ….
  uint64_t writes() const;
  void StopAfterWrites(uint64_t count);  // counted from now; ~0: never
  void FailWrite(uint64_t nth);          // the nth write from now fails once with EIO; ~0: none
  void FailSyncs(bool fail);             // every Sync fails with EIO
  void SetSpace(uint64_t bytes);         // disk full when all files together reach this
  void Crash();
  void KillProcess();
  // Flips one bit of a file, synced and current bytes alike.
  void FlipBit(const std::string& path, uint64_t bit);
  uint64_t UsedBytes() const;

  Result<std::unique_ptr<WritableFile>> Create(const std::string& path) override;
  Result<std::unique_ptr<WritableFile>> OpenForAppend(const std::string& path) override;
  Result<std::unique_ptr<RandomAccessFile>> Map(const std::string& path) override;
  Result<std::unique_ptr<ReadableFile>> OpenForRead(const std::string& path) override;
  Result<std::string> ReadFile(const std::string& path) override;
  Result<FileInfo> Stat(const std::string& path) override;
  Result<std::vector<std::string>> List(const std::string& path) override;
  Status CreateFolders(const std::string& path) override;
  Status Remove(const std::string& path) override;
  Status RemoveAll(const std::string& path) override;
  Status Rename(const std::string& from, const std::string& to) override;
  Status Link(const std::string& from, const std::string& to) override;
  Status SyncFolder(const std::string& path) override;
  Result<std::unique_ptr<FolderLock>> Lock(const std::string& folder) override;
  Result<Space> FreeSpace(const std::string& path) override;

 private:
  class File;
  class HeldLock;
  class Reader;
  struct Node;
  using NodePtr = std::shared_ptr<Node>;
  using Entries = std::map<std::string, NodePtr>;
  struct FolderChange;
  struct Place;  // a folder and a name in it

  Status BeginWrite(const std::string& path) SB_REQUIRES(mutex_);
  Result<Place> FindPlace(const std::string& path) SB_REQUIRES(mutex_);
  Result<NodePtr> Find(const std::string& path) SB_REQUIRES(mutex_);
  Result<std::unique_ptr<WritableFile>> Open(const std::string& path, bool truncate);
  void Change(const NodePtr& folder, FolderChange change) SB_REQUIRES(mutex_);
  void CrashNode(const NodePtr& node) SB_REQUIRES(mutex_);
  void CrashFile(Node* file) SB_REQUIRES(mutex_);
  Status RemoveLocked(const std::string& path) SB_REQUIRES(mutex_);
  Status AppendTo(const NodePtr& node, const std::string& path, std::string_view bytes,
                  uint64_t generation) SB_EXCLUDES(mutex_);
  static void Apply(const FolderChange& change, Entries Node::*view);
  uint64_t RandomBelow(uint64_t bound) SB_REQUIRES(mutex_);

  mutable Mutex mutex_;
  SimulatedRandom random_ SB_GUARDED_BY(mutex_);
  NodePtr root_ SB_GUARDED_BY(mutex_);
  uint64_t last_inode_ SB_GUARDED_BY(mutex_) = 0;
  uint64_t generation_ SB_GUARDED_BY(mutex_) = 0;  // grows with each crash; old handles are dead
  uint64_t writes_ SB_GUARDED_BY(mutex_) = 0;
  uint64_t stop_at_ SB_GUARDED_BY(mutex_) = ~0ULL;
  uint64_t fail_at_ SB_GUARDED_BY(mutex_) = ~0ULL;
  bool fail_syncs_ SB_GUARDED_BY(mutex_) = false;
  uint64_t space_bytes_ SB_GUARDED_BY(mutex_) = ~0ULL;
  uint64_t used_bytes_ SB_GUARDED_BY(mutex_) = 0;
};

class SimulatedEnv final : public Env {
 public:
  explicit SimulatedEnv(uint64_t seed) : disk_(seed), random_(seed ^ 0x5bd1e995) {}
  const Clock& clock() const override { return clock_; }
  FileSystem& files() override { return disk_; }
  Random& random() override { return random_; }

  SimulatedClock& manual_clock() { return clock_; }
  SimulatedDisk& disk() { return disk_; }
  void Crash() { disk_.Crash(); }
  void KillProcess() { disk_.KillProcess(); }

 private:
  SimulatedClock clock_;
  SimulatedDisk disk_;
  SimulatedRandom random_;
};

}  // namespace sb::base
