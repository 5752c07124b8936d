// SPDX-License-Identifier: Apache-2.0
#include "ingest/jaeger/sampling_strategies.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "base/env.h"

namespace sb::ingest {
namespace {

SamplingStrategies Parsed(const std::string& text) {
  auto parsed = SamplingStrategies::Parse(text, "s.json");
  EXPECT_TRUE(parsed.ok()) << parsed.status().ToString();
  return parsed.ok() ? *std::move(parsed) : SamplingStrategies();
}

TEST(SamplingStrategiesTest, WithoutAFileEachServiceGetsOneInAThousand) {
  EXPECT_EQ(SamplingStrategies().Find("any").Json(),
            R"({"strategyType":"PROBABILISTIC","probabilisticSampling":{"samplingRate":0.001}})");
}

TEST(SamplingStrategiesTest, MistakesAreNamedWithTheirPlace) {
  const auto parsed = SamplingStrategies::Parse(
      "{\"default_strategy\":\n  {\"type\":\"sometimes\",\"param\":1}}", "s.json");
  const std::string_view message = parsed.status().message();
  EXPECT_TRUE(message.starts_with("s.json:2:")) << message;
  EXPECT_TRUE(message.ends_with(": unknown strategy (probabilistic, ratelimiting): sometimes"))
      << message;
  EXPECT_FALSE(
      SamplingStrategies::Parse(R"({"default_strategy":{"type":"probabilistic"}})", "s").ok());
  EXPECT_FALSE(SamplingStrategies::Parse("{", "s").ok());
}

TEST(SamplingStrategiesTest, RateLimitsOfAServiceStay) {
  const SamplingStrategies all =
      Parsed(R"({"service_strategies":[{"service":"bar","type":"ratelimiting","param":5}]})");
  EXPECT_EQ(all.Find("bar").Json(),
            R"({"strategyType":"RATE_LIMITING","rateLimitingSampling":{"maxTracesPerSecond":5}})");
  EXPECT_EQ(all.Find("bar").Proto(), std::string("\x08\x01\x1A\x02\x08\x05", 6));
}

TEST(SamplingStrategiesTest, ConformanceFilesOfTheReference) {
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (folder == nullptr) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const auto load = [&](const std::string& name) {
    const auto text =
        base::Env::Real().files().ReadFile(std::string(folder) + "/jaeger/sampling/" + name);
    EXPECT_TRUE(text.ok()) << name;
    return Parsed(text.ok() ? *text : "{}");
  };
  int passed = 0;
  const auto expect = [&](const SamplingStrategy& strategy, const std::string& json) {
    EXPECT_EQ(strategy.Json(), json);
    passed += strategy.Json() == json ? 1 : 0;
  };
  const std::string bounds =
      R"("defaultLowerBoundTracesPerSecond":0,"defaultUpperBoundTracesPerSecond":0,)";
  const SamplingStrategies plain = load("strategies.json");
  expect(plain.Find("foo"),
         R"({"strategyType":"PROBABILISTIC","probabilisticSampling":{"samplingRate":0.8}})");
  expect(plain.Find("bar"),
         R"({"strategyType":"RATE_LIMITING","rateLimitingSampling":{"maxTracesPerSecond":5}})");
  expect(plain.Find("other"),
         R"({"strategyType":"PROBABILISTIC","probabilisticSampling":{"samplingRate":0.5}})");
  // TestServiceNoPerOperationStrategies_ServiceA.json: the default's operations, its own rate.
  expect(load("service_no_per_operation.json").Find("ServiceA"),
         R"({"strategyType":"PROBABILISTIC","probabilisticSampling":{"samplingRate":1},)"
         R"("operationSampling":{"defaultSamplingProbability":1,)" +
             bounds +
             R"("perOperationStrategies":[{"operation":"/health",)"
             R"("probabilisticSampling":{"samplingRate":0.1}}]}})");
  const SamplingStrategies merged = load("operation_strategies.json");
  std::string operations;
  for (const SamplingStrategy::Operation& operation : merged.Find("foo").operations) {
    operations += operation.name + " " + std::to_string(operation.probability).substr(0, 3) + ";";
  }
  EXPECT_EQ(operations, "op6 0.5;op1 0.2;op0 0.2;op7 1.0;");
  passed += operations == "op6 0.5;op1 0.2;op0 0.2;op7 1.0;" ? 1 : 0;
  std::printf("conformance: jaeger sampling %d of 5\n", passed);
}

}  // namespace
}  // namespace sb::ingest
