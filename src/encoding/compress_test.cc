// SPDX-License-Identifier: Apache-2.0
#include "encoding/compress.h"

#include <gtest/gtest.h>

#include "encoding/testing/sample_shapes.h"

namespace sb::encoding {
namespace {

using base::StatusCode;

constexpr Compression kFormats[] = {Compression::kSnappyBlock, Compression::kGzip,
                                    Compression::kZlib, Compression::kZstd};

std::string Mixed(size_t size) {
  TestRandom random(size);
  std::string bytes;
  while (bytes.size() < size) {
    bytes += random.Below(3) == 0 ? std::to_string(random.Next()) : "http_requests_total{code=";
  }
  bytes.resize(size);
  return bytes;
}

TEST(CompressTest, EverySizeComesBackFromEveryFormat) {
  for (const size_t size : {0u, 1u, 100u, 65536u, 1000000u}) {
    const std::string raw = Mixed(size);
    for (const Compression format : kFormats) {
      std::string packed;
      std::string back;
      Compress(format, raw, &packed);
      const base::Status status = Decompress(format, packed, raw.size(), &back);
      ASSERT_TRUE(status.ok()) << CompressionName(format) << " " << status.ToString();
      EXPECT_EQ(back, raw) << CompressionName(format);
    }
    std::string packed;
    std::string back;
    Compress(Compression::kLz4Block, raw, &packed);
    ASSERT_TRUE(Decompress(Compression::kLz4Block, packed, raw.size(), &back).ok());
    EXPECT_EQ(back, raw);
  }
}

TEST(CompressTest, ABombIsRefusedAtTheLimit) {
  const std::string raw(64 << 20, 'a');
  for (const Compression format : kFormats) {
    std::string packed;
    Compress(format, raw, &packed);
    std::string back;
    const base::Status status = Decompress(format, packed, 1 << 20, &back);
    EXPECT_EQ(status.code(), StatusCode::kResourceExhausted) << CompressionName(format);
    EXPECT_LE(back.capacity(), size_t{2} << 20) << CompressionName(format);
  }
}

TEST(CompressTest, OneByteOverTheLimitIsRefusedAndTheLimitItselfIsNot) {
  const std::string raw = Mixed(5000);
  for (const Compression format : kFormats) {
    std::string packed;
    std::string back;
    Compress(format, raw, &packed);
    EXPECT_TRUE(Decompress(format, packed, 5000, &back).ok()) << CompressionName(format);
    EXPECT_EQ(Decompress(format, packed, 4999, &back).code(), StatusCode::kResourceExhausted)
        << CompressionName(format);
  }
}

TEST(CompressTest, CutOffOrGarbledBytesAreInvalid) {
  const std::string raw = Mixed(3000);
  for (const Compression format : kFormats) {
    std::string packed;
    Compress(format, raw, &packed);
    std::string back;
    for (const size_t size : {size_t{0}, size_t{1}, packed.size() / 2, packed.size() - 1}) {
      const base::Status status =
          Decompress(format, std::string_view(packed).substr(0, size), 1 << 20, &back);
      EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << CompressionName(format) << size;
    }
    EXPECT_FALSE(Decompress(format, std::string(200, '\xff'), 1 << 20, &back).ok());
  }
}

TEST(CompressTest, ASnappyHeaderThatPromisesMuchAllocatesNothing) {
  std::string back;
  const std::string liar(
      "\xff\xff\xff\xff\x0f"
      "abc",
      8);
  EXPECT_FALSE(Decompress(Compression::kSnappyBlock, liar, size_t{1} << 32, &back).ok());
  EXPECT_LE(back.capacity(), 4096u);
}

TEST(CompressTest, SeveralGzipMembersAndZstdFramesAreOneText) {
  for (const Compression format : {Compression::kGzip, Compression::kZstd}) {
    std::string first;
    std::string second;
    std::string back;
    Compress(format, "hello ", &first);
    Compress(format, "world", &second);
    ASSERT_TRUE(Decompress(format, first + second, 100, &back).ok());
    EXPECT_EQ(back, "hello world");
  }
}

}  // namespace
}  // namespace sb::encoding
