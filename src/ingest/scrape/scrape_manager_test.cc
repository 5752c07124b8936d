// SPDX-License-Identifier: Apache-2.0
//
// Whole jobs against a real HTTP server on the loopback.
#include "ingest/scrape/scrape_manager.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>

#include "base/env.h"
#include "base/mutex.h"
#include "discovery/dns_resolver.h"
#include "ingest/pipeline/testing/fake_store.h"
#include "ingest/scrape/prometheus_file.h"
#include "net/http_server.h"
#include "net/response_writer.h"

namespace sb::scrape {
namespace {

class NoDns : public discovery::DnsResolver {
 public:
  base::Result<std::vector<discovery::DnsRecord>> Lookup(const std::string&,
                                                         discovery::DnsType) override {
    return base::Unavailable("no DNS in this test");
  }
};

// An exporter whose answer can be changed.
class Exporter {
 public:
  Exporter() {
    net::Router router;
    router.Handle("GET", "/metrics",
                  [this](const net::HttpRequest& request, net::ResponseWriter& writer) {
                    base::MutexLock lock(mutex_);
                    ++requests_;
                    headers_ = request.headers;
                    net::HttpResponse response(status_, body_, "text/plain; version=0.0.4");
                    writer.Send(std::move(response));
                  });
    net::HttpServerOptions options;
    options.executors[""] = [this](std::function<void()> task) {
      return pool_.Post(std::move(task)).ok();
    };
    server_ = std::make_unique<net::HttpServer>(loops_, std::move(options), std::move(router));
    EXPECT_TRUE(server_->Start().ok());
  }
  ~Exporter() { (void)server_->Stop(0); }

  std::string address() const { return "127.0.0.1:" + std::to_string(server_->port()); }
  void Set(int status, std::string body) {
    base::MutexLock lock(mutex_);
    status_ = status;
    body_ = std::move(body);
  }
  int requests() {
    base::MutexLock lock(mutex_);
    return requests_;
  }
  net::Headers headers() {
    base::MutexLock lock(mutex_);
    return headers_;
  }

 private:
  base::Mutex mutex_;
  int status_ SB_GUARDED_BY(mutex_) = 200;
  int requests_ SB_GUARDED_BY(mutex_) = 0;
  std::string body_ SB_GUARDED_BY(mutex_) = "a 1\n";
  net::Headers headers_ SB_GUARDED_BY(mutex_);
  base::ThreadPool pool_{{.name = "exporter", .threads = 1}};
  net::EventLoops loops_{{.threads = 1}};
  std::unique_ptr<net::HttpServer> server_;
};

class ScrapeManagerTest : public ::testing::Test {
 protected:
  ScrapeManagerTest()
      : manager_(std::make_unique<ScrapeManager>(ScrapeManagerOptions{
            env_, ingest_, background_, http_, dns_, store_, registry_, losses_, "Test/1", 0})) {}
  ~ScrapeManagerTest() override { manager_.reset(); }

  base::Status Apply(const std::string& scrape_configs) {
    auto config = ParsePrometheusFile(env_.files(), "scrape_configs:\n" + scrape_configs,
                                      "/none/prometheus.yml", {});
    EXPECT_TRUE(config.ok()) << config.status().ToString();
    return manager_->Apply(config->AllScrapeConfigs());
  }

  std::string Job(const std::string& more = "") const {
    return "- job_name: j\n  scrape_interval: 100ms\n  scrape_timeout: 100ms\n"
           "  static_configs: [{targets: [\"" +
           exporter_.address() + "\"]}]\n" + more;
  }

  // The store belongs to the only thread of the ingest pool; tests look at it from there.
  template <typename Function>
  auto OnIngestThread(Function function) {
    std::promise<decltype(function())> promise;
    EXPECT_TRUE(ingest_.Post([&] { promise.set_value(function()); }).ok());
    return promise.get_future().get();
  }
  // Asks again until the condition holds; false after 20 s.
  template <typename Condition>
  bool Eventually(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    base::Mutex mutex;
    base::CondVar never;
    while (std::chrono::steady_clock::now() < end) {
      if (condition()) {
        return true;
      }
      base::MutexLock lock(mutex);
      never.WaitFor(mutex, std::chrono::milliseconds(5));
    }
    return false;
  }
  std::vector<model::Sample> Samples(const std::string& metric) {
    return OnIngestThread([&] {
      const auto* series =
          store_.Find(metric + R"({instance=")" + exporter_.address() + R"(", job="j"})");
      return series == nullptr ? std::vector<model::Sample>() : series->samples;
    });
  }
  bool EndsStale(const std::string& metric) {
    const auto samples = Samples(metric);
    return !samples.empty() && model::IsStaleNan(samples.back().value);
  }

  base::Env& env_ = base::Env::Real();
  Exporter exporter_;
  ingest::FakeStore store_;
  base::Registry registry_;
  ingest::LossCounters losses_{&registry_};
  NoDns dns_;
  base::ThreadPool ingest_{{.name = "ingest", .threads = 1}};
  base::ThreadPool background_{{.name = "background", .threads = 2}};
  net::HttpClient http_;
  std::unique_ptr<ScrapeManager> manager_;
};

TEST_F(ScrapeManagerTest, ScrapesAgainAndAgainOnTheGrid) {
  ASSERT_TRUE(Apply(Job()).ok());
  ASSERT_TRUE(Eventually([this] { return Samples("a").size() >= 4; }));
  const auto samples = Samples("a");
  const auto targets = manager_->ActiveTargets("j");
  ASSERT_EQ(targets.size(), 1U);
  EXPECT_EQ(targets[0].state.health, TargetHealth::kUp);
  EXPECT_GT(targets[0].state.last_duration_s, 0);
  EXPECT_EQ(targets[0].target->url(), "http://" + exporter_.address() + "/metrics");
  for (size_t i = 1; i < samples.size(); ++i) {
    EXPECT_GT(samples[i].time_ms, samples[i - 1].time_ms);
  }
  const net::Headers headers = exporter_.headers();
  EXPECT_EQ(headers.Get("X-Prometheus-Scrape-Timeout-Seconds"), "0.1");
  EXPECT_EQ(headers.Get("User-Agent"), "Test/1");
  EXPECT_EQ(headers.Get("Accept-Encoding"), "gzip");
  EXPECT_TRUE(headers.Get("Accept").starts_with("application/openmetrics-text;version=1.0.0;"))
      << headers.Get("Accept");
}

TEST_F(ScrapeManagerTest, ShowsWhyATargetIsDown) {
  exporter_.Set(503, "busy");
  ASSERT_TRUE(Apply(Job()).ok());
  ASSERT_TRUE(Eventually([this] { return !Samples("up").empty(); }));
  auto state = manager_->ActiveTargets("")[0].state;
  EXPECT_EQ(state.health, TargetHealth::kDown);
  EXPECT_EQ(state.last_error, "server returned HTTP status 503 Service Unavailable");
  exporter_.Set(200, "a 1\nb{ 2\n");
  ASSERT_TRUE(Eventually([this] {
    return manager_->ActiveTargets("")[0].state.last_error.find("line 2") != std::string::npos;
  }));
  exporter_.Set(200, "a 1\n");
  ASSERT_TRUE(Eventually(
      [this] { return manager_->ActiveTargets("")[0].state.health == TargetHealth::kUp; }));
}

TEST_F(ScrapeManagerTest, BodySizeLimitFailsTheScrape) {
  exporter_.Set(200, "a 1\n" + std::string(5'000, '#') + "\n");
  ASSERT_TRUE(Apply(Job("  body_size_limit: 1KB\n")).ok());
  ASSERT_TRUE(Eventually([this] { return !Samples("up").empty(); }));
  EXPECT_EQ(manager_->ActiveTargets("")[0].state.last_error, "body size limit exceeded");
  EXPECT_TRUE(Samples("a").empty());
}

TEST_F(ScrapeManagerTest, AnUnchangedJobKeepsItsLoop) {
  ASSERT_TRUE(Apply(Job()).ok());
  ASSERT_TRUE(Eventually([this] { return Samples("a").size() >= 2; }));
  const auto before = manager_->ActiveTargets("j")[0].target;
  ASSERT_TRUE(Apply(Job() + "- job_name: other\n").ok());
  EXPECT_EQ(manager_->ActiveTargets("j")[0].target, before);
  EXPECT_EQ(manager_->Pools(), (std::vector<std::string>{"j", "other"}));
}

TEST_F(ScrapeManagerTest, AChangedJobEndsWhatItsNewRulesDrop) {
  exporter_.Set(200, "a 1\nb 2\n");
  ASSERT_TRUE(Apply(Job()).ok());
  ASSERT_TRUE(Eventually([this] { return !Samples("b").empty(); }));
  ASSERT_TRUE(Apply(Job("  metric_relabel_configs: [{source_labels: [__name__], regex: b, "
                        "action: drop}]\n"))
                  .ok());
  ASSERT_TRUE(Eventually([this] { return EndsStale("b"); }));
  const size_t count = Samples("a").size();
  ASSERT_TRUE(Eventually([&] { return Samples("a").size() > count; }));
  for (const model::Sample& sample : Samples("a")) {
    EXPECT_FALSE(model::IsStaleNan(sample.value));
  }
}

TEST_F(ScrapeManagerTest, ARemovedJobEndsItsSeries) {
  ASSERT_TRUE(Apply(Job()).ok());
  ASSERT_TRUE(Eventually([this] { return !Samples("a").empty(); }));
  ASSERT_TRUE(Apply("- job_name: other\n").ok());
  ASSERT_TRUE(Eventually([this] { return EndsStale("a") && EndsStale("up"); }));
  EXPECT_TRUE(manager_->ActiveTargets("j").empty());
}

TEST_F(ScrapeManagerTest, TheTargetLimitFailsEveryScrapeOfTheJob) {
  ASSERT_TRUE(Apply("- job_name: j\n  scrape_interval: 100ms\n  target_limit: 1\n"
                    "  static_configs: [{targets: [\"" +
                    exporter_.address() + "\", \"127.0.0.1:1\"]}]\n")
                  .ok());
  ASSERT_TRUE(Eventually([this] { return !Samples("up").empty(); }));
  for (const ActiveTargetInfo& info : manager_->ActiveTargets("j")) {
    EXPECT_TRUE(Eventually([&] {
      return info.target->state().last_error ==
             "target_limit exceeded (number of targets: 2, limit: 1)";
    }));
  }
  EXPECT_EQ(exporter_.requests(), 0);
}

TEST_F(ScrapeManagerTest, DroppedTargetsAreKeptUpToTheLimitAndCounted) {
  ASSERT_TRUE(Apply("- job_name: j\n  keep_dropped_targets: 2\n"
                    "  static_configs: [{targets: [\"a:1\", \"b:1\", \"c:1\", \"d:1\"]}]\n"
                    "  relabel_configs: [{source_labels: [__address__], regex: \"a:1\", action: "
                    "keep}]\n")
                  .ok());
  ASSERT_TRUE(Eventually([this] { return manager_->ActiveTargets("j").size() == 1; }));
  ASSERT_TRUE(Eventually([this] { return manager_->DroppedTargets("j").size() == 2; }));
  EXPECT_EQ(manager_->DroppedTargetCounts()[0], (std::pair<std::string, uint64_t>("j", 3)));
  EXPECT_EQ(manager_->DroppedTargets("")[0].discovered_labels.Get("__address__"), "b:1");
}

TEST_F(ScrapeManagerTest, MetadataIsListedByTarget) {
  exporter_.Set(200, "# TYPE a gauge\n# HELP a Words.\na 1\n");
  ASSERT_TRUE(Apply(Job()).ok());
  ASSERT_TRUE(Eventually([this] { return !manager_->Metadata("a").empty(); }));
  EXPECT_EQ(manager_->Metadata("a")[0].family.metadata.help, "Words.");
  EXPECT_TRUE(manager_->Metadata("b").empty());
}

TEST_F(ScrapeManagerTest, DestroyingItWaitsForRequestsInFlight) {
  ASSERT_TRUE(Apply(Job()).ok());
  ASSERT_TRUE(Eventually([this] { return exporter_.requests() > 0; }));
  manager_.reset();
  const size_t count = OnIngestThread([this] { return store_.sample_count(); });
  const int requests = exporter_.requests();
  base::Mutex mutex;
  base::CondVar never;
  {
    base::MutexLock lock(mutex);
    never.WaitFor(mutex, std::chrono::milliseconds(300));
  }
  EXPECT_EQ(OnIngestThread([this] { return store_.sample_count(); }), count);
  EXPECT_LE(exporter_.requests(), requests + 1);
  // No stale markers at the end: the next start goes on with the series.
  EXPECT_FALSE(EndsStale("a"));
}

}  // namespace
}  // namespace sb::scrape
