// SPDX-License-Identifier: Apache-2.0
#include "net/content_coding.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <random>
#include <string>

namespace sb::net {
namespace {

using base::StatusCode;

std::string Sample(size_t size) {
  std::mt19937 random(7);
  std::string text;
  while (text.size() < size) {
    text += "http_requests_total{code=\"" + std::to_string(random() % 600) + "\"} ";
  }
  text.resize(size);
  return text;
}

std::string Deflate(const std::string& text, int window_bits) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(ContentCodingTest, DecodesWhatItEncodes) {
  for (const size_t size : {0, 1, 1'000, 100'000, 3'000'000}) {
    const std::string text = Sample(size);
    for (const ContentCoding coding : {ContentCoding::kGzip, ContentCoding::kZstd}) {
      const auto decoded =
          DecodeContent(ContentCodingName(coding), EncodeContent(coding, text), size + 1);
      ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
      EXPECT_EQ(*decoded, text);
    }
  }
}

TEST(ContentCodingTest, DecodesZlibRawDeflateAndConcatenatedGzip) {
  const std::string text = Sample(50'000);
  EXPECT_EQ(*DecodeContent("deflate", Deflate(text, 15), 1 << 20), text);
  EXPECT_EQ(*DecodeContent("deflate", Deflate(text, -15), 1 << 20), text);
  const std::string empty = EncodeContent(ContentCoding::kGzip, "");
  const std::string one = EncodeContent(ContentCoding::kGzip, text);
  EXPECT_EQ(*DecodeContent("GZIP", empty + one + empty + one, 1 << 20), text + text);
}

TEST(ContentCodingTest, StreamsDecodeToTheirPieces) {
  for (const ContentCoding coding : {ContentCoding::kGzip, ContentCoding::kZstd}) {
    auto encoder = ContentEncoder::Create(coding);
    std::string out;
    std::string all;
    for (int i = 0; i < 50; ++i) {
      const std::string piece = Sample(static_cast<size_t>(i) * 997);
      all += piece;
      encoder->Encode(
          piece, i % 7 == 0 ? ContentEncoder::Mode::kFlush : ContentEncoder::Mode::kContinue, out);
    }
    encoder->Encode({}, ContentEncoder::Mode::kFinish, out);
    EXPECT_EQ(*DecodeContent(ContentCodingName(coding), out, all.size()), all);
  }
}

TEST(ContentCodingTest, FlushBringsOutAllThatWasGiven) {
  auto encoder = ContentEncoder::Create(ContentCoding::kGzip);
  std::string out;
  encoder->Encode("data: 1\n\n", ContentEncoder::Mode::kFlush, out);
  z_stream stream{};
  ASSERT_EQ(inflateInit2(&stream, 31), Z_OK);
  char text[64];
  stream.next_in = reinterpret_cast<Bytef*>(out.data());
  stream.avail_in = static_cast<uInt>(out.size());
  stream.next_out = reinterpret_cast<Bytef*>(text);
  stream.avail_out = sizeof(text);
  inflate(&stream, Z_SYNC_FLUSH);
  EXPECT_EQ(std::string(text, stream.total_out), "data: 1\n\n");
  inflateEnd(&stream);
}

TEST(ContentCodingTest, StopsBombsAtTheLimit) {
  const std::string zeros(50 << 20, '\0');
  for (const ContentCoding coding : {ContentCoding::kGzip, ContentCoding::kZstd}) {
    std::string bomb = EncodeContent(coding, zeros);
    const auto decoded = DecodeContent(ContentCodingName(coding), bomb, 1 << 20);
    ASSERT_FALSE(decoded.ok());
    EXPECT_EQ(decoded.status().code(), StatusCode::kResourceExhausted);
    // A claim of a small size changes nothing.
    if (coding == ContentCoding::kGzip) {
      bomb.replace(bomb.size() - 4, 4, std::string("\x01\0\0\0", 4));
      EXPECT_FALSE(DecodeContent("gzip", bomb, 1 << 20).ok());
    }
  }
}

TEST(ContentCodingTest, RefusesTruncatedCorruptAndUnknown) {
  const std::string text = Sample(20'000);
  for (const ContentCoding coding : {ContentCoding::kGzip, ContentCoding::kZstd}) {
    const std::string_view name = ContentCodingName(coding);
    const std::string good = EncodeContent(coding, text);
    for (size_t cut = 0; cut < good.size(); cut += 97) {
      EXPECT_EQ(DecodeContent(name, good.substr(0, cut), 1 << 20).status().code(),
                StatusCode::kInvalidArgument)
          << name << " cut at " << cut;
    }
    std::string corrupt = good;
    corrupt[corrupt.size() / 2] = static_cast<char>(corrupt[corrupt.size() / 2] ^ 0x55);
    const auto decoded = DecodeContent(name, corrupt, 1 << 20);
    EXPECT_TRUE(!decoded.ok() || coding == ContentCoding::kZstd);
    EXPECT_FALSE(DecodeContent(name, good + "garbage", 1 << 20).ok());
  }
  EXPECT_EQ(DecodeContent("br", "x", 10).status().code(), StatusCode::kUnimplemented);
  EXPECT_EQ(DecodeContent("gzip, gzip", "x", 10).status().code(), StatusCode::kUnimplemented);
}

TEST(ContentCodingTest, RefusesZstdWindowsAboveEightMegabytes) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 27);
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  const std::string text = Sample(1'000);
  std::string out(ZSTD_compressBound(text.size()), '\0');
  ZSTD_inBuffer input{text.data(), text.size(), 0};
  ZSTD_outBuffer output{out.data(), out.size(), 0};
  ZSTD_compressStream2(context, &output, &input, ZSTD_e_flush);
  ZSTD_compressStream2(context, &output, &input, ZSTD_e_end);
  ZSTD_freeCCtx(context);
  out.resize(output.pos);
  EXPECT_FALSE(DecodeContent("zstd", out, 1 << 20).ok());
}

TEST(ContentCodingTest, ChoosesByQualityThenZstdFirst) {
  EXPECT_EQ(ChooseCoding(""), ContentCoding::kIdentity);
  EXPECT_EQ(ChooseCoding("gzip"), ContentCoding::kGzip);
  EXPECT_EQ(ChooseCoding("gzip, deflate, br, zstd"), ContentCoding::kZstd);
  EXPECT_EQ(ChooseCoding("zstd;q=0.5, gzip;q=0.8"), ContentCoding::kGzip);
  EXPECT_EQ(ChooseCoding("gzip;q=0"), ContentCoding::kIdentity);
  EXPECT_EQ(ChooseCoding("*"), ContentCoding::kGzip);
  EXPECT_EQ(ChooseCoding("gzip;q=0, *"), ContentCoding::kIdentity);
  EXPECT_EQ(ChooseCoding("br, identity"), ContentCoding::kIdentity);
  EXPECT_EQ(ChooseCoding("gzip;q=oops"), ContentCoding::kIdentity);
}

TEST(ContentCodingTest, LeavesEventStreamsAndImagesAlone) {
  EXPECT_TRUE(IsCompressible("text/html; charset=utf-8"));
  EXPECT_TRUE(IsCompressible("application/json"));
  EXPECT_FALSE(IsCompressible("text/event-stream"));
  EXPECT_FALSE(IsCompressible("image/png"));
  EXPECT_FALSE(IsCompressible(""));
}

}  // namespace
}  // namespace sb::net
