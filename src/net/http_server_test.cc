// SPDX-License-Identifier: Apache-2.0
#include "net/http_server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "net/http_client.h"
#include "net/testing/test_server.h"

namespace sb::net {
namespace {

void Echo(const HttpRequest& request, ResponseWriter& writer) {
  HttpResponse response(200, request.body, "text/plain");
  response.headers.Add("X-Method", request.method);
  response.headers.Add("X-Path", request.path);
  response.headers.Add("X-Peer", request.peer_address);
  response.headers.Add("X-Version", std::string(HttpVersionName(request.version)));
  response.headers.Add("X-Tls", request.is_tls ? "yes" : "no");
  writer.Send(std::move(response));
}

Router EchoRouter() {
  Router router;
  router.Handle("GET", "/echo", Echo);
  router.Handle("POST", "/echo", Echo);
  router.Handle("GET", "/inline", Echo, {.run_on_event_loop = true});
  return router;
}

TEST(HttpServerTest, AnswersGetAndPost) {
  TestServer server(EchoRouter());
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send("GET /echo?x=1 HTTP/1.1\r\nHost: a\r\n\r\n"));
  const std::string get = socket.ReadResponse();
  EXPECT_TRUE(get.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << get;
  EXPECT_NE(get.find("X-Path: /echo\r\n"), std::string::npos) << get;
  EXPECT_NE(get.find("X-Peer: 127.0.0.1\r\n"), std::string::npos) << get;
  ASSERT_TRUE(socket.Send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"));
  EXPECT_TRUE(socket.ReadResponse().ends_with("\r\n\r\nhello"));
  EXPECT_TRUE(server.WaitFor([](const ServerStats& s) { return s.responses_2xx == 2; }));
}

TEST(HttpServerTest, ServesHttp2WithPriorKnowledge) {
  TestServer server(EchoRouter());
  HttpClient client;
  ClientRequest request;
  request.method = "POST";
  request.url = server.Url("/echo");
  request.body = std::string(300'000, 'x');
  request.http2_prior_knowledge = true;
  const base::Result<ClientResponse> reply = client.Fetch(request);
  ASSERT_TRUE(reply.ok()) << reply.status().ToString();
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->version, HttpVersion::kHttp2);
  EXPECT_EQ(reply->headers.Get("x-version"), "HTTP/2.0");
  EXPECT_EQ(reply->body, request.body);
}

TEST(HttpServerTest, ServesTlsAndChoosesHttp2ByAlpn) {
  const TestCertificate pair = MakeTestCertificate("localhost");
  const TempFile cert(pair.certificate);
  const TempFile key(pair.key);
  HttpServerOptions options;
  options.tls = ServerTlsOptions{.cert_file = cert.path(), .key_file = key.path()};
  TestServer server(EchoRouter(), std::move(options));
  HttpClient client;
  for (const bool http2 : {true, false}) {
    ClientRequest request;
    request.url = "https://localhost:" + std::to_string(server.port()) + "/echo";
    request.tls.ca_pem = pair.certificate;
    request.enable_http2 = http2;
    const base::Result<ClientResponse> reply = client.Fetch(request);
    ASSERT_TRUE(reply.ok()) << reply.status().ToString();
    EXPECT_EQ(reply->version, http2 ? HttpVersion::kHttp2 : HttpVersion::kHttp11);
    EXPECT_EQ(reply->headers.Get("x-tls"), "yes");
  }
}

}  // namespace
}  // namespace sb::net
