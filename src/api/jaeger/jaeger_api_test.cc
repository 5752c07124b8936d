// SPDX-License-Identifier: Apache-2.0
#include "api/jaeger/jaeger_api.h"

#include <gtest/gtest.h>

#include "api/http/testing/recording_writer.h"
#include "api/jaeger/model_proto.h"
#include "base/env.h"
#include "query/traceql/testing/trace_builder.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::api {
namespace {

using A = traceql::AttributeValue;
constexpr int64_t kSecond = 1'000'000'000;

class JaegerApiTest : public ::testing::Test {
 protected:
  JaegerApiTest() : api_({}, {base::Env::Real().clock(), store_}) {
    api_.AddRoutes(&router_);
    traceql::TraceBuilder builder;
    builder
        .Span({.trace = "a",
               .id = "1",
               .service = "front",
               .name = "GET",
               .start_ns = 10 * kSecond,
               .duration_ns = 2 * kSecond,
               .kind = 2,
               .attributes = {{"code", A::Int(500)}, {"big", A::Int(int64_t{1} << 60)}}})
        .Span({.trace = "a",
               .id = "2",
               .parent = "1",
               .service = "back",
               .name = "call",
               .start_ns = 11 * kSecond,
               .duration_ns = kSecond,
               .kind = 2,
               .status = 2});
    EXPECT_TRUE(builder.WriteTo(&store_).ok());
  }
  net::HttpResponse Get(std::string_view target) {
    return Serve(router_, MakeRequest("GET", target));
  }

  store::MemoryEventStore store_;
  JaegerApi api_;
  net::Router router_;
};

TEST_F(JaegerApiTest, ServicesAndOperations) {
  EXPECT_EQ(Get("/api/services").body,
            R"({"data":["back","front"],"total":2,"limit":0,"offset":0,"errors":null})");
  EXPECT_EQ(Get("/api/operations?service=front").body,
            R"({"data":[{"name":"GET","spanKind":"server"}],"total":1,"limit":0,"offset":0,)"
            R"("errors":null})");
  EXPECT_EQ(Get("/api/services/back/operations").body,
            R"({"data":["call"],"total":1,"limit":0,"offset":0,"errors":null})");
  EXPECT_EQ(Get("/api/v3/services").body, R"({"services":["back","front"]})");
  EXPECT_EQ(Get("/api/v3/operations?service=back&span_kind=server").body,
            R"({"operations":[{"name":"call","spanKind":"server"}]})");
}

TEST_F(JaegerApiTest, UnknownTraceIs404) {
  const net::HttpResponse reply = Get("/api/traces/bb");
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.body, R"({"data":null,"total":0,"limit":0,"offset":0,"errors":[{"code":404,)"
                        R"("msg":"trace not found"}]})");
  EXPECT_EQ(Get("/api/v3/traces/bb").body,
            R"({"error":{"httpCode":404,"message":"trace not found"}})");
  EXPECT_EQ(Get("/api/traces/xyz").status, 400);
}

TEST_F(JaegerApiTest, TracesByIdAndBySearch) {
  const std::string trace = Get("/api/traces/a").body;
  EXPECT_NE(trace.find(R"("operationName":"call","references":[{"refType":"CHILD_OF",)"),
            std::string::npos)
      << trace;
  EXPECT_NE(trace.find(R"({"key":"big","type":"int64","value":"1152921504606846976"})"),
            std::string::npos);
  EXPECT_NE(trace.find(R"({"key":"error","type":"bool","value":true})"), std::string::npos);
  for (const std::string_view search :
       {"service=front", "service=back&tags=%7B%22error%22%3A%22true%22%7D",
        "service=front&tag=code:500", "traceID=a", "service=front&minDuration=1s&start=9000000",
        "tag=span.kind:server"}) {
    EXPECT_NE(Get("/api/traces?" + std::string(search)).body.find(R"("total":1)"),
              std::string::npos)
        << search;
  }
  for (const std::string_view search :
       {"service=none", "service=front&tag=code:501", "service=front&end=9000000",
        "service=front&maxDuration=1s", "service=front&tag=error:true"}) {
    EXPECT_NE(Get("/api/traces?" + std::string(search)).body.find(R"("total":0)"),
              std::string::npos)
        << search;
  }
  EXPECT_EQ(Get("/api/traces?service=a&tags=nonsense").status, 400);
}

TEST_F(JaegerApiTest, Version3SearchNeedsTimes) {
  EXPECT_EQ(Get("/api/v3/traces?query.serviceName=front").status, 400);
  const std::string times =
      "&query.startTimeMin=1970-01-01T00:00:01Z&query.start_time_max=1970-01-01T00:01:00Z";
  EXPECT_NE(Get("/api/v3/traces?query.service_name=front" + times).body.find("000000000000000a"),
            std::string::npos);
  const std::string summaries = Get("/api/v3/trace-summaries?query.serviceName=back" + times).body;
  EXPECT_NE(summaries.find(R"("rootServiceName":"front","rootOperationName":"GET")"),
            std::string::npos)
      << summaries;
  EXPECT_NE(summaries.find(R"("spanCount":2,"errorSpanCount":1)"), std::string::npos);
}

TEST_F(JaegerApiTest, DependenciesAreEdgesBetweenServices) {
  EXPECT_EQ(Get("/api/dependencies?endTs=60000&lookback=60000").body,
            R"({"data":[{"parent":"front","child":"back","callCount":1}],"total":1,"limit":0,)"
            R"("offset":0,"errors":null})");
  EXPECT_NE(Get("/api/dependencies?endTs=5000&lookback=1000").body.find(R"("data":[])"),
            std::string::npos);
}

TEST_F(JaegerApiTest, PerformanceMetricsComeFromSpans) {
  const std::string calls =
      Get("/api/metrics/calls?service=front&endTs=20000&lookback=20000&step=10000&ratePer=10000")
          .body;
  EXPECT_NE(calls.find(R"("name":"service_call_rate","type":"GAUGE")"), std::string::npos) << calls;
  EXPECT_NE(calls.find(R"({"gaugeValue":{"doubleValue":0.1},"timestamp":"1970-01-01T00:00:10)"),
            std::string::npos)
      << calls;
  const std::string errors =
      Get("/api/metrics/errors?service=back&endTs=20000&lookback=20000&step=10000&ratePer=10000"
          "&groupByOperation=true")
          .body;
  EXPECT_NE(errors.find(R"({"name":"operation","value":"call"})"), std::string::npos) << errors;
  EXPECT_NE(errors.find(R"("doubleValue":1)"), std::string::npos) << errors;
  const std::string latencies =
      Get("/api/metrics/latencies?service=front&quantile=0.5&endTs=20000&lookback=20000"
          "&step=10000&ratePer=10000")
          .body;
  EXPECT_NE(latencies.find(R"("doubleValue":2000)"), std::string::npos) << latencies;
  EXPECT_EQ(Get("/api/metrics/latencies?service=front").status, 400);
  EXPECT_EQ(Get("/api/metrics/calls").status, 400);
}

TEST_F(JaegerApiTest, WithoutACatalogThereIsNoArchive) {
  EXPECT_EQ(Serve(router_, MakeRequest("POST", "/api/archive/a")).status, 501);
}

TEST_F(JaegerApiTest, AnArchivedTraceOutlivesTheStore) {
  auto catalog = catalog::Catalog::OpenInMemory(base::Env::Real());
  ASSERT_TRUE(catalog.ok());
  net::Router keeping;
  JaegerApi({}, {base::Env::Real().clock(), store_, catalog->get()}).AddRoutes(&keeping);
  EXPECT_EQ(Serve(keeping, MakeRequest("POST", "/api/archive/bb")).status, 404);
  EXPECT_EQ(Serve(keeping, MakeRequest("POST", "/api/archive/xyz")).status, 400);
  EXPECT_EQ(Serve(keeping, MakeRequest("POST", "/api/archive/a")).body,
            R"({"data":[],"total":0,"limit":0,"offset":0,"errors":null})");
  const std::string before = Serve(keeping, MakeRequest("GET", "/api/traces/a")).body;
  const store::MemoryEventStore later;
  net::Router router;
  JaegerApi({}, {base::Env::Real().clock(), later, catalog->get()}).AddRoutes(&router);
  EXPECT_EQ(Serve(router, MakeRequest("GET", "/api/traces/a")).body, before);
  EXPECT_EQ(Serve(router, MakeRequest("GET", "/api/v3/traces/a")).status, 200);
  EXPECT_EQ(Serve(router, MakeRequest("GET", "/api/traces/c")).status, 404);
}

}  // namespace
}  // namespace sb::api
