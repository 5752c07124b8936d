// SPDX-License-Identifier: Apache-2.0
#include "net/http1_parser.h"

#include <gtest/gtest.h>

#include <string>

namespace sb::net {
namespace {

struct Parsed {
  ParseState state = ParseState::kMore;
  Http1Head head;
  size_t used = 0;
  int status = 0;
};

Parsed ParseInPieces(std::string_view text, size_t piece, Http1Limits limits = {}) {
  Http1HeadParser parser(limits);
  Parsed parsed;
  while (parsed.used < text.size() && parsed.state == ParseState::kMore) {
    size_t used = 0;
    parsed.state = parser.Feed(text.substr(parsed.used, piece), &used);
    parsed.used += used;
  }
  parsed.status = parser.error_status();
  parsed.head = parser.TakeHead();
  return parsed;
}

TEST(Http1HeadParserTest, ParsesAlikeInPiecesOfAnySize) {
  const std::string text =
      "\r\nPOST /a%20b?x=1 HTTP/1.1\r\nHost: h:9\r\nContent-Length: 12\r\nX-Empty:\r\n"
      "X-Spaces: \t a b \t\r\nConnection: close\r\nExpect: 100-continue\r\n\r\nbody";
  for (size_t piece = 1; piece <= text.size(); ++piece) {
    const Parsed parsed = ParseInPieces(text, piece);
    ASSERT_EQ(parsed.state, ParseState::kDone) << piece;
    EXPECT_EQ(parsed.head.method, "POST");
    EXPECT_EQ(parsed.head.target, "/a%20b?x=1");
    EXPECT_EQ(parsed.head.host, "h:9");
    EXPECT_EQ(parsed.head.content_length, 12U);
    EXPECT_EQ(parsed.head.headers.Get("x-spaces"), "a b");
    EXPECT_TRUE(parsed.head.headers.Has("X-Empty"));
    EXPECT_FALSE(parsed.head.keep_alive);
    EXPECT_TRUE(parsed.head.expects_continue);
    EXPECT_EQ(text.substr(parsed.used), "body");
  }
}

TEST(Http1HeadParserTest, KnowsVersionsAndTargets) {
  EXPECT_FALSE(ParseInPieces("GET / HTTP/1.0\r\n\r\n", 99).head.keep_alive);
  EXPECT_TRUE(
      ParseInPieces("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", 99).head.keep_alive);
  const Parsed absolute =
      ParseInPieces("GET http://example.org:80/x?y HTTP/1.1\r\nHost: other\r\n\r\n", 99);
  EXPECT_EQ(absolute.head.target, "/x?y");
  EXPECT_EQ(absolute.head.host, "example.org:80");
  EXPECT_EQ(ParseInPieces("GET http://a?x HTTP/1.1\r\nHost: a\r\n\r\n", 99).head.target, "/?x");
  EXPECT_EQ(ParseInPieces("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 99).head.target, "*");
}

struct BadCase {
  const char* text;
  int status;
};

TEST(Http1HeadParserTest, RefusesWhatIsMalformedOrAmbiguous) {
  const BadCase cases[] = {
      {"GET / HTTP/1.1\nHost: a\n\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n: a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400},
      {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"GET / HTTQ/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /\r\n\r\n", 400},
      {"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"\x16\x03\x01", 400},
      {"\r\n\r\n\r\n\r\n\r\n\r\n", 400},
      {"P / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
      {"P / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"P / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400},
      {"P / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
      {"P / HTTP/1.1\r\nHost: a\r\nContent-Length: 1,1\r\n\r\n", 400},
      {"P / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n", 400},
      {"P / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400},
      {"P / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
      {"P / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"P / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", 501},
      {"P / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
       "chunked\r\n\r\n",
       400},
      {"P / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"P / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n", 417},
  };
  for (const BadCase& bad : cases) {
    for (const size_t piece : {size_t{1}, size_t{1'000}}) {
      const Parsed parsed = ParseInPieces(bad.text, piece);
      EXPECT_EQ(parsed.state, ParseState::kError) << bad.text;
      EXPECT_EQ(parsed.status, bad.status) << bad.text;
    }
  }
}

TEST(Http1HeadParserTest, BoundsLineHeadAndCount) {
  const Http1Limits limits{1'000, 10};
  const std::string line = "GET /" + std::string(2'000, 'a') + " HTTP/1.1\r\n";
  EXPECT_EQ(ParseInPieces(line, 7, limits).status, 414);
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(2'000, 'a');
  EXPECT_EQ(ParseInPieces(head, 7, limits).status, 431);
  std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 10; ++i) {
    many += "X: y\r\n";
  }
  EXPECT_EQ(ParseInPieces(many, 7, limits).status, 431);
}

std::string Decode(std::string_view text, size_t piece, ParseState* state, uint64_t max = 1 << 20) {
  ChunkedDecoder decoder(max);
  std::string out;
  size_t at = 0;
  *state = ParseState::kMore;
  while (at < text.size() && *state == ParseState::kMore) {
    size_t used = 0;
    *state = decoder.Feed(text.substr(at, piece), &used, out);
    at += used;
  }
  for (const Headers::Entry& trailer : decoder.trailers()) {
    out += "|" + trailer.first + "=" + trailer.second;
  }
  return out + "|" + std::string(text.substr(at));
}

TEST(ChunkedDecoderTest, DecodesInPiecesOfAnySize) {
  const std::string text =
      "5\r\nhello\r\n1;name=\"v\"\r\n \r\n0A ;x\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\nGET";
  for (size_t piece = 1; piece <= text.size(); ++piece) {
    ParseState state = ParseState::kMore;
    EXPECT_EQ(Decode(text, piece, &state), "hello 0123456789|X-Sum=1|GET") << piece;
    EXPECT_EQ(state, ParseState::kDone);
  }
}

TEST(ChunkedDecoderTest, RefusesMalformedChunks) {
  for (const char* bad :
       {"x\r\n", "-1\r\n", "+1\r\na\r\n", "0x1\r\na\r\n", "1 a\r\na\r\n", "\r\n", "1\na\r\n",
        "1\r\nab\r\n", "1\r\na\n", "1\r\na\r\n0\r\nContent-Length: 1\r\n\r\n",
        "0\r\nTransfer-Encoding: x\r\n\r\n", "0\r\n bad\r\n\r\n", "0000000000000001\r\na\r\n",
        "fffffffffffffff0\r\n", "1;\x01\r\n"}) {
    ParseState state = ParseState::kMore;
    Decode(bad, 3, &state);
    EXPECT_EQ(state, ParseState::kError) << bad;
  }
  ParseState state = ParseState::kMore;
  Decode("1;" + std::string(300, 'x') + "\r\na\r\n", 50, &state);
  EXPECT_EQ(state, ParseState::kError);
}

TEST(ChunkedDecoderTest, StopsAtItsLimitBeforeTakingTheBytes) {
  ChunkedDecoder decoder(10);
  std::string out;
  size_t used = 0;
  EXPECT_EQ(decoder.Feed("5\r\nhello\r\n6\r\n", &used, out), ParseState::kError);
  EXPECT_TRUE(decoder.too_large());
  EXPECT_EQ(out, "hello");
}

}  // namespace
}  // namespace sb::net
