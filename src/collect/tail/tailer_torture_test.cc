// SPDX-License-Identifier: Apache-2.0
//
// Files are written, rotated by rename, copied and truncated, removed and made anew, while the
// tailer is killed at the worst moments and the store refuses. Every line arrives exactly once, on
// a real file system, whose inodes are used again.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>

#include "collect/tail/testing/tail_on_disk.h"

namespace sb::collect {
namespace {

class Torture : private TailOnDisk {
 public:
  explicit Torture(unsigned seed) : random_(seed) {
    source_.line_bytes_max = 4096;
    sink_.behaviour = [this] { return Behave(); };
    Open();
  }

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
  unsigned Below(unsigned n) { return static_cast<unsigned>(random_() % n); }
  std::string Rotated(const std::string& name) { return name + "." + std::to_string(++rotations_); }
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

  void Poll() {
    tailer_->Poll();
    if (must_die_) {
      must_die_ = false;
      ++kills_;
      Open();
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

  void Write(const std::string& name) {
    auto file = Files().OpenForAppend(Path(name));
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
    const std::string name = std::to_string(Below(4)) + ".log";
    switch (Below(12)) {
      case 0:  // rotated by rename, out of sight, whatever was read of it; and made anew
        if (Files().Exists(Path(name))) {
          Rename(name, Rotated(name));
          Append(name, "");
        }
        break;
      case 1:  // copied and truncated
        if (const auto info = Files().Stat(Path(name)); info.ok() && info->size_bytes > 0) {
          Copy(name, Rotated(name));
          if (Below(3) == 0) {
            Poll();
          }
          Truncate(name);
        }
        break;
      case 2:  // removed while held open: its inode is free as soon as it is closed
        Drain();
        (void)Files().Remove(Path(name));
        Poll();
        break;
      case 3:
        Open();
        break;
      case 4:
      case 5:
        Poll();
        break;
      default:
        Write(name);
    }
  }

  std::mt19937 random_;
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
