// SPDX-License-Identifier: Apache-2.0
#include "collect/tail/rotated_files.h"

#include <algorithm>
#include <utility>

#include "encoding/hash.h"

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

bool IsRotationSuffix(std::string_view text) {
  if (text == "old" || text == "bak" || text == "prev" || text == "previous") {
    return true;
  }
  return !text.empty() && text[0] >= '0' && text[0] <= '9' &&
         text.find_first_not_of("0123456789-_.:TZ") == std::string_view::npos;
}

}  // namespace

std::string_view NameBeforeRotation(std::string_view name) {
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

base::Result<const std::vector<RotatedFiles::FileAt>*> RotatedFiles::FilesIn(
    const std::string& folder) {
  if (const auto known = folders_.find(folder); known != folders_.end()) {
    return &known->second;
  }
  SB_ASSIGN_OR_RETURN(const std::vector<std::string> names, env_.files().List(folder));
  if (names.empty()) {
    return base::NotFound("nothing is there: " + folder);  // maybe a disk that is not mounted
  }
  std::vector<FileAt> found;
  for (const std::string& name : names) {
    const std::string path = base::JoinPath(folder, name);
    if (const auto info = env_.files().Stat(path); info.ok() && !info->is_directory) {
      found.push_back({path, *info});
    }
  }
  return &(folders_[folder] = std::move(found));
}

std::string RotatedFiles::Head(const std::string& path) {
  std::string head;
  const auto file = env_.files().OpenForRead(path);
  if (!file.ok() || !(*file)->Read(0, kAlikeBytes, &head).ok()) {
    head.clear();
  }
  return head;
}

bool RotatedFiles::BeginsAs(const FileAt& at, const TailPosition& position) {
  if (position.fingerprint_bytes == 0 || at.info.size_bytes < position.fingerprint_bytes) {
    return false;
  }
  const std::string head = Head(at.path);
  return head.size() >= position.fingerprint_bytes &&
         encoding::Hash64Of(std::string_view(head).substr(0, position.fingerprint_bytes)) ==
             position.fingerprint;
}

base::Result<std::optional<RotatedFiles::FileAt>> RotatedFiles::Locate(uint64_t id) {
  const TailPosition position = positions_->all().at(id);
  SB_ASSIGN_OR_RETURN(const std::vector<FileAt>* files, FilesIn(base::ParentPath(position.path)));
  for (const FileAt& at : *files) {
    if (at.info.inode == position.inode && at.info.size_bytes >= position.offset &&
        (position.fingerprint_bytes == 0 || BeginsAs(at, position))) {
      return std::optional<FileAt>(at);
    }
  }
  return AdoptCopy(id);
}

base::Result<std::optional<RotatedFiles::FileAt>> RotatedFiles::AdoptCopy(uint64_t id) {
  TailPosition position = positions_->all().at(id);
  SB_ASSIGN_OR_RETURN(const std::vector<FileAt> rotated, RotatedFrom(position.path));
  const FileAt* newest = nullptr;
  for (const FileAt& at : rotated) {
    if (at.info.inode != position.inode &&
        at.info.size_bytes >= std::max(position.offset, position.begun_end) &&
        (newest == nullptr || at.info.modified > newest->info.modified) && BeginsAs(at, position) &&
        positions_->Find(at.info.inode, at.info.size_bytes, Head(at.path)) == 0) {
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

base::Result<std::vector<RotatedFiles::FileAt>> RotatedFiles::RotatedFrom(const std::string& path) {
  SB_ASSIGN_OR_RETURN(const std::vector<FileAt>* files, FilesIn(base::ParentPath(path)));
  std::vector<FileAt> rotated;
  for (const FileAt& at : *files) {
    if (at.info.size_bytes > 0 && !IsCompressedName(at.path) &&
        NameBeforeRotation(NameOf(at.path)) == NameOf(path)) {
      rotated.push_back(at);
    }
  }
  return rotated;
}

bool RotatedFiles::IsKnown(const FileAt& at) {
  if (positions_->Find(at.info.inode, at.info.size_bytes, Head(at.path)) != 0) {
    return true;
  }
  const std::string_view name = NameBeforeRotation(NameOf(at.path));
  const std::string folder = base::ParentPath(at.path);
  return std::any_of(positions_->all().begin(), positions_->all().end(), [&](const auto& one) {
    const TailPosition& position = one.second;
    return NameOf(position.path) == name && base::ParentPath(position.path) == folder &&
           BeginsAs(at, position);
  });
}

bool RotatedFiles::IsCopyOf(const FileAt& at, const TailPosition& position) {
  const std::string folder = base::ParentPath(at.path);
  if (NameBeforeRotation(NameOf(at.path)) != NameOf(position.path) ||
      folder != base::ParentPath(position.path)) {
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
  return BeginsAs(at, position) && (head.size() < position.fingerprint_bytes ||
                                    encoding::Hash64Of(std::string_view(head).substr(
                                        0, position.fingerprint_bytes)) != position.fingerprint);
}

}  // namespace sb::collect
