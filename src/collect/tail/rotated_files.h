// SPDX-License-Identifier: Apache-2.0
//
// RotatedFiles finds what became of followed files that are no longer at their path: renamed beside
// it (app.log.1, app.log-20251120, app.log.old), or copied there before they were truncated. So
// nothing is lost when a file is rotated while nobody looks: between two polls, or after kill -9.
//
//   RotatedFiles rotated(env, positions);
//   SB_ASSIGN_OR_RETURN(const auto at, rotated.Locate(id));
//
// A file is known by its inode and its beginning, a copy by its beginning and its name. Folders are
// listed once and remembered: an object serves one look. Threads: one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"
#include "base/status.h"
#include "collect/tail/tail_positions.h"

namespace sb::collect {

// "app.log" for app.log.1, app.log-20251120, app.log.2025-11-20T10, app.log.old, in whatever
// folder; empty if the name does not look like that of a rotated file.
std::string_view NameBeforeRotation(std::string_view path);
// Of the formats that rotation compresses to.
bool IsCompressedName(std::string_view path);

class RotatedFiles {
 public:
  struct FileAt {
    std::string path;
    base::FileInfo info;
  };

  RotatedFiles(base::Env& env, TailPositions* positions) : env_(env), positions_(positions) {}

  // Where the file of a position is now. A copy of a truncated file becomes the position's file.
  // Nothing: it is gone, as far as its folder says. kNotFound: so is the folder.
  base::Result<std::optional<FileAt>> Locate(uint64_t id);
  // Gives the position to the copy of its file, if there is one.
  base::Result<std::optional<FileAt>> AdoptCopy(uint64_t id);
  // The files that rotation made of `path`, without compressed and empty ones.
  base::Result<std::span<const FileAt>> RotatedFrom(const std::string& path);
  // Whether a position is of this file, or the file is a copy of one that has a position.
  bool IsKnown(const FileAt& at);
  // Whether the file is a copy of the one at the position, complete or being written, made by
  // whoever truncates that next.
  bool IsCopyOf(const FileAt& at, const TailPosition& position);

 private:
  struct Folder {
    std::multimap<uint64_t, FileAt> by_inode;
    // As RotatedFrom has them, by the name before rotation.
    std::map<std::string, std::vector<FileAt>, std::less<>> rotated;
  };
  base::Result<const Folder*> FolderAt(const std::string& path);
  std::string Head(const std::string& path);

  base::Env& env_;
  TailPositions* const positions_;
  std::map<std::string, Folder> folders_;
};

}  // namespace sb::collect
