// SPDX-License-Identifier: Apache-2.0
#include "ingest/otlp/otlp_traces_endpoint.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "ingest/pipeline/span_writer.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::ingest {
namespace {

using wire::OtlpEncoding;

constexpr const char* kSpan =
    R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":)"
    R"({"stringValue":"shop"}}]},"scopeSpans":[{"spans":[{"traceId":"5B8EFFF798038103D269B633813FC60C",)"
    R"("spanId":"EEE19B7EC3C1B174","name":"op","kind":2,"startTimeUnixNano":"1544712660000000000",)"
    R"("endTimeUnixNano":1544712661000000000}]}]}]})";

class OtlpTracesEndpointTest : public ::testing::Test {
 protected:
  base::Registry registry_;
  LossCounters losses_{&registry_};
  store::MemoryEventStore store_;
  SpanWriter writer_{&store_, &base::Env::Real(), &losses_, &registry_};
  OtlpTracesEndpoint endpoint_{&writer_, &losses_, &registry_};
};

TEST_F(OtlpTracesEndpointTest, JsonIsStored) {
  const OtlpOutcome outcome = endpoint_.Export(OtlpEncoding::kJson, kSpan);
  ASSERT_TRUE(outcome.status.ok()) << outcome.status.ToString();
  EXPECT_EQ(outcome.partial.rejected, 0U);
  EXPECT_EQ(store_.row_count(), 1U);
}

TEST_F(OtlpTracesEndpointTest, MalformedRequestsOfBothEncodingsAreCounted) {
  EXPECT_EQ(endpoint_.Export(OtlpEncoding::kJson, R"({"resourceSpans":[{"scopeSpans":5}]})")
                .status.code(),
            base::StatusCode::kInvalidArgument);
  EXPECT_EQ(endpoint_.Export(OtlpEncoding::kProtobuf, "\x0A\x7F").status.code(),
            base::StatusCode::kInvalidArgument);
  EXPECT_EQ(losses_.Get(LossReason::kMalformedRequest), 2U);
}

TEST_F(OtlpTracesEndpointTest, AnEmptyRequestIsASuccess) {
  EXPECT_TRUE(endpoint_.Export(OtlpEncoding::kProtobuf, "").status.ok());
  EXPECT_TRUE(endpoint_.Export(OtlpEncoding::kJson, "{}").status.ok());
}

TEST_F(OtlpTracesEndpointTest, TheExampleOfTheSpecificationIsTaken) {
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (folder == nullptr) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const auto json = base::Env::Real().files().ReadFile(std::string(folder) + "/otlp/trace.json");
  ASSERT_TRUE(json.ok()) << json.status().ToString();
  const OtlpOutcome outcome = endpoint_.Export(OtlpEncoding::kJson, *json);
  EXPECT_TRUE(outcome.status.ok()) << outcome.status.ToString();
  EXPECT_EQ(outcome.partial.rejected, 0U) << outcome.partial.message;
  EXPECT_EQ(store_.row_count(), 1U);
  std::printf("conformance: otlp traces %d of 1\n", store_.row_count() == 1 ? 1 : 0);
}

}  // namespace
}  // namespace sb::ingest
