// SPDX-License-Identifier: Apache-2.0
#include "ingest/import/metrics_import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/testing/simulated_env.h"
#include "ingest/pipeline/testing/fake_store.h"

namespace sb::ingest {
namespace {

using ::testing::HasSubstr;

class MetricsImportTest : public ::testing::Test {
 protected:
  // In pieces of `piece` bytes, as a slow peer sends them.
  MetricLinesReply Import(ImportFormat format, std::string_view body, size_t piece = SIZE_MAX) {
    const auto session = import_.Start(format, 0, {{"site", "here"}});
    while (!body.empty() && session->Take(body.substr(0, piece)).ok()) {
      body.remove_prefix(std::min(piece, body.size()));
    }
    return session->Finish();
  }

  base::SimulatedEnv env_{1};
  FakeStore store_;
  base::Registry registry_;
  LossCounters losses_{&registry_};
  MetricsImport import_{&store_, &env_, &losses_, &registry_};
};

constexpr const char* kJson =
    "{\"metric\":{\"__name__\":\"up\",\"job\":\"a\"},\"values\":[1,2],\"timestamps\":[10,20]}\n"
    "nonsense\n"
    "\n"
    "{\"metric\":{\"__name__\":\"up\",\"job\":\"b\"},\"values\":[3],\"timestamps\":[10]}";

TEST_F(MetricsImportTest, JsonLinesInPiecesOfAnySize) {
  for (const size_t piece : {size_t{1}, size_t{7}, SIZE_MAX}) {
    SCOPED_TRACE(piece);
    store_ = FakeStore();
    const MetricLinesReply reply = Import(ImportFormat::kJsonLines, kJson, piece);
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.stored, 3U);
    EXPECT_EQ(reply.refused, 1U);
    EXPECT_THAT(reply.message, HasSubstr("line 2: "));
  }
  ASSERT_NE(store_.Find("up{job=\"a\", site=\"here\"}"), nullptr);
  EXPECT_EQ(store_.Find("up{job=\"a\", site=\"here\"}")->samples.size(), 2U);
  EXPECT_NE(store_.Find("up{job=\"b\", site=\"here\"}"), nullptr);
}

TEST_F(MetricsImportTest, TextLinesWithAndWithoutTime) {
  const MetricLinesReply reply = Import(ImportFormat::kPrometheusText,
                                        "# TYPE a counter\n"
                                        "a{x=\"1\"} 5 1234\r\n"
                                        "b{x=} 1\n"
                                        "c NaN\n"
                                        "d\n");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.stored, 2U);
  EXPECT_EQ(reply.refused, 2U);
  EXPECT_THAT(reply.message, HasSubstr("line 3: "));
  EXPECT_THAT(reply.message, HasSubstr("line 5: "));
  EXPECT_EQ(store_.Find("a{site=\"here\", x=\"1\"}")->samples[0].time_ms, 1234);
  EXPECT_EQ(store_.Find("c{site=\"here\"}")->samples[0].time_ms, env_.clock().NowMs().Value());
  EXPECT_EQ(losses_.Get(LossReason::kMetricLineMalformed), 2U);
}

TEST_F(MetricsImportTest, SeriesWithoutNameIsRefusedWithAllItsSamples) {
  const MetricLinesReply reply = Import(
      ImportFormat::kJsonLines, R"({"metric":{"job":"a"},"values":[1,2],"timestamps":[1,2]})");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.refused, 2U);
  EXPECT_EQ(losses_.Get(LossReason::kInvalidLabels), 2U);
}

TEST_F(MetricsImportTest, EndlessLineIsCutOff) {
  const auto session = import_.Start(ImportFormat::kJsonLines, 0, {});
  const std::string piece(8U << 20, ' ');
  size_t pieces = 0;
  while (pieces < 100 && session->Take(piece).ok()) {
    ++pieces;
  }
  EXPECT_EQ(pieces, ImportSession::kLineBytesMax / piece.size());
  EXPECT_EQ(session->Finish().status, 400);
}

TEST_F(MetricsImportTest, StoreThatFailsAsksForARetry) {
  store_.commit_status = base::Unavailable("starting");
  EXPECT_EQ(Import(ImportFormat::kJsonLines, kJson).status, 503);
}

}  // namespace
}  // namespace sb::ingest
