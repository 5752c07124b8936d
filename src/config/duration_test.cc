// SPDX-License-Identifier: Apache-2.0
#include "config/duration.h"

#include <gtest/gtest.h>

namespace sb::config {
namespace {

TEST(DurationTest, ReadsUnitsInOrder) {
  const std::pair<const char*, int64_t> cases[] = {
      {"0", 0},
      {"0w", 0},
      {"100ms", 100},
      {"15s", 15'000},
      {"1h30m", 5'400'000},
      {"1d12h", 129'600'000},
      {"2w", 1'209'600'000},
      {"1y", 31'536'000'000},
      {"3d4h5m6s7ms", 273'906'007},
  };
  for (const auto& [text, ms] : cases) {
    const auto duration = ParseDuration(text);
    ASSERT_TRUE(duration.ok()) << text << ": " << duration.status().ToString();
    EXPECT_EQ(duration->Value(), ms) << text;
  }
}

TEST(DurationTest, RefusesSignsFractionsAndDisorder) {
  EXPECT_EQ(ParseDuration("").status().message(), "empty duration string");
  for (const char* text : {"-1h", "1", "1.5h", "5m1h", "1h1h", "1H", " 1h", "1h ", "h", "1hm"}) {
    const auto duration = ParseDuration(text);
    ASSERT_FALSE(duration.ok()) << text;
    EXPECT_EQ(duration.status().message(),
              "not a valid duration string: \"" + std::string(text) + "\"");
  }
  EXPECT_EQ(ParseDuration("293y").status().message(), "duration out of range");
  EXPECT_EQ(ParseDuration("99999999999999999999999999ms").status().message(),
            "duration out of range");
}

TEST(DurationTest, PrintsTheShortestForm) {
  const std::pair<int64_t, const char*> cases[] = {
      {0, "0s"},
      {100, "100ms"},
      {60'000, "1m"},
      {90'000, "1m30s"},
      {604'800'000, "1w"},
      {691'200'000, "8d"},
      {5'400'000, "1h30m"},
      {31'536'000'000, "1y"},
      {1'500, "1s500ms"},
      {86'400'000 * 30LL, "30d"},
  };
  for (const auto& [ms, text] : cases) {
    EXPECT_EQ(FormatDuration(base::DurationMs(ms)), text);
    EXPECT_EQ(ParseDuration(text).value().Value(), ms);
  }
}

}  // namespace
}  // namespace sb::config
