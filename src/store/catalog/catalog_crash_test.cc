// SPDX-License-Identifier: Apache-2.0
//
// On real files: what survives the end of a process, and what a damaged file does.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/testing/temp_folder.h"
#include "store/catalog/catalog.h"

namespace sb::catalog {
namespace {

constexpr CollectionSpec kNotes{.name = "notes", .history_max = 3};

class CatalogCrashTest : public ::testing::Test {
 protected:
  std::unique_ptr<Catalog> Open() {
    return std::move(Catalog::Open(base::Env::Real(), folder_.path())).value();
  }

  const base::TempFolder folder_{"catalog"};
};

TEST_F(CatalogCrashTest, ReopensWithEverything) {
  ASSERT_TRUE(Open()->Put(kNotes, {.id = "a", .body = "1"}).ok());
  ASSERT_TRUE(Open()->Put(kNotes, {.id = "a", .body = "2"}).ok());
  const auto catalog = Open();
  EXPECT_EQ(catalog->Get(kNotes, "a").value().body, "2");
  EXPECT_EQ(catalog->History(kNotes, "a").value().size(), 2U);
}

// The child is killed in the middle of writing; it says after each Put which one was acknowledged.
TEST_F(CatalogCrashTest, AcknowledgedWritesSurviveKill) {
  Open().reset();
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto catalog = Open();
    for (uint32_t i = 0;; ++i) {
      if (!catalog->Put(kNotes, {.id = std::to_string(i), .body = std::string(5000, 'x')}).ok() ||
          ::write(pipe_ends[1], &i, sizeof i) != sizeof i) {
        ::_exit(1);
      }
    }
  }
  uint32_t acknowledged = 0;
  while (acknowledged < 50) {
    ASSERT_EQ(::read(pipe_ends[0], &acknowledged, sizeof acknowledged),
              static_cast<ssize_t>(sizeof acknowledged));
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(pipe_ends[1]);
  while (::read(pipe_ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged) {
  }
  ::close(pipe_ends[0]);
  const auto catalog = Open();
  for (uint32_t i = 0; i <= acknowledged; ++i) {
    EXPECT_EQ(catalog->Get(kNotes, std::to_string(i)).value().body.size(), 5000U) << i;
  }
  EXPECT_LE(catalog->Count(kNotes).value(), acknowledged + 2U);
}

TEST_F(CatalogCrashTest, ADamagedFileIsReportedAndKept) {
  {
    const auto catalog = Open();
    for (int i = 0; i < 200; ++i) {
      ASSERT_TRUE(
          catalog->Put(kNotes, {.id = std::to_string(i), .body = std::string(1000, 'x')}).ok());
    }
  }
  const std::string path = folder_.Path("catalog.db");
  const auto size = std::filesystem::file_size(path);
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(8192, '\x5a');
  }
  const auto opened = Catalog::Open(base::Env::Real(), folder_.path());
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.status().code(), base::StatusCode::kDataLoss);
  EXPECT_NE(opened.status().message().find(path), std::string_view::npos);
  EXPECT_EQ(std::filesystem::file_size(path), size);
}

TEST_F(CatalogCrashTest, ABackupIsACatalog) {
  const auto catalog = Open();
  ASSERT_TRUE(catalog->Put(kNotes, {.id = "a", .body = "1"}).ok());
  std::filesystem::create_directory(folder_.Path("copy"));
  ASSERT_TRUE(catalog->Backup(folder_.Path("copy/catalog.db")).ok());
  EXPECT_EQ(catalog->Backup(folder_.Path("copy/catalog.db")).code(),
            base::StatusCode::kAlreadyExists);
  const auto copy = std::move(Catalog::Open(base::Env::Real(), folder_.Path("copy"))).value();
  EXPECT_EQ(copy->Get(kNotes, "a").value().body, "1");
}

}  // namespace
}  // namespace sb::catalog
