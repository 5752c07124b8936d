// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/log_time.h"

#include <gtest/gtest.h>

namespace sb::ingest {
namespace {

TEST(LogTimeTest, ReadsIsoAndNumbersOfEveryUnit) {
  const struct {
    std::string_view text;
    int64_t ns;
  } cases[] = {
      {"2025-11-20T10:00:00.5Z", 1763632800500000000}, {"1763632800", 1763632800000000000},
      {"1763632800.5", 1763632800500000000},           {"1763632800500", 1763632800500000000},
      {"1763632800500000", 1763632800500000000},       {"1763632800500000001", 1763632800500000001},
  };
  for (const auto& c : cases) {
    int64_t ns = 0;
    EXPECT_TRUE(ParseLogTime(c.text, &ns)) << c.text;
    EXPECT_EQ(ns, c.ns) << c.text;
  }
}

TEST(LogTimeTest, RefusesEverythingElse) {
  for (const std::string_view text : {"", "now", "12:00", "1e400", "nan", "20 Nov 2025", "1,5"}) {
    int64_t ns = 0;
    EXPECT_FALSE(ParseLogTime(text, &ns)) << text;
  }
}

}  // namespace
}  // namespace sb::ingest
