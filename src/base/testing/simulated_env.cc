// SPDX-License-Identifier: Apache-2.0
#include "base/testing/simulated_env.h"

#include <algorithm>
#include <utility>

namespace sb::base {
namespace {

constexpr uint64_t kSectorBytes = 512;

std::vector<std::string> SplitPath(const std::string& path) {
  std::vector<std::string> parts;
  size_t start = 0;
  while (start <= path.size()) {
    const size_t end = std::min(path.find('/', start), path.size());
    std::string part = path.substr(start, end - start);
    if (!part.empty() && part != ".") {
      parts.push_back(std::move(part));
    }
    start = end + 1;
  }
  return parts;
}

}  // namespace

uint64_t SimulatedRandom::Next64() {
  uint64_t z = state_.fetch_add(0x9e3779b97f4a7c15ULL) + 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

// A change of one folder's entries; a rename between folders also takes the name away there.
struct SimulatedDisk::FolderChange {
  Node* folder;  // the one that holds the change; a shared pointer would be a cycle
  std::string name;
  NodePtr target;       // null: the name goes away
  NodePtr from_folder;  // rename: where it came from
  std::string from_name;
};

struct SimulatedDisk::Node {
  uint64_t inode = 0;
  bool is_directory = false;
  bool locked = false;
  // Files. `synced_prefix` bytes of `bytes` equal the start of `synced`.
  std::string bytes;
  std::string synced;
  uint64_t synced_prefix = 0;
  // Folders.
  Entries entries;
  Entries synced_entries;
  std::vector<FolderChange> changes;  // since the last sync, in order
};

struct SimulatedDisk::Place {
  NodePtr folder;
  std::string name;
};

class SimulatedDisk::File final : public WritableFile {
 public:
  File(SimulatedDisk* disk, NodePtr node, std::string path, uint64_t generation)
      : disk_(disk), node_(std::move(node)), path_(std::move(path)), generation_(generation) {}

  Status Append(std::string_view bytes) override {
    return disk_->AppendTo(node_, path_, bytes, generation_);
  }

  Status Sync() override {
    MutexLock lock(disk_->mutex_);
    SB_RETURN_IF_ERROR(BeginLocked());
    if (disk_->fail_syncs_) {
      return Unavailable("fdatasync failed (simulated I/O error): " + path_);
    }
    node_->synced.resize(node_->synced_prefix);
    node_->synced.append(node_->bytes, node_->synced_prefix);
    node_->synced_prefix = node_->synced.size();
    return OkStatus();
  }

  Status Truncate(uint64_t size) override {
    MutexLock lock(disk_->mutex_);
    SB_RETURN_IF_ERROR(BeginLocked());
    disk_->used_bytes_ -= node_->bytes.size();
    node_->bytes.resize(size);
    disk_->used_bytes_ += size;
    node_->synced_prefix = std::min(node_->synced_prefix, size);
    return OkStatus();
  }

  Status Close() override { return OkStatus(); }

  uint64_t size() const override {
    MutexLock lock(disk_->mutex_);
    return node_->bytes.size();
  }

 private:
  Status BeginLocked() SB_REQUIRES(disk_->mutex_) {
    if (generation_ != disk_->generation_) {
      return Unavailable("file was opened before the crash: " + path_);
    }
    return disk_->BeginWrite(path_);
  }

  SimulatedDisk* const disk_;
  const NodePtr node_;
  const std::string path_;
  const uint64_t generation_;
};

class SimulatedDisk::HeldLock final : public FolderLock {
 public:
  HeldLock(SimulatedDisk* disk, NodePtr node, uint64_t generation)
      : disk_(disk), node_(std::move(node)), generation_(generation) {}
  ~HeldLock() override {
    MutexLock lock(disk_->mutex_);
    if (generation_ == disk_->generation_) {
      node_->locked = false;
    }
  }

 private:
  SimulatedDisk* const disk_;
  const NodePtr node_;
  const uint64_t generation_;
};

class SimulatedDisk::Reader final : public ReadableFile {
 public:
  Reader(SimulatedDisk* disk, NodePtr node) : disk_(disk), node_(std::move(node)) {}

  Status Read(uint64_t offset, size_t bytes_max, std::string* out) override {
    MutexLock lock(disk_->mutex_);
    out->assign(offset < node_->bytes.size() ? node_->bytes.substr(offset, bytes_max) : "");
    return OkStatus();
  }

  Result<FileInfo> Info() override {
    MutexLock lock(disk_->mutex_);
    FileInfo info;
    info.size_bytes = node_->bytes.size();
    info.inode = node_->inode;
    return info;
  }

 private:
  SimulatedDisk* const disk_;
  const NodePtr node_;
};

namespace {

class CopiedFile final : public RandomAccessFile {
 public:
  explicit CopiedFile(std::string bytes) : bytes_(std::move(bytes)) {}
  std::span<const uint8_t> bytes() const override {
    return {reinterpret_cast<const uint8_t*>(bytes_.data()), bytes_.size()};
  }

 private:
  const std::string bytes_;
};

}  // namespace

SimulatedDisk::SimulatedDisk(uint64_t seed) : random_(seed), root_(std::make_shared<Node>()) {
  root_->is_directory = true;
}
SimulatedDisk::~SimulatedDisk() {
  // Unsynced changes refer to their own folder; cut the cycles.
  MutexLock lock(mutex_);
  std::vector<NodePtr> left = {root_};
  while (!left.empty()) {
    const NodePtr node = left.back();
    left.pop_back();
    for (const Entries* entries : {&node->entries, &node->synced_entries}) {
      for (const auto& [name, child] : *entries) {
        left.push_back(child);
      }
    }
    for (const FolderChange& change : node->changes) {
      if (change.target) {
        left.push_back(change.target);
      }
    }
    node->changes.clear();
    node->entries.clear();
    node->synced_entries.clear();
  }
}

uint64_t SimulatedDisk::RandomBelow(uint64_t bound) {
  return bound == 0 ? 0 : random_.Next64() % bound;
}

uint64_t SimulatedDisk::writes() const {
  MutexLock lock(mutex_);
  return writes_;
}
void SimulatedDisk::StopAfterWrites(uint64_t count) {
  MutexLock lock(mutex_);
  stop_at_ = count == ~0ULL ? count : writes_ + count;
}
void SimulatedDisk::FailWrite(uint64_t nth) {
  MutexLock lock(mutex_);
  fail_at_ = nth == ~0ULL ? nth : writes_ + nth;
}
void SimulatedDisk::FailSyncs(bool fail) {
  MutexLock lock(mutex_);
  fail_syncs_ = fail;
}
void SimulatedDisk::SetSpace(uint64_t bytes) {
  MutexLock lock(mutex_);
  space_bytes_ = bytes;
}
uint64_t SimulatedDisk::UsedBytes() const {
  MutexLock lock(mutex_);
  return used_bytes_;
}

Status SimulatedDisk::BeginWrite(const std::string& path) {
  ++writes_;
  if (writes_ > stop_at_) {
    return Unavailable("the simulated machine is off: " + path);
  }
  if (writes_ == fail_at_) {
    return Unavailable("simulated I/O error: " + path);
  }
  return OkStatus();
}

Status SimulatedDisk::AppendTo(const NodePtr& node, const std::string& path, std::string_view bytes,
                               uint64_t generation) {
  MutexLock lock(mutex_);
  if (generation != generation_) {
    return Unavailable("file was opened before the crash: " + path);
  }
  Status status = BeginWrite(path);
  const bool torn = !status.ok() && writes_ == stop_at_ + 1;
  if (torn || (!status.ok() && writes_ == fail_at_)) {
    bytes = bytes.substr(0, RandomBelow(bytes.size() + 1));
  } else if (!status.ok()) {
    return status;
  }
  const uint64_t room = space_bytes_ > used_bytes_ ? space_bytes_ - used_bytes_ : 0;
  if (bytes.size() > room) {
    bytes = bytes.substr(0, room);
    status = ResourceExhausted("write failed (no space left on simulated device): " + path);
  }
  node->bytes.append(bytes);
  used_bytes_ += bytes.size();
  return status;
}

Result<SimulatedDisk::NodePtr> SimulatedDisk::Find(const std::string& path) {
  NodePtr node = root_;
  for (const std::string& part : SplitPath(path)) {
    const auto found = node->entries.find(part);
    if (found == node->entries.end()) {
      return NotFound("no such file or folder: " + path);
    }
    node = found->second;
  }
  return node;
}

Result<SimulatedDisk::Place> SimulatedDisk::FindPlace(const std::string& path) {
  std::vector<std::string> parts = SplitPath(path);
  if (parts.empty()) {
    return InvalidArgument("the root cannot be changed: " + path);
  }
  SB_ASSIGN_OR_RETURN(NodePtr folder, Find(ParentPath("/" + path)));
  if (!folder->is_directory) {
    return InvalidArgument("not a folder: " + ParentPath(path));
  }
  return Place{std::move(folder), std::move(parts.back())};
}

void SimulatedDisk::Apply(const FolderChange& change, Entries Node::*view) {
  if (change.from_folder) {
    Entries& from = (*change.from_folder).*view;
    const auto old = from.find(change.from_name);
    if (old != from.end() && old->second == change.target) {
      from.erase(old);
    }
  }
  Entries& entries = (*change.folder).*view;
  if (change.target) {
    entries[change.name] = change.target;
  } else {
    entries.erase(change.name);
  }
}

void SimulatedDisk::Change(const NodePtr& folder, FolderChange change) {
  change.folder = folder.get();
  Apply(change, &Node::entries);
  folder->changes.push_back(std::move(change));
}

Result<std::unique_ptr<WritableFile>> SimulatedDisk::Open(const std::string& path, bool truncate) {
  MutexLock lock(mutex_);
  SB_ASSIGN_OR_RETURN(const Place place, FindPlace(path));
  const auto found = place.folder->entries.find(place.name);
  NodePtr node = found == place.folder->entries.end() ? nullptr : found->second;
  if (!node || truncate) {
    SB_RETURN_IF_ERROR(BeginWrite(path));
  }
  if (!node) {
    node = std::make_shared<Node>();
    node->inode = ++last_inode_;
    Change(place.folder,
           {.folder = {}, .name = place.name, .target = node, .from_folder = {}, .from_name = {}});
  }
  if (node->is_directory) {
    return InvalidArgument("is a folder: " + path);
  }
  if (truncate) {
    used_bytes_ -= node->bytes.size();
    node->bytes.clear();
    node->synced_prefix = 0;
  }
  return std::unique_ptr<WritableFile>(
      std::make_unique<File>(this, std::move(node), path, generation_));
}

Result<std::unique_ptr<WritableFile>> SimulatedDisk::Create(const std::string& path) {
  return Open(path, /*truncate=*/true);
}
Result<std::unique_ptr<WritableFile>> SimulatedDisk::OpenForAppend(const std::string& path) {
  return Open(path, /*truncate=*/false);
}

Result<std::string> SimulatedDisk::ReadFile(const std::string& path) {
  MutexLock lock(mutex_);
  SB_ASSIGN_OR_RETURN(const NodePtr node, Find(path));
  if (node->is_directory) {
    return InvalidArgument("is a folder: " + path);
  }
  return node->bytes;
}

Result<std::unique_ptr<RandomAccessFile>> SimulatedDisk::Map(const std::string& path) {
  SB_ASSIGN_OR_RETURN(std::string bytes, ReadFile(path));
  return std::unique_ptr<RandomAccessFile>(std::make_unique<CopiedFile>(std::move(bytes)));
}

Result<std::unique_ptr<ReadableFile>> SimulatedDisk::OpenForRead(const std::string& path) {
  MutexLock lock(mutex_);
  SB_ASSIGN_OR_RETURN(const NodePtr node, Find(path));
  if (node->is_directory) {
    return InvalidArgument("not a regular file: " + path);
  }
  return std::unique_ptr<ReadableFile>(std::make_unique<Reader>(this, node));
}

Result<FileInfo> SimulatedDisk::Stat(const std::string& path) {
  MutexLock lock(mutex_);
  SB_ASSIGN_OR_RETURN(const NodePtr node, Find(path));
  FileInfo info;
  info.size_bytes = node->bytes.size();
  info.is_directory = node->is_directory;
  info.inode = node->inode;
  return info;
}

Result<std::vector<std::string>> SimulatedDisk::List(const std::string& path) {
  MutexLock lock(mutex_);
  SB_ASSIGN_OR_RETURN(const NodePtr node, Find(path));
  if (!node->is_directory) {
    return InvalidArgument("not a folder: " + path);
  }
  std::vector<std::string> names;
  for (const auto& [name, child] : node->entries) {
    names.push_back(name);
  }
  return names;
}

Status SimulatedDisk::CreateFolders(const std::string& path) {
  MutexLock lock(mutex_);
  NodePtr node = root_;
  for (const std::string& part : SplitPath(path)) {
    const auto found = node->entries.find(part);
    if (found != node->entries.end()) {
      node = found->second;
      if (!node->is_directory) {
        return InvalidArgument("not a folder: " + path);
      }
      continue;
    }
    SB_RETURN_IF_ERROR(BeginWrite(path));
    auto child = std::make_shared<Node>();
    child->inode = ++last_inode_;
    child->is_directory = true;
    Change(node, {.folder = {}, .name = part, .target = child, .from_folder = {}, .from_name = {}});
    node = std::move(child);
  }
  return OkStatus();
}

Status SimulatedDisk::RemoveLocked(const std::string& path) {
  SB_ASSIGN_OR_RETURN(const Place place, FindPlace(path));
  SB_ASSIGN_OR_RETURN(const NodePtr node, Find(path));
  if (!node->entries.empty()) {
    return AlreadyExists("folder is not empty: " + path);
  }
  SB_RETURN_IF_ERROR(BeginWrite(path));
  used_bytes_ -= node.use_count() > 0 && !node->is_directory ? node->bytes.size() : 0;
  Change(place.folder,
         {.folder = {}, .name = place.name, .target = {}, .from_folder = {}, .from_name = {}});
  return OkStatus();
}

Status SimulatedDisk::Remove(const std::string& path) {
  MutexLock lock(mutex_);
  return RemoveLocked(path);
}

Status SimulatedDisk::RemoveAll(const std::string& path) {
  const Result<FileInfo> info = Stat(path);
  if (!info.ok()) {
    return info.status().code() == StatusCode::kNotFound ? OkStatus() : info.status();
  }
  if (info->is_directory) {
    SB_ASSIGN_OR_RETURN(const std::vector<std::string> names, List(path));
    for (const std::string& name : names) {
      SB_RETURN_IF_ERROR(RemoveAll(JoinPath(path, name)));
    }
  }
  return Remove(path);
}

Status SimulatedDisk::Rename(const std::string& from, const std::string& to) {
  MutexLock lock(mutex_);
  SB_ASSIGN_OR_RETURN(const NodePtr node, Find(from));
  SB_ASSIGN_OR_RETURN(const Place source, FindPlace(from));
  SB_ASSIGN_OR_RETURN(const Place place, FindPlace(to));
  const auto target = place.folder->entries.find(place.name);
  if (target != place.folder->entries.end() && !target->second->entries.empty()) {
    return AlreadyExists("folder is not empty: " + to);
  }
  SB_RETURN_IF_ERROR(BeginWrite(from));
  if (target != place.folder->entries.end() && target->second != node) {
    used_bytes_ -= target->second->bytes.size();
  }
  Change(place.folder, {.folder = {},
                        .name = place.name,
                        .target = node,
                        .from_folder = source.folder,
                        .from_name = source.name});
  return OkStatus();
}

Status SimulatedDisk::Link(const std::string& from, const std::string& to) {
  MutexLock lock(mutex_);
  SB_ASSIGN_OR_RETURN(const NodePtr node, Find(from));
  SB_ASSIGN_OR_RETURN(const Place place, FindPlace(to));
  if (node->is_directory) {
    return PermissionDenied("a folder cannot be linked: " + from);
  }
  if (place.folder->entries.contains(place.name)) {
    return AlreadyExists("link target exists: " + to);
  }
  SB_RETURN_IF_ERROR(BeginWrite(to));
  used_bytes_ += node->bytes.size();  // counted per name, as Remove does
  Change(place.folder,
         {.folder = {}, .name = place.name, .target = node, .from_folder = {}, .from_name = {}});
  return OkStatus();
}

Status SimulatedDisk::SyncFolder(const std::string& path) {
  MutexLock lock(mutex_);
  SB_ASSIGN_OR_RETURN(const NodePtr node, Find(path));
  SB_RETURN_IF_ERROR(BeginWrite(path));
  for (const FolderChange& change : node->changes) {
    Apply(change, &Node::synced_entries);
  }
  node->changes.clear();
  return OkStatus();
}

Result<std::unique_ptr<FolderLock>> SimulatedDisk::Lock(const std::string& folder) {
  MutexLock lock(mutex_);
  SB_ASSIGN_OR_RETURN(NodePtr node, Find(folder));
  if (node->locked) {
    return FailedPrecondition("folder is in use by another process: " + folder);
  }
  node->locked = true;
  return std::unique_ptr<FolderLock>(
      std::make_unique<HeldLock>(this, std::move(node), generation_));
}

Result<FileSystem::Space> SimulatedDisk::FreeSpace(const std::string&) {
  MutexLock lock(mutex_);
  const uint64_t total = std::min<uint64_t>(space_bytes_, 1ULL << 40);
  return Space{total > used_bytes_ ? total - used_bytes_ : 0, total};
}

void SimulatedDisk::CrashFile(Node* file) {
  const uint64_t kept_max = file->bytes.size();
  const bool was_truncated = file->synced_prefix < file->synced.size();
  if (was_truncated && RandomBelow(2) == 0) {
    file->bytes = file->synced;  // the truncation did not reach the disk
  } else {
    const uint64_t kept = file->synced_prefix + RandomBelow(kept_max - file->synced_prefix + 1);
    file->bytes.resize(kept);
    // The size may reach the disk before the last sector's data does.
    const uint64_t kind = RandomBelow(4);
    const uint64_t start = std::max(file->synced_prefix, kept - std::min(kept, kSectorBytes));
    for (uint64_t i = start; kind <= 1 && i < kept; ++i) {
      file->bytes[i] = kind == 0 ? '\0' : static_cast<char>(RandomBelow(256));
    }
  }
  file->synced = file->bytes;
  file->synced_prefix = file->bytes.size();
}

void SimulatedDisk::CrashNode(const NodePtr& node) {
  node->locked = false;
  if (!node->is_directory) {
    CrashFile(node.get());
    used_bytes_ += node->bytes.size();
    return;
  }
  const uint64_t kept = RandomBelow(node->changes.size() + 1);
  for (uint64_t i = 0; i < kept; ++i) {
    Apply(node->changes[i], &Node::synced_entries);
  }
  node->changes.clear();
  const Entries children = node->synced_entries;
  for (const auto& [name, child] : children) {
    CrashNode(child);
  }
}

void SimulatedDisk::Crash() {
  MutexLock lock(mutex_);
  ++generation_;
  stop_at_ = ~0ULL;
  fail_at_ = ~0ULL;
  used_bytes_ = 0;
  CrashNode(root_);
  std::vector<NodePtr> left = {root_};
  while (!left.empty()) {
    const NodePtr node = left.back();
    left.pop_back();
    node->entries = node->synced_entries;
    for (const auto& [name, child] : node->entries) {
      left.push_back(child);
    }
  }
}

void SimulatedDisk::KillProcess() {
  MutexLock lock(mutex_);
  ++generation_;
  stop_at_ = ~0ULL;
  fail_at_ = ~0ULL;
  std::vector<NodePtr> left = {root_};
  while (!left.empty()) {
    const NodePtr node = left.back();
    left.pop_back();
    node->locked = false;
    for (const auto& [name, child] : node->entries) {
      left.push_back(child);
    }
  }
}

void SimulatedDisk::FlipBit(const std::string& path, uint64_t bit) {
  MutexLock lock(mutex_);
  Result<NodePtr> node = Find(path);
  SB_CHECK(node.ok() && bit / 8 < (*node)->bytes.size());
  const char mask = static_cast<char>(1 << (bit % 8));
  (*node)->bytes[bit / 8] = static_cast<char>((*node)->bytes[bit / 8] ^ mask);
  if (bit / 8 < (*node)->synced_prefix) {
    (*node)->synced[bit / 8] = static_cast<char>((*node)->synced[bit / 8] ^ mask);
  }
}

}  // namespace sb::base
