// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/head/sample_run.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <random>
#include <string>

#include "model/sample.h"

namespace sb::tsdb {
namespace {

std::string Write(const std::vector<int64_t>& times, const std::vector<double>& values) {
  std::string run(times.size() * kRunSampleBytesMax + kRunFirstBytes, '\0');
  RunCursor cursor;
  char* at = WriteFirstSample(run.data(), times[0], values[0], &cursor);
  for (size_t i = 1; i < times.size(); ++i) {
    char* const end = WriteNextSample(at, times[i], values[i], &cursor);
    EXPECT_LE(end - at, static_cast<std::ptrdiff_t>(kRunSampleBytesMax));
    at = end;
  }
  run.resize(static_cast<size_t>(at - run.data()));
  return run;
}

void ExpectRoundTrip(const std::vector<int64_t>& times, const std::vector<double>& values) {
  const std::string run = Write(times, values);
  std::vector<int64_t> read_times;
  std::vector<double> read_values;
  RunCursor cursor;
  ASSERT_TRUE(ReadRun(run, times.size(), &read_times, &read_values, &cursor));
  EXPECT_EQ(read_times, times);
  ASSERT_EQ(read_values.size(), values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(std::bit_cast<uint64_t>(read_values[i]), std::bit_cast<uint64_t>(values[i])) << i;
  }
  EXPECT_EQ(cursor.time, times.back());
  EXPECT_EQ(FirstTimeOfRun(run.data()), times.front());
}

TEST(SampleRunTest, KeepsEveryBitOfUnusualValues) {
  const double nan_payload = std::bit_cast<double>(uint64_t{0x7ff8dead0000beef});
  ExpectRoundTrip(
      {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13},
      {0.0, -0.0, model::StaleNan(), nan_payload, std::numeric_limits<double>::infinity(),
       -std::numeric_limits<double>::infinity(), 9007199254740991.0, 9007199254740992.0,
       9007199254740994.0, -1.0, std::numeric_limits<double>::denorm_min(),
       std::numeric_limits<double>::max(), 0.1});
}

TEST(SampleRunTest, KeepsExtremeAndIrregularTimes) {
  const int64_t min = std::numeric_limits<int64_t>::min() + 1;
  const int64_t max = std::numeric_limits<int64_t>::max();
  ExpectRoundTrip({min, -1, 0, 1, max - 1, max}, {1, 2, 3, 4, 5, 6});
}

TEST(SampleRunTest, KeepsRandomSamples) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    std::vector<int64_t> times;
    std::vector<double> values;
    int64_t time = static_cast<int64_t>(random() >> 20);
    for (int i = 0; i < 50; ++i) {
      time += 1 + static_cast<int64_t>(random() % (round % 2 == 0 ? 20 : 1'000'000));
      times.push_back(time);
      values.push_back(random() % 2 == 0 ? static_cast<double>(random() % 10'000)
                                         : std::bit_cast<double>(random()));
    }
    ExpectRoundTrip(times, values);
  }
}

TEST(SampleRunTest, SteadySeriesTakeOneToFourBytesASample) {
  std::vector<int64_t> times;
  std::vector<double> constant;
  std::vector<double> counter;
  for (int i = 0; i < 100; ++i) {
    times.push_back(1'700'000'000'000 + i * 15'000);
    constant.push_back(42.25);
    counter.push_back(1e9 + i * 1000);
  }
  EXPECT_LE(Write(times, constant).size(), kRunFirstBytes + 4 + 99);
  EXPECT_LE(Write(times, counter).size(), kRunFirstBytes + 4 + 3 * 99);
}

TEST(SampleRunTest, CutOffRunIsRefused) {
  const std::string run = Write({1, 2, 30'000, 4'000'000}, {1, 2.5, 3, 4});
  for (size_t size = 0; size < run.size(); ++size) {
    std::vector<int64_t> times;
    std::vector<double> values;
    RunCursor cursor;
    EXPECT_FALSE(ReadRun(std::string_view(run).substr(0, size), 4, &times, &values, &cursor));
  }
}

}  // namespace
}  // namespace sb::tsdb
