// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/log_pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/simulated_env.h"
#include "config/yaml_reader.h"
#include "ingest/pipeline/log_metrics.h"
#include "ingest/pipeline/log_writer.h"
#include "ingest/pipeline/testing/captured_logs.h"
#include "ingest/pipeline/testing/fake_store.h"

namespace sb::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// The stages of a YAML sequence, or the complaint.
base::Result<std::vector<LogStageConfig>> Stages(std::string_view yaml) {
  SB_ASSIGN_OR_RETURN(const config::NodePtr root, config::ParseYaml(yaml, "test.yaml"));
  config::ErrorList errors("test.yaml");
  std::vector<LogStageConfig> stages;
  config::Codec<std::vector<LogStageConfig>>::Read(*root, {}, &stages, errors);
  SB_RETURN_IF_ERROR(errors.ToStatus());
  return stages;
}

class LogPipelineTest : public testing::Test {
 protected:
  void Configure(std::string_view yaml) {
    const auto stages = Stages(yaml);
    ASSERT_TRUE(stages.ok()) << stages.status().ToString();
    const auto pipeline = LogPipeline::Make(*stages, &env_, &metrics_);
    ASSERT_TRUE(pipeline.ok()) << pipeline.status().ToString();
    LogIngestOptions options;
    options.pipeline = *pipeline;
    writer_.Configure(options);
  }
  void Send(std::string_view line, std::string_view app = "shop") {
    LogBatch batch = writer_.NewBatch();
    LogRecordView record;
    record.time_ns = 1;
    record.line = line;
    batch.Add(batch.Stream({{"app", app}}), record);
    ASSERT_TRUE(writer_.Write(std::move(batch)).ok());
  }

  base::SimulatedEnv env_{1};
  base::Registry registry_;
  LossCounters losses_{&registry_};
  LogMetrics metrics_{nullptr, &losses_};
  CapturedLogs store_;
  LogWriter writer_{&store_, &losses_, &registry_};
};

TEST_F(LogPipelineTest, MatchTakesLineFilters) {
  Configure("- {redact: o, with: '0', match: '{app=\"shop\"} |= \"order\" !~ \"de.ug\"'}");
  Send("order");
  Send("debug order");
  Send("other");
  Send("order", "other app");
  std::vector<std::string> lines;
  for (const auto& [labels, entries] : store_.streams) {
    for (const CapturedEntry& entry : entries) {
      lines.push_back(entry.line);
    }
  }
  EXPECT_THAT(lines, testing::UnorderedElementsAre("0rder", "debug order", "other", "order"));
}

TEST_F(LogPipelineTest, MatchIsAStageAsPromtailHasIt) {
  Configure(R"(
- match:
    selector: '{app="shop"} |= "healthz"'
    action: drop
    drop_counter_reason: health
- match:
    pipeline_name: orders
    selector: '{app="shop"} |~ "order|cart"'
    stages:
    - parse: logfmt
    - labels: {team: $team}
    - match: {selector: '{team="blue"} |= "card"', stages: [{redact: '[0-9]+'}, {drop: secret}]}
- redact: cart
)");
  Send("GET /healthz");
  Send("order team=blue card=41");
  Send("order team=red card=42");
  Send("order team=blue card=43 secret");
  Send("cart team=green");
  Send("neither team=blue card=44");
  EXPECT_EQ(store_.streams.size(), 4U);
  const auto line = [this](std::string_view team) {
    CapturedLogs::Labels labels = {{"app", "shop"}, {"service_name", "shop"}};
    if (!team.empty()) {
      labels["team"] = team;
    }
    return store_.streams.at(labels)[0].line;
  };
  EXPECT_EQ(line("blue"), "order team=blue card=***");
  EXPECT_EQ(line("red"), "order team=red card=42");
  EXPECT_EQ(line("green"), "*** team=green");
  EXPECT_EQ(line(""), "neither team=blue card=44");
  EXPECT_EQ(losses_.Get(LossReason::kLogStageDropped), 2U);
}

TEST(LogStageConfigTest, SaysWhatIsWrongWithAMatch) {
  const auto why = [](std::string_view yaml) {
    return std::string(Stages(yaml).status().message());
  };
  EXPECT_THAT(why("- match: {selector: '{a=\"b\"}', action: keep}"), HasSubstr("needs stages"));
  EXPECT_THAT(why("- match: {selector: '{a=\"b\"}', action: drop, stages: [{drop: x}]}"),
              HasSubstr("has no stages"));
  EXPECT_THAT(why("- match: {selector: '{a=\"b\"}', action: halt}"), HasSubstr("halt"));
  EXPECT_THAT(why("- match: {action: drop}"), HasSubstr("needs a selector"));
  EXPECT_THAT(why("- match: {selector: '{a=\"b\"} | json', action: drop}"),
              HasSubstr("line filters"));
  EXPECT_THAT(why("- match: {selector: '{a=\"b\"} |~ \"(\"', action: drop}"), HasSubstr("("));
  EXPECT_THAT(why("- {drop: x, match: {selector: '{a=\"b\"}', action: drop}}"),
              HasSubstr("this one has 2"));
  EXPECT_THAT(why("- match: {selector: '{a=\"b\"}', stages: [{parse: xml}]}"), HasSubstr("xml"));
}

TEST_F(LogPipelineTest, ParsesJsonIntoFieldsLineAndTime) {
  Configure("- {parse: json, message: msg, time: ts}");
  Send(
      R"({"msg":"hello","ts":"2025-11-20T10:00:00Z","user":{"id":7},"tags":["a"],"level":"warn"})");
  const CapturedEntry entry = store_.Entries().at(0);
  EXPECT_EQ(entry.line, "hello");
  EXPECT_EQ(entry.time_ns, 1763632800000000000);
  EXPECT_EQ(entry.metadata.at("user_id"), "7");
  EXPECT_EQ(entry.metadata.at("tags"), "[\"a\"]");
  EXPECT_EQ(entry.metadata.at("detected_level"), "warn");
}

TEST_F(LogPipelineTest, KeepsBrokenJson) {
  Configure("- {parse: json}");
  Send(R"({"a":"1","b":)");
  EXPECT_EQ(store_.Entries().at(0).metadata.at("a"), "1");
  EXPECT_EQ(store_.Entries().at(0).line, R"({"a":"1","b":)");
}

TEST_F(LogPipelineTest, ParsesLogfmtAndRegex) {
  Configure("- {parse: logfmt, fields: [a, c.d]}\n- {parse: regex, regex: 'id=(?P<id>\\d+)'}");
  Send(R"(flag a=1 b=2 c.d="x y\"z" id=42)");
  const auto metadata = store_.Entries().at(0).metadata;
  EXPECT_EQ(metadata.at("a"), "1");
  EXPECT_FALSE(metadata.contains("b"));
  EXPECT_EQ(metadata.at("id"), "42");
}

TEST_F(LogPipelineTest, LabelsMoveTheRecordToAnotherStream) {
  Configure("- {parse: json}\n- {labels: {team: blue, tenant: $tenant, none: $nope, app: ''}}");
  Send(R"({"tenant":"t1"})");
  EXPECT_EQ(store_.streams.begin()->first,
            (CapturedLogs::Labels{
                {"service_name", "unknown_service"}, {"team", "blue"}, {"tenant", "t1"}}));
}

TEST_F(LogPipelineTest, DropsAndCounts) {
  Configure("- {drop: 'GET /healthz', match: '{app=\"shop\"}'}");
  Send("GET /healthz 200");
  Send("GET /healthz 200", "other");
  Send("GET /cart 200");
  EXPECT_EQ(store_.count(), 2U);
  EXPECT_EQ(losses_.Get(LossReason::kLogStageDropped), 1U);
}

TEST_F(LogPipelineTest, RedactsLineAndFields) {
  Configure("- {parse: json}\n- {redact: '\\b\\d{12}(\\d{4})\\b', with: '****\\1'}");
  Send(R"({"card":"4111111111111111","n":"12"})");
  const CapturedEntry entry = store_.Entries().at(0);
  EXPECT_EQ(entry.line, R"({"card":"****1111","n":"12"})");
  EXPECT_EQ(entry.metadata.at("card"), "****1111");
}

TEST_F(LogPipelineTest, LimitsEachValueOfALabel) {
  Configure("- {limit: 2, by: app}");
  for (int i = 0; i < 5; ++i) {
    Send("x" + std::to_string(i));
  }
  Send("y", "other");
  EXPECT_EQ(store_.count(), 3U);
  EXPECT_EQ(losses_.Get(LossReason::kLogRateLimit), 3U);
  env_.manual_clock().Advance(base::Seconds(1));
  Send("again");
  EXPECT_EQ(store_.count(), 4U);
}

TEST_F(LogPipelineTest, MakesMetrics) {
  Configure(
      "- {parse: logfmt}\n- {metric: lines_total, by_labels: [app]}\n"
      "- {metric: took_seconds, value: took, buckets: [0.1, 1]}");
  Send("took=0.05");
  Send("took=0.5");
  Send("nothing");
  EXPECT_THAT(metrics_.Print(),
              ElementsAre("lines_total{app=\"shop\"} 3", "took_seconds_bucket{le=\"0.1\"} 1",
                          "took_seconds_bucket{le=\"1\"} 2", "took_seconds_bucket{le=\"+Inf\"} 2",
                          "took_seconds_sum 0.55", "took_seconds_count 2"));
}

TEST_F(LogPipelineTest, SaysWhatIsWrongWithAStage) {
  EXPECT_THAT(Stages("- {}").status().message(), HasSubstr("exactly one of"));
  EXPECT_THAT(Stages("- {drop: 'a', limit: 3}").status().message(), HasSubstr("has 2"));
  EXPECT_THAT(Stages("- {parse: xml}").status().message(), HasSubstr("xml"));
  EXPECT_THAT(Stages("- {drop: '('}").status().message(), HasSubstr("test.yaml:1"));
  EXPECT_THAT(Stages("- {drop: a, match: 'app=shop'}").status().message(), HasSubstr("app=shop"));
  EXPECT_THAT(Stages("- {parse: regex}").status().message(), HasSubstr("regex"));
}

TEST(LogMetricsTest, WritesToTheMetricsStore) {
  base::Registry registry;
  LossCounters losses(&registry);
  FakeStore store;
  LogMetrics metrics(&store, &losses);
  metrics.Count("lines_total", {{"app", "a"}}, 2);
  ASSERT_TRUE(metrics.Flush(base::TimestampMs(1'700'000'000'000)).ok());
  EXPECT_NE(store.Find(R"(lines_total{app="a"})"), nullptr);
}

}  // namespace
}  // namespace sb::ingest
