// SPDX-License-Identifier: Apache-2.0
#include "encoding/iso_time.h"

#include <gtest/gtest.h>

namespace sb::encoding {
namespace {

TEST(IsoTimeTest, ReadsUsualForms) {
  const struct {
    std::string_view text;
    int64_t ns;
  } cases[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"2025-11-20T10:00:00.724313940+00:00", 1763632800724313940},
      {"2025-11-20T11:00:00.724313940+01:00", 1763632800724313940},
      {"2025-11-20 10:00:00,7Z", 1763632800700000000},
      {"2025-11-20T10:00", 1763632800000000000},
      {"2025-11-20T10:00:00.1234567891234-0000", 1763632800123456789},
      {"2000-02-29T23:59:60Z", 951868799000000000},
      {"1969-12-31T23:59:59.5Z", -500000000},
  };
  for (const auto& c : cases) {
    int64_t ns = 0;
    EXPECT_TRUE(ParseIsoTime(c.text, &ns)) << c.text;
    EXPECT_EQ(ns, c.ns) << c.text;
  }
}

TEST(IsoTimeTest, RefusesWhatIsNoTime) {
  for (const std::string_view text :
       {"", "2025", "2025-11-20", "2025-13-20T10:00:00Z", "2025-11-20T25:00:00Z",
        "2025-11-20T10:00:00Zx", "yesterday", "9999-01-01T00:00:00Z", "2025-11-20T10:00:00+1"}) {
    int64_t ns = 7;
    EXPECT_FALSE(ParseIsoTime(text, &ns)) << text;
    EXPECT_EQ(ns, 7) << text;
  }
}

TEST(IsoTimeTest, PrintsWhatItReads) {
  for (const int64_t ns : {int64_t{0}, int64_t{-1}, int64_t{1763632800724313940},
                           int64_t{951782400000000000}, int64_t{-9000000000000000000}}) {
    int64_t back = 1;
    ASSERT_TRUE(ParseIsoTime(FormatIsoTime(ns), &back)) << FormatIsoTime(ns);
    EXPECT_EQ(back, ns);
  }
  EXPECT_EQ(FormatIsoTimeMs(1763632800724), "2025-11-20T10:00:00.724Z");
}

}  // namespace
}  // namespace sb::encoding
