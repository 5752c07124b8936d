// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/sample_labels.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sb::scrape {
namespace {

struct Fixture {
  ScrapeConfig config;
  model::LabelSet target =
      model::LabelSet::FromPairs({{"__address__", "h:1"}, {"instance", "h:1"}, {"job", "node"}});

  std::string Apply(std::vector<std::pair<std::string, std::string>> pairs) const {
    std::sort(pairs.begin(), pairs.end());
    std::vector<model::Label> labels;
    for (const auto& [name, value] : pairs) {
      labels.push_back({name, value});
    }
    auto rules =
        model::RelabelRules::Create(config.metric_relabel_configs, model::NameValidation::kUtf8);
    EXPECT_TRUE(rules.ok()) << rules.status().ToString();
    const SampleLabels sample_labels(config, target, std::move(*rules));
    const auto result = sample_labels.Apply(labels);
    return result.ok() ? (result->empty() ? "dropped" : result->ToString())
                       : std::string(result.status().message());
  }
};

TEST(SampleLabelsTest, JoinsTargetLabelsAndRenamesConflicts) {
  const Fixture fixture;
  EXPECT_EQ(fixture.Apply({{"__name__", "up"}, {"a", "b"}}),
            R"(up{a="b", instance="h:1", job="node"})");
  EXPECT_EQ(fixture.Apply({{"__name__", "up"}, {"job", "x"}, {"exported_job", "y"}}),
            R"(up{exported_exported_job="x", exported_job="y", instance="h:1", job="node"})");
  EXPECT_EQ(fixture.Apply({{"__name__", "up"}, {"job", ""}}), R"(up{instance="h:1", job="node"})");
}

TEST(SampleLabelsTest, HonorLabelsLeavesTheTargetsOwn) {
  Fixture fixture;
  fixture.config.honor_labels = true;
  EXPECT_EQ(fixture.Apply({{"__name__", "up"}, {"job", "x"}}), R"(up{instance="h:1", job="x"})");
}

TEST(SampleLabelsTest, MetricRulesMayDropOrRename) {
  Fixture fixture;
  fixture.config.metric_relabel_configs = {
      {.source_labels = std::vector<std::string>{"__name__"},
       .regex = "bad_.*",
       .action = model::RelabelAction::kDrop},
      {.regex = "secret", .action = model::RelabelAction::kLabelDrop}};
  EXPECT_EQ(fixture.Apply({{"__name__", "bad_metric"}}), "dropped");
  EXPECT_EQ(fixture.Apply({{"__name__", "good"}, {"secret", "x"}}),
            R"(good{instance="h:1", job="node"})");
  fixture.config.metric_relabel_configs = {
      {.regex = "__name__", .action = model::RelabelAction::kLabelDrop}};
  EXPECT_EQ(fixture.Apply({{"__name__", "good"}}), "missing metric name (__name__ label)");
}

TEST(SampleLabelsTest, LimitsNameTheMetricAndTheLimit) {
  Fixture fixture;
  fixture.config.limits.label_limit = 3;
  EXPECT_EQ(fixture.Apply({{"__name__", "m"}, {"a", "1"}}),
            "label_limit exceeded (metric: m, number of labels: 4, limit: 3)");
  fixture.config.limits = ScrapeLimits();
  fixture.config.limits.label_name_length_limit = 8;
  EXPECT_EQ(fixture.Apply({{"__name__", "m"}, {"a_long_name", "1"}}),
            "label_name_length_limit exceeded (metric: m, label name: a_long_name, length: 11, "
            "limit: 8)");
  fixture.config.limits = ScrapeLimits();
  fixture.config.limits.label_value_length_limit = 10;
  EXPECT_EQ(fixture.Apply({{"__name__", "m"}, {"a", std::string(1 << 20, 'x')}}),
            "label_value_length_limit exceeded (metric: m, label name: a, value: \"" +
                std::string(50, 'x') + "\", length: 1048576, limit: 10)");
}

TEST(SampleLabelsTest, RefusesWhatNoStoreMayHold) {
  Fixture fixture;
  EXPECT_EQ(fixture.Apply({{"__name__", "m"}, {"a", "1"}, {"a", "2"}}),
            "label name \"a\" is not unique: invalid sample");
  EXPECT_TRUE(fixture.Apply({{"__name__", "m"}, {"a", "\xff"}})
                  .starts_with("invalid metric name or label names: "));
  EXPECT_EQ(fixture.Apply({{"__name__", "a.b"}, {"日本", "1"}}),
            R"({"a.b", instance="h:1", job="node", "日本"="1"})");
  fixture.config.metric_name_validation_scheme = "legacy";
  EXPECT_TRUE(
      fixture.Apply({{"__name__", "a.b"}}).starts_with("invalid metric name or label names: "));
}

TEST(SampleLabelsTest, ReportSeriesCarryTheTargetLabels) {
  const Fixture fixture;
  const SampleLabels labels(fixture.config, fixture.target, model::RelabelRules());
  EXPECT_EQ(labels.Report("up").ToString(), R"(up{instance="h:1", job="node"})");
}

}  // namespace
}  // namespace sb::scrape
