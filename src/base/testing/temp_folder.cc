// SPDX-License-Identifier: Apache-2.0
#include "base/testing/temp_folder.h"

#include <stdlib.h>

#include <filesystem>
#include <system_error>

#include "base/check.h"
#include "base/env.h"

namespace sb::base {

TempFolder::TempFolder(std::string_view name)
    : path_(std::filesystem::temp_directory_path() /
            ("signalbox-" + std::string(name) + "-XXXXXX")) {
  SB_CHECK(::mkdtemp(path_.data()) != nullptr);
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempFolder::Path(std::string_view entry) const {
  return JoinPath(path_, entry);
}

}  // namespace sb::base
