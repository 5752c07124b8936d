// SPDX-License-Identifier: Apache-2.0
#include "collect/probe/probe_endpoint.h"

#include <gtest/gtest.h>

#include <string>

#include "net/testing/test_server.h"

namespace sb::probe {
namespace {

class ProbeEndpointTest : public testing::Test {
 protected:
  ProbeEndpointTest() { Use(DefaultProbeConfig(), nullptr); }

  void Use(const std::string& text, std::shared_ptr<const net::AddressFilter> filter) {
    auto config = ParseProbeConfig(text, "test.yml");
    ASSERT_TRUE(config.ok()) << config.status().message();
    endpoint_.SetSettings(std::make_shared<const ProbeEndpoint::Settings>(
        ProbeEndpoint::Settings{*config, std::move(filter)}));
  }

  net::ClientResponse Get(const std::string& query, const std::string& timeout = "") {
    net::ClientRequest request;
    request.url = server_.Url("/probe?" + query);
    if (!timeout.empty()) {
      request.headers.Add("X-Prometheus-Scrape-Timeout-Seconds", timeout);
    }
    auto reply = client_.Fetch(std::move(request));
    return reply.ok() ? *std::move(reply) : net::ClientResponse();
  }

  static net::Router Routes(ProbeEndpoint* endpoint) {
    net::Router router;
    endpoint->AddRoutes(&router);
    router.Handle("GET", "/", [](const net::HttpRequest&, net::ResponseWriter& writer) {
      writer.Send(net::HttpResponse(200, "hello", "text/plain"));
    });
    return router;
  }
  std::string Self() const { return "127.0.0.1:" + std::to_string(server_.port()); }

  net::HttpClient client_;
  base::ThreadPool pool_{{.name = "probe", .threads = 2, .queue_max = 10}};
  ProbeEndpoint endpoint_{{base::Env::Real(), client_}, pool_};
  net::TestServer server_{Routes(&endpoint_)};
};

TEST_F(ProbeEndpointTest, RefusesAsTheReference) {
  const net::ClientResponse unknown = Get("module=nope&target=x");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_EQ(unknown.body, "Unknown module \"nope\"\n");
  const net::ClientResponse missing = Get("module=http_2xx");
  EXPECT_EQ(missing.status, 400);
  EXPECT_EQ(missing.body, "Target parameter is missing\n");
  EXPECT_EQ(Get("target=" + Self(), "soon").status, 500);
}

TEST_F(ProbeEndpointTest, TheModuleIsHttp2xxUnlessNamed) {
  const net::ClientResponse reply = Get("target=" + Self());
  EXPECT_EQ(reply.status, 200);
  EXPECT_NE(reply.body.find("# TYPE probe_success gauge\nprobe_success 1\n"), std::string::npos)
      << reply.body;
  EXPECT_EQ(endpoint_.probes(), 1U);
  EXPECT_EQ(endpoint_.failures(), 0U);
}

TEST_F(ProbeEndpointTest, DebugShowsTheLog) {
  const net::ClientResponse reply = Get("debug=true&target=" + Self());
  EXPECT_TRUE(reply.body.starts_with("Logs for the probe:\n")) << reply.body;
  EXPECT_NE(reply.body.find("Metrics that would have been returned:\n"), std::string::npos);
}

TEST_F(ProbeEndpointTest, RefusesPrivateTargetsWhenOnlyPublicOnesAreAllowed) {
  Use(DefaultProbeConfig(),
      std::make_shared<const net::AddressFilter>(net::AddressFilter::PublicOnly()));
  for (const char* module : {"http_2xx", "tcp_connect"}) {
    const net::ClientResponse reply =
        Get("debug=true&module=" + std::string(module) + "&target=" + Self());
    EXPECT_NE(reply.body.find("probe_success 0\n"), std::string::npos) << reply.body;
    EXPECT_NE(reply.body.find("probes.allow_targets does not allow 127.0.0.1"), std::string::npos);
  }
}

}  // namespace
}  // namespace sb::probe
