// SPDX-License-Identifier: Apache-2.0
#include "base/testing/temp_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace sb::base {
namespace {

namespace fs = std::filesystem;

TEST(TempFolderTest, IsThereWithWhatIsPutIntoItAndThenGone) {
  std::string path;
  {
    const TempFolder folder("test");
    const TempFolder other("test");
    path = folder.path();
    EXPECT_NE(path, other.path());
    EXPECT_TRUE(fs::is_empty(path));
    fs::create_directory(folder.Path("below"));
    std::ofstream(folder.Path("below/file")) << "text";
    EXPECT_TRUE(fs::exists(path + "/below/file"));
  }
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace sb::base
