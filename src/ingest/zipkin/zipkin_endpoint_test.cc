// SPDX-License-Identifier: Apache-2.0
#include "ingest/zipkin/zipkin_endpoint.h"

#include <gtest/gtest.h>

#include "ingest/pipeline/span_writer.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::ingest {
namespace {

class ZipkinEndpointTest : public ::testing::Test {
 protected:
  base::Registry registry_;
  LossCounters losses_{&registry_};
  store::MemoryEventStore store_;
  SpanWriter writer_{&store_, &base::Env::Real(), &losses_, &registry_};
  ZipkinEndpoint endpoint_{&writer_, &base::Env::Real(), &losses_, &registry_};
};

TEST_F(ZipkinEndpointTest, BothVersionsOfJsonAreStored) {
  const std::string span = R"([{"traceId":"5af7183fb1d4cf5f","id":"352bff9a74ca9ad2"}])";
  EXPECT_TRUE(endpoint_.Write(ZipkinFormat::kV2Json, span).status.ok());
  EXPECT_TRUE(endpoint_.Write(ZipkinFormat::kV1Json, span).status.ok());
  EXPECT_GE(store_.row_count(), 1U);
}

TEST_F(ZipkinEndpointTest, ASpanWithoutIdIsRefusedAlone) {
  const SpanWriteResult result = endpoint_.Write(
      ZipkinFormat::kV2Json, R"([{"traceId":"1","name":"x"},{"traceId":"1","id":"2"}])");
  EXPECT_TRUE(result.status.ok());
  EXPECT_EQ(result.rejected, 1U);
  EXPECT_EQ(result.accepted, 1U);
}

TEST_F(ZipkinEndpointTest, MalformedBodiesAreRefusedAndCounted) {
  for (const ZipkinFormat format :
       {ZipkinFormat::kV1Json, ZipkinFormat::kV2Json, ZipkinFormat::kV2Proto}) {
    EXPECT_EQ(endpoint_.Write(format, "\x0A\x7F").status.code(),
              base::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(losses_.Get(LossReason::kMalformedRequest), 3U);
}

}  // namespace
}  // namespace sb::ingest
