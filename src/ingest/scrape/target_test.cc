// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/target.h"

#include <gtest/gtest.h>

namespace sb::scrape {
namespace {

ScrapeConfig Config() {
  ScrapeConfig config;
  config.job_name = "node";
  config.scrape_interval = base::Seconds(15);
  config.scrape_timeout = base::Seconds(10);
  return config;
}

base::Result<BuiltLabels> Build(const ScrapeConfig& config, const discovery::LabelMap& target,
                                const discovery::LabelMap& group = {}) {
  auto rules = model::RelabelRules::Create(config.relabel_configs, model::NameValidation::kUtf8);
  EXPECT_TRUE(rules.ok()) << rules.status().ToString();
  return BuildTargetLabels(config, *rules, target, group);
}

std::string Error(const ScrapeConfig& config, const discovery::LabelMap& target) {
  const auto built = Build(config, target);
  return built.ok() ? "no error" : std::string(built.status().message());
}

TEST(TargetTest, HasTheDefaultsOfItsJob) {
  const auto built =
      Build(Config(), {{"__address__", "h:9100"}, {"__meta_x", "y"}}, {{"env", "p"}});
  ASSERT_TRUE(built.ok()) << built.status().ToString();
  EXPECT_EQ(built->discovered.Get("__meta_x"), "y");
  EXPECT_FALSE(built->labels.Has("__meta_x"));
  EXPECT_EQ(built->labels.Get("instance"), "h:9100");
  EXPECT_EQ(built->labels.Get("job"), "node");
  EXPECT_EQ(built->labels.Get("env"), "p");
  EXPECT_EQ(built->labels.Get("__scrape_interval__"), "15s");
  const Target target(Config(), built->labels, built->discovered);
  EXPECT_EQ(target.url(), "http://h:9100/metrics");
  EXPECT_EQ(target.public_labels().ToString(), R"({env="p", instance="h:9100", job="node"})");
  EXPECT_EQ(target.interval().Value(), 15'000);
  EXPECT_EQ(target.timeout().Value(), 10'000);
  EXPECT_EQ(target.state().health, TargetHealth::kUnknown);
}

TEST(TargetTest, LabelsOverrideTheJob) {
  const auto built = Build(Config(), {{"__address__", "[::1]:1"},
                                      {"job", "own"},
                                      {"instance", "me"},
                                      {"__scheme__", "https"},
                                      {"__metrics_path__", "/a b?c"},
                                      {"__scrape_interval__", "1m"},
                                      {"__scrape_timeout__", "20s"},
                                      {"__param_q", "x y&z"},
                                      {"__scrape_native_histograms__", "true"}});
  ASSERT_TRUE(built.ok()) << built.status().ToString();
  const Target target(Config(), built->labels, built->discovered);
  EXPECT_EQ(target.url(), "https://[::1]:1/a%20b%3Fc?q=x+y%26z");
  EXPECT_EQ(target.public_labels().ToString(), R"({instance="me", job="own"})");
  EXPECT_EQ(target.interval().Value(), 60'000);
  EXPECT_EQ(target.timeout().Value(), 20'000);
  EXPECT_TRUE(target.Flag("__scrape_native_histograms__", false));
}

TEST(TargetTest, ParametersOfTheJobAreKeptBehindTheFirst) {
  ScrapeConfig config = Config();
  config.params = {{"module", {"http", "tls"}}, {"a", {"1"}}};
  config.relabel_configs = {
      {.source_labels = std::vector<std::string>{"__address__"}, .target_label = "__param_target"},
      {.target_label = "__param_module", .replacement = "icmp"}};
  const auto built = Build(config, {{"__address__", "h"}});
  ASSERT_TRUE(built.ok()) << built.status().ToString();
  EXPECT_EQ(TargetUrl(config, built->labels),
            "http://h/metrics?a=1&module=icmp&module=tls&target=h");
}

TEST(TargetTest, RulesDropTargets) {
  ScrapeConfig config = Config();
  config.relabel_configs = {{.source_labels = std::vector<std::string>{"__meta_keep"},
                             .regex = "yes",
                             .action = model::RelabelAction::kKeep}};
  EXPECT_TRUE(Build(config, {{"__address__", "h"}})->labels.empty());
  EXPECT_FALSE(Build(config, {{"__address__", "h"}, {"__meta_keep", "yes"}})->labels.empty());
}

TEST(TargetTest, RefusesWhatCannotBeScraped) {
  EXPECT_EQ(Error(Config(), {{"x", "y"}}), "no address");
  EXPECT_EQ(Error(Config(), {{"__address__", "http://h/"}}),
            "\"http://h/\" is not a valid hostname");
  EXPECT_EQ(Error(Config(), {{"__address__", "h"}, {"__scrape_interval__", "soon"}}),
            "error parsing scrape interval: not a valid duration string: \"soon\"");
  EXPECT_EQ(Error(Config(), {{"__address__", "h"}, {"__scrape_interval__", "0s"}}),
            "scrape interval cannot be 0");
  EXPECT_EQ(Error(Config(), {{"__address__", "h"}, {"__scrape_timeout__", "1m"}}),
            "scrape timeout cannot be greater than scrape interval (\"1m\" > \"15s\")");
  EXPECT_EQ(Error(Config(), {{"__address__", "h"}, {"__scrape_native_histograms__", "maybe"}}),
            "error parsing scrape native histograms: \"maybe\"");
  EXPECT_EQ(Error(Config(), {{"__address__", "h"}, {"x", "\xff"}}),
            "invalid label value for \"x\": \"\\xff\"");
}

TEST(TargetTest, HashDependsOnLabelsAndUrlOnly) {
  const auto hash = [](const discovery::LabelMap& labels) {
    const auto built = Build(Config(), labels);
    return Target(Config(), built->labels, built->discovered).hash();
  };
  EXPECT_EQ(hash({{"__address__", "h"}}), hash({{"__address__", "h"}, {"__meta_a", "b"}}));
  EXPECT_NE(hash({{"__address__", "h"}}), hash({{"__address__", "g"}}));
  EXPECT_NE(hash({{"__address__", "h"}}), hash({{"__address__", "h"}, {"__param_x", "1"}}));
}

}  // namespace
}  // namespace sb::scrape
