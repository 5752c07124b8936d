// SPDX-License-Identifier: Apache-2.0
#include "api/grafana/frames.h"

#include <gtest/gtest.h>

#include "api/grafana/json.h"

namespace sb::grafana {
namespace {

JsonDocument Frames(std::string_view answer, const FrameOptions& options) {
  return std::move(ParseJsonText(FramesOfAnswer(answer, options).value())).value();
}

constexpr std::string_view kMatrix =
    R"({"status":"success","data":{"resultType":"matrix","result":[)"
    R"({"metric":{"__name__":"up","job":"a"},"values":[[1.5,"1"],[2,"NaN"]]},)"
    R"({"metric":{"job":"b"},"values":[[2,"0.5"]]}]}})";

TEST(FramesTest, ARangeIsAFramePerSeries) {
  const JsonDocument frames = Frames(kMatrix, {.ref_id = "B", .legend_format = "job {{ job }}!"});
  ASSERT_EQ(frames.Size(), 2U);
  EXPECT_EQ(ToText(frames[0]["data"]["values"]), "[[1500,2000],[1,null]]");
  EXPECT_STREQ(frames[0]["schema"]["refId"].GetString(), "B");
  const Json& field = frames[0]["schema"]["fields"][1];
  EXPECT_STREQ(field["config"]["displayNameFromDS"].GetString(), "job a!");
  EXPECT_EQ(ToText(field["labels"]), R"({"__name__":"up","job":"a"})");
}

TEST(FramesTest, WithoutALegendTheSeriesIsNamedAsItIsWritten) {
  const JsonDocument frames = Frames(kMatrix, {.ref_id = "A"});
  EXPECT_STREQ(frames[0]["schema"]["fields"][1]["config"]["displayNameFromDS"].GetString(),
               R"(up{job="a"})");
}

TEST(FramesTest, ATableHasAColumnPerLabel) {
  const JsonDocument frames =
      Frames(R"({"data":{"resultType":"vector","result":[{"metric":{"a":"1"},"value":[5,"2"]},)"
             R"({"metric":{"b":"3"},"value":[5,"4"]}]}})",
             {.ref_id = "A", .as_table = true});
  ASSERT_EQ(frames.Size(), 1U);
  EXPECT_EQ(ToText(frames[0]["data"]["values"]), R"([[5000,5000],["1",""],["","3"],[2,4]])");
}

TEST(FramesTest, LogLinesKeepTheirLabels) {
  const JsonDocument frames =
      Frames(R"({"data":{"resultType":"streams","result":[{"stream":{"a":"b"},)"
             R"("values":[["1700000000123000000","hello"]]}]}})",
             {.ref_id = "A"});
  EXPECT_EQ(ToText(frames[0]["data"]["values"]), R"([[{"a":"b"}],[1700000000123],["hello"]])");
}

TEST(FramesTest, AScalarIsOneSeries) {
  const JsonDocument frames =
      Frames(R"({"data":{"resultType":"scalar","result":[1,"7"]}})", {.ref_id = "A"});
  EXPECT_EQ(ToText(frames[0]["data"]["values"]), "[[1000],[7]]");
}

TEST(FramesTest, SomethingElseIsRefused) {
  EXPECT_FALSE(FramesOfAnswer("[]", {}).ok());
  EXPECT_FALSE(FramesOfAnswer(R"({"data":{}})", {}).ok());
}

}  // namespace
}  // namespace sb::grafana
