// SPDX-License-Identifier: Apache-2.0
#include "encoding/protobuf.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace sb::encoding {
namespace {

TEST(ProtoReaderTest, ReadsBackWhatTheWriterWrote) {
  std::string bytes;
  ProtoWriter out(&bytes);
  out.Varint(1, std::numeric_limits<uint64_t>::max());
  out.Int64(2, -5);
  out.ZigZag(3, std::numeric_limits<int64_t>::min());
  out.Double(4, -0.0);
  out.Fixed32(5, 7);
  out.Bytes(500, "hello");
  out.Bool(7, true);

  ProtoReader in(bytes);
  ASSERT_TRUE(in.Next());
  EXPECT_EQ(in.field(), 1u);
  EXPECT_EQ(in.Varint(), std::numeric_limits<uint64_t>::max());
  ASSERT_TRUE(in.Next());
  EXPECT_EQ(in.Int64(), -5);
  ASSERT_TRUE(in.Next());
  EXPECT_EQ(in.ZigZag(), std::numeric_limits<int64_t>::min());
  ASSERT_TRUE(in.Next());
  EXPECT_EQ(std::bit_cast<uint64_t>(in.Double()), 0x8000000000000000ULL);
  ASSERT_TRUE(in.Next());
  EXPECT_EQ(in.Fixed32(), 7u);
  ASSERT_TRUE(in.Next());
  EXPECT_EQ(in.field(), 500u);
  EXPECT_EQ(in.Bytes(), "hello");
  ASSERT_TRUE(in.Next());
  EXPECT_TRUE(in.Bool());
  EXPECT_FALSE(in.Next());
  EXPECT_TRUE(in.status().ok());
}

TEST(ProtoReaderTest, NestedMessagesOfAnyLengthAreWrittenInPlace) {
  for (const size_t size : {0u, 1u, 127u, 128u, 20000u}) {
    std::string bytes;
    ProtoWriter out(&bytes);
    const size_t outer = out.BeginMessage(1);
    const size_t inner = out.BeginMessage(2);
    out.Bytes(3, std::string(size, 'x'));
    out.EndMessage(inner);
    out.EndMessage(outer);
    out.Varint(9, 1);

    ProtoReader in(bytes);
    ASSERT_TRUE(in.Next());
    ProtoReader first(in.Bytes());
    ASSERT_TRUE(first.Next());
    ProtoReader second(first.Bytes());
    ASSERT_TRUE(second.Next());
    EXPECT_EQ(second.Bytes(), std::string(size, 'x'));
    ASSERT_TRUE(in.Next());
    EXPECT_EQ(in.field(), 9u);
  }
}

TEST(ProtoReaderTest, RepeatedScalarsAreReadPackedAndUnpacked) {
  std::string bytes;
  ProtoWriter out(&bytes);
  const size_t mark = out.BeginMessage(1);
  out.AppendPackedVarint(300);
  out.AppendPackedVarint(2);
  out.EndMessage(mark);
  out.Varint(1, 77);
  std::vector<uint64_t> values;
  ProtoReader in(bytes);
  while (in.Next()) {
    in.ForEachVarint([&](uint64_t v) { values.push_back(v); });
  }
  EXPECT_TRUE(in.status().ok());
  EXPECT_EQ(values, (std::vector<uint64_t>{300, 2, 77}));
}

TEST(ProtoReaderTest, SkipsUnknownFieldsAndGroups) {
  std::string bytes;
  ProtoWriter out(&bytes);
  out.Bytes(15, "unknown");
  bytes += "\x0b";  // start group 1
  out.Varint(2, 5);
  bytes += "\x13\x14";  // group 2 within it, empty
  bytes += "\x0c";      // end group 1
  out.Varint(3, 42);
  ProtoReader in(bytes);
  uint64_t found = 0;
  while (in.Next()) {
    if (in.field() == 3) {
      found = in.Varint();
    }
  }
  EXPECT_TRUE(in.status().ok()) << in.status().ToString();
  EXPECT_EQ(found, 42u);
}

TEST(ProtoReaderTest, EveryCutOffPrefixIsAnErrorOrAWholeNumberOfFields) {
  std::string bytes;
  ProtoWriter out(&bytes);
  out.Bytes(1, "abcdef");
  const size_t first = bytes.size();
  out.Double(2, 1.5);
  const size_t second = bytes.size();
  out.Varint(3, 1u << 30);
  for (size_t size = 0; size < bytes.size(); ++size) {
    ProtoReader in(std::string_view(bytes).substr(0, size));
    while (in.Next()) {
    }
    const bool whole = size == 0 || size == first || size == second;
    EXPECT_EQ(in.status().ok(), whole) << size;
  }
}

TEST(ProtoReaderTest, RefusesHostileTagsLengthsAndTypes) {
  const std::string_view bad[] = {
      std::string_view("\x00", 1),                         // field number 0
      "\x0f",                                              // wire type 7
      "\x0c",                                              // a group ends that was not open
      "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",      // a length of 2^64 - 1
      "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",  // eleven bytes
  };
  for (const std::string_view bytes : bad) {
    ProtoReader in(bytes);
    while (in.Next()) {
    }
    EXPECT_EQ(in.status().code(), base::StatusCode::kInvalidArgument);
  }
  const std::string groups(1000, '\x0b');
  ProtoReader nested(groups);
  EXPECT_FALSE(nested.Next());
  EXPECT_FALSE(nested.status().ok());
}

TEST(ProtoReaderTest, AGetterOfAnotherWireTypeIsAnError) {
  std::string bytes;
  ProtoWriter(&bytes).Varint(1, 3);
  ProtoReader in(bytes);
  ASSERT_TRUE(in.Next());
  EXPECT_EQ(in.Bytes(), "");
  EXPECT_FALSE(in.Next());
  EXPECT_EQ(in.status().code(), base::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace sb::encoding
