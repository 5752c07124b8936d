// SPDX-License-Identifier: Apache-2.0
#include "discovery/http_discovery.h"

#include <gtest/gtest.h>

#include "base/mutex.h"
#include "discovery/testing/discovery_probe.h"
#include "net/http_server.h"
#include "net/response_writer.h"

namespace sb::discovery {
namespace {

class Source {
 public:
  Source() {
    net::Router router;
    router.Handle("GET", "/sd",
                  [this](const net::HttpRequest& request, net::ResponseWriter& writer) {
                    base::MutexLock lock(mutex_);
                    headers_ = request.headers;
                    writer.Send(net::HttpResponse(status_, body_, type_));
                  });
    net::HttpServerOptions options;
    options.executors[""] = [this](std::function<void()> task) {
      return pool_.Post(std::move(task)).ok();
    };
    server_ = std::make_unique<net::HttpServer>(loops_, std::move(options), std::move(router));
    EXPECT_TRUE(server_->Start().ok());
  }
  ~Source() { (void)server_->Stop(0); }

  void Set(int status, std::string body, std::string type = "application/json") {
    base::MutexLock lock(mutex_);
    status_ = status;
    body_ = std::move(body);
    type_ = std::move(type);
  }
  net::Headers headers() {
    base::MutexLock lock(mutex_);
    return headers_;
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()) + "/sd"; }

 private:
  base::Mutex mutex_;
  int status_ SB_GUARDED_BY(mutex_) = 200;
  std::string body_ SB_GUARDED_BY(mutex_);
  std::string type_ SB_GUARDED_BY(mutex_);
  net::Headers headers_ SB_GUARDED_BY(mutex_);
  base::ThreadPool pool_{{.name = "source", .threads = 1}};
  net::EventLoops loops_{{.threads = 1}};
  std::unique_ptr<net::HttpServer> server_;
};

TEST(HttpDiscoveryTest, AsksAgainAndKeepsTheLastTargetsOnFailure) {
  Source source;
  source.Set(200, R"([{"targets": ["a:1"], "labels": {"x": "y"}}])",
             "application/json; charset=utf-8");
  DiscoveryProbe probe;
  probe.Start([&](const DiscoveryContext& context, base::TaskRunner& runner) {
    HttpSdConfig config;
    config.url = source.url();
    config.refresh_interval = base::DurationMs(50);
    return std::make_unique<HttpDiscovery>(context, runner, config, "j");
  });
  ASSERT_TRUE(probe.WaitForAddresses({"a:1"}));
  EXPECT_EQ(probe.groups()[0].labels.at("__meta_url"), source.url());
  EXPECT_EQ(source.headers().Get("X-Prometheus-Refresh-Interval-Seconds"), "0.05");
  EXPECT_EQ(source.headers().Get("Accept"), "application/json");
  source.Set(500, "[]");
  ASSERT_TRUE(probe.WaitForCounter("prometheus_sd_refresh_failures_total", 2));
  source.Set(200, "[]", "text/html");
  ASSERT_TRUE(probe.WaitForCounter("prometheus_sd_refresh_failures_total", 4));
  source.Set(200, "[{]");
  ASSERT_TRUE(probe.WaitForCounter("prometheus_sd_refresh_failures_total", 6));
  EXPECT_TRUE(probe.WaitForAddresses({"a:1"}));
  source.Set(200, R"([{"targets": ["b:1"]}, {"targets": ["c:1"]}])");
  ASSERT_TRUE(probe.WaitForAddresses({"b:1", "c:1"}));
  source.Set(200, "[]");
  ASSERT_TRUE(probe.WaitForAddresses({}));
}

TEST(HttpDiscoveryTest, SaysWhyAnAnswerIsNotTaken) {
  const auto error = [](int status, const std::string& body, const std::string& type) {
    net::ClientResponse response;
    response.status = status;
    response.body = body;
    response.headers.Add("Content-Type", type);
    const auto groups = ParseHttpTargets("http://u:pw@h/", response);
    return groups.ok() ? "no error" : std::string(groups.status().message());
  };
  EXPECT_EQ(error(404, "", ""), "server returned HTTP status 404 Not Found");
  EXPECT_EQ(error(200, "[]", "text/plain"), "unsupported content type \"text/plain\"");
  EXPECT_EQ(error(200, "[]", "application/json; charset=latin1"),
            "unsupported content type \"application/json; charset=latin1\"");
  EXPECT_EQ(error(200, "[null]", "application/json"),
            "http://u:xxxxx@h/:1:2: nil target group item found");
  EXPECT_EQ(error(200, "[]", "Application/JSON;charset=\"UTF-8\""), "no error");
}

}  // namespace
}  // namespace sb::discovery
