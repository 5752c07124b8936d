// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <utility>

#include "base/env.h"

namespace sb::base {
namespace {

constexpr mode_t kFileMode = 0644;
constexpr mode_t kFolderMode = 0755;

Status ErrnoStatus(std::string_view operation, const std::string& path) {
  const int error = errno;
  char buffer[128];
  std::string message(operation);
  message.append(" failed (").append(strerror_r(error, buffer, sizeof(buffer))).append("): ");
  message.append(path);
  switch (error) {
    case ENOENT:
      return NotFound(std::move(message));
    case EEXIST:
    case ENOTEMPTY:
      return AlreadyExists(std::move(message));
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EFBIG:
      return ResourceExhausted(std::move(message));
    case EACCES:
    case EPERM:
    case EROFS:
      return PermissionDenied(std::move(message));
    case EINVAL:
    case ENAMETOOLONG:
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
      return InvalidArgument(std::move(message));
    default:
      return Unavailable(std::move(message));
  }
}

// Owns a file descriptor.
class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() { Reset(); }
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&&) = delete;
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int Release() { return std::exchange(fd_, -1); }
  void Reset() {
    if (fd_ >= 0) {
      ::close(std::exchange(fd_, -1));
    }
  }

 private:
  int fd_;
};

Fd OpenRetrying(const std::string& path, int flags) {
  int fd = -1;
  do {
    fd = ::open(path.c_str(), flags | O_CLOEXEC, kFileMode);
  } while (fd < 0 && errno == EINTR);
  return Fd(fd);
}

class PosixClock final : public Clock {
 public:
  TimestampNs Now() const override { return TimestampNs(Read(CLOCK_REALTIME)); }
  int64_t MonotonicNs() const override { return Read(CLOCK_MONOTONIC); }

 private:
  static int64_t Read(clockid_t id) {
    timespec t{};
    clock_gettime(id, &t);
    return static_cast<int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
  }
};

FileInfo InfoOf(const struct stat& info) {
  FileInfo out;
  out.size_bytes = static_cast<uint64_t>(info.st_size);
  out.is_directory = S_ISDIR(info.st_mode);
  out.modified = TimestampMs(static_cast<int64_t>(info.st_mtim.tv_sec) * 1000 +
                             info.st_mtim.tv_nsec / 1'000'000);
  out.inode = static_cast<uint64_t>(info.st_ino);
  out.links = static_cast<uint64_t>(info.st_nlink);
  return out;
}

class PosixWritableFile final : public WritableFile {
 public:
  PosixWritableFile(std::string path, Fd fd, uint64_t size)
      : path_(std::move(path)), fd_(std::move(fd)), size_(size) {}

  Status Append(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t n = ::write(fd_.get(), bytes.data(), bytes.size());
      if (n < 0) {
        if (errno == EINTR) {
          continue;
        }
        return ErrnoStatus("write", path_);
      }
      size_ += static_cast<uint64_t>(n);
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return OkStatus();
  }

  Status Sync() override {
    return ::fdatasync(fd_.get()) == 0 ? OkStatus() : ErrnoStatus("fdatasync", path_);
  }

  Status Truncate(uint64_t size) override {
    if (::ftruncate(fd_.get(), static_cast<off_t>(size)) != 0) {
      return ErrnoStatus("ftruncate", path_);
    }
    size_ = size;
    return OkStatus();
  }

  Status Close() override {
    if (!fd_.valid()) {
      return OkStatus();
    }
    return ::close(fd_.Release()) == 0 ? OkStatus() : ErrnoStatus("close", path_);
  }

  uint64_t size() const override { return size_; }

 private:
  const std::string path_;
  Fd fd_;
  uint64_t size_;
};

class PosixMappedFile final : public RandomAccessFile {
 public:
  PosixMappedFile(void* address, size_t size) : address_(address), size_(size) {}
  ~PosixMappedFile() override {
    if (size_ > 0) {
      ::munmap(address_, size_);
    }
  }
  std::span<const uint8_t> bytes() const override {
    return {static_cast<const uint8_t*>(address_), size_};
  }

 private:
  void* const address_;
  const size_t size_;
};

class PosixReadableFile final : public ReadableFile {
 public:
  PosixReadableFile(std::string path, Fd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

  Status Read(uint64_t offset, size_t bytes_max, std::string* out) override {
    out->resize(bytes_max);
    size_t size = 0;
    while (size < bytes_max) {
      const ssize_t n = ::pread(fd_.get(), out->data() + size, bytes_max - size,
                                static_cast<off_t>(offset + size));
      if (n < 0 && errno == EINTR) {
        continue;
      }
      if (n < 0) {
        out->clear();
        return ErrnoStatus("read", path_);
      }
      if (n == 0) {
        break;
      }
      size += static_cast<size_t>(n);
    }
    out->resize(size);
    return OkStatus();
  }

  Result<FileInfo> Info() override {
    struct stat info {};
    if (::fstat(fd_.get(), &info) != 0) {
      return ErrnoStatus("stat", path_);
    }
    return InfoOf(info);
  }

 private:
  const std::string path_;
  Fd fd_;
};

class PosixFolderLock final : public FolderLock {
 public:
  explicit PosixFolderLock(Fd fd) : fd_(std::move(fd)) {}

 private:
  Fd fd_;  // closing it releases the lock
};

Status ReadAll(int fd, const std::string& path, std::string* out) {
  char buffer[64 * 1024];
  while (true) {
    const ssize_t n = ::read(fd, buffer, sizeof(buffer));
    if (n < 0) {
      if (errno == EINTR) {
        continue;
      }
      return ErrnoStatus("read", path);
    }
    if (n == 0) {
      return OkStatus();
    }
    out->append(buffer, static_cast<size_t>(n));
  }
}

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<WritableFile>> Create(const std::string& path) override {
    return Open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
  }
  Result<std::unique_ptr<WritableFile>> OpenForAppend(const std::string& path) override {
    return Open(path, O_WRONLY | O_CREAT | O_APPEND);
  }

  Result<std::unique_ptr<RandomAccessFile>> Map(const std::string& path) override {
    const Fd fd = OpenRetrying(path, O_RDONLY);
    struct stat info {};
    if (!fd.valid() || ::fstat(fd.get(), &info) != 0) {
      return ErrnoStatus("open", path);
    }
    if (!S_ISREG(info.st_mode)) {
      return InvalidArgument("not a regular file: " + path);
    }
    const auto size = static_cast<size_t>(info.st_size);
    void* address = nullptr;
    if (size > 0) {
      address = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd.get(), 0);
      if (address == MAP_FAILED) {
        return ErrnoStatus("mmap", path);
      }
    }
    return std::unique_ptr<RandomAccessFile>(std::make_unique<PosixMappedFile>(address, size));
  }

  Result<std::unique_ptr<ReadableFile>> OpenForRead(const std::string& path) override {
    // Without O_NONBLOCK the open of a named pipe would wait for its writer.
    Fd fd = OpenRetrying(path, O_RDONLY | O_NONBLOCK);
    struct stat info {};
    if (!fd.valid() || ::fstat(fd.get(), &info) != 0) {
      return ErrnoStatus("open", path);
    }
    if (!S_ISREG(info.st_mode)) {
      return InvalidArgument("not a regular file: " + path);
    }
    return std::unique_ptr<ReadableFile>(std::make_unique<PosixReadableFile>(path, std::move(fd)));
  }

  Result<std::string> ReadFile(const std::string& path) override {
    const Fd fd = OpenRetrying(path, O_RDONLY);
    if (!fd.valid()) {
      return ErrnoStatus("open", path);
    }
    std::string bytes;
    SB_RETURN_IF_ERROR(ReadAll(fd.get(), path, &bytes));
    return bytes;
  }

  Result<FileInfo> Stat(const std::string& path) override {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) {
      return ErrnoStatus("stat", path);
    }
    return InfoOf(info);
  }

  Result<std::vector<std::string>> List(const std::string& path) override {
    DIR* folder = ::opendir(path.c_str());
    if (folder == nullptr) {
      return ErrnoStatus("opendir", path);
    }
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(folder)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") {
        names.emplace_back(name);
      }
    }
    ::closedir(folder);
    std::sort(names.begin(), names.end());
    return names;
  }

  Status CreateFolders(const std::string& path) override {
    for (size_t slash = path.find('/', 1); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      SB_RETURN_IF_ERROR(CreateOneFolder(path.substr(0, slash)));
    }
    return CreateOneFolder(path);
  }

  Status Remove(const std::string& path) override {
    return ::remove(path.c_str()) == 0 ? OkStatus() : ErrnoStatus("remove", path);
  }

  Status RemoveAll(const std::string& path) override {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) {
      return errno == ENOENT ? OkStatus() : ErrnoStatus("lstat", path);
    }
    if (S_ISDIR(info.st_mode)) {
      SB_ASSIGN_OR_RETURN(const std::vector<std::string> names, List(path));
      for (const std::string& name : names) {
        SB_RETURN_IF_ERROR(RemoveAll(JoinPath(path, name)));
      }
    }
    return Remove(path);
  }

  Status Rename(const std::string& from, const std::string& to) override {
    return ::rename(from.c_str(), to.c_str()) == 0 ? OkStatus()
                                                   : ErrnoStatus("rename", from + " to " + to);
  }

  Status Link(const std::string& from, const std::string& to) override {
    return ::link(from.c_str(), to.c_str()) == 0 ? OkStatus()
                                                 : ErrnoStatus("link", from + " to " + to);
  }

  Status SyncFolder(const std::string& path) override {
    const Fd fd = OpenRetrying(path, O_RDONLY | O_DIRECTORY);
    if (!fd.valid()) {
      return ErrnoStatus("open", path);
    }
    return ::fsync(fd.get()) == 0 ? OkStatus() : ErrnoStatus("fsync", path);
  }

  Result<std::unique_ptr<FolderLock>> Lock(const std::string& folder) override {
    const std::string path = JoinPath(folder, "lock");
    Fd fd = OpenRetrying(path, O_RDWR | O_CREAT);
    if (!fd.valid()) {
      return ErrnoStatus("open", path);
    }
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) {
        return FailedPrecondition("folder is in use by another process: " + folder);
      }
      return ErrnoStatus("flock", path);
    }
    return std::unique_ptr<FolderLock>(std::make_unique<PosixFolderLock>(std::move(fd)));
  }

  Result<Space> FreeSpace(const std::string& path) override {
    struct statvfs info {};
    if (::statvfs(path.c_str(), &info) != 0) {
      return ErrnoStatus("statvfs", path);
    }
    return Space{static_cast<uint64_t>(info.f_bavail) * info.f_frsize,
                 static_cast<uint64_t>(info.f_blocks) * info.f_frsize};
  }

 private:
  static Result<std::unique_ptr<WritableFile>> Open(const std::string& path, int flags) {
    Fd fd = OpenRetrying(path, flags);
    struct stat info {};
    if (!fd.valid() || ::fstat(fd.get(), &info) != 0) {
      return ErrnoStatus("open", path);
    }
    return std::unique_ptr<WritableFile>(std::make_unique<PosixWritableFile>(
        path, std::move(fd), static_cast<uint64_t>(info.st_size)));
  }

  static Status CreateOneFolder(const std::string& path) {
    if (::mkdir(path.c_str(), kFolderMode) == 0) {
      return OkStatus();
    }
    struct stat info {};
    if (errno == EEXIST && ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) {
      return OkStatus();
    }
    return ErrnoStatus("mkdir", path);
  }
};

// splitmix64 over an atomic counter: no lock, good enough for jitter and names.
class PosixRandom final : public Random {
 public:
  PosixRandom() {
    uint64_t seed = 0;
    if (::getrandom(&seed, sizeof(seed), 0) != static_cast<ssize_t>(sizeof(seed))) {
      seed = static_cast<uint64_t>(::getpid()) * 0x9e3779b97f4a7c15ULL;
    }
    state_.store(seed);
  }
  uint64_t Next64() override {
    uint64_t z = state_.fetch_add(0x9e3779b97f4a7c15ULL, std::memory_order_relaxed);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

 private:
  std::atomic<uint64_t> state_{0};
};

class PosixEnv final : public Env {
 public:
  const Clock& clock() const override { return clock_; }
  FileSystem& files() override { return files_; }
  Random& random() override { return random_; }

 private:
  PosixClock clock_;
  PosixFileSystem files_;
  PosixRandom random_;
};

}  // namespace

Env& Env::Real() {
  static PosixEnv* env = new PosixEnv;  // never destroyed: used by destructors of statics
  return *env;
}

}  // namespace sb::base
