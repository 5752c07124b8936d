// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace sb::base {
namespace {

class LogTest : public testing::Test {
 protected:
  ~LogTest() override { ConfigureLog({}); }
  void Capture(LogLevel level, LogFormat format) {
    ConfigureLog({level, format, [this](std::string_view line) { lines_.emplace_back(line); }});
  }
  // The line without its time.
  std::string Line(size_t i) const {
    const std::string& line = lines_.at(i);
    return line.starts_with("{\"time\"") ? "{" + line.substr(35) : line.substr(25);
  }
  std::vector<std::string> lines_;
};

TEST_F(LogTest, ConsoleLineHasLevelMessageAndFields) {
  Capture(LogLevel::kInfo, LogFormat::kConsole);
  SB_LOG(kInfo, "block cut", {"samples", 12}, {"ok", true}, {"path", "a b"}, {"ratio", 0.5});
  ASSERT_EQ(lines_.size(), 1u);
  EXPECT_EQ(Line(0), "INFO  block cut samples=12 ok=true path=\"a b\" ratio=0.5\n");
}

TEST_F(LogTest, JsonLineEscapesHostileInput) {
  Capture(LogLevel::kInfo, LogFormat::kJson);
  SB_LOG(kError, "bad", {"label", std::string("x\"\n\x01\\")}, {"n", ~0ULL},
         {"inf", std::numeric_limits<double>::infinity()});
  ASSERT_EQ(lines_.size(), 1u);
  EXPECT_EQ(Line(0),
            "{\"level\":\"error\",\"msg\":\"bad\",\"label\":\"x\\\"\\n\\u0001\\\\\","
            "\"n\":18446744073709551615,\"inf\":null}\n");
}

TEST_F(LogTest, FieldsBelowTheLevelAreNotEvaluated) {
  Capture(LogLevel::kWarn, LogFormat::kConsole);
  int evaluated = 0;
  SB_LOG(kInfo, "hidden", {"n", ++evaluated});
  SB_LOG(kWarn, "shown");
  EXPECT_EQ(evaluated, 0);
  ASSERT_EQ(lines_.size(), 1u);
  EXPECT_EQ(Line(0), "WARN  shown\n");
}

TEST_F(LogTest, HugeValuesAreCut) {
  Capture(LogLevel::kInfo, LogFormat::kConsole);
  SB_LOG(kInfo, "big", {"v", std::string(1 << 20, 'x')});
  EXPECT_LE(lines_.at(0).size(), 17u * 1024);
}

TEST_F(LogTest, LimiterCountsWhatItHeldBack) {
  LogLimiter limiter(10);
  uint64_t suppressed = 99;
  EXPECT_TRUE(limiter.AllowAt(1, &suppressed));
  EXPECT_EQ(suppressed, 0u);
  EXPECT_FALSE(limiter.AllowAt(2, &suppressed));
  EXPECT_FALSE(limiter.AllowAt(9'999'999'999, &suppressed));
  EXPECT_TRUE(limiter.AllowAt(10'000'000'001, &suppressed));
  EXPECT_EQ(suppressed, 2u);
}

TEST_F(LogTest, EveryWritesOneLineOfMany) {
  Capture(LogLevel::kInfo, LogFormat::kConsole);
  for (int i = 0; i < 100; ++i) {
    SB_LOG_EVERY(3600, kInfo, "refused", {"i", i});
  }
  ASSERT_EQ(lines_.size(), 1u);
  EXPECT_EQ(Line(0), "INFO  refused i=0 suppressed=0\n");
}

TEST_F(LogTest, LevelNamesRoundTrip) {
  for (const LogLevel level :
       {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarn, LogLevel::kError, LogLevel::kOff}) {
    LogLevel parsed = LogLevel::kDebug;
    EXPECT_TRUE(ParseLogLevel(LogLevelName(level), &parsed));
    EXPECT_EQ(parsed, level);
  }
  LogLevel unused = LogLevel::kInfo;
  EXPECT_FALSE(ParseLogLevel("loud", &unused));
}

}  // namespace
}  // namespace sb::base
