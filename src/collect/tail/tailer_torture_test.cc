// SPDX-License-Identifier: Apache-2.0
//
// Files are written, rotated by rename, copied and truncated, removed and made anew, while the
// tailer is killed at the worst moments and the store refuses. Every line arrives exactly once, on
// a real file system, whose inodes are used again.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdio>
#include <map>
#include <random>

#include "base/env.h"
#include "collect/tail/tailer.h"
#include "collect/tail/testing/captured_tail.h"

namespace sb::collect {
namespace {

class Torture {
 public:
  explicit Torture(unsigned seed) : random_(seed) {
    char name[] = "/tmp/sb_tail_XXXXXX";
    folder_ = mkdtemp(name);
    source_.paths = {folder_ + "/log/*.log"};
    source_.flush_after = base::DurationMs(0);
    source_.close_after = base::DurationMs(0);
    source_.line_bytes_max = 4096;
    EXPECT_TRUE(Files().CreateFolders(folder_ + "/log").ok());
    sink_.behaviour = [this] { return Behave(); };
    Restart();
  }
  ~Torture() { (void)Files().RemoveAll(folder_); }

  void Run(int steps) {
    for (int i = 0; i < steps; ++i) {
      Step();
    }
    is_calm_ = true;
    Drain();
    std::map<std::string, int> seen;
    for (const std::string& text : sink_.Texts()) {
      ++seen[text];
    }
    for (int n = 0; n < lines_; ++n) {
      EXPECT_EQ(seen[TextOf(n)], 1) << TextOf(n).substr(0, 80);
    }
    EXPECT_EQ(seen.size(), static_cast<size_t>(lines_));
  }
  int kills() const { return kills_; }
  int lines() const { return lines_; }
  int rotations() const { return rotations_; }

 private:
  base::FileSystem& Files() { return base::Env::Real().files(); }
  unsigned Below(unsigned n) { return static_cast<unsigned>(random_() % n); }
  std::string Path(unsigned i) { return folder_ + "/log/" + std::to_string(i) + ".log"; }
  std::string Rotated(const std::string& path) {
    return path + "." + std::to_string(++rotations_);
  }
  static std::string TextOf(int n) {
    return "line " + std::to_string(n) + std::string(static_cast<size_t>(n % 300), 'x');
  }

  CapturedTail::Behaviour Behave() {
    if (is_calm_) {
      return CapturedTail::Behaviour::kTake;
    }
    const unsigned roll = Below(20);
    must_die_ = roll == 0;
    return roll == 0   ? CapturedTail::Behaviour::kTakeAndFail
           : roll == 1 ? CapturedTail::Behaviour::kRefuse
                       : CapturedTail::Behaviour::kTake;
  }

  void Restart() {
    tailer_.reset();
    auto tailer = Tailer::Open(base::Env::Real(), folder_ + "/tail", {source_}, &sink_);
    ASSERT_TRUE(tailer.ok()) << tailer.status().ToString();
    tailer_ = std::move(*tailer);
  }

  void Poll() {
    tailer_->Poll();
    if (must_die_) {
      must_die_ = false;
      ++kills_;
      Restart();
    }
  }

  void Drain() {
    const bool was_calm = is_calm_;
    is_calm_ = true;
    for (int i = 0; i < 5; ++i) {
      tailer_->Poll();
    }
    is_calm_ = was_calm;
  }

  void Write(const std::string& path) {
    auto file = Files().OpenForAppend(path);
    ASSERT_TRUE(file.ok());
    for (unsigned i = Below(30); i > 0; --i) {
      const std::string line = TextOf(lines_++) + "\n";
      const size_t cut = Below(static_cast<unsigned>(line.size()));
      ASSERT_TRUE((*file)->Append(std::string_view(line).substr(0, cut)).ok());
      if (Below(10) == 0) {
        Poll();
      }
      ASSERT_TRUE((*file)->Append(std::string_view(line).substr(cut)).ok());
    }
  }

  void Step() {
    const std::string path = Path(Below(4));
    switch (Below(12)) {
      case 0:  // rotated by rename, out of sight, whatever was read of it; and made anew
        if (Files().Exists(path)) {
          ASSERT_TRUE(Files().Rename(path, Rotated(path)).ok());
          ASSERT_TRUE(Files().OpenForAppend(path).ok());
        }
        break;
      case 1:  // copied and truncated
        if (const auto text = Files().ReadFile(path); text.ok() && !text->empty()) {
          auto copy = Files().Create(Rotated(path));
          ASSERT_TRUE(copy.ok() && (*copy)->Append(*text).ok());
          if (Below(3) == 0) {
            Poll();
          }
          auto file = Files().OpenForAppend(path);
          ASSERT_TRUE(file.ok() && (*file)->Truncate(0).ok());
        }
        break;
      case 2:  // removed while held open: its inode is free as soon as it is closed
        Drain();
        (void)Files().Remove(path);
        Poll();
        break;
      case 3:
        Restart();
        break;
      case 4:
      case 5:
        Poll();
        break;
      default:
        Write(path);
    }
  }

  std::mt19937 random_;
  std::string folder_;
  TailSource source_;
  CapturedTail sink_;
  std::unique_ptr<Tailer> tailer_;
  bool is_calm_ = false;
  bool must_die_ = false;
  int lines_ = 0;
  int kills_ = 0;
  int rotations_ = 0;
};

// SIGNALBOX_SEED and SIGNALBOX_TORTURE_RUNS: other seeds, from that one on.
unsigned Number(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

TEST(TailerTortureTest, EveryLineArrivesOnce) {
  const unsigned first = Number("SIGNALBOX_SEED", 1);
  for (unsigned seed = first; seed < first + Number("SIGNALBOX_TORTURE_RUNS", 4); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Torture torture(seed);
    torture.Run(250);
    std::printf("seed %u: %d lines, %d rotations, %d kills\n", seed, torture.lines(),
                torture.rotations(), torture.kills());
  }
}

}  // namespace
}  // namespace sb::collect
