// SPDX-License-Identifier: Apache-2.0
#include "ingest/import/csv_line.h"

#include <gtest/gtest.h>

namespace sb::ingest {
namespace {

TEST(CsvLineTest, ReadsByTheFormat) {
  const auto format = CsvFormat::Parse("4:time:rfc3339,2:label:host,1:metric:temp,3:metric:load");
  ASSERT_TRUE(format.ok()) << format.status().ToString();
  CsvSamples samples;
  ASSERT_TRUE(format->Read("21.5,\"a, \"\"b\"\"\",,2025-01-01T00:00:00.25Z,x", &samples).ok());
  EXPECT_EQ(samples.time_ms, 1735689600250);
  ASSERT_EQ(samples.labels.size(), 1U);
  EXPECT_EQ(samples.labels[0].second, "a, \"b\"");
  ASSERT_EQ(samples.values.size(), 1U);  // an empty field is no sample
  EXPECT_EQ(samples.values[0].first, "temp");
  EXPECT_EQ(samples.values[0].second, 21.5);
}

TEST(CsvLineTest, KnowsItsFormsOfTime) {
  const std::tuple<const char*, const char*, int64_t> cases[] = {
      {"unix_s", "1.5", 1500}, {"unix_ms", "-7", -7}, {"unix_ns", "-1", -1}};
  for (const auto& [form, text, time_ms] : cases) {
    const auto format = CsvFormat::Parse("1:time:" + std::string(form) + ",2:metric:m");
    CsvSamples samples;
    ASSERT_TRUE(format->Read(std::string(text) + ",1", &samples).ok()) << form;
    EXPECT_EQ(samples.time_ms, time_ms) << form;
  }
}

TEST(CsvLineTest, SaysWhatIsWrong) {
  for (const char* format :
       {"", "1:label:a", "0:metric:a", "x:metric:a", "1:metric:", "1:time:s,2:metric:a", "1:what:a",
        "1:time:unix_s,2:time:unix_s,3:metric:m"}) {
    EXPECT_FALSE(CsvFormat::Parse(format).ok()) << format;
  }
  const auto format = CsvFormat::Parse("1:time:unix_s,2:metric:m");
  CsvSamples samples;
  for (const char* line : {"1", "x,1", "1,x", "\"1,2", "\"1\"2,3"}) {
    EXPECT_FALSE(format->Read(line, &samples).ok()) << line;
  }
}

}  // namespace
}  // namespace sb::ingest
