// SPDX-License-Identifier: Apache-2.0
#include "ingest/connectors/span_metrics.h"

#include <gtest/gtest.h>

#include "base/testing/simulated_env.h"
#include "ingest/connectors/span_metrics_config.h"
#include "ingest/pipeline/observed_sink.h"
#include "ingest/pipeline/testing/fake_store.h"
#include "wire/otlp/trace_writer.h"

namespace sb::ingest {
namespace {

class NullSink final : public SpanSink {
 public:
  SpanWriteResult Write(std::string_view) override { return {}; }
};

class SpanMetricsTest : public ::testing::Test {
 protected:
  static std::string Span(const std::string& name, uint64_t duration_ns,
                          const std::vector<std::pair<std::string, std::string>>& attributes = {},
                          const std::string& service = "shop") {
    std::string request;
    wire::TraceWriter out(&request);
    out.BeginResource();
    if (!service.empty()) {
      out.Text("service.name", service);
    }
    out.Text("region", "eu");
    out.BeginScope("lib", "1");
    out.BeginSpan();
    out.Ids(std::string(16, 't'), std::string(8, 's'), "");
    out.NameKindTimes(name, wire::OtlpSpanKind::kServer, 1'000'000, 1'000'000 + duration_ns);
    for (const auto& [key, value] : attributes) {
      out.Text(key, value);
    }
    out.BeginEvent(1, "exception");
    out.EndEvent();
    out.EndSpan();
    out.EndScope();
    out.EndResource();
    return request;
  }
  void Start(SpanMetricsOptions options) {
    metrics_ = std::make_unique<SpanMetrics>(std::move(options), &env_.clock(), &losses_);
    sink_ = std::make_unique<ObservedSink>(&null_, std::vector<SpanObserver*>{metrics_.get()});
  }
  void Flush() {
    env_.manual_clock().Advance(base::Seconds(5));
    metrics_->Flush(&store_);
  }
  double Value(const std::string& series) {
    const FakeStore::Series* found = store_.Find(series);
    EXPECT_NE(found, nullptr) << series;
    return found == nullptr ? -1 : found->samples.back().value;
  }

  base::SimulatedEnv env_{1};
  base::Registry registry_;
  LossCounters losses_{&registry_};
  FakeStore store_;
  NullSink null_;
  std::unique_ptr<SpanMetrics> metrics_;
  std::unique_ptr<ObservedSink> sink_;
};

constexpr const char* kTempoLabels =
    R"(service="shop", span_kind="SPAN_KIND_SERVER", span_name="op", )"
    R"(status_code="STATUS_CODE_UNSET"})";

TEST_F(SpanMetricsTest, TheFamilyOfTempoComesOutWithoutConfiguration) {
  Start(SpanMetricsOptions::Tempo());
  sink_->Write(Span("op", 3'000'000));
  sink_->Write(Span("op", 4'000'000));
  Flush();
  EXPECT_EQ(Value(std::string("traces_spanmetrics_calls_total{") + kTempoLabels), 2);
  EXPECT_GT(Value(std::string("traces_spanmetrics_size_total{") + kTempoLabels), 50);
  EXPECT_EQ(Value(std::string("traces_spanmetrics_latency_count{") + kTempoLabels), 2);
  EXPECT_DOUBLE_EQ(Value(std::string("traces_spanmetrics_latency_sum{") + kTempoLabels), 0.007);
  EXPECT_EQ(Value(std::string(R"(traces_spanmetrics_latency_bucket{le="0.004", )") + kTempoLabels),
            2);
  EXPECT_EQ(Value(std::string(R"(traces_spanmetrics_latency_bucket{le="16.384", )") + kTempoLabels),
            2);
  const FakeStore::Series* bucket =
      store_.Find(std::string(R"(traces_spanmetrics_latency_bucket{le="0.004", )") + kTempoLabels);
  ASSERT_NE(bucket, nullptr);
  ASSERT_FALSE(bucket->exemplars.empty());
  EXPECT_EQ(bucket->exemplars[0].labels.Get("trace_id"), "74747474747474747474747474747474");
  // The first step is visible to rate(): a zero stands before it.
  ASSERT_EQ(bucket->samples.size(), 2U);
  EXPECT_EQ(bucket->samples[0].value, 0);
}

TEST_F(SpanMetricsTest, CountersGoOnOverFlushesAndUnchangedOnesAreKeptAlive) {
  Start(SpanMetricsOptions::Tempo());
  const std::string calls = std::string("traces_spanmetrics_calls_total{") + kTempoLabels;
  sink_->Write(Span("op", 1));
  Flush();
  sink_->Write(Span("op", 1));
  Flush();
  EXPECT_EQ(Value(calls), 2);
  const size_t samples = store_.Find(calls)->samples.size();
  Flush();
  EXPECT_EQ(store_.Find(calls)->samples.size(), samples);
  Flush();
  Flush();
  EXPECT_EQ(store_.Find(calls)->samples.size(), samples + 1);
}

TEST_F(SpanMetricsTest, StaleReferencesAreResolvedAgain) {
  Start(SpanMetricsOptions::Tempo());
  sink_->Write(Span("op", 1));
  Flush();
  store_.ForgetReferences();
  sink_->Write(Span("op", 1));
  Flush();
  EXPECT_EQ(Value(std::string("traces_spanmetrics_calls_total{") + kTempoLabels), 2);
}

TEST_F(SpanMetricsTest, AStoreThatFailsLosesNoCount) {
  Start(SpanMetricsOptions::Tempo());
  sink_->Write(Span("op", 1));
  store_.commit_status = base::Unavailable("starting");
  Flush();
  EXPECT_GT(losses_.Get(LossReason::kConnectorStoreRefused), 0U);
  store_.commit_status = base::OkStatus();
  sink_->Write(Span("op", 1));
  Flush();
  EXPECT_EQ(Value(std::string("traces_spanmetrics_calls_total{") + kTempoLabels), 2);
}

TEST_F(SpanMetricsTest, BeyondTheLimitSpansCountInTheOverflow) {
  SpanMetricsOptions options = SpanMetricsOptions::Tempo();
  options.label_sets_max = 3;
  Start(options);
  for (int i = 0; i < 10; ++i) {
    sink_->Write(Span("op" + std::to_string(i), 1));
  }
  Flush();
  EXPECT_EQ(Value(R"(traces_spanmetrics_calls_total{otel_metric_overflow="true"})"), 7);
  EXPECT_EQ(losses_.Get(LossReason::kConnectorSeriesLimit), 7U);
  EXPECT_EQ(metrics_->label_set_count(), 4U);
}

TEST_F(SpanMetricsTest, LabelSetsEndWithStaleMarkersWhenTheyExpire) {
  SpanMetricsOptions options = SpanMetricsOptions::Tempo();
  options.expiration_ms = 60'000;
  Start(options);
  sink_->Write(Span("op", 1));
  Flush();
  env_.manual_clock().Advance(base::Minutes(2));
  Flush();
  EXPECT_TRUE(
      model::IsStaleNan(Value(std::string("traces_spanmetrics_calls_total{") + kTempoLabels)));
  EXPECT_EQ(metrics_->label_set_count(), 0U);
}

TEST_F(SpanMetricsTest, TheCollectorsFamilyHasItsNamesDimensionsAndDefaults) {
  SpanMetricsConfig config;
  config.name_space = "techmart";
  config.dimensions = {
      {"http.method", "GET"}, {"http.status_code", std::nullopt}, {"region", std::nullopt}};
  config.exclude_dimensions = {"status.code"};
  config.events.enabled = true;
  std::vector<std::string> notices;
  Start(OptionsFrom(config, &notices));
  sink_->Write(Span("op", 3'000'000));
  sink_->Write(Span("op", 3'000'000, {{"http.method", "POST"}, {"http.status_code", "500"}}));
  sink_->Write(Span("op", 3'000'000, {}, ""));  // without service.name: passed over
  Flush();
  const std::string tail =
      R"(region="eu", service_name="shop", span_kind="SPAN_KIND_SERVER", span_name="op"})";
  EXPECT_EQ(Value(R"(techmart_calls_total{http_method="GET", )" + tail), 1);
  EXPECT_EQ(Value(R"(techmart_calls_total{http_method="POST", http_status_code="500", )" + tail),
            1);
  EXPECT_EQ(Value(R"(techmart_duration_milliseconds_bucket{http_method="GET", le="4", )" + tail),
            1);
  EXPECT_EQ(Value(R"(techmart_duration_milliseconds_bucket{http_method="GET", le="2", )" + tail),
            0);
  EXPECT_EQ(Value(R"(techmart_duration_milliseconds_sum{http_method="GET", )" + tail), 3);
  EXPECT_EQ(Value(R"(techmart_events_total{event_name="exception", http_method="GET", )" + tail),
            1);
  EXPECT_EQ(metrics_->label_set_count(), 4U);
}

TEST_F(SpanMetricsTest, ExponentialHistogramsAreNative) {
  SpanMetricsConfig config;
  config.histogram.unit = "s";
  config.histogram.exponential.emplace();
  std::vector<std::string> notices;
  Start(OptionsFrom(config, &notices));
  sink_->Write(Span("op", 250'000'000));
  Flush();
  const FakeStore::Series* series =
      store_.Find(R"(traces_span_metrics_duration_seconds{service_name="shop", )"
                  R"(span_kind="SPAN_KIND_SERVER", span_name="op", )"
                  R"(status_code="STATUS_CODE_UNSET"})");
  ASSERT_NE(series, nullptr);
  ASSERT_NE(series->samples.back().histogram, nullptr);
  EXPECT_EQ(series->samples.back().histogram->count, 1);
  EXPECT_EQ(series->samples.back().histogram->sum, 0.25);
}

}  // namespace
}  // namespace sb::ingest
