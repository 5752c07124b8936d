// SPDX-License-Identifier: Apache-2.0
#include "api/jaeger/trace_chunks.h"

#include <gtest/gtest.h>

#include "base/env.h"
#include "query/traceql/testing/trace_builder.h"
#include "query/traceql/trace_fetch.h"
#include "store/interface/testing/memory_event_store.h"
#include "wire/otlp/envelope_reader.h"

namespace sb::api::jaeger {
namespace {

// "service/scope/bytes of the span" of each span, in order.
std::vector<std::string> SpansOf(std::string_view traces_data) {
  std::vector<std::string> out;
  wire::EnvelopeReader in(traces_data);
  std::string_view item;
  while (in.NextResource()) {
    while (in.NextScope()) {
      while (in.NextItem(&item)) {
        const auto* service = wire::FindAttribute(in.resource().attributes, "service.name");
        out.push_back(std::string(service->bytes) + "/" + std::string(in.scope().name) + "/" +
                      std::string(item));
      }
    }
  }
  EXPECT_TRUE(in.status().ok());
  return out;
}

TEST(TraceChunksTest, ChunksHoldEverySpanOnceUnderItsResource) {
  store::MemoryEventStore store;
  const store::PatientContext context;
  traceql::TraceBuilder builder;
  for (int i = 0; i < 500; ++i) {
    builder.Span({.trace = "a",
                  .id = std::to_string(i + 1),
                  .service = i % 3 == 0 ? "cart" : "pay",
                  .name = std::string(static_cast<size_t>(i % 7) * 20, 'n'),
                  .start_ns = i,
                  .scope_name = i % 2 == 0 ? "http" : "db"});
  }
  ASSERT_TRUE(builder.WriteTo(&store).ok());
  auto fetched = traceql::FetchTraces(store, context, {traceql::TraceIdBytes("a")});
  ASSERT_TRUE(fetched.ok());
  const std::string& whole = fetched->traces.begin()->second;
  const std::vector<std::string> spans = SpansOf(whole);
  ASSERT_EQ(spans.size(), 500U);
  for (const size_t bytes : {size_t{1}, size_t{100}, size_t{4096}, size_t{1} << 20}) {
    std::vector<std::string> got;
    const std::vector<std::string> chunks = ChunksOf(whole, bytes);
    for (const std::string& chunk : chunks) {
      EXPECT_LT(chunk.size(), bytes + 500);
      const std::vector<std::string> some = SpansOf(chunk);
      got.insert(got.end(), some.begin(), some.end());
    }
    EXPECT_EQ(got, spans);
    EXPECT_EQ(chunks.size() == 1, bytes == size_t{1} << 20);
  }
  EXPECT_TRUE(ChunksOf("", 100).empty());
}

}  // namespace
}  // namespace sb::api::jaeger
