// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/trace_fetch.h"

#include <gtest/gtest.h>

#include "query/traceql/testing/trace_builder.h"
#include "store/interface/testing/memory_event_store.h"
#include "wire/otlp/proto_to_json.h"

namespace sb::traceql {
namespace {

using A = AttributeValue;

TEST(TraceFetchTest, GivesTheTraceBackAsItCame) {
  store::MemoryEventStore store;
  const store::PatientContext context;
  ASSERT_TRUE(TraceBuilder()
                  .Span({.trace = "a",
                         .id = "1",
                         .service = "cart",
                         .name = "GET",
                         .start_ns = 5,
                         .duration_ns = 10,
                         .kind = 2,
                         .status = 2,
                         .status_message = "no",
                         .attributes = {{"code", A::Int(0)}, {"list", A::Array({A::Bool(false)})}},
                         .scope_name = "lib",
                         .events = {{.name = "e", .time_ns = 7}},
                         .links = {{.trace = "b", .span = "2"}}})
                  .Span({.trace = "b", .id = "2"})
                  .WriteTo(&store)
                  .ok());
  const auto found = FetchTraces(store, context, {TraceIdBytes("a"), TraceIdBytes("c")});
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->traces.size(), 1U);
  std::string json;
  ASSERT_TRUE(wire::AppendProtoAsJson(wire::JsonTraceRequest(), found->traces.at(TraceIdBytes("a")),
                                      wire::JsonDialect::kOtlp, &json)
                  .ok());
  EXPECT_EQ(json,
            R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":)"
            R"({"stringValue":"cart"}}]},"scopeSpans":[{"scope":{"name":"lib"},"spans":[)"
            R"({"traceId":"0000000000000000000000000000000a","spanId":"0000000000000001",)"
            R"("name":"GET","kind":2,"startTimeUnixNano":"5","endTimeUnixNano":"15",)"
            R"("attributes":[{"key":"code","value":{"intValue":"0"}},{"key":"list","value":)"
            R"({"arrayValue":{"values":[{"boolValue":false}]}}}],"events":[{"timeUnixNano":"7",)"
            R"("name":"e"}],"links":[{"traceId":"0000000000000000000000000000000b",)"
            R"("spanId":"0000000000000002"}],"status":{"message":"no","code":2}}]}]}]})");
}

TEST(TraceFetchTest, IdsArePadded) {
  EXPECT_EQ(*ParseTraceId("a"), TraceIdBytes("a"));
  EXPECT_FALSE(ParseTraceId("").ok());
  EXPECT_FALSE(ParseTraceId("xyz").ok());
  EXPECT_FALSE(ParseTraceId(std::string(33, '1')).ok());
}

}  // namespace
}  // namespace sb::traceql
