// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/scrape_writer.h"

#include <gtest/gtest.h>

#include "base/env.h"
#include "ingest/pipeline/testing/fake_store.h"
#include "model/sample.h"

namespace sb::scrape {
namespace {

constexpr char kText[] = "text/plain; version=0.0.4";
constexpr char kOpenMetrics[] = "application/openmetrics-text; version=1.0.0; charset=utf-8";
constexpr char kTarget[] = R"({instance="h:1", job="j"})";

class ScrapeWriterTest : public ::testing::Test {
 protected:
  ScrapeWriterTest() {
    config_.job_name = "j";
    config_.scrape_interval = base::Seconds(15);
    config_.scrape_timeout = base::Seconds(10);
    config_.metric_name_validation_scheme = "utf8";
  }

  // Built from `config_` at the first scrape.
  ScrapeWriter& writer() {
    if (writer_ == nullptr) {
      auto rules =
          model::RelabelRules::Create(config_.metric_relabel_configs, model::NameValidation::kUtf8);
      EXPECT_TRUE(rules.ok()) << rules.status().ToString();
      const auto labels =
          model::LabelSet::FromPairs({{"__address__", "h:1"}, {"instance", "h:1"}, {"job", "j"}});
      target_ = std::make_shared<Target>(config_, labels, labels);
      writer_ = std::make_unique<ScrapeWriter>(
          std::make_shared<const ScrapeConfig>(config_), target_, std::move(*rules),
          WriterDependencies{store_, counters_, losses_, base::Env::Real().clock()});
    }
    return *writer_;
  }

  base::Status Scrape(std::string_view body, const std::string& content_type = kText) {
    time_ms_ += 15'000;
    ScrapeInput input;
    input.time = base::TimestampMs(time_ms_);
    input.start_monotonic_ns = base::Env::Real().clock().MonotonicNs();
    input.content_type = content_type;
    input.body = body;
    return writer().Write(input);
  }
  base::Status Fail(const std::string& reason) {
    time_ms_ += 15'000;
    ScrapeInput input;
    input.time = base::TimestampMs(time_ms_);
    input.error = base::Unavailable(reason);
    return writer().Write(input);
  }

  static std::string Printed(const std::string& metric) { return metric + kTarget; }
  // Values of a series; "stale" for the marker, "-" for no such series.
  std::string Values(const std::string& printed) {
    const auto* series = store_.Find(printed);
    if (series == nullptr) {
      return "-";
    }
    std::string out;
    for (const model::Sample& sample : series->samples) {
      out += out.empty() ? "" : " ";
      out += model::IsStaleNan(sample.value) ? "stale"
             : sample.histogram != nullptr   ? "histogram"
                                             : std::to_string(static_cast<int64_t>(sample.value));
    }
    return out;
  }
  std::string Last(const std::string& metric) {
    const std::string values = Values(Printed(metric));
    return values.substr(values.rfind(' ') + 1);
  }

  ScrapeConfig config_;
  ingest::FakeStore store_;
  base::Registry registry_;
  ScrapeCounters counters_{registry_};
  ingest::LossCounters losses_{&registry_};
  std::shared_ptr<Target> target_;
  std::unique_ptr<ScrapeWriter> writer_;
  int64_t time_ms_ = 1'700'000'000'000;
};

TEST_F(ScrapeWriterTest, StoresSamplesAndTheSeriesAboutTheScrape) {
  ASSERT_TRUE(Scrape("# TYPE a counter\n# HELP a Help.\na 1\nb{x=\"y\"} 2\n").ok());
  EXPECT_EQ(Values(Printed("a")), "1");
  EXPECT_EQ(Values(R"(b{instance="h:1", job="j", x="y"})"), "2");
  EXPECT_EQ(Values(Printed("up")), "1");
  EXPECT_EQ(Values(Printed("scrape_samples_scraped")), "2");
  EXPECT_EQ(Values(Printed("scrape_samples_post_metric_relabeling")), "2");
  EXPECT_EQ(Values(Printed("scrape_series_added")), "2");
  EXPECT_EQ(Values(Printed("scrape_timeout_seconds")), "-");
  EXPECT_EQ(store_.Find(Printed("a"))->metadata.type, model::MetricType::kCounter);
  EXPECT_EQ(store_.Find(Printed("a"))->metadata.help, "Help.");
  const TargetState state = target_->state();
  EXPECT_EQ(state.health, TargetHealth::kUp);
  EXPECT_EQ(state.last_error, "");
  EXPECT_EQ(state.metadata->at(0).metric, "a");
}

TEST_F(ScrapeWriterTest, KnownSeriesAreNotResolvedAgain) {
  ASSERT_TRUE(Scrape("a 1\nb 2\n").ok());
  const uint64_t resolved = store_.resolve_count();
  ASSERT_TRUE(Scrape("b 3\na 4\n").ok());
  EXPECT_EQ(store_.resolve_count(), resolved);
  EXPECT_EQ(Values(Printed("a")), "1 4");
  EXPECT_EQ(Last("scrape_series_added"), "0");
}

TEST_F(ScrapeWriterTest, VanishedSeriesGetAStaleMarker) {
  ASSERT_TRUE(Scrape("a 1\nb 2\n").ok());
  ASSERT_TRUE(Scrape("a 1\n").ok());
  ASSERT_TRUE(Scrape("a 1\n").ok());
  ASSERT_TRUE(Scrape("a 1\nb 3\n").ok());
  EXPECT_EQ(Values(Printed("b")), "2 stale 3");
  EXPECT_EQ(Values(Printed("a")), "1 1 1 1");
}

TEST_F(ScrapeWriterTest, AFailedScrapeMakesEverythingStaleOnce) {
  ASSERT_TRUE(Scrape("a 1\n").ok());
  EXPECT_FALSE(Fail("connection refused").ok());
  EXPECT_FALSE(Fail("connection refused").ok());
  EXPECT_EQ(Values(Printed("a")), "1 stale");
  EXPECT_EQ(Values(Printed("up")), "1 0 0");
  EXPECT_EQ(Last("scrape_samples_scraped"), "0");
  EXPECT_EQ(target_->state().health, TargetHealth::kDown);
  EXPECT_EQ(target_->state().last_error, "connection refused");
  ASSERT_TRUE(Scrape("a 5\n").ok());
  EXPECT_EQ(Values(Printed("a")), "1 stale 5");
}

TEST_F(ScrapeWriterTest, AMalformedAnswerIsNotHalfApplied) {
  ASSERT_TRUE(Scrape("a 1\n").ok());
  const base::Status status = Scrape("a 2\nnew 3\nbroken{ 4\nafter 5\n");
  EXPECT_EQ(status.code(), base::StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("line 3"), std::string::npos) << status.message();
  EXPECT_EQ(Values(Printed("a")), "1 stale");
  EXPECT_EQ(Values(Printed("new")), "-");
  EXPECT_EQ(Values(Printed("after")), "-");
  EXPECT_EQ(Last("up"), "0");
  EXPECT_EQ(losses_.Get(ingest::LossReason::kScrapeMalformed), 1U);
  ASSERT_TRUE(Scrape("a 2\nnew 3\n").ok());
  EXPECT_EQ(Values(Printed("new")), "3");
}

TEST_F(ScrapeWriterTest, AnEmptyAnswerIsHealthyAndEndsTheSeries) {
  ASSERT_TRUE(Scrape("a 1\n").ok());
  ASSERT_TRUE(Scrape("").ok());
  EXPECT_EQ(Values(Printed("a")), "1 stale");
  EXPECT_EQ(Values(Printed("up")), "1 1");
}

TEST_F(ScrapeWriterTest, AnUnknownContentTypeFailsUnlessThereIsAFallback) {
  EXPECT_FALSE(Scrape("a 1\n", "text/html").ok());
  EXPECT_EQ(Values(Printed("a")), "-");
  writer_.reset();
  config_.fallback_scrape_protocol = "PrometheusText0.0.4";
  EXPECT_TRUE(Scrape("a 1\n", "text/html").ok());
  EXPECT_EQ(Values(Printed("a")), "1");
}

TEST_F(ScrapeWriterTest, TheSampleLimitFailsTheWholeScrape) {
  config_.limits.sample_limit = 2;
  ASSERT_TRUE(Scrape("a 1\nb 2\n").ok());
  EXPECT_EQ(Scrape("a 1\nb 2\nc 3\nd 4\n").message(), "sample limit exceeded");
  EXPECT_EQ(Values(Printed("a")), "1 stale");
  EXPECT_EQ(Values(Printed("c")), "-");
  EXPECT_EQ(Last("scrape_samples_scraped"), "4");
  EXPECT_EQ(Last("scrape_samples_post_metric_relabeling"), "4");
  EXPECT_EQ(counters_.exceeded_sample_limit.value(), 1);
  EXPECT_EQ(losses_.Get(ingest::LossReason::kScrapeSampleLimit), 1U);
}

TEST_F(ScrapeWriterTest, DroppedSamplesDoNotCountForTheLimit) {
  config_.limits.sample_limit = 1;
  config_.metric_relabel_configs = {{.source_labels = std::vector<std::string>{"__name__"},
                                     .regex = "drop.*",
                                     .action = model::RelabelAction::kDrop}};
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(Scrape("drop_1 1\na 1\ndrop_2 2\n").ok());
  }
  EXPECT_EQ(Values(Printed("a")), "1 1");
  EXPECT_EQ(Values(Printed("drop_1")), "-");
  EXPECT_EQ(Last("scrape_samples_scraped"), "3");
  EXPECT_EQ(Last("scrape_samples_post_metric_relabeling"), "1");
}

TEST_F(ScrapeWriterTest, LabelLimitsFailTheWholeScrape) {
  config_.limits.label_value_length_limit = 100;
  EXPECT_TRUE(Scrape("ok 1\nbad{a=\"" + std::string(1 << 20, 'x') + "\"} 1\n")
                  .message()
                  .starts_with("label_value_length_limit exceeded (metric: bad, label name: a"));
  EXPECT_EQ(Values(Printed("ok")), "-");
  EXPECT_EQ(losses_.Get(ingest::LossReason::kScrapeLabelLimit), 1U);
}

TEST_F(ScrapeWriterTest, TimestampsOfTheTargetAreHonouredOrNot) {
  const std::string body = "a 1 " + std::to_string(time_ms_ + 7'000) + "\n";
  ASSERT_TRUE(Scrape(body).ok());
  EXPECT_EQ(store_.Find(Printed("a"))->samples[0].time_ms, time_ms_ - 15'000 + 7'000);
  // No staleness for series that bring their own time.
  ASSERT_TRUE(Scrape("").ok());
  EXPECT_EQ(Values(Printed("a")), "1");
  writer_.reset();
  config_.honor_timestamps = false;
  ASSERT_TRUE(Scrape("b 1 5\n").ok());
  EXPECT_EQ(store_.Find(Printed("b"))->samples[0].time_ms, time_ms_);
  writer_.reset();
  config_.honor_timestamps = true;
  config_.track_timestamps_staleness = true;
  ASSERT_TRUE(Scrape("c 1 " + std::to_string(time_ms_) + "\n").ok());
  ASSERT_TRUE(Scrape("").ok());
  EXPECT_EQ(Values(Printed("c")), "1 stale");
}

TEST_F(ScrapeWriterTest, OneBadSampleLeavesTheOthers) {
  store_.time_min_ms = 1'000;
  const std::string far = std::to_string(time_ms_ + 3'600'000'000);
  ASSERT_TRUE(Scrape("old 1 500\nfar 1 " + far + "\ngood 1\ngood 2\n").ok());
  EXPECT_EQ(Values(Printed("good")), "1");
  EXPECT_EQ(losses_.Get(ingest::LossReason::kTooOld), 1U);
  EXPECT_EQ(losses_.Get(ingest::LossReason::kTooFarInFuture), 1U);
  EXPECT_EQ(losses_.Get(ingest::LossReason::kDuplicateTimestamp), 1U);
  EXPECT_EQ(counters_.out_of_bounds.value(), 2);
  EXPECT_EQ(Last("up"), "1");
}

TEST_F(ScrapeWriterTest, ReferencesThatTheStoreForgotAreResolvedAgain) {
  ASSERT_TRUE(Scrape("a 1\nb 1\n").ok());
  store_.ForgetReferences();
  ASSERT_TRUE(Scrape("a 2\nb 2\n").ok());
  EXPECT_EQ(Values(Printed("a")), "1 2");
  EXPECT_EQ(Values(Printed("b")), "1 2");
  EXPECT_EQ(Values(Printed("up")), "1 1");
  EXPECT_EQ(Last("scrape_samples_scraped"), "2");
}

TEST_F(ScrapeWriterTest, AStoreThatIsFullIsSaidAndNothingIsLostLater) {
  ASSERT_TRUE(Scrape("a 1\nb 1\n").ok());
  store_.commit_status = base::ResourceExhausted("no space left on device");
  EXPECT_EQ(Scrape("a 2\n").message(), "samples could not be stored: no space left on device");
  EXPECT_EQ(target_->state().health, TargetHealth::kDown);
  EXPECT_EQ(losses_.Get(ingest::LossReason::kDiskFull), 1U);
  store_.commit_status = base::OkStatus();
  ASSERT_TRUE(Scrape("a 3\n").ok());
  EXPECT_EQ(Values(Printed("a")), "1 3");
  EXPECT_EQ(Values(Printed("b")), "1 stale");
}

TEST_F(ScrapeWriterTest, ASeriesLimitDropsOnlyWhatIsNew) {
  ASSERT_TRUE(Scrape("a 1\n").ok());
  store_.series_max = store_.series_count();
  ASSERT_TRUE(Scrape("a 2\nnew 1\n").ok());
  EXPECT_EQ(Values(Printed("a")), "1 2");
  EXPECT_EQ(losses_.Get(ingest::LossReason::kSeriesLimit), 1U);
}

TEST_F(ScrapeWriterTest, ExtraSeriesComeWithTheOption) {
  config_.extra_scrape_metrics = true;
  config_.limits.sample_limit = 1000;
  ASSERT_TRUE(Scrape("a 1\n").ok());
  EXPECT_EQ(Values(Printed("scrape_timeout_seconds")), "10");
  EXPECT_EQ(Values(Printed("scrape_sample_limit")), "1000");
  EXPECT_EQ(Values(Printed("scrape_body_size_bytes")), "4");
  time_ms_ += 15'000;
  ScrapeInput input;
  input.time = base::TimestampMs(time_ms_);
  input.error = base::ResourceExhausted("body size limit exceeded");
  EXPECT_FALSE(writer().Write(input).ok());
  EXPECT_EQ(Last("scrape_body_size_bytes"), "-1");
  EXPECT_EQ(losses_.Get(ingest::LossReason::kScrapeBodyLimit), 1U);
}

TEST_F(ScrapeWriterTest, ExemplarsAreStored) {
  ASSERT_TRUE(Scrape("# TYPE a counter\na_total 5 # {trace_id=\"abc\"} 0.5 1700000001\n"
                     "b_total 6 # {trace_id=\"def\"} 0.7\n# EOF\n",
                     kOpenMetrics)
                  .ok());
  const auto* a = store_.Find(Printed("a_total"));
  ASSERT_NE(a, nullptr);
  ASSERT_EQ(a->exemplars.size(), 1U);
  EXPECT_EQ(a->exemplars[0].labels.Get("trace_id"), "abc");
  EXPECT_EQ(a->exemplars[0].time_ms, 1'700'000'001'000);
  const auto* b = store_.Find(Printed("b_total"));
  ASSERT_EQ(b->exemplars.size(), 1U);
  EXPECT_EQ(b->exemplars[0].time_ms, time_ms_);
}

TEST_F(ScrapeWriterTest, ClassicHistogramsBecomeNativeOnRequest) {
  config_.convert_classic_histograms_to_nhcb = true;
  const std::string body =
      "# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 5\nh_sum 9\nh_count 5\n"
      "# TYPE g gauge\ng 1\n";
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(Scrape(body).ok());
  }
  EXPECT_EQ(Values(Printed("h")), "histogram histogram");
  EXPECT_EQ(Values(Printed("h_count")), "-");
  EXPECT_EQ(Values(Printed("g")), "1 1");
  EXPECT_EQ(store_.Find(Printed("h"))->samples[0].histogram->count, 5);
  ASSERT_TRUE(Scrape("g 1\n").ok());
  EXPECT_EQ(Values(Printed("h")), "histogram histogram stale");
}

TEST_F(ScrapeWriterTest, ClassicBucketsStayBesideNativeOnesOnRequest) {
  config_.convert_classic_histograms_to_nhcb = true;
  config_.always_scrape_classic_histograms = true;
  ASSERT_TRUE(Scrape("# TYPE h histogram\nh_bucket{le=\"+Inf\"} 5\nh_sum 9\nh_count 5\n").ok());
  EXPECT_EQ(Values(Printed("h")), "histogram");
  EXPECT_EQ(Values(Printed("h_count")), "5");
}

TEST_F(ScrapeWriterTest, ARemovedTargetEndsAllItsSeries) {
  ASSERT_TRUE(Scrape("a 1\n").ok());
  writer().WriteStale(base::TimestampMs(time_ms_ + 15'000));
  EXPECT_EQ(Values(Printed("a")), "1 stale");
  EXPECT_EQ(Values(Printed("up")), "1 stale");
  EXPECT_EQ(Values(Printed("scrape_series_added")), "1 stale");
}

TEST_F(ScrapeWriterTest, ASuccessorEndsWhatItDoesNotFind) {
  ASSERT_TRUE(Scrape("a 1\nb 1\n").ok());
  auto tracked = writer().TrackedSeries();
  EXPECT_EQ(tracked.size(), 2U);
  writer_.reset();
  writer().Inherit(std::move(tracked));
  ASSERT_TRUE(Scrape("a 2\n").ok());
  ASSERT_TRUE(Scrape("a 3\n").ok());
  EXPECT_EQ(Values(Printed("a")), "1 2 3");
  EXPECT_EQ(Values(Printed("b")), "1 stale");
}

TEST_F(ScrapeWriterTest, HostileAnswersFailCleanly) {
  const std::string bodies[] = {
      std::string(1 << 20, 'a'),
      std::string("a\0b 1\n", 6),
      "a{b=\"\xff\xfe\"} 1\n",
      "a{" + std::string(100'000, '{') + "} 1\n",
      "a 1e999999\n",
      "a 0x10\n",
      "{} 1\n",
      "a{b=\"1\",b=\"2\"} 1\n",
      "a 1 99999999999999999999\n",
      "# TYPE a histogram\n# TYPE a counter\na{le=} 1\n",
  };
  for (const std::string& body : bodies) {
    const base::Status status = Scrape(body);
    EXPECT_FALSE(status.ok()) << body.substr(0, 40);
    EXPECT_LT(status.message().size(), 2'000U);
    EXPECT_EQ(Last("up"), "0");
  }
  ASSERT_TRUE(Scrape("a NaN\nb +Inf\n").ok());
  EXPECT_EQ(Last("up"), "1");
}

TEST(SchemaOfFactorTest, PicksTheFinestSchemaThatGrowsEnough) {
  EXPECT_EQ(SchemaOfFactor(0), 8);
  EXPECT_EQ(SchemaOfFactor(1), 8);
  EXPECT_EQ(SchemaOfFactor(1.00271), 8);
  EXPECT_EQ(SchemaOfFactor(1.1), 2);
  EXPECT_EQ(SchemaOfFactor(2), 0);
  EXPECT_EQ(SchemaOfFactor(1e9), -4);
}

}  // namespace
}  // namespace sb::scrape
