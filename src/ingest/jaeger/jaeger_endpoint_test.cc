// SPDX-License-Identifier: Apache-2.0
#include "ingest/jaeger/jaeger_endpoint.h"

#include <gtest/gtest.h>

#include "encoding/protobuf.h"
#include "ingest/pipeline/span_writer.h"
#include "store/interface/testing/memory_event_store.h"
#include "wire/jaeger/testing/thrift_writer.h"
#include "wire/jaeger/thrift_batch.h"

namespace sb::ingest {
namespace {

wire::JaegerBatch Batch() {
  wire::JaegerBatch batch;
  batch.process.service_name = "shop";
  wire::JaegerSpan span;
  span.trace_id = wire::ThriftTraceIdBytes(0, 1);
  span.span_id = wire::ThriftIdBytes(2);
  span.name = "op";
  span.start_ns = 1'700'000'000'000'000'000;
  batch.spans = {span};
  return batch;
}

class JaegerEndpointTest : public ::testing::Test {
 protected:
  base::Registry registry_;
  LossCounters losses_{&registry_};
  store::MemoryEventStore store_;
  SpanWriter writer_{&store_, &base::Env::Real(), &losses_, &registry_};
  JaegerEndpoint endpoint_{&writer_, &losses_, &registry_};
};

TEST_F(JaegerEndpointTest, HttpBatchesAreStored) {
  const SpanWriteResult result =
      endpoint_.WriteThrift(wire::ThriftBatchBytes(Batch(), wire::ThriftProtocol::kBinary));
  ASSERT_TRUE(result.status.ok()) << result.status.ToString();
  EXPECT_EQ(store_.row_count(), 1U);
}

TEST_F(JaegerEndpointTest, DatagramsOfBothProtocolsAreStored) {
  for (const auto protocol : {wire::ThriftProtocol::kCompact, wire::ThriftProtocol::kBinary}) {
    wire::JaegerBatch batch = Batch();
    batch.spans[0].span_id = wire::ThriftIdBytes(static_cast<int64_t>(protocol) + 5);
    endpoint_.TakeDatagram(wire::AgentMessageBytes(batch, protocol), protocol);
  }
  EXPECT_EQ(store_.row_count(), 2U);
  EXPECT_EQ(losses_.Get(LossReason::kDatagramMalformed), 0U);
}

TEST_F(JaegerEndpointTest, MalformedInputIsRefusedAndCounted) {
  EXPECT_EQ(endpoint_.WriteThrift("\x0C").status.code(), base::StatusCode::kInvalidArgument);
  EXPECT_EQ(endpoint_.WriteProto("\x0A\x7F").status.code(), base::StatusCode::kInvalidArgument);
  EXPECT_EQ(losses_.Get(LossReason::kMalformedRequest), 2U);
  endpoint_.TakeDatagram("hello", wire::ThriftProtocol::kCompact);
  EXPECT_EQ(losses_.Get(LossReason::kDatagramMalformed), 1U);
  EXPECT_EQ(store_.row_count(), 0U);
}

TEST_F(JaegerEndpointTest, PostSpansTakesTheSpansOwnProcessFirst) {
  std::string message;
  encoding::ProtoWriter out(&message);
  const size_t batch = out.BeginMessage(1);
  for (const bool own : {false, true}) {
    const size_t span = out.BeginMessage(1);
    out.Bytes(1, wire::ThriftTraceIdBytes(0, 1));
    out.Bytes(2, wire::ThriftIdBytes(own ? 3 : 4));
    out.Bytes(3, "op");
    if (own) {
      const size_t process = out.BeginMessage(10);
      out.Bytes(1, "own");
      out.EndMessage(process);
    }
    out.EndMessage(span);
  }
  const size_t process = out.BeginMessage(2);
  out.Bytes(1, "shared");
  out.EndMessage(process);
  out.EndMessage(batch);
  const SpanWriteResult result = endpoint_.WriteProto(message);
  ASSERT_TRUE(result.status.ok()) << result.status.ToString();
  const auto streams = store_.Streams(store::PatientContext(), {}, {});
  ASSERT_TRUE(streams.ok());
  std::vector<std::string> services;
  for (const store::StreamInfo& info : *streams) {
    services.emplace_back(info.stream.Label("resource.service.name"));
  }
  std::sort(services.begin(), services.end());
  EXPECT_EQ(services, (std::vector<std::string>{"own", "shared"}));
}

}  // namespace
}  // namespace sb::ingest
