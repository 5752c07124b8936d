// SPDX-License-Identifier: Apache-2.0
#include "api/elastic/pipeline_aggregations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/elastic/elastic_search.h"
#include "base/env.h"
#include "config/json_reader.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::api {
namespace {

using testing::HasSubstr;

// Minutes 0, 1 and 3 with sums 4, 6 and 9; minute 2 is empty.
class PipelineAggregationsTest : public testing::Test {
 protected:
  PipelineAggregationsTest() {
    for (const auto& [minute, took] :
         std::vector<std::pair<int64_t, const char*>>{{0, "1"}, {0, "3"}, {1, "6"}, {3, "9"}}) {
      store::EventStreamBuilder labels;
      labels.Add("index", store::EventValue::Text("app"));
      store::EventBatch batch;
      batch.AddRow(batch.AddStream(labels.Build()), (minute * 60 + time_++) * 1'000'000'000);
      batch.Set("line", store::EventValue::Text("x"));
      batch.Set("meta.took", store::EventValue::Text(took));
      EXPECT_TRUE(store_.Write(std::move(batch)).ok());
    }
  }

  base::Result<std::string> Search(const std::string& pipelines) {
    const auto body = config::ParseJson(
        R"({"size":0,"aggs":{"2":{"date_histogram":{"field":"@timestamp","fixed_interval":"1m",)"
        R"("min_doc_count":0},"aggs":{"1":{"sum":{"field":"took"}},)" +
            pipelines + "}}}}",
        "test");
    const ElasticSearcher searcher(&store_, &base::Env::Real().clock());
    const store::PatientContext context;
    return searcher.Search(context, "app", body->get());
  }

  // The values of aggregation "p" in all buckets: "-" where it has none.
  std::string Values(const std::string& pipelines) {
    const auto json = Search(pipelines);
    EXPECT_TRUE(json.ok()) << json.status().ToString();
    const auto parsed = config::ParseJson("{" + *json + "}", "reply");
    std::string out;
    const config::Node* const buckets = (*parsed)->Find("aggregations")->Find("2")->Find("buckets");
    for (const config::NodePtr& bucket : buckets->items) {
      const config::Node* const value = bucket->Find("p");
      out += (out.empty() ? "" : " ") + (value == nullptr ? std::string("-")
                                         : value->Find("value")->IsNull()
                                             ? std::string("null")
                                             : value->Find("value")->text);
    }
    return out;
  }

  int64_t time_ = 0;
  store::MemoryEventStore store_;
};

TEST_F(PipelineAggregationsTest, LooksBackOverBuckets) {
  EXPECT_EQ(Values(R"("p":{"derivative":{"buckets_path":"1"}})"), "- 2 null null");
  EXPECT_EQ(Values(R"("p":{"derivative":{"buckets_path":"1","gap_policy":"insert_zeros"}})"),
            "- 2 -6 9");
  EXPECT_EQ(Values(R"("p":{"derivative":{"buckets_path":"_count"}})"), "- -1 -1 1");
  EXPECT_EQ(Values(R"("p":{"cumulative_sum":{"buckets_path":"1"}})"), "4 10 10 19");
  EXPECT_EQ(Values(R"("p":{"serial_diff":{"buckets_path":"1","lag":3}})"), "- - - 5");
}

TEST_F(PipelineAggregationsTest, NormalizesADerivativeToItsUnit) {
  EXPECT_THAT(*Search(R"("p":{"derivative":{"buckets_path":"1","unit":"1s"}})"),
              HasSubstr(R"("p":{"value":2,"normalized_value":0.0333333)"));
}

TEST_F(PipelineAggregationsTest, MovesAWindowWithoutTheGaps) {
  const std::string fn = R"("p":{"moving_fn":{"buckets_path":"1","window":"2","script":)";
  EXPECT_EQ(Values(fn + R"x("MovingFunctions.unweightedAvg(values)"}})x"), "null 4 - 5");
  EXPECT_EQ(Values(fn + R"x({"source":"MovingFunctions.max(values)"},"shift":"1"}})x"), "4 6 - 9");
  EXPECT_EQ(Values(R"("p":{"moving_avg":{"buckets_path":"1","window":5,"model":"ewma",)"
                   R"("settings":{"alpha":0.5}}})"),
            "null 4 - 5");
}

TEST_F(PipelineAggregationsTest, RunsAScriptOverABucket) {
  EXPECT_EQ(Values(R"("p":{"bucket_script":{"buckets_path":{"a":"1","b":"_count"},)"
                   R"("script":"params.a / params.b"}})"),
            "2 6 - 9");
  EXPECT_EQ(Values(R"("p":{"bucket_script":{"buckets_path":{"a":"1"},"script":{"source":)"
                   R"("params.a * params.k","params":{"k":10}}}})"),
            "40 60 - 90");
  EXPECT_EQ(Values(R"("p":{"bucket_script":{"buckets_path":{"a":"1"},"script":"params.a / 0"}})"),
            "null null - null");
}

TEST_F(PipelineAggregationsTest, ReadsWhatAnotherPipelineMakesInAnyOrder) {
  EXPECT_EQ(Values(R"("p":{"derivative":{"buckets_path":"4"}},"4":{"cumulative_sum":)"
                   R"({"buckets_path":"1"}})"),
            "- 6 0 9");
}

TEST_F(PipelineAggregationsTest, NamesAPathThatIsNotThere) {
  for (const char* pipelines :
       {R"("p":{"derivative":{"buckets_path":"9"}})",
        R"("p":{"derivative":{"buckets_path":"q"}},"q":{"derivative":{"buckets_path":"p"}})"}) {
    EXPECT_THAT(std::string(Search(pipelines).status().message()),
                HasSubstr("No aggregation found for path"));
  }
  EXPECT_THAT(std::string(Search(R"("p":{"bucket_script":{"buckets_path":{"a":"1"},)"
                                 R"("script":"params.b"}})")
                              .status()
                              .message()),
              HasSubstr("params.b"));
  EXPECT_FALSE(Search(R"("p":{"moving_fn":{"buckets_path":"1","window":0,"script":"1"}})").ok());
}

}  // namespace
}  // namespace sb::api
