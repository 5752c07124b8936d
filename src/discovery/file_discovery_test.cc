// SPDX-License-Identifier: Apache-2.0
#include "discovery/file_discovery.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "discovery/testing/discovery_probe.h"

namespace sb::discovery {
namespace {

namespace fs = std::filesystem;

class FileDiscoveryTest : public ::testing::Test {
 protected:
  FileDiscoveryTest() {
    folder_ = fs::temp_directory_path() /
              ("sb_file_sd_" + std::to_string(reinterpret_cast<uintptr_t>(this)) + "_" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }
  ~FileDiscoveryTest() override {
    probe_.Stop();
    fs::remove_all(folder_);
  }

  // As tools write it: whole, by renaming.
  void Put(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / (name + ".tmp")) << text;
    fs::rename(folder_ / (name + ".tmp"), folder_ / name);
  }
  void Start() {
    FileDiscovery::Options options;
    options.config.files = {(folder_ / "*.json").string(), (folder_ / "one.yml").string()};
    options.job = "j";
    options.poll_interval = base::DurationMs(10);
    probe_.Start([&](const DiscoveryContext& context, base::TaskRunner& runner) {
      return std::make_unique<FileDiscovery>(context, runner, options);
    });
  }

  fs::path folder_;
  DiscoveryProbe probe_;
};

TEST_F(FileDiscoveryTest, FollowsItsFiles) {
  Put("a.json", R"([{"targets": ["a:1"]}])");
  Start();
  ASSERT_TRUE(probe_.WaitForAddresses({"a:1"}));
  Put("b.json", R"([{"targets": ["b:1"], "labels": {"x": "y"}}])");
  Put("one.yml", "- targets: ['c:1']\n");
  ASSERT_TRUE(probe_.WaitForAddresses({"a:1", "b:1", "c:1"}));
  Put("a.json", R"([{"targets": ["a:2", "a:3"]}])");
  ASSERT_TRUE(probe_.WaitForAddresses({"a:2", "a:3", "b:1", "c:1"}));
  fs::remove(folder_ / "a.json");
  ASSERT_TRUE(probe_.WaitForAddresses({"b:1", "c:1"}));
  const auto groups = probe_.groups();
  EXPECT_EQ(groups[0].source, (folder_ / "b.json").string() + ":0");
  EXPECT_EQ(groups[0].labels.at("__meta_filepath"), (folder_ / "b.json").string());
  EXPECT_EQ(groups[0].labels.at("x"), "y");
}

TEST_F(FileDiscoveryTest, ABrokenFileKeepsItsLastTargets) {
  Put("a.json", R"([{"targets": ["a:1"]}])");
  Put("b.json", R"([{"targets": ["b:1"]}])");
  Start();
  ASSERT_TRUE(probe_.WaitForAddresses({"a:1", "b:1"}));
  Put("a.json", R"([{"targets": ["a:)");
  ASSERT_TRUE(probe_.WaitForCounter("prometheus_sd_refresh_failures_total", 1));
  Put("b.json", R"([{"targets": ["b:2"]}])");
  ASSERT_TRUE(probe_.WaitForAddresses({"a:1", "b:2"}));
  Put("a.json", R"([{"targets": ["a:9"]}])");
  ASSERT_TRUE(probe_.WaitForAddresses({"a:9", "b:2"}));
}

TEST_F(FileDiscoveryTest, NoFilesIsAnEmptyList) {
  Start();
  EXPECT_TRUE(probe_.WaitForUpdates(1));
  EXPECT_TRUE(probe_.groups().empty());
}

}  // namespace
}  // namespace sb::discovery
