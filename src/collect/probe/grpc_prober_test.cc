// SPDX-License-Identifier: Apache-2.0
//
// The prober grpc against a health server of our own HTTP/2 stack.
#include <gtest/gtest.h>

#include <map>

#include "base/mutex.h"
#include "collect/probe/testing/probe_once.h"
#include "encoding/protobuf.h"
#include "net/testing/test_server.h"

namespace sb::probe {
namespace {

// What a server says of its services: by name, "" is the server as a whole.
class HealthServer {
 public:
  explicit HealthServer(std::map<std::string, int> services, net::HttpServerOptions options = {})
      : services_(std::move(services)), server_(Routes(), std::move(options)) {}
  ~HealthServer() { held_.clear(); }

  std::string target() const { return "127.0.0.1:" + std::to_string(server_.port()); }
  net::Headers last_headers() {
    const base::MutexLock lock(mutex_);
    return last_headers_;
  }

 private:
  net::Router Routes() {
    net::Router router;
    router.Handle("POST", "/grpc.health.v1.Health/Check",
                  [this](const net::HttpRequest& request, net::ResponseWriter& writer) {
                    Check(request, writer);
                  });
    return router;
  }

  void Check(const net::HttpRequest& request, net::ResponseWriter& writer) {
    std::string service;
    encoding::ProtoReader reader(std::string_view(request.body).substr(5));
    while (reader.Next()) {
      service = reader.field() == 1 ? reader.Bytes() : "";
    }
    const base::MutexLock lock(mutex_);
    last_headers_ = request.headers;
    if (service == "slow") {
      held_.push_back(writer.Detach());
      return;
    }
    if (service == "plain") {
      writer.Send(net::PlainTextResponse(503, "no gRPC here"));
      return;
    }
    writer.Start(net::HttpResponse(200, "", "application/grpc"));
    const auto known = services_.find(service);
    if (known == services_.end()) {
      writer.SetTrailer("grpc-status", "5");
      writer.SetTrailer("grpc-message", "unknown service");
    } else {
      writer.Write(MessageOf(known->second));
      writer.SetTrailer("grpc-status", "0");
    }
    writer.Finish();
  }

  // -1: a frame that says more than it has.
  static std::string MessageOf(int status) {
    if (status == -1) {
      return std::string("\0\0\0\0\7\x08", 6);
    }
    std::string message;
    encoding::ProtoWriter writer(&message);
    writer.Varint(1, static_cast<uint64_t>(status));
    return std::string("\0\0\0\0", 4) + static_cast<char>(message.size()) + message;
  }

  const std::map<std::string, int> services_;
  base::Mutex mutex_;
  net::Headers last_headers_ SB_GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<net::ResponseWriter>> held_;
  net::TestServer server_;
};

ProbeModule Grpc(const std::string& options) {
  return ModuleOf("{prober: grpc, timeout: 5s, grpc: {preferred_ip_protocol: ip4, " + options +
                  "}}");
}

TEST(GrpcProberTest, ServingIsSuccess) {
  HealthServer server({{"", 1}, {"cart", 1}});
  for (const char* service : {"", "cart"}) {
    const ProbeOutcome outcome =
        ProbeOnce(Grpc("service: '" + std::string(service) + "'"), server.target());
    EXPECT_TRUE(outcome.success) << outcome.log.text();
    EXPECT_TRUE(Has(outcome, "probe_grpc_status_code 0"));
    EXPECT_TRUE(Has(outcome, "probe_grpc_ssl 0"));
    EXPECT_TRUE(Has(outcome, "probe_ip_protocol 4"));
    EXPECT_TRUE(Has(outcome, "probe_grpc_healthcheck_response{serving_status=\"SERVING\"} 1"));
    for (const char* other : {"UNKNOWN", "NOT_SERVING", "SERVICE_UNKNOWN"}) {
      EXPECT_TRUE(Has(outcome, "probe_grpc_healthcheck_response{serving_status=\"" +
                                   std::string(other) + "\"} 0"));
    }
    EXPECT_NE(outcome.metrics.ToText().find("probe_grpc_duration_seconds{phase=\"check\"} "),
              std::string::npos);
  }
}

TEST(GrpcProberTest, AnythingButServingFailsAndSaysWhy) {
  HealthServer server({{"down", 2}, {"new", 9}, {"torn", -1}});
  const ProbeOutcome down = ProbeOnce(Grpc("service: down"), server.target());
  EXPECT_FALSE(down.success);
  EXPECT_TRUE(Has(down, "probe_grpc_status_code 0"));
  EXPECT_TRUE(Has(down, "probe_grpc_healthcheck_response{serving_status=\"NOT_SERVING\"} 1"));
  EXPECT_NE(down.log.text().find("the service is NOT_SERVING"), std::string::npos);

  const ProbeOutcome unknown = ProbeOnce(Grpc("service: nope"), server.target());
  EXPECT_FALSE(unknown.success);
  EXPECT_TRUE(Has(unknown, "probe_grpc_status_code 5"));
  EXPECT_TRUE(Has(unknown, "probe_grpc_healthcheck_response{serving_status=\"SERVING\"} 0"));
  EXPECT_NE(unknown.log.text().find("grpc-status 5: unknown service"), std::string::npos);

  EXPECT_FALSE(ProbeOnce(Grpc("service: new"), server.target()).success);
  EXPECT_TRUE(Has(ProbeOnce(Grpc("service: torn"), server.target()), "probe_grpc_status_code 13"));
  EXPECT_TRUE(Has(ProbeOnce(Grpc("service: plain"), server.target()), "probe_grpc_status_code 14"));
}

TEST(GrpcProberTest, MetadataIsSent) {
  HealthServer server({{"", 1}});
  const ProbeOutcome outcome = ProbeOnce(
      Grpc("metadata: {key: [value1, value2], authorization: [Bearer token], raw-bin: [ab]}"),
      server.target());
  EXPECT_TRUE(outcome.success) << outcome.log.text();
  const net::Headers headers = server.last_headers();
  EXPECT_EQ(headers.GetJoined("key"), "value1, value2");
  EXPECT_EQ(headers.Get("authorization"), "Bearer token");
  EXPECT_EQ(headers.Get("raw-bin"), "YWI=");
  EXPECT_EQ(headers.Get("te"), "trailers");
  EXPECT_TRUE(headers.Get("grpc-timeout").ends_with("m"));
}

TEST(GrpcProberTest, TlsTellsTheCertificate) {
  const net::TlsFiles files("tls.example");
  HealthServer server({{"", 1}, {"down", 2}}, files.options());
  const std::string trusted = "tls: true, tls_config: {ca_file: " + files.cert_path() + "}";
  const ProbeOutcome good = ProbeOnce(Grpc(trusted), server.target());
  EXPECT_TRUE(good.success) << good.log.text();
  EXPECT_TRUE(Has(good, "probe_grpc_ssl 1"));
  EXPECT_TRUE(Has(good, "probe_tls_version_info{version=\"TLS 1.3\"} 1"));
  EXPECT_NE(good.metrics.ToText().find("probe_ssl_earliest_cert_expiry "), std::string::npos);
  EXPECT_NE(good.metrics.ToText().find("probe_ssl_last_chain_info{"), std::string::npos);
  // The reference tells nothing of the verified chain here.
  EXPECT_EQ(good.metrics.ToText().find("probe_ssl_last_chain_expiry"), std::string::npos);

  const ProbeOutcome unknown = ProbeOnce(Grpc("tls: true"), server.target());
  EXPECT_FALSE(unknown.success);
  EXPECT_TRUE(Has(unknown, "probe_grpc_status_code 14"));
  EXPECT_TRUE(Has(unknown, "probe_grpc_ssl 0"));
  EXPECT_TRUE(
      ProbeOnce(Grpc("tls: true, tls_config: {insecure_skip_verify: true}"), server.target())
          .success);
  EXPECT_FALSE(ProbeOnce(Grpc(""), server.target()).success) << "no TLS where the server wants it";
}

TEST(GrpcProberTest, AServerWithoutHttp2IsUnavailable) {
  const net::TlsFiles files("tls.example");
  net::HttpServerOptions options = files.options();
  options.enable_http2 = false;
  HealthServer server({{"", 1}}, options);
  const ProbeOutcome outcome =
      ProbeOnce(Grpc("tls: true, tls_config: {insecure_skip_verify: true}"), server.target());
  EXPECT_FALSE(outcome.success);
  EXPECT_TRUE(Has(outcome, "probe_grpc_status_code 14"));
  EXPECT_NE(outcome.log.text().find("does not speak HTTP/2"), std::string::npos);
}

TEST(GrpcProberTest, EndsByItsDeadline) {
  HealthServer server({{"", 1}});
  const ProbeOutcome outcome =
      ProbeOnce(ModuleOf("{prober: grpc, timeout: 300ms, grpc: {service: slow}}"), server.target());
  EXPECT_FALSE(outcome.success);
  EXPECT_TRUE(Has(outcome, "probe_grpc_status_code 4"));
}

TEST(GrpcProberTest, WhatCannotBeReachedIsUnavailable) {
  const ProbeOutcome refused = ProbeOnce(Grpc(""), "127.0.0.1:1");
  EXPECT_FALSE(refused.success);
  EXPECT_TRUE(Has(refused, "probe_grpc_status_code 14"));
  const ProbeOutcome nowhere = ProbeOnce(Grpc(""), "no-such-host.invalid:1");
  EXPECT_FALSE(nowhere.success);
  EXPECT_EQ(nowhere.metrics.ToText().find("probe_grpc_healthcheck_response"), std::string::npos);
  const auto only_public =
      std::make_shared<const net::AddressFilter>(net::AddressFilter::PublicOnly());
  HealthServer server({{"", 1}});
  const ProbeOutcome denied = ProbeOnce(Grpc(""), server.target(), only_public);
  EXPECT_FALSE(denied.success);
  EXPECT_NE(denied.log.text().find("probes.allow_targets"), std::string::npos);
}

}  // namespace
}  // namespace sb::probe
