// SPDX-License-Identifier: Apache-2.0
#include "collect/tail/line_assembler.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

namespace sb::collect {
namespace {

// Feeds a file line by line; what comes out, joined by '|'.
class Feeder {
 public:
  explicit Feeder(LineFormat format, const MultilineRule* rule = nullptr, size_t max = 1000)
      : assembler(format, rule, max) {}
  void Feed(std::string_view line) {
    assembler.Feed(line, offset, offset + line.size() + 1);
    offset += line.size() + 1;
  }
  std::string Take() {
    std::string out;
    for (const TailLine& line : assembler.TakeClean()) {
      out += line.text + "|";
    }
    return out;
  }
  LineAssembler assembler;
  uint64_t offset = 0;
};

TEST(LineAssemblerTest, JoinsCriParts) {
  Feeder feeder(LineFormat::kAuto);
  feeder.Feed("2025-11-20T10:00:00Z stdout P one ");
  feeder.Feed("2025-11-20T10:00:01Z stderr F between");
  EXPECT_EQ(feeder.assembler.clean_offset(), 0U);
  EXPECT_EQ(feeder.Take(), "");
  feeder.Feed("2025-11-20T10:00:02Z stdout F two");
  const std::vector<TailLine> lines = feeder.assembler.TakeClean();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].text, "between");
  EXPECT_EQ(lines[1].text, "one two");
  EXPECT_EQ(lines[1].parts, 2U);
  EXPECT_EQ(lines[1].time_ns, 1763632800000000000);
  EXPECT_EQ(lines[0].stream, OutputStream::kStderr);
}

TEST(LineAssemblerTest, ReadsDockerJson) {
  Feeder feeder(LineFormat::kAuto);
  feeder.Feed(R"({"log":"first \"part\" ","stream":"stdout","time":"2025-11-20T10:00:00.5Z"})");
  feeder.Feed(R"({"log":"and rest\n","stream":"stdout","time":"2025-11-20T10:00:01Z"})");
  feeder.Feed("broken {");
  EXPECT_EQ(feeder.Take(), "first \"part\" and rest|broken {|");
}

TEST(LineAssemblerTest, KeepsJsonThatIsNotDockers) {
  Feeder feeder(LineFormat::kAuto);
  feeder.Feed(R"({"level":"info","log":"x"})");
  EXPECT_EQ(feeder.Take(), R"({"level":"info","log":"x"}|)");
}

TEST(LineAssemblerTest, JoinsMultilineRecords) {
  MultilineRule rule;
  rule.start = std::make_shared<re2::RE2>(R"(^\[)");
  rule.lines_max = 3;
  Feeder feeder(LineFormat::kRaw, &rule);
  for (const char* line : {"[1] boom", "  at a", "  at b", "  at c", "[2] next"}) {
    feeder.Feed(line);
  }
  EXPECT_EQ(feeder.Take(), "[1] boom\n  at a\n  at b|  at c|");
  EXPECT_EQ(feeder.assembler.clean_offset(), feeder.offset - 9);
  feeder.assembler.Flush();
  EXPECT_EQ(feeder.Take(), "[2] next|");
  EXPECT_EQ(feeder.assembler.clean_offset(), feeder.offset);
}

TEST(LineAssemblerTest, BoundsEndlessPartialLines) {
  Feeder feeder(LineFormat::kCri, nullptr, 10);
  for (int i = 0; i < 5; ++i) {
    feeder.Feed("2025-11-20T10:00:00Z stdout P abcdef");
  }
  EXPECT_EQ(feeder.Take(), "abcdefabcdef|abcdefabcdef|");
  EXPECT_TRUE(feeder.assembler.HasPending());
}

TEST(LineAssemblerTest, CriLineForms) {
  int64_t time = 0;
  OutputStream stream = OutputStream::kNone;
  bool partial = false;
  std::string_view text;
  EXPECT_TRUE(ReadCriLine("2025-11-20T10:00:00.1Z stdout F", &time, &stream, &partial, &text));
  EXPECT_EQ(text, "");
  EXPECT_TRUE(ReadCriLine("2025-11-20T10:00:00Z stderr P:x y z", &time, &stream, &partial, &text));
  EXPECT_EQ(text, "y z");
  EXPECT_TRUE(partial);
  for (const char* line :
       {"", "x stdout F y", "2025-11-20T10:00:00Z", "2025-11-20T10:00:00Z out F x",
        "2025-11-20T10:00:00Z stdout X x", "2025-11-20T10:00:00Z stdout"}) {
    EXPECT_FALSE(ReadCriLine(line, &time, &stream, &partial, &text)) << line;
  }
}

}  // namespace
}  // namespace sb::collect
