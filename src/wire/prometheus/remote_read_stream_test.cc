// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/remote_read_stream.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <random>

#include "encoding/crc32c.h"
#include "encoding/protobuf.h"
#include "wire/prometheus/prometheus_chunk.h"

namespace sb::wire {
namespace {

// A reader of the reference's bit streams, written apart from the writer.
class BitReader {
 public:
  explicit BitReader(std::string_view bytes) : bytes_(bytes) {}
  uint64_t Bits(int count) {
    uint64_t value = 0;
    for (; count > 0; --count, ++at_) {
      const auto byte = static_cast<uint8_t>(bytes_.at(at_ / 8));
      value = value << 1 | (byte >> (7 - at_ % 8) & 1U);
    }
    return value;
  }
  double Double() { return std::bit_cast<double>(Bits(64)); }
  int Ones(int max) {
    int ones = 0;
    while (ones < max && Bits(1) == 1) {
      ++ones;
    }
    return ones;
  }
  uint64_t Uvarint() {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const uint64_t byte = Bits(8);
      value |= (byte & 0x7F) << shift;
      if (byte < 0x80) {
        return value;
      }
    }
  }
  int64_t Signed(int bits) {
    const uint64_t value = Bits(bits);
    return bits < 64 && value > uint64_t{1} << (bits - 1)
               ? static_cast<int64_t>(value) - (int64_t{1} << bits)
               : static_cast<int64_t>(value);
  }
  int VarbitSize() {
    constexpr int kSizes[] = {0, 3, 6, 9, 12, 18, 25, 56, 64};
    return kSizes[Ones(8)];
  }
  uint64_t VarbitUint() {
    const int size = VarbitSize();
    return size == 0 ? 0 : Bits(size);
  }
  int64_t VarbitInt() {
    const int size = VarbitSize();
    return size == 0 ? 0 : Signed(size);
  }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
};

void ReadXorChunk(std::string_view chunk, std::vector<int64_t>* times,
                  std::vector<uint64_t>* values) {
  BitReader in(chunk);
  const uint64_t count = in.Bits(16);
  int64_t delta = 0;
  int leading = 0;
  int significant = 0;
  for (uint64_t i = 0; i < count; ++i) {
    if (i == 0) {
      times->push_back(encoding::ZigZagDecode(in.Uvarint()));
      values->push_back(in.Bits(64));
      continue;
    }
    if (i == 1) {
      delta = static_cast<int64_t>(in.Uvarint());
    } else {
      constexpr int kSizes[] = {0, 14, 17, 20, 64};
      const int size = kSizes[in.Ones(4)];
      delta += size == 0 ? 0 : in.Signed(size);
    }
    times->push_back(times->back() + delta);
    uint64_t bits = values->back();
    if (in.Bits(1) == 1) {
      if (in.Bits(1) == 1) {
        leading = static_cast<int>(in.Bits(5));
        significant = static_cast<int>(in.Bits(6));
        significant = significant == 0 ? 64 : significant;
      }
      bits ^= in.Bits(significant) << (64 - leading - significant);
    }
    values->push_back(bits);
  }
}

TEST(PrometheusChunkTest, FloatsReadAsTheyWereWritten) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 500; ++round) {
    std::vector<int64_t> times;
    std::vector<double> values;
    std::vector<uint64_t> bits;
    int64_t time = static_cast<int64_t>(random() % 4'000'000'000'000) - 2'000'000'000'000;
    for (size_t i = 0; i < 1 + random() % kXorSamplesMax; ++i) {
      time += 1 + static_cast<int64_t>(random() >> (24 + random() % 40));
      times.push_back(time);
      const uint64_t kind = random() % 4;
      values.push_back(kind == 0   ? std::bit_cast<double>(random())
                       : kind == 1 ? model::StaleNan()
                                   : static_cast<double>(random() % 1000) / 8);
      bits.push_back(std::bit_cast<uint64_t>(values.back()));
    }
    std::string chunk;
    AppendXorChunk(times, values, &chunk);
    std::vector<int64_t> read_times;
    std::vector<uint64_t> read_bits;
    ReadXorChunk(chunk, &read_times, &read_bits);
    ASSERT_EQ(read_times, times);
    ASSERT_EQ(read_bits, bits);
  }
}

TEST(PrometheusChunkTest, TheBytesOfASmallChunkAreTheReferences) {
  const int64_t times[] = {1000, 2000, 3000};
  const double values[] = {1, 1, 1};
  std::string chunk;
  AppendXorChunk(times, values, &chunk);
  // Count, zigzag 1000, the bits of 1.0, delta 1000, then three zero bits.
  EXPECT_EQ(chunk, std::string("\x00\x03\xd0\x0f\x3f\xf0\x00\x00\x00\x00\x00\x00\xe8\x07\x00", 15));
}

TEST(PrometheusChunkTest, AHistogramIsAChunkOfItsOwn) {
  model::Histogram h;
  h.integer_counts = true;
  h.schema = -53;
  h.counter_reset_hint = model::CounterResetHint::kGauge;
  h.zero_threshold = 0.001;
  h.count = 300;
  h.zero_count = 2;
  h.sum = -7.5;
  h.positive_spans = {{-3, 2}, {400, 1}};
  h.positive_buckets = {100, 5, 195};
  h.custom_values = {0.5, 1e9};
  std::string chunk;
  EXPECT_EQ(AppendHistogramChunk(1'700'000'000'000, h, &chunk), PrometheusChunkKind::kHistogram);
  BitReader in(chunk);
  EXPECT_EQ(in.Bits(16), 1U);
  EXPECT_EQ(in.Bits(8), 0xC0U);
  EXPECT_EQ(in.Bits(8), 255U);
  EXPECT_EQ(in.Double(), 0.001);
  EXPECT_EQ(in.VarbitInt(), -53);
  EXPECT_EQ(in.VarbitUint(), 2U);
  EXPECT_EQ(in.VarbitUint(), 2U);
  EXPECT_EQ(in.VarbitInt(), -3);
  EXPECT_EQ(in.VarbitUint(), 1U);
  EXPECT_EQ(in.VarbitInt(), 400);
  EXPECT_EQ(in.VarbitUint(), 0U);
  EXPECT_EQ(in.VarbitUint(), 2U);
  EXPECT_EQ(in.VarbitUint(), 0U);
  EXPECT_EQ(in.Double(), 0.5);
  EXPECT_EQ(in.VarbitUint(), 0U);
  EXPECT_EQ(in.Double(), 1e9);
  EXPECT_EQ(in.VarbitInt(), 1'700'000'000'000);
  EXPECT_EQ(in.VarbitUint(), 300U);
  EXPECT_EQ(in.VarbitUint(), 2U);
  EXPECT_EQ(in.Double(), -7.5);
  EXPECT_EQ(in.VarbitInt(), 100);
  EXPECT_EQ(in.VarbitInt(), -95);
  EXPECT_EQ(in.VarbitInt(), 190);
  h.integer_counts = false;
  chunk.clear();
  EXPECT_EQ(AppendHistogramChunk(1, h, &chunk), PrometheusChunkKind::kFloatHistogram);
}

TEST(ChunkedReadWriterTest, AFrameIsLengthChecksumAndMessage) {
  model::SampleColumns samples;
  for (int64_t i = 0; i < 125; ++i) {
    samples.Append({.time_ms = 1000 + i, .value = 1});
  }
  auto histogram = std::make_shared<model::Histogram>();
  histogram->integer_counts = true;
  samples.Append({.time_ms = 5000, .histogram = histogram});
  std::vector<std::string> frames;
  ChunkedReadWriter writer(3, [&](std::string_view frame) {
    frames.emplace_back(frame);
    return true;
  });
  const auto labels = model::LabelSet::FromPairs({{"__name__", "up"}});
  ASSERT_TRUE(writer.AddSeries(labels, samples));
  ASSERT_EQ(frames.size(), 1U);
  uint64_t length = 0;
  const char* const begin = frames[0].data();
  const char* at = encoding::ReadVarint(begin, begin + frames[0].size(), &length);
  const std::string_view rest(at, frames[0].size() - static_cast<size_t>(at - begin));
  ASSERT_EQ(rest.size(), length + 4);
  uint32_t crc = 0;
  for (const char byte : rest.substr(0, 4)) {
    crc = crc << 8 | static_cast<uint8_t>(byte);
  }
  EXPECT_EQ(crc, encoding::Crc32c(rest.substr(4)));
  std::vector<uint64_t> kinds;
  encoding::ProtoReader message(rest.substr(4));
  ASSERT_TRUE(message.Next());
  encoding::ProtoReader series(message.Bytes());
  while (series.Next()) {
    encoding::ProtoReader chunk(series.field() == 2 ? series.Bytes() : std::string_view());
    while (chunk.Next()) {
      if (chunk.field() == 3) {
        kinds.push_back(chunk.Varint());
      }
    }
  }
  EXPECT_EQ(kinds, (std::vector<uint64_t>{1, 1, 2}));  // 120 floats, 5 floats, the histogram
  ASSERT_TRUE(message.Next());
  EXPECT_EQ(message.field(), 2U);
  EXPECT_EQ(message.Varint(), 3U);
}

TEST(ChunkedReadWriterTest, ALongSeriesIsCutIntoFramesAndStopsWhenThePeerIsGone) {
  std::mt19937_64 random(7);
  model::SampleColumns samples;
  for (int64_t i = 0; i < 300'000; ++i) {
    samples.Append({.time_ms = i, .value = std::bit_cast<double>(random())});
  }
  const auto labels = model::LabelSet::FromPairs({{"__name__", "up"}});
  size_t frames = 0;
  size_t longest = 0;
  ChunkedReadWriter writer(0, [&](std::string_view frame) {
    ++frames;
    longest = std::max(longest, frame.size());
    return true;
  });
  EXPECT_TRUE(writer.AddSeries(labels, samples));
  EXPECT_GE(frames, 3U);
  EXPECT_LT(longest, ChunkedReadWriter::kFrameBytes + 4096);
  ChunkedReadWriter gone(0, [](std::string_view) { return false; });
  EXPECT_FALSE(gone.AddSeries(labels, samples));
}

}  // namespace
}  // namespace sb::wire
