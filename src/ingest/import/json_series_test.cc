// SPDX-License-Identifier: Apache-2.0
#include "ingest/import/json_series.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "model/sample.h"

namespace sb::ingest {
namespace {

std::string FaultOf(std::string_view line) {
  JsonSeries series;
  return std::string(ReadJsonSeries(line, &series).message());
}

TEST(JsonSeriesTest, ReadsLabelsValuesAndTimes) {
  JsonSeries series;
  ASSERT_TRUE(ReadJsonSeries(R"({"metric":{"__name__":"up","a\n":"\u00e4"},"more":[{}],)"
                             R"("values":[0,-1.5e3,null,"NaN","Infinity","-Infinity"],)"
                             R"("timestamps":[1,2,3,4,5,6]})",
                             &series)
                  .ok());
  ASSERT_EQ(series.labels.size(), 2U);
  EXPECT_EQ(series.labels[1].first, "a\n");
  EXPECT_EQ(series.labels[1].second, "ä");
  EXPECT_EQ(series.times_ms, (std::vector<int64_t>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(series.values[1], -1500);
  EXPECT_TRUE(model::IsStaleNan(series.values[2]));
  EXPECT_TRUE(std::isnan(series.values[3]) && !model::IsStaleNan(series.values[3]));
  EXPECT_EQ(series.values[4], std::numeric_limits<double>::infinity());
  EXPECT_EQ(series.values[5], -std::numeric_limits<double>::infinity());
}

TEST(JsonSeriesTest, NamesWhatIsWrong) {
  EXPECT_EQ(FaultOf(R"({"metric":{"a":"b"},"values":[1,2],"timestamps":[1]})"),
            "2 values with 1 timestamps");
  EXPECT_EQ(FaultOf(R"({"values":[1],"timestamps":[1]})"),
            "\"metric\" is missing or has no labels");
  EXPECT_EQ(FaultOf(R"({"metric":{"a":"b"}})"), "\"values\" is missing or empty");
  EXPECT_NE(FaultOf(R"({"metric":{"a":"b"},"values":["x"],"timestamps":[1]})").find("not a number"),
            std::string::npos);
  EXPECT_NE(FaultOf(R"({"metric":{"a":"b"},"values":[1],"timestamps":[1.5]})").find("whole number"),
            std::string::npos);
  EXPECT_NE(FaultOf("up 1"), "");
  EXPECT_NE(FaultOf(R"({"metric":{"a":"b"},"values":[1],"timestamps":[1]} x)"), "");
}

}  // namespace
}  // namespace sb::ingest
