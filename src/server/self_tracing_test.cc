// SPDX-License-Identifier: Apache-2.0
#include "server/self_tracing.h"

#include <gtest/gtest.h>

namespace sb::server {
namespace {

bool IsTraced(const char* method, const char* pattern) {
  net::Route route;
  route.method = method;
  route.pattern = pattern;
  return SelfTracing::IsTraced(route);
}

TEST(SelfTracingTest, WhatBringsTelemetryIsNotTraced) {
  for (const char* pattern :
       {"/v1/traces", "/otlp/v1/traces", "/otlp/v1/metrics", "/loki/otlp/v1/logs",
        "/opentelemetry.proto.collector.trace.v1.TraceService/Export", "/api/v2/spans",
        "/zipkin/api/v1/spans", "/api/traces", "/jaeger/api/traces",
        "/jaeger.api_v2.CollectorService/PostSpans"}) {
    EXPECT_FALSE(IsTraced("POST", pattern)) << pattern;
  }
}

TEST(SelfTracingTest, ProbesAndScrapesAreNotTraced) {
  for (const char* pattern : {"/-/healthy", "/-/ready", "/metrics"}) {
    EXPECT_FALSE(IsTraced("GET", pattern)) << pattern;
  }
}

TEST(SelfTracingTest, QuestionsAndChangesAreTraced) {
  for (const char* pattern : {"/api/v1/query", "/jaeger/api/traces", "/api/traces/{traceID}",
                              "/zipkin/api/v2/spans", "/prometheus/api/v1/label/{name}/values"}) {
    EXPECT_TRUE(IsTraced("GET", pattern)) << pattern;
  }
  EXPECT_TRUE(IsTraced("POST", "/api/v1/query"));
  EXPECT_TRUE(IsTraced("POST", "/-/reload"));
  EXPECT_TRUE(IsTraced("POST", "/jaeger.api_v2.QueryService/GetTrace"));
}

TEST(SelfTracingTest, AnObserverThatWasThereIsStillCalledBeforeStartAndAfterStop) {
  net::HttpServerOptions options;
  int seen = 0;
  options.on_response = [&](const net::HttpRequest&, const net::Route&, int status, uint64_t,
                            int64_t) { seen += status; };
  SelfTracing tracing;
  tracing.Watch(&options);
  net::Route route;
  route.method = "GET";
  route.pattern = "/x";
  options.on_response(net::HttpRequest(), route, 200, 0, 1);
  tracing.Stop();
  options.on_response(net::HttpRequest(), route, 404, 0, 1);
  EXPECT_EQ(seen, 604);
}

}  // namespace
}  // namespace sb::server
