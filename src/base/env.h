// SPDX-License-Identifier: Apache-2.0
//
// Env is the only way to the clock, the files and the randomness of the machine. Everything that
// needs one of them is given an Env, so that a test can run the same code on SimulatedEnv
// (base/testing/simulated_env.h), which drops what was not synced, tears writes, fills the disk,
// and repeats a run from its seed.
//
// Failures are Status: kNotFound (no such file), kAlreadyExists, kResourceExhausted (ENOSPC,
// EDQUOT, EMFILE), kPermissionDenied, kInvalidArgument, kUnavailable (EIO and the rest). The path
// stands in the message.
//
// Threads: Env is safe for concurrent use; a file object belongs to one thread at a time, except
// RandomAccessFile, which is safe for concurrent reads.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "base/time.h"

namespace sb::base {

// Wall clock and monotonic clock.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimestampNs Now() const = 0;
  // Nanoseconds since an arbitrary start; never goes back.
  virtual int64_t MonotonicNs() const = 0;
  TimestampMs NowMs() const { return ToMs(Now()); }
};

// An append-only file. Bytes are in the page cache after Append and on the disk after Sync.
class WritableFile {
 public:
  virtual ~WritableFile() = default;
  virtual Status Append(std::string_view bytes) = 0;
  // fdatasync: everything appended so far survives power loss once this returns OK.
  virtual Status Sync() = 0;
  virtual Status Truncate(uint64_t size) = 0;
  virtual Status Close() = 0;
  virtual uint64_t size() const = 0;
};

// A whole file mapped for reading. `bytes()` stays valid while the object lives.
class RandomAccessFile {
 public:
  virtual ~RandomAccessFile() = default;
  virtual std::span<const uint8_t> bytes() const = 0;
};

struct FileInfo {
  uint64_t size_bytes = 0;
  bool is_directory = false;
  TimestampMs modified;
  uint64_t inode = 0;
  uint64_t links = 1;  // names that the file has; 0: removed, but held open
};

// A file that others write to, held open: it can be read to its end after it was renamed or
// removed.
class ReadableFile {
 public:
  virtual ~ReadableFile() = default;
  // At most `bytes_max` bytes from `offset` on; fewer only at the end. Replaces `out`.
  virtual Status Read(uint64_t offset, size_t bytes_max, std::string* out) = 0;
  // Of the open file, whatever stands at its path now.
  virtual Result<FileInfo> Info() = 0;
};

// An exclusive lock on a folder, held while the object lives.
class FolderLock {
 public:
  virtual ~FolderLock() = default;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual Result<std::unique_ptr<WritableFile>> Create(const std::string& path) = 0;  // truncates
  virtual Result<std::unique_ptr<WritableFile>> OpenForAppend(const std::string& path) = 0;
  virtual Result<std::unique_ptr<RandomAccessFile>> Map(const std::string& path) = 0;
  virtual Result<std::unique_ptr<ReadableFile>> OpenForRead(const std::string& path) = 0;
  virtual Result<std::string> ReadFile(const std::string& path) = 0;
  virtual Result<FileInfo> Stat(const std::string& path) = 0;
  // Names (not paths) in a folder, sorted, without "." and "..".
  virtual Result<std::vector<std::string>> List(const std::string& path) = 0;
  virtual Status CreateFolders(const std::string& path) = 0;  // like mkdir -p
  virtual Status Remove(const std::string& path) = 0;         // one file or one empty folder
  virtual Status RemoveAll(const std::string& path) = 0;      // like rm -r; missing is OK
  virtual Status Rename(const std::string& from, const std::string& to) = 0;
  virtual Status Link(const std::string& from, const std::string& to) = 0;  // hard link
  virtual Status SyncFolder(const std::string& path) = 0;
  virtual Result<std::unique_ptr<FolderLock>> Lock(const std::string& folder) = 0;
  // Bytes free for this process on the file system that holds `path`, and its size.
  struct Space {
    uint64_t free_bytes = 0;
    uint64_t total_bytes = 0;
  };
  virtual Result<Space> FreeSpace(const std::string& path) = 0;

  bool Exists(const std::string& path) { return Stat(path).ok(); }
};

class Random {
 public:
  virtual ~Random() = default;
  virtual uint64_t Next64() = 0;
};

class Env {
 public:
  virtual ~Env() = default;
  virtual const Clock& clock() const = 0;
  virtual FileSystem& files() = 0;
  virtual Random& random() = 0;  // safe for concurrent use; not for secrets

  // The machine itself. Lives for ever.
  static Env& Real();
};

// Writes `bytes` to `path` so that after a crash either the old or the new content is there: writes
// `path`.tmp, syncs, renames, syncs the folder.
Status WriteFileAtomically(FileSystem& files, const std::string& path, std::string_view bytes);

// "a/b" + "c" -> "a/b/c"; an absolute second part replaces the first.
std::string JoinPath(std::string_view folder, std::string_view name);
// "a/b/c" -> "a/b"; "c" -> ".".
std::string ParentPath(std::string_view path);

}  // namespace sb::base
