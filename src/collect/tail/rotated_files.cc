// SPDX-License-Identifier: Apache-2.0
#include "collect/tail/rotated_files.h"

#include <algorithm>
#include <utility>

namespace sb::collect {
namespace {

// Files that begin with the same banner are told apart by what follows it.
constexpr size_t kAlikeBytes = 4096;
// A short file may be the beginning of a copy for so long; so many equal bytes say that it is one.
constexpr size_t kSureBytes = 256;
constexpr base::DurationMs kCopyingMax = base::Seconds(10);

std::string_view NameOf(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// Whether rotation may have made the one file of the other, beside it.
bool IsRotatedFrom(std::string_view rotated, std::string_view path) {
  return NameBeforeRotation(rotated) == NameOf(path) &&
         base::ParentPath(rotated) == base::ParentPath(path);
}

// As BeginsAs, where something is known of the beginning.
bool BeginsAsSeen(const TailPosition& position, std::string_view head) {
  return position.fingerprint_bytes > 0 && BeginsAs(position, head);
}

bool IsRotationSuffix(std::string_view text) {
  if (text == "old" || text == "bak" || text == "prev" || text == "previous") {
    return true;
  }
  return !text.empty() && text[0] >= '0' && text[0] <= '9' &&
         text.find_first_not_of("0123456789-_.:TZ") == std::string_view::npos;
}

}  // namespace

std::string_view NameBeforeRotation(std::string_view path) {
  const std::string_view name = NameOf(path);
  for (size_t i = 1; i + 1 < name.size(); ++i) {
    if ((name[i] == '.' || name[i] == '-' || name[i] == '_') &&
        IsRotationSuffix(name.substr(i + 1))) {
      return name.substr(0, i);
    }
  }
  return {};
}

bool IsCompressedName(std::string_view path) {
  static constexpr std::string_view kEnds[] = {".gz", ".bz2", ".xz", ".zst", ".lz4", ".zip", ".Z"};
  return std::any_of(std::begin(kEnds), std::end(kEnds),
                     [path](std::string_view end) { return path.ends_with(end); });
}

base::Result<const RotatedFiles::Folder*> RotatedFiles::FolderAt(const std::string& path) {
  if (const auto known = folders_.find(path); known != folders_.end()) {
    return &known->second;
  }
  SB_ASSIGN_OR_RETURN(const std::vector<std::string> names, env_.files().List(path));
  if (names.empty()) {
    return base::NotFound("nothing is there: " + path);  // maybe a disk that is not mounted
  }
  Folder& folder = folders_[path];
  for (const std::string& name : names) {
    FileAt at{base::JoinPath(path, name), {}};
    const auto info = env_.files().Stat(at.path);
    if (!info.ok() || info->is_directory) {
      continue;
    }
    at.info = *info;
    const std::string_view before = NameBeforeRotation(name);
    if (!before.empty() && at.info.size_bytes > 0 && !IsCompressedName(name)) {
      folder.rotated[std::string(before)].push_back(at);
    }
    folder.by_inode.emplace(at.info.inode, std::move(at));
  }
  return &folder;
}

std::string RotatedFiles::Head(const std::string& path) {
  std::string head;
  const auto file = env_.files().OpenForRead(path);
  if (!file.ok() || !(*file)->Read(0, kAlikeBytes, &head).ok()) {
    head.clear();
  }
  return head;
}

base::Result<std::optional<RotatedFiles::FileAt>> RotatedFiles::Locate(uint64_t id) {
  const TailPosition& position = positions_->all().at(id);
  SB_ASSIGN_OR_RETURN(const Folder* const folder, FolderAt(base::ParentPath(position.path)));
  const auto [begin, end] = folder->by_inode.equal_range(position.inode);
  for (auto it = begin; it != end; ++it) {
    const FileAt& at = it->second;
    if (at.info.size_bytes >= position.offset && BeginsAs(position, Head(at.path))) {
      return std::optional<FileAt>(at);
    }
  }
  return AdoptCopy(id);
}

base::Result<std::optional<RotatedFiles::FileAt>> RotatedFiles::AdoptCopy(uint64_t id) {
  TailPosition position = positions_->all().at(id);
  SB_ASSIGN_OR_RETURN(const std::span<const FileAt> rotated, RotatedFrom(position.path));
  const FileAt* newest = nullptr;
  for (const FileAt& at : rotated) {
    if (at.info.inode == position.inode ||
        at.info.size_bytes < std::max(position.offset, position.begun_end) ||
        (newest != nullptr && at.info.modified <= newest->info.modified)) {
      continue;
    }
    const std::string head = Head(at.path);
    if (BeginsAsSeen(position, head) &&
        positions_->Find(at.info.inode, at.info.size_bytes, head) == 0) {
      newest = &at;
    }
  }
  if (newest == nullptr) {
    return std::optional<FileAt>();
  }
  position.inode = newest->info.inode;
  SB_RETURN_IF_ERROR(positions_->Identify(id, position));
  return std::optional<FileAt>(*newest);
}

base::Result<std::span<const RotatedFiles::FileAt>> RotatedFiles::RotatedFrom(
    const std::string& path) {
  SB_ASSIGN_OR_RETURN(const Folder* const folder, FolderAt(base::ParentPath(path)));
  const auto found = folder->rotated.find(NameOf(path));
  return found == folder->rotated.end() ? std::span<const FileAt>()
                                        : std::span<const FileAt>(found->second);
}

bool RotatedFiles::IsKnown(const FileAt& at) {
  const std::string head = Head(at.path);
  return positions_->Find(at.info.inode, at.info.size_bytes, head) != 0 ||
         std::any_of(positions_->all().begin(), positions_->all().end(), [&](const auto& one) {
           return IsRotatedFrom(at.path, one.second.path) && BeginsAsSeen(one.second, head);
         });
}

bool RotatedFiles::IsCopyOf(const FileAt& at, const TailPosition& position) {
  if (!IsRotatedFrom(at.path, position.path)) {
    return false;
  }
  // As it is now, and as it was when it was read last.
  const std::string head = Head(position.path);
  const std::string copy = Head(at.path);
  const size_t common = std::min(head.size(), copy.size());
  if (head.compare(0, common, copy, 0, common) == 0 && (common > 0 || copy.empty())) {
    const int64_t age_ms = env_.clock().NowMs().Value() - at.info.modified.Value();
    return common >= kSureBytes || age_ms < kCopyingMax.Value();
  }
  return BeginsAsSeen(position, copy) && !BeginsAs(position, head);
}

}  // namespace sb::collect
