// SPDX-License-Identifier: Apache-2.0
#include "wire/syslog/syslog_message.h"

#include <gtest/gtest.h>

namespace sb::wire {
namespace {

constexpr int64_t kNow = 1763632800000000000;  // 2025-11-20T10:00:00Z

SyslogMessage Parse(std::string_view text) {
  SyslogMessage message;
  ParseSyslog(text, kNow, &message);
  return message;
}

std::string Frames(std::initializer_list<std::string_view> pieces, size_t max = 100) {
  SyslogFramer framer(max);
  std::string out;
  const auto sink = [&out](std::string_view message) { out.append(message).append("|"); };
  for (const std::string_view piece : pieces) {
    framer.Feed(piece, sink);
  }
  framer.Finish(sink);
  return out;
}

TEST(SyslogMessageTest, Rfc5424) {
  const SyslogMessage m = Parse(
      "<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog 42 ID47 "
      "[exampleSDID@32473 iut=\"3\" eventSource=\"App\\\"li\\]\"][x y=\"z\"] "
      "\xEF\xBB\xBF"
      "An application event");
  EXPECT_EQ(SyslogFacilityName(m.facility), "local4");
  EXPECT_EQ(SyslogSeverityName(m.severity), "notice");
  EXPECT_EQ(m.time_ns, 1065910455003000000);
  EXPECT_EQ(m.host, "mymachine.example.com");
  EXPECT_EQ(m.app, "evntslog");
  EXPECT_EQ(m.process_id, "42");
  EXPECT_EQ(m.message_id, "ID47");
  ASSERT_EQ(m.parameters.size(), 3U);
  EXPECT_EQ(m.parameters[1].value, "App\"li]");
  EXPECT_EQ(m.parameters[2].id, "x");
  EXPECT_EQ(m.text, "An application event");
}

TEST(SyslogMessageTest, Rfc5424WithNothing) {
  const SyslogMessage m = Parse("<14>1 - - - - - -");
  EXPECT_FALSE(m.has_time);
  EXPECT_EQ(m.host, "");
  EXPECT_EQ(m.text, "");
}

TEST(SyslogMessageTest, Rfc3164) {
  const SyslogMessage m = Parse("<34>Oct 11 22:14:15 mymachine su[77]: 'su root' failed\n");
  EXPECT_EQ(SyslogFacilityName(m.facility), "auth");
  EXPECT_EQ(m.host, "mymachine");
  EXPECT_EQ(m.app, "su");
  EXPECT_EQ(m.process_id, "77");
  EXPECT_EQ(m.text, "'su root' failed");
  EXPECT_EQ(m.time_ns, 1760220855000000000);                                    // of 2025
  EXPECT_EQ(Parse("<34>Jan  1 00:00:00 h a: x").time_ns, 1767225600000000000);  // the next one
}

TEST(SyslogMessageTest, TakesWhatDevicesReallySend) {
  EXPECT_EQ(Parse("<13>just text").text, "just text");
  EXPECT_EQ(Parse("no priority").text, "no priority");
  EXPECT_EQ(Parse("no priority").severity, -1);
  EXPECT_EQ(Parse("<999>x").text, "<999>x");
  EXPECT_EQ(Parse("").text, "");
  EXPECT_EQ(Parse("<13>2025-11-20T10:00:00+01:00 host app: x").host, "host");
  EXPECT_EQ(Parse("<13>Nov 20 10:00:00 app: x").app, "app");
  EXPECT_EQ(Parse("<13>1 2025-11-20T10:00:00Z h a - - [broken msg").text, "[broken msg");
}

TEST(SyslogFramerTest, CountsOctetsOrReadsLines) {
  EXPECT_EQ(Frames({"5 <1>ab7 <1>a\nbc", "<1>line\n<1>more"}), "<1>ab|<1>a\nbc|<1>line|<1>more|");
  EXPECT_EQ(Frames({"1", "0 ", "<1>3", "456789"}), "<1>3456789|");
  EXPECT_EQ(Frames({"12 steps\n<1>x\n"}), "12 steps|<1>x|");
  EXPECT_EQ(Frames({"\n\n", "<1>x\n"}), "<1>x|");
  EXPECT_EQ(Frames({"0 x\n"}), "0 x|");
  EXPECT_EQ(Frames({"999999999999 x\n"}), "999999999999 x|");
}

TEST(SyslogFramerTest, CutsAnEndlessStream) {
  EXPECT_EQ(Frames({"aaaaaaaaaaaa", "aaaaaaaaaaaaa"}, 10), "aaaaaaaaaa|aaaaaaaaaa|aaaaa|");
}

}  // namespace
}  // namespace sb::wire
