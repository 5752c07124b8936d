// SPDX-License-Identifier: Apache-2.0
//
// A fresh folder of the real file system, for tests of what SimulatedEnv cannot show: processes,
// mapped files, times and inodes. It goes with the object, whatever was put into it.
//
//   const TempFolder folder("tail");
//   std::ofstream(folder.Path("a.log")) << "one\n";
//
// Threads: values, but not copied.
#pragma once

#include <string>
#include <string_view>

namespace sb::base {

class TempFolder {
 public:
  // `name` tells whose it is, should a test be killed.
  explicit TempFolder(std::string_view name);
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string Path(std::string_view entry) const;

 private:
  std::string path_;
};

}  // namespace sb::base
