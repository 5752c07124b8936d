// SPDX-License-Identifier: Apache-2.0
#include "base/env.h"

namespace sb::base {

Status WriteFileAtomically(FileSystem& files, const std::string& path, std::string_view bytes) {
  const std::string temporary = path + ".tmp";
  {
    SB_ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file, files.Create(temporary));
    SB_RETURN_IF_ERROR(file->Append(bytes));
    SB_RETURN_IF_ERROR(file->Sync());
    SB_RETURN_IF_ERROR(file->Close());
  }
  SB_RETURN_IF_ERROR(files.Rename(temporary, path));
  return files.SyncFolder(ParentPath(path));
}

std::string JoinPath(std::string_view folder, std::string_view name) {
  if (folder.empty() || name.starts_with('/')) {
    return std::string(name);
  }
  std::string path(folder);
  if (!path.ends_with('/')) {
    path.push_back('/');
  }
  path.append(name);
  return path;
}

std::string ParentPath(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) {
    return ".";
  }
  return std::string(path.substr(0, slash == 0 ? 1 : slash));
}

}  // namespace sb::base
