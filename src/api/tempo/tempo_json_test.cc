// SPDX-License-Identifier: Apache-2.0
#include "api/tempo/tempo_json.h"

#include <gtest/gtest.h>

#include <limits>

#include "api/tempo/tempo_proto.h"
#include "encoding/protobuf.h"

namespace sb::api::tempo {
namespace {

traceql::SearchResult OneTrace() {
  traceql::FoundSpan span;
  span.span_id = std::string("\0\0\0\0\0\0\0\1", 8);
  span.name = "GET";
  span.start_ns = 5;
  span.duration_ns = 7;
  span.attributes.emplace_back("status", traceql::OwnedValue::From(traceql::Value::Status(0)));
  span.attributes.emplace_back("n", traceql::OwnedValue::From(traceql::Value::Int(3)));
  traceql::FoundTrace trace;
  trace.trace_id = std::string(15, '\0') + "\x0a";
  trace.start_ns = 5;
  trace.duration_ns = 2'000'000;
  trace.spansets.push_back({{span}, 4, {}});
  trace.services["cart"] = {2, 1};
  traceql::SearchResult result;
  result.traces.push_back(trace);
  return result;
}

TEST(TempoJsonTest, SearchHasTheShapeThatGrafanaDecodes) {
  const std::string set =
      R"({"spans":[{"spanID":"0000000000000001","name":"GET","startTimeUnixNano":"5",)"
      R"("durationNanos":"7","attributes":[{"key":"status","value":{"stringValue":"error"}},)"
      R"({"key":"n","value":{"intValue":"3"}}]}],"matched":4})";
  EXPECT_EQ(SearchJson(OneTrace()),
            R"({"traces":[{"traceID":"a","rootServiceName":"<root span not yet received>",)"
            R"("startTimeUnixNano":"5","durationMs":2,"spanSet":)" +
                set + R"(,"spanSets":[)" + set +
                R"(],"serviceStats":{"cart":{"spanCount":2,"errorCount":1}}}],"metrics":)"
                R"({"inspectedTraces":0,"inspectedBytes":"0","inspectedSpans":"0","totalBlocks":0,)"
                R"("completedJobs":1,"totalJobs":1,"totalBlockBytes":"0"}})");
}

TEST(TempoJsonTest, MetricsLeaveOutStepsWithoutAPoint) {
  traceql::MetricsResult result;
  result.grid = {1'000'000'000, 1'000'000'000, 2};
  traceql::MetricsSeries series;
  series.labels.emplace_back("p", traceql::OwnedValue::From(traceql::Value::Float(0.5)));
  series.values = {std::numeric_limits<double>::quiet_NaN(), 1.5};
  result.series.push_back(series);
  result.notes.messages = {"a", "a", "b"};
  const std::string json = QueryRangeJson(result);
  EXPECT_NE(json.find(R"({"labels":[{"key":"p","value":{"doubleValue":0.5}}],)"
                      R"("samples":[{"timestampMs":"2000","value":1.5}]})"),
            std::string::npos)
      << json;
  EXPECT_NE(json.find(R"("message":"a; b")"), std::string::npos);
}

TEST(TempoProtoTest, SearchRequestAndReply) {
  std::string message;
  encoding::ProtoWriter writer(&message);
  writer.Varint(4, 5);
  writer.Varint(5, 10);
  writer.Varint(6, 20);
  writer.Bytes(8, "{}");
  const auto request = SearchFromProto(message);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->query, "{}");
  EXPECT_EQ(request->options.limit, 5U);
  EXPECT_EQ(request->options.range.start_ns, 10'000'000'000);
  const std::string reply = SearchToProto(OneTrace().traces, OneTrace().notes, true);
  encoding::ProtoReader reader(reply);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.field(), 1U);
  encoding::ProtoReader trace(reader.Bytes());
  ASSERT_TRUE(trace.Next());
  EXPECT_EQ(trace.Bytes(), "a");
  EXPECT_FALSE(SearchFromProto("\xff").ok());
}

}  // namespace
}  // namespace sb::api::tempo
