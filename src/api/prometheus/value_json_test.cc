// SPDX-License-Identifier: Apache-2.0
#include "api/prometheus/value_json.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sb::api {
namespace {

std::string Json(const query::QueryValue& value) {
  JsonWriter json;
  json.BeginObject();
  WriteQueryValue(value, &json);
  json.EndObject();
  return std::move(json).Take();
}

TEST(ValueJsonTest, ScalarsAndStrings) {
  EXPECT_EQ(Json(query::ScalarValue{1435781430781, 0.5}),
            R"({"resultType":"scalar","result":[1435781430.781,"0.5"]})");
  EXPECT_EQ(Json(query::StringValue{1000, "a\"b"}),
            R"({"resultType":"string","result":[1,"a\"b"]})");
}

TEST(ValueJsonTest, VectorsAndEmptyResults) {
  EXPECT_EQ(Json(query::InstantVector()), R"({"resultType":"vector","result":[]})");
  EXPECT_EQ(Json(query::Matrix()), R"({"resultType":"matrix","result":[]})");
  query::VectorElement element;
  element.labels = model::LabelSet::FromPairs({{"__name__", "up"}, {"job", "node"}});
  element.time_ms = 1000;
  element.value = std::nan("");
  EXPECT_EQ(
      Json(query::InstantVector{element}),
      R"({"resultType":"vector","result":[{"metric":{"__name__":"up","job":"node"},"value":[1,"NaN"]}]})");
}

TEST(ValueJsonTest, MatricesHoldFloatsAndHistogramsSideBySide) {
  auto histogram = std::make_shared<model::Histogram>();
  histogram->schema = 0;
  histogram->count = 3;
  histogram->sum = 6;
  histogram->zero_threshold = 0.5;
  histogram->zero_count = 1;
  histogram->positive_spans = {{1, 3}};
  histogram->positive_buckets = {2, 0, 0};
  query::MatrixSeries series;
  series.floats = {{0, 1}, {1500, 2}};
  series.histograms = {{3000, histogram}};
  EXPECT_EQ(Json(query::Matrix{series}),
            R"({"resultType":"matrix","result":[{"metric":{},"values":[[0,"1"],[1.500,"2"]],)"
            R"("histograms":[[3,{"count":"3","sum":"6","buckets":)"
            R"([[3,"-0.5","0.5","1"],[0,"1","2","2"]]}]]}]})");
}

TEST(ValueJsonTest, ExemplarsKeepTheirSeries) {
  store::ExemplarSeries series;
  series.labels = model::LabelSet::FromPairs({{"__name__", "x"}});
  series.exemplars.push_back({model::LabelSet::FromPairs({{"trace_id", "t"}}), 2.5, 1500, true});
  JsonWriter json;
  WriteExemplars({series}, &json);
  EXPECT_EQ(
      std::move(json).Take(),
      R"([{"seriesLabels":{"__name__":"x"},"exemplars":[{"labels":{"trace_id":"t"},"value":"2.5","timestamp":1.500}]}])");
}

}  // namespace
}  // namespace sb::api
