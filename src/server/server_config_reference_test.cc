// SPDX-License-Identifier: Apache-2.0
//
// SIGNALBOX_UPDATE_DOCS=1 writes the page instead; the change is then reviewed like any other.
#include "server/server_config_reference.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/env.h"

namespace sb::server {
namespace {

TEST(ServerConfigReferenceTest, ThePageShowsTheOptionsAsTheyAre) {
  base::FileSystem& files = base::Env::Real().files();
  const std::string path = std::string(SIGNALBOX_DOCS_DIR) + "/signalbox-yaml.md";
  if (std::getenv("SIGNALBOX_UPDATE_DOCS") != nullptr) {
    ASSERT_TRUE(base::WriteFileAtomically(files, path, ServerConfigMarkdown()).ok());
  }
  const base::Result<std::string> page = files.ReadFile(path);
  ASSERT_TRUE(page.ok()) << page.status().ToString();
  EXPECT_EQ(*page, ServerConfigMarkdown()) << "run this test once with SIGNALBOX_UPDATE_DOCS=1";
}

}  // namespace
}  // namespace sb::server
