// SPDX-License-Identifier: Apache-2.0
#include "signalbox/sdk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "collecting_server.h"
#include "environment.h"

namespace signalbox {
namespace {

using ::testing::HasSubstr;

TEST(SdkTest, SendsAllThreeSignals) {
  testing::CollectingServer server;
  auto sdk = Sdk::Start({.service_name = "shop", .endpoint = server.url()});
  {
    ActiveSpan span(sdk->tracer("t"), "GET /cart");
    sdk->logger("l").Info("hello", {{"answer", 42}});
  }
  sdk->meter("m").CreateCounter("requests").Add(1);
  EXPECT_TRUE(sdk->Flush(10'000));
  sdk->Shutdown();
  std::map<std::string, std::string> bodies;
  for (const testing::CollectedRequest& request : server.requests()) {
    bodies[request.path] += request.body;
    EXPECT_THAT(request.head, HasSubstr("Content-Type: application/x-protobuf"));
  }
  EXPECT_THAT(bodies["/v1/traces"], HasSubstr("GET /cart"));
  EXPECT_THAT(bodies["/v1/traces"], HasSubstr("shop"));
  EXPECT_THAT(bodies["/v1/logs"], HasSubstr("hello"));
  EXPECT_THAT(bodies["/v1/metrics"], HasSubstr("requests"));
  EXPECT_EQ(sdk->counts().spans_sent, 1U);
  EXPECT_EQ(sdk->counts().logs_sent, 1U);
}

TEST(SdkTest, TriesAgainWhatTheServerMayTakeLater) {
  testing::CollectingServer server;
  server.AnswerWith({503, 200});
  auto sdk = Sdk::Start({.endpoint = server.url(), .sends_metrics = false});
  sdk->tracer("t").StartSpan("s").End();
  ASSERT_TRUE(server.WaitFor("/v1/traces", 2));
  sdk->Shutdown();
  EXPECT_EQ(sdk->counts().spans_sent, 1U);
  EXPECT_EQ(sdk->counts().spans_dropped_refused, 0U);
}

TEST(SdkTest, CountsWhatTheServerRefuses) {
  testing::CollectingServer server;
  server.AnswerWith({400});
  auto sdk = Sdk::Start({.endpoint = server.url(), .sends_metrics = false});
  sdk->tracer("t").StartSpan("s").End();
  EXPECT_TRUE(sdk->Flush(10'000));
  EXPECT_EQ(sdk->counts().spans_dropped_refused, 1U);
}

TEST(SdkTest, AFullQueueDropsAndCountsWithoutWaiting) {
  // Nobody listens on port 1: the worker is busy trying.
  auto sdk = Sdk::Start({.endpoint = "http://127.0.0.1:1",
                         .sends_metrics = false,
                         .queue_max = 10,
                         .batch_max = 5,
                         .shutdown_ms = 0});
  const Tracer tracer = sdk->tracer("t");
  for (int i = 0; i < 1000; ++i) {
    tracer.StartSpan("s").End();
  }
  EXPECT_GE(sdk->counts().spans_dropped_queue_full, 900U);
  sdk->Shutdown();
  const SdkCounts counts = sdk->counts();
  EXPECT_EQ(counts.spans_dropped_queue_full + counts.spans_dropped_refused, 1000U);
}

TEST(SdkTest, TheEnvironmentWins) {
  setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/", 1);
  setenv("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://other/x", 1);
  setenv("OTEL_EXPORTER_OTLP_HEADERS", "api-key=a%20b", 1);
  setenv("OTEL_TRACES_SAMPLER", "sometimes", 1);
  setenv("OTEL_METRIC_EXPORT_INTERVAL", "1500", 1);
  std::string problems;
  const Options options = internal::WithEnvironment({.endpoint = "http://code"}, &problems);
  EXPECT_EQ(TransportOf(internal::Signal::kTraces, options).address,
            "http://collector:4318/v1/traces");
  EXPECT_EQ(TransportOf(internal::Signal::kLogs, options).address, "http://other/x");
  EXPECT_EQ(options.headers.at(0).second, "a b");
  EXPECT_EQ(options.metric_interval_ms, 1500);
  EXPECT_THAT(problems, HasSubstr("OTEL_TRACES_SAMPLER cannot be read: sometimes"));
  for (const char* name :
       {"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
        "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_TRACES_SAMPLER", "OTEL_METRIC_EXPORT_INTERVAL"}) {
    unsetenv(name);
  }
}

}  // namespace
}  // namespace signalbox
