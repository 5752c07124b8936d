// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/victoria_native.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "encoding/compress.h"
#include "encoding/varint.h"
#include "model/sample.h"

namespace sb::wire {
namespace {

using namespace std::string_literals;
using ::testing::ElementsAre;
using ::testing::Pair;

std::string Be(uint64_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) {
    out.push_back(static_cast<char>(value >> (8 * i)));
  }
  return out;
}

std::string ZigZags(const std::vector<int64_t>& values) {
  std::string out;
  for (const int64_t value : values) {
    encoding::AppendVarint(&out, encoding::ZigZagEncode(value));
  }
  return out;
}

std::string Counted(std::string_view bytes) {
  std::string out;
  encoding::AppendVarint(&out, bytes.size());
  return out.append(bytes);
}

struct Column {
  int kind;
  std::string bytes;
};

std::string Data(int64_t first_time, int64_t first_value, uint64_t rows, int64_t scale,
                 const Column& times, const Column& values) {
  std::string out = ZigZags({first_time, first_value});
  encoding::AppendVarint(&out, rows);
  out += ZigZags({scale});
  out.push_back(static_cast<char>(times.kind));
  out.push_back(static_cast<char>(values.kind));
  return out + Counted(times.bytes) + Counted(values.bytes);
}

std::string Block(const std::string& name, const std::string& data) {
  return Be(name.size(), 4) + name + Be(data.size(), 4) + data;
}

std::string Range() {
  return Be(2000, 8) + Be(20'000, 8);
}

std::string Zstd(const std::string& raw) {
  std::string out;
  encoding::Compress(encoding::Compression::kZstd, raw, &out);
  return out;
}

// The values of a block of four samples, 10 ms apart from 1000.
std::vector<double> ValuesOf(int64_t first, int64_t scale, const Column& column) {
  VictoriaNativeReader reader;
  reader.Feed(Range() + Block("x\1", Data(1000, first, 4, scale, {2, ZigZags({10})}, column)));
  VictoriaBlock block;
  const auto found = reader.Next(&block);
  EXPECT_TRUE(found.ok() && *found) << found.status().ToString();
  EXPECT_THAT(block.times, ElementsAre(1000, 1010, 1020, 1030));
  EXPECT_TRUE(reader.Finish().ok());
  return block.values;
}

TEST(VictoriaNativeTest, ReadsEveryFormOfAColumn) {
  EXPECT_THAT(ValuesOf(7, 0, {3, ""}), ElementsAre(7, 7, 7, 7));
  EXPECT_THAT(ValuesOf(7, 2, {2, ZigZags({-3})}), ElementsAre(700, 400, 100, -200));
  EXPECT_THAT(ValuesOf(1, -1, {6, ZigZags({1, 2, -4})}), ElementsAre(0.1, 0.2, 0.4, 0));
  EXPECT_THAT(ValuesOf(1, 0, {4, Zstd(ZigZags({1, 2, -4}))}), ElementsAre(1, 2, 4, 0));
  EXPECT_THAT(ValuesOf(1, 0, {5, ZigZags({1, 2, -4})}), ElementsAre(1, 2, 5, 4));
  EXPECT_THAT(ValuesOf(1, 0, {1, Zstd(ZigZags({1, 2, -4}))}), ElementsAre(1, 2, 5, 4));
  EXPECT_THAT(ValuesOf(25, -312, {3, ""}), ElementsAre(2.5e-311, 2.5e-311, 2.5e-311, 2.5e-311));
}

TEST(VictoriaNativeTest, ReadsInfinitiesAndStalenessMarkers) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  const std::vector<double> values = ValuesOf(kMax, -3, {6, ZigZags({1, -2, 3})});
  EXPECT_EQ(values[0], std::numeric_limits<double>::infinity());
  EXPECT_EQ(values[1], -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(model::IsStaleNan(values[2]));
}

TEST(VictoriaNativeTest, NamesAreUnescapedAndPiecesPutTogether) {
  const std::string name = "x\1job\1a\0002\0000\1empty\1\1k\0001\1v\1"s;
  const std::string data = Data(1000, 5, 1, 0, {3, ""}, {3, ""});
  const std::string stream = Range() + Block(name, data) + Block("\1job\1b\1", data);
  VictoriaNativeReader reader;
  std::vector<VictoriaBlock> blocks(1);
  for (const char c : stream) {
    reader.Feed(std::string_view(&c, 1));
    const auto found = reader.Next(&blocks.back());
    ASSERT_TRUE(found.ok()) << found.status().ToString();
    if (*found) {
      blocks.emplace_back();
    }
  }
  ASSERT_TRUE(reader.Finish().ok());
  ASSERT_EQ(blocks.size(), 3U);
  EXPECT_THAT(blocks[0].labels,
              ElementsAre(Pair("__name__", "x"), Pair("job", "a\2\0"s), Pair("k\1", "v")));
  EXPECT_THAT(blocks[1].labels, ElementsAre(Pair("job", "b")));
}

TEST(VictoriaNativeTest, RefusesWhatIsCutOrImpossible) {
  const auto failure = [](const std::string& stream) {
    VictoriaNativeReader reader;
    reader.Feed(stream);
    VictoriaBlock block;
    base::Result<bool> found = true;
    while (found.ok() && *found) {
      found = reader.Next(&block);
    }
    return std::string(found.ok() ? reader.Finish().message() : found.status().message());
  };
  const std::string data = Data(1000, 5, 2, 0, {2, ZigZags({10})}, {3, ""});
  EXPECT_EQ(failure(Range()), "");
  EXPECT_EQ(failure(Range() + Block("x\1", data)), "");
  EXPECT_THAT(failure((Range() + Block("x\1", data)).substr(0, 30)),
              ::testing::HasSubstr("cut short after block 0"));
  EXPECT_EQ(failure(Range() + Block("x", data)), "malformed metric name");
  EXPECT_EQ(failure(Range() + Block("x\1job\1", data)), "malformed metric name");
  EXPECT_EQ(failure(Range() + Block("x\1", data + "y")), "malformed block");
  EXPECT_EQ(failure(Range() + Block("x\1", Data(1, 5, 1U << 21, 0, {3, ""}, {3, ""}))),
            "impossible block: rows 2097152, scale 0");
  EXPECT_EQ(failure(Range() + Block("x\1", Data(1, 5, 2, 0, {7, ""}, {3, ""}))),
            "unknown form of a column: 7");
  EXPECT_EQ(failure(Range() + Block("x\1", Data(1, 5, 2, 0, {6, ""}, {3, ""}))),
            "a column is cut off");
  EXPECT_THAT(failure(Range() + Be(1U << 30, 4)), ::testing::HasSubstr("longer than"));
}

}  // namespace
}  // namespace sb::wire
