// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/log_level.h"

#include <gtest/gtest.h>

namespace sb::ingest {
namespace {

TEST(LogLevelTest, NormalizesSpellings) {
  EXPECT_EQ(NormalizeLogLevel("WARNING"), LogLevel::kWarn);
  EXPECT_EQ(NormalizeLogLevel("Err"), LogLevel::kError);
  EXPECT_EQ(NormalizeLogLevel("inFO"), LogLevel::kInfo);
  EXPECT_EQ(NormalizeLogLevel("50"), LogLevel::kError);
  EXPECT_EQ(NormalizeLogLevel("NA"), LogLevel::kUnknown);
  EXPECT_EQ(NormalizeLogLevel(""), LogLevel::kUnknown);
}

TEST(LogLevelTest, FindsWordsThatStandAlone) {
  EXPECT_EQ(FindLevelWord("disk error on sda"), LogLevel::kError);
  EXPECT_EQ(FindLevelWord("info first, error later"), LogLevel::kInfo);
  EXPECT_EQ(FindLevelWord("it was an error."), LogLevel::kError);
  EXPECT_EQ(FindLevelWord("open error.log"), LogLevel::kUnknown);
  EXPECT_EQ(FindLevelWord("terror error_code misc:error /error/ errors"), LogLevel::kUnknown);
}

TEST(LogLevelTest, KnowsSeverityNumbers) {
  EXPECT_EQ(LevelOfSeverity(1), LogLevel::kTrace);
  EXPECT_EQ(LevelOfSeverity(7), LogLevel::kDebug);
  EXPECT_EQ(LevelOfSeverity(24), LogLevel::kFatal);
  EXPECT_EQ(LevelOfSeverity(0), LogLevel::kUnknown);
  EXPECT_EQ(LevelOfSeverity(25), LogLevel::kUnknown);
}

}  // namespace
}  // namespace sb::ingest
