// SPDX-License-Identifier: Apache-2.0
#include "net/websocket_codec.h"

#include <gtest/gtest.h>

#include <string>

namespace sb::net {
namespace {

// A masked client frame.
std::string ClientFrame(int first_byte, std::string_view payload) {
  std::string frame(1, static_cast<char>(first_byte));
  if (payload.size() < 126) {
    frame.push_back(static_cast<char>(0x80 | payload.size()));
  } else {
    frame.push_back(static_cast<char>(0x80 | 126));
    frame.push_back(static_cast<char>(payload.size() >> 8));
    frame.push_back(static_cast<char>(payload.size() & 255));
  }
  const std::string mask = "\x12\x34\x56\x78";
  frame += mask;
  for (size_t i = 0; i < payload.size(); ++i) {
    frame.push_back(static_cast<char>(payload[i] ^ mask[i % 4]));
  }
  return frame;
}

std::string ReadEvents(std::string_view bytes, size_t piece, size_t max = 1'000) {
  WebSocketReader reader(max);
  std::string log;
  while (!bytes.empty()) {
    std::string_view part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    WebSocketReader::Event event;
    WebSocketReader::Outcome outcome = WebSocketReader::Outcome::kEvent;
    while (outcome == WebSocketReader::Outcome::kEvent) {
      outcome = reader.Next(part, &event);
      if (outcome == WebSocketReader::Outcome::kEvent) {
        log += std::to_string(static_cast<int>(event.opcode)) + ":" + event.payload + " ";
      }
    }
    if (outcome == WebSocketReader::Outcome::kError) {
      return log + "error " + std::to_string(reader.error_code());
    }
  }
  return log;
}

TEST(WebSocketCodecTest, AcceptKeyIsTheOneOfTheRfc) {
  EXPECT_EQ(WebSocketAcceptKey("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_TRUE(IsWebSocketKey("dGhlIHNhbXBsZSBub25jZQ=="));
  EXPECT_FALSE(IsWebSocketKey("short"));
}

TEST(WebSocketReaderTest, JoinsFragmentsAroundControlFrames) {
  const std::string bytes = ClientFrame(0x01, "he") + ClientFrame(0x89, "ping") +
                            ClientFrame(0x00, "l") + ClientFrame(0x80, "lo") +
                            ClientFrame(0x82, std::string(300, 'b'));
  for (const size_t piece : {1, 2, 7, 1'000}) {
    EXPECT_EQ(ReadEvents(bytes, piece), "9:ping 1:hello 2:" + std::string(300, 'b') + " ");
  }
}

TEST(WebSocketReaderTest, RefusesWhatTheRfcForbids) {
  EXPECT_EQ(ReadEvents(std::string("\x81\x01x", 3), 9), "error 1002");  // not masked
  EXPECT_EQ(ReadEvents(ClientFrame(0xc1, "x"), 9), "error 1002");       // reserved bit
  EXPECT_EQ(ReadEvents(ClientFrame(0x83, "x"), 9), "error 1002");       // opcode
  EXPECT_EQ(ReadEvents(ClientFrame(0x09, "x"), 9), "error 1002");       // fragmented ping
  EXPECT_EQ(ReadEvents(ClientFrame(0x89, std::string(126, 'x')), 9), "error 1002");
  EXPECT_EQ(ReadEvents(ClientFrame(0x80, "x"), 9), "error 1002");  // no message
  EXPECT_EQ(ReadEvents(ClientFrame(0x01, "x") + ClientFrame(0x81, "y"), 9), "error 1002");
  EXPECT_EQ(ReadEvents(ClientFrame(0x81, "\xc0\x80"), 9), "error 1007");  // overlong
  EXPECT_EQ(ReadEvents(ClientFrame(0x82, std::string(1'001, 'x')), 9), "error 1009");
  EXPECT_EQ(
      ReadEvents(
          ClientFrame(0x02, std::string(600, 'x')) + ClientFrame(0x80, std::string(600, 'x')), 9),
      "error 1009");
  // A length of 2^63 is refused before a byte of it is stored.
  EXPECT_EQ(ReadEvents(std::string("\x82\xff\x80\0\0\0\0\0\0\0mask", 14), 9), "error 1009");
}

TEST(WebSocketCodecTest, KnowsUtf8AndCloseCodes) {
  EXPECT_TRUE(IsUtf8("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"));
  for (const char* bad : {"\x80", "\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe0\x80\x80"}) {
    EXPECT_FALSE(IsUtf8(bad));
  }
  EXPECT_TRUE(IsValidCloseCode(1000));
  EXPECT_TRUE(IsValidCloseCode(4999));
  for (const uint16_t code : {uint16_t{0}, uint16_t{1004}, uint16_t{1005}, uint16_t{1006},
                              uint16_t{1015}, uint16_t{2999}, uint16_t{5000}}) {
    EXPECT_FALSE(IsValidCloseCode(code)) << code;
  }
}

TEST(WebSocketCodecTest, CutsCloseReasonsBetweenCharacters) {
  std::string reason;
  for (int i = 0; i < 100; ++i) {
    reason += "\xc3\xa9";
  }
  const std::string frame = EncodeWebSocketClose(1000, reason);
  ASSERT_LE(frame.size(), 127U);
  EXPECT_TRUE(IsUtf8(frame.substr(4)));
}

TEST(WebSocketCodecTest, EncodesAllThreeLengths) {
  EXPECT_EQ(EncodeWebSocketFrame(WebSocketOpcode::kText, "hi"), "\x81\x02hi");
  EXPECT_EQ(EncodeWebSocketFrame(WebSocketOpcode::kBinary, std::string(200, 'x')).substr(0, 4),
            std::string("\x82\x7e\x00\xc8", 4));
  EXPECT_EQ(EncodeWebSocketFrame(WebSocketOpcode::kBinary, std::string(70'000, 'x')).substr(0, 10),
            std::string("\x82\x7f\x00\x00\x00\x00\x00\x01\x11\x70", 10));
}

}  // namespace
}  // namespace sb::net
