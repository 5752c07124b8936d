// SPDX-License-Identifier: Apache-2.0
#include "wire/graphite/graphite_line.h"

#include <gtest/gtest.h>

#include <string>

namespace sb::wire {
namespace {

TEST(GraphiteLineTest, ReadsPathsAndTags) {
  GraphiteLine line;
  ASSERT_TRUE(ReadGraphiteLine("servers.web1.cpu 12.5 1700000000\r", &line).ok());
  EXPECT_EQ(line.metric, "servers.web1.cpu");
  EXPECT_EQ(line.value, 12.5);
  EXPECT_EQ(line.time_ms, 1'700'000'000'000);
  ASSERT_TRUE(ReadGraphiteLine("disk;dc=a;rack=b=c\t-1e3  1.5", &line).ok());
  EXPECT_EQ(line.metric, "disk");
  ASSERT_EQ(line.tags.size(), 2U);
  EXPECT_EQ(line.tags[1].first, "rack");
  EXPECT_EQ(line.tags[1].second, "b=c");
  EXPECT_EQ(line.value, -1000);
  EXPECT_EQ(line.time_ms, 1500);
}

TEST(GraphiteLineTest, TheTimeMayBeLeftOut) {
  GraphiteLine line;
  for (const char* text : {"a 1", "a 1 -1"}) {
    ASSERT_TRUE(ReadGraphiteLine(text, &line).ok()) << text;
    EXPECT_FALSE(line.has_time) << text;
  }
}

TEST(GraphiteLineTest, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {{"a", "a line is"},
                                                       {"a b 1", "a number: b"},
                                                       {"a 1 x", "Unix seconds: x"},
                                                       {"a 1 1e99", "Unix seconds: 1e99"},
                                                       {"a 1 2 3", "behind the time: 3"},
                                                       {"a;b 1 2", "NAME=VALUE: b"},
                                                       {";b=c 1 2", "metric is missing"}};
  for (const auto& [text, message] : cases) {
    GraphiteLine line;
    const base::Status status = ReadGraphiteLine(text, &line);
    EXPECT_NE(std::string(status.message()).find(message), std::string::npos)
        << text << ": " << status.message();
  }
}

}  // namespace
}  // namespace sb::wire
