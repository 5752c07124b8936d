// SPDX-License-Identifier: Apache-2.0
#include "collect/probe/dns_message.h"

#include <gtest/gtest.h>

namespace sb::probe {
namespace {

// A header with one question for "a.b" and what follows.
std::string Message(const std::string& counts, const std::string& records) {
  return std::string("\x12\x34\x80\0\0\1", 6) + counts +
         std::string("\1a\1b\0\0\1\0\1", 9) + records;
}

std::string Record(const std::string& type, const std::string& data) {
  return std::string("\xC0\x0C", 2) + type + std::string("\0\1\0\0\1\0", 6) +
         std::string{'\0', static_cast<char>(data.size())} + data;
}

TEST(DnsMessageTest, QuestionsAreWrittenAsTheProtocolHasThem) {
  const auto query = DnsQuery(0x1234, "a.b.", "MX", "IN", true);
  ASSERT_TRUE(query.ok());
  EXPECT_EQ(*query, std::string("\x12\x34\1\0\0\1\0\0\0\0\0\0\1a\1b\0\0\x0F\0\1", 21));
  EXPECT_TRUE(DnsQuery(1, ".", "TYPE65280", "CH", false).ok());
  EXPECT_FALSE(DnsQuery(1, "a..b", "A", "IN", true).ok());
  EXPECT_FALSE(DnsQuery(1, std::string(64, 'x'), "A", "IN", true).ok());
  EXPECT_FALSE(DnsQuery(1, "a", "NOPE", "IN", true).ok());
}

TEST(DnsMessageTest, RecordsAreTextOfZoneFiles) {
  const std::string records =
      Record(std::string("\0\1", 2), std::string("\x0A\0\0\1", 4)) +
      Record(std::string("\0\x0F", 2), std::string("\0\x0A\4mail\xC0\x0E", 9)) +
      Record(std::string("\0\x10", 2), std::string("\3v=1\2\"x", 7)) +
      Record(std::string("\0\x06", 2),
             std::string("\xC0\x0C\xC0\x0E\0\0\0\7\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4", 24)) +
      Record(std::string("\xFF\1", 2), "ab");
  const auto reply = ParseDnsReply(Message(std::string("\0\5\0\0\0\0", 6), records));
  ASSERT_TRUE(reply.ok()) << reply.status().ToString();
  EXPECT_EQ(reply->id, 0x1234);
  EXPECT_EQ(reply->rcode, "NOERROR");
  ASSERT_EQ(reply->answers.size(), 5u);
  EXPECT_EQ(reply->answers[0].text, "a.b.\t256\tIN\tA\t10.0.0.1");
  EXPECT_EQ(reply->answers[1].text, "a.b.\t256\tIN\tMX\t10 mail.b.");
  EXPECT_EQ(reply->answers[2].text, "a.b.\t256\tIN\tTXT\t\"v=1\" \"\\\"x\"");
  EXPECT_EQ(reply->answers[3].text, "a.b.\t256\tIN\tSOA\ta.b. b. 7 1 2 3 4");
  EXPECT_EQ(reply->answers[3].serial, 7u);
  EXPECT_EQ(reply->answers[4].text, "a.b.\t256\tIN\tTYPE65281\t\\# 2 6162");
}

TEST(DnsMessageTest, BrokenRepliesAreRefused) {
  const std::string whole = Message(std::string("\0\1\0\0\0\0", 6),
                                    Record(std::string("\0\1", 2), std::string(4, 'x')));
  ASSERT_TRUE(ParseDnsReply(whole).ok());
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ParseDnsReply(std::string_view(whole).substr(0, size)).ok()) << size;
  }
  // A name that points at itself ends.
  EXPECT_FALSE(ParseDnsReply(std::string("\0\0\x80\0\0\1\0\0\0\0\0\0\xC0\x0C\0\1\0\1", 18)).ok());
  // A question is no reply.
  EXPECT_FALSE(ParseDnsReply(*DnsQuery(1, "a", "A", "IN", true)).ok());
}

}  // namespace
}  // namespace sb::probe
