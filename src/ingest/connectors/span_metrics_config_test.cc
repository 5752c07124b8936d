// SPDX-License-Identifier: Apache-2.0
#include "ingest/connectors/span_metrics_config.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "base/env.h"
#include "config/yaml_reader.h"

namespace sb::ingest {
namespace {

TEST(SpanMetricsConfigTest, ConformanceConfigurationsLoadOrAreRefused) {
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (folder == nullptr) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const auto text =
      base::Env::Real().files().ReadFile(std::string(folder) + "/spanmetrics/config.yaml");
  ASSERT_TRUE(text.ok());
  const auto root = config::ParseYaml(*text, "config.yaml");
  ASSERT_TRUE(root.ok());
  int passed = 0;
  int total = 0;
  for (const config::Node::Entry& entry : (*root)->entries) {
    const std::string& name = entry.key->text;
    const bool must_fail = name.find("invalid_") != std::string::npos ||
                           name.find("exponential_and_explicit") != std::string::npos;
    config::ErrorList errors("config.yaml");
    SpanMetricsConfig config;
    OptionsOf(&config).Read(*entry.value, &config, errors);
    EXPECT_EQ(errors.empty(), !must_fail) << name << ": " << errors.ToStatus().ToString();
    ++total;
    passed += errors.empty() == !must_fail ? 1 : 0;
    if (name == "spanmetrics/full") {
      std::vector<std::string> notices;
      const SpanMetricsOptions options = OptionsFrom(config, &notices);
      EXPECT_EQ(options.shape.bounds, (std::vector<double>{0.01, 0.1, 0.25}));
      EXPECT_EQ(options.exemplars_max, 5U);
      EXPECT_EQ(options.groups.at(0).dimensions.size(), 6U);
      EXPECT_EQ(notices.size(), 1U);
    }
  }
  std::printf("conformance: spanmetrics config %d of %d\n", passed, total);
}

TEST(SpanMetricsConfigTest, UnknownKeysAreRefusedWithTheirPlace) {
  const auto root = config::ParseYaml("histogram:\n  buckets: [1ms]\n", "c.yaml");
  ASSERT_TRUE(root.ok());
  config::ErrorList errors("c.yaml");
  SpanMetricsConfig config;
  OptionsOf(&config).Read(**root, &config, errors);
  EXPECT_TRUE(errors.ToStatus().message().starts_with("c.yaml:2:3: "))
      << errors.ToStatus().ToString();
}

}  // namespace
}  // namespace sb::ingest
