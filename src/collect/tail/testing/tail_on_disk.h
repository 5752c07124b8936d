// SPDX-License-Identifier: Apache-2.0
//
// A tailer that follows *.log in a folder of a real file system, whose times and inodes are what
// rotation depends on, for tests to derive from:
//
//   Append("a.log", "one\n");
//   Open();
//   tailer_->Poll();
//   EXPECT_EQ(sink_.Texts()…)
//
// What is pending waits for nothing. The folder goes with the object.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/env.h"
#include "base/testing/temp_folder.h"
#include "collect/tail/tailer.h"
#include "collect/tail/testing/captured_tail.h"

namespace sb::collect {

class TailOnDisk {
 protected:
  TailOnDisk() {
    EXPECT_TRUE(Files().CreateFolders(folder_.Path("log")).ok());
    source_.paths = {Path("*.log")};
    source_.flush_after = base::DurationMs(0);
    source_.close_after = base::DurationMs(0);
  }

  static base::FileSystem& Files() { return base::Env::Real().files(); }
  std::string Path(const std::string& name) const { return folder_.Path("log/" + name); }
  // Anew, as a restart does: what was noted stays.
  void Open() {
    tailer_.reset();
    auto tailer = Tailer::Open(base::Env::Real(), folder_.Path("tail"), {source_}, &sink_);
    ASSERT_TRUE(tailer.ok()) << tailer.status().ToString();
    tailer_ = std::move(*tailer);
  }
  void Append(const std::string& name, std::string_view text) {
    auto file = Files().OpenForAppend(Path(name));
    ASSERT_TRUE(file.ok() && (*file)->Append(text).ok());
  }
  void Rename(const std::string& from, const std::string& to) {
    ASSERT_TRUE(Files().Rename(Path(from), Path(to)).ok());
  }
  void Copy(const std::string& from, const std::string& to) {
    const auto text = Files().ReadFile(Path(from));
    ASSERT_TRUE(text.ok());
    Append(to, *text);
  }
  void Truncate(const std::string& name) {
    auto file = Files().OpenForAppend(Path(name));
    ASSERT_TRUE(file.ok() && (*file)->Truncate(0).ok());
  }

  const base::TempFolder folder_{"tail"};
  TailSource source_;
  CapturedTail sink_;
  std::unique_ptr<Tailer> tailer_;
};

}  // namespace sb::collect
