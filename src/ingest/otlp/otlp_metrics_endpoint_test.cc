// SPDX-License-Identifier: Apache-2.0
#include "ingest/otlp/otlp_metrics_endpoint.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "ingest/otlp/grpc_unary.h"
#include "ingest/pipeline/testing/fake_store.h"

namespace sb::ingest {
namespace {

using wire::OtlpEncoding;

class OtlpMetricsEndpointTest : public ::testing::Test {
 protected:
  // `metrics` are Metric messages; times are in nanoseconds.
  OtlpOutcome Send(const std::string& metrics, const std::string& resource = kResource) {
    return endpoint_.Export(OtlpEncoding::kJson, R"({"resourceMetrics":[{"resource":)" + resource +
                                                     R"(,"scopeMetrics":[{"scope":{"name":"lib",)"
                                                     R"("version":"1"},"metrics":[)" +
                                                     metrics + "]}]}]}");
  }
  double Value(const std::string& series) {
    const FakeStore::Series* found = store_.Find(series);
    EXPECT_NE(found, nullptr) << series;
    return found == nullptr || found->samples.empty() ? -1 : found->samples.back().value;
  }

  static constexpr const char* kResource =
      R"({"attributes":[{"key":"service.name","value":{"stringValue":"shop"}},)"
      R"({"key":"service.namespace","value":{"stringValue":"eu"}},)"
      R"({"key":"service.instance.id","value":{"stringValue":"i1"}},)"
      R"({"key":"host.name","value":{"stringValue":"h1"}}]})";

  base::Registry registry_;
  LossCounters losses_{&registry_};
  FakeStore store_;
  OtlpMetricsEndpoint endpoint_{&store_, &base::Env::Real(), &losses_, &registry_};
};

std::string Sum(int temporality, const std::string& value, const std::string& time) {
  return R"({"name":"orders","unit":"By","description":"Orders.","sum":{"isMonotonic":true,)"
         R"("aggregationTemporality":)" +
         std::to_string(temporality) + R"(,"dataPoints":[{"startTimeUnixNano":"1000000000",)" +
         R"("timeUnixNano":")" + time + R"(","asInt":")" + value +
         R"(","attributes":[{"key":"a.b","value":{"intValue":7}}]}]}})";
}

constexpr const char* kOrders = R"(orders_bytes_total{a_b="7", instance="i1", job="eu/shop"})";

TEST_F(OtlpMetricsEndpointTest, ASumIsACounterWithStartTimeMetadataAndTargetInfo) {
  const OtlpOutcome outcome = Send(Sum(2, "5", "2000000000"));
  ASSERT_TRUE(outcome.status.ok()) << outcome.status.ToString();
  EXPECT_EQ(outcome.partial.rejected, 0U) << outcome.partial.message;
  const FakeStore::Series* series = store_.Find(kOrders);
  ASSERT_NE(series, nullptr);
  ASSERT_EQ(series->samples.size(), 1U);
  EXPECT_EQ(series->samples[0].value, 5);
  EXPECT_EQ(series->samples[0].time_ms, 2000);
  EXPECT_EQ(series->samples[0].start_time_ms, 1000);
  EXPECT_EQ(series->metadata.type, model::MetricType::kCounter);
  EXPECT_EQ(series->metadata.unit, "bytes");
  EXPECT_EQ(series->metadata.help, "Orders.");
  EXPECT_EQ(Value(R"(target_info{host_name="h1", instance="i1", job="eu/shop"})"), 1);
}

TEST_F(OtlpMetricsEndpointTest, AKnownSeriesIsNotResolvedAgain) {
  ASSERT_TRUE(Send(Sum(2, "5", "2000000000")).status.ok());
  const uint64_t resolved = store_.resolve_count();
  ASSERT_TRUE(Send(Sum(2, "6", "3000000000")).status.ok());
  EXPECT_EQ(store_.resolve_count(), resolved);
  EXPECT_EQ(Value(kOrders), 6);
}

TEST_F(OtlpMetricsEndpointTest, DeltasAreSummedUpAndOldOnesRefused) {
  ASSERT_TRUE(Send(Sum(1, "5", "2000000000")).status.ok());
  ASSERT_TRUE(Send(Sum(1, "3", "3000000000")).status.ok());
  EXPECT_EQ(Value(kOrders), 8);
  const OtlpOutcome again = Send(Sum(1, "3", "3000000000"));
  EXPECT_EQ(again.partial.rejected, 1U);
  EXPECT_TRUE(again.partial.message.starts_with("delta_out_of_order: ")) << again.partial.message;
  EXPECT_EQ(losses_.Get(LossReason::kDeltaOutOfOrder), 1U);
  EXPECT_EQ(Value(kOrders), 8);
}

TEST_F(OtlpMetricsEndpointTest, DeltasOfARequestThatWasNotStoredCountOnce) {
  ASSERT_TRUE(Send(Sum(1, "5", "2000000000")).status.ok());
  store_.commit_status = base::Unavailable("starting");
  EXPECT_EQ(Send(Sum(1, "3", "3000000000")).status.code(), base::StatusCode::kUnavailable);
  store_.commit_status = base::OkStatus();
  ASSERT_TRUE(Send(Sum(1, "3", "3000000000")).status.ok());
  EXPECT_EQ(Value(kOrders), 8);
}

TEST_F(OtlpMetricsEndpointTest, UnspecifiedTemporalityIsRefusedWithoutHarmToOthers) {
  const OtlpOutcome outcome =
      Send(Sum(0, "5", "2000000000") +
           R"(,{"name":"t","gauge":{"dataPoints":[{"timeUnixNano":2000000000,"asDouble":1.5}]}})");
  ASSERT_TRUE(outcome.status.ok());
  EXPECT_EQ(outcome.partial.rejected, 1U);
  EXPECT_EQ(losses_.Get(LossReason::kOtlpTemporality), 1U);
  EXPECT_EQ(Value(R"(t{instance="i1", job="eu/shop"})"), 1.5);
}

constexpr const char* kHistogram =
    R"({"name":"lat","unit":"s","histogram":{"aggregationTemporality":2,"dataPoints":[)"
    R"({"timeUnixNano":"2000000000","count":"6","sum":9.5,"bucketCounts":["1","2","3"],)"
    R"("explicitBounds":[0.5,5],"exemplars":[{"timeUnixNano":"1900000000","asDouble":2,)"
    R"("traceId":"0102030405060708090A0b0c0d0e0f10","spanId":"0102030405060708"}]}]}})";

TEST_F(OtlpMetricsEndpointTest, ExplicitHistogramsAreClassicWithExemplarsInTheirBuckets) {
  ASSERT_TRUE(Send(kHistogram).status.ok());
  EXPECT_EQ(Value(R"(lat_seconds_count{instance="i1", job="eu/shop"})"), 6);
  EXPECT_EQ(Value(R"(lat_seconds_sum{instance="i1", job="eu/shop"})"), 9.5);
  EXPECT_EQ(Value(R"(lat_seconds_bucket{instance="i1", job="eu/shop", le="0.5"})"), 1);
  EXPECT_EQ(Value(R"(lat_seconds_bucket{instance="i1", job="eu/shop", le="+Inf"})"), 6);
  const FakeStore::Series* middle =
      store_.Find(R"(lat_seconds_bucket{instance="i1", job="eu/shop", le="5"})");
  ASSERT_NE(middle, nullptr);
  EXPECT_EQ(middle->samples.back().value, 3);
  ASSERT_EQ(middle->exemplars.size(), 1U);
  EXPECT_EQ(middle->exemplars[0].labels.Get("trace_id"), "0102030405060708090a0b0c0d0e0f10");
  EXPECT_EQ(middle->exemplars[0].value, 2);
}

TEST_F(OtlpMetricsEndpointTest, ExplicitHistogramsBecomeCustomBucketsWhereAskedFor) {
  OtlpTranslation rules;
  rules.histograms_to_custom_buckets = true;
  rules.attributes = {"host.name"};
  rules.promotes_scope = true;
  endpoint_.Configure(rules);
  ASSERT_TRUE(Send(kHistogram).status.ok());
  const FakeStore::Series* series =
      store_.Find(R"(lat_seconds{host_name="h1", instance="i1", job="eu/shop", )"
                  R"(otel_scope_name="lib", otel_scope_version="1"})");
  ASSERT_NE(series, nullptr);
  const model::Histogram& h = *series->samples.at(0).histogram;
  EXPECT_EQ(h.schema, model::kCustomBucketsSchema);
  EXPECT_EQ(h.custom_values, (std::vector<double>{0.5, 5}));
  EXPECT_EQ(h.positive_buckets, (std::vector<double>{1, 2, 3}));
}

std::string Exponential(int scale, const std::string& more = "") {
  return R"({"name":"e","exponentialHistogram":{"aggregationTemporality":"AGGREGATION_TEMPORALITY_)"
         R"(CUMULATIVE","dataPoints":[{"timeUnixNano":"2000000000","count":4,"sum":10,"scale":)" +
         std::to_string(scale) + R"(,"zeroCount":"1","positive":{"offset":-1,"bucketCounts":)" +
         R"(["1","0","2"]})" + more + "}]}}";
}

TEST_F(OtlpMetricsEndpointTest, ExponentialHistogramsAreNativeOnesWithIndicesOneHigher) {
  ASSERT_TRUE(Send(Exponential(0, R"(,"zeroThreshold":0.25)")).status.ok());
  const FakeStore::Series* series = store_.Find(R"(e{instance="i1", job="eu/shop"})");
  ASSERT_NE(series, nullptr);
  const model::Histogram& h = *series->samples.at(0).histogram;
  EXPECT_EQ(h.schema, 0);
  EXPECT_EQ(h.zero_threshold, 0.25);
  EXPECT_EQ(h.zero_count, 1);
  ASSERT_FALSE(h.positive_spans.empty());
  EXPECT_EQ(h.positive_spans[0].offset, 0);
  EXPECT_EQ(h.count, 4);
}

TEST_F(OtlpMetricsEndpointTest, ScalesAboveEightAreMergedAndBelowMinusFourRefused) {
  ASSERT_TRUE(Send(Exponential(10)).status.ok());
  const FakeStore::Series* series = store_.Find(R"(e{instance="i1", job="eu/shop"})");
  ASSERT_NE(series, nullptr);
  EXPECT_EQ(series->samples.at(0).histogram->schema, 8);
  EXPECT_EQ(series->samples.at(0).histogram->positive_buckets, (std::vector<double>{1, 2}));
  const OtlpOutcome outcome = Send(Exponential(-5));
  EXPECT_EQ(outcome.partial.rejected, 1U);
  EXPECT_EQ(losses_.Get(LossReason::kOtlpHistogramScale), 1U);
}

TEST_F(OtlpMetricsEndpointTest, SummariesAndStaleMarkers) {
  ASSERT_TRUE(Send(R"({"name":"q","summary":{"dataPoints":[{"timeUnixNano":2000000000,"count":2,)"
                   R"("sum":3,"quantileValues":[{"quantile":0.5,"value":1}]}]}},)"
                   R"({"name":"gone","gauge":{"dataPoints":[{"timeUnixNano":2000000000,)"
                   R"("flags":1}]}})")
                  .status.ok());
  EXPECT_EQ(Value(R"(q{instance="i1", job="eu/shop", quantile="0.5"})"), 1);
  EXPECT_EQ(Value(R"(q_count{instance="i1", job="eu/shop"})"), 2);
  EXPECT_TRUE(model::IsStaleNan(Value(R"(gone{instance="i1", job="eu/shop"})")));
}

TEST_F(OtlpMetricsEndpointTest, AttributesWhoseNamesBecomeEqualAreJoined) {
  ASSERT_TRUE(Send(R"({"name":"t","gauge":{"dataPoints":[{"timeUnixNano":2000000000,"asInt":1,)"
                   R"("attributes":[{"key":"a_b","value":{"stringValue":"2"}},)"
                   R"({"key":"a.b","value":{"arrayValue":{"values":[{"boolValue":true},)"
                   R"({"stringValue":"x"}]}}}]}]}})",
                   "{}")
                  .status.ok());
  EXPECT_EQ(Value(R"(t{a_b="[true,\"x\"];2"})"), 1);
}

TEST_F(OtlpMetricsEndpointTest, MalformedRequestsLeaveNothingBehind) {
  for (const std::string_view body :
       {"", "[]", "{", R"({"resourceMetrics":5})",
        R"({"resourceMetrics":[{"scopeMetrics":[{"metrics":[1]}]}]})"}) {
    EXPECT_EQ(endpoint_.Export(OtlpEncoding::kJson, body).status.code(),
              base::StatusCode::kInvalidArgument)
        << body;
  }
  EXPECT_EQ(endpoint_.Export(OtlpEncoding::kProtobuf, "\x0a\x05").status.code(),
            base::StatusCode::kInvalidArgument);
  EXPECT_EQ(losses_.Get(LossReason::kMalformedRequest), 6U);
  EXPECT_EQ(store_.sample_count(), 0U);
  EXPECT_TRUE(endpoint_.Export(OtlpEncoding::kProtobuf, "").status.ok());
  EXPECT_TRUE(endpoint_.Export(OtlpEncoding::kJson, R"({"unknown":{"a":[1,{}]}})").status.ok());
}

TEST_F(OtlpMetricsEndpointTest, TakesTheSpecificationsExample) {
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (folder == nullptr) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const auto file = base::Env::Real().files().ReadFile(std::string(folder) + "/otlp/metrics.json");
  ASSERT_TRUE(file.ok()) << file.status().ToString();
  const OtlpOutcome outcome = endpoint_.Export(OtlpEncoding::kJson, *file);
  ASSERT_TRUE(outcome.status.ok()) << outcome.status.ToString();
  EXPECT_EQ(outcome.partial.rejected, 0U) << outcome.partial.message;
  EXPECT_EQ(Value(R"(my_counter_total{job="my.service", my_counter_attr="some value"})"), 5);
  EXPECT_EQ(Value(R"(my_gauge_ratio{job="my.service", my_gauge_attr="some value"})"), 10);
  EXPECT_EQ(
      Value(R"(my_histogram_bucket{job="my.service", le="1", my_histogram_attr="some value"})"), 1);
  EXPECT_NE(store_.Find(R"(my_exponential_histogram{job="my.service", )"
                        R"(my_exponential_histogram_attr="some value"})"),
            nullptr);
}

TEST(GrpcUnaryTest, MessagesOfStatusesAreEscaped) {
  EXPECT_EQ(GrpcMessageText("50% \n\xc3\xa9"), "50%25 %0A%C3%A9");
}

}  // namespace
}  // namespace sb::ingest
