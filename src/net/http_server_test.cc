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
  const TlsFiles files("localhost");
  TestServer server(EchoRouter(), files.options());
  HttpClient client;
  for (const bool http2 : {true, false}) {
    ClientRequest request;
    request.url = "https://localhost:" + std::to_string(server.port()) + "/echo";
    request.tls.ca_pem = files.pair().certificate;
    request.enable_http2 = http2;
    const base::Result<ClientResponse> reply = client.Fetch(request);
    ASSERT_TRUE(reply.ok()) << reply.status().ToString();
    EXPECT_EQ(reply->version, http2 ? HttpVersion::kHttp2 : HttpVersion::kHttp11);
    EXPECT_EQ(reply->headers.Get("x-tls"), "yes");
  }
}

TEST(HttpServerTest, HeadHasTheLengthButNoBody) {
  TestServer server(EchoRouter());
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send(
      "HEAD /missing HTTP/1.1\r\nHost: a\r\n\r\nGET /echo HTTP/1.1\r\nHost: a\r\n\r\n"));
  const std::string head = socket.ReadUntil("\r\n\r\n");
  EXPECT_TRUE(head.starts_with("HTTP/1.1 404 ")) << head;
  EXPECT_NE(head.find("Content-Length: 19\r\n"), std::string::npos) << head;
  EXPECT_TRUE(socket.ReadResponse().starts_with("HTTP/1.1 200 "));
}

TEST(HttpServerTest, WrongMethodIsToldWhatIsAllowed) {
  TestServer server(EchoRouter());
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send("DELETE /echo HTTP/1.1\r\nHost: a\r\n\r\n"));
  const std::string reply = socket.ReadResponse();
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 405 ")) << reply;
  EXPECT_NE(reply.find("Allow: GET, HEAD, POST\r\n"), std::string::npos) << reply;
}

TEST(HttpServerTest, CompressesLargeTextForThoseWhoAccept) {
  Router router;
  router.Handle("GET", "/big", [](const HttpRequest&, ResponseWriter& writer) {
    writer.Send(HttpResponse(200, std::string(100'000, 'a'), "application/json"));
  });
  router.Handle("GET", "/stream", [](const HttpRequest&, ResponseWriter& writer) {
    writer.Start(HttpResponse(200, "", "application/json"));
    for (int i = 0; i < 100; ++i) {
      writer.Write(std::string(1'000, 'a'));
    }
    writer.Finish();
  });
  router.Handle("GET", "/small", [](const HttpRequest&, ResponseWriter& writer) {
    writer.Send(HttpResponse(200, "{}", "application/json"));
  });
  TestServer server(std::move(router));
  HttpClient client;
  for (const char* path : {"/big", "/stream"}) {
    for (const char* accept : {"gzip", "zstd, gzip", ""}) {
      ClientRequest request;
      request.url = server.Url(path);
      request.accept_encoding = accept;
      const auto reply = client.Fetch(request);
      ASSERT_TRUE(reply.ok()) << reply.status().ToString();
      EXPECT_EQ(reply->body, std::string(100'000, 'a')) << path << accept;
      EXPECT_EQ(reply->received_bytes < 2'000, *accept != '\0') << path << accept;
      EXPECT_EQ(reply->headers.Has("Vary"), *accept != '\0');
    }
  }
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send("GET /small HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n"));
  EXPECT_TRUE(socket.ReadResponse().ends_with("\r\n\r\n{}"));
}

TEST(HttpServerTest, AccessHookComesFirstAndMayAttachAPrincipal) {
  Router router;
  router.Handle("POST", "/", [](const HttpRequest& request, ResponseWriter& writer) {
    writer.Send(
        HttpResponse(200, *static_cast<const std::string*>(request.principal.get()), "text/plain"));
  });
  HttpServerOptions options;
  options.access_hook = [](HttpRequest& request) -> std::optional<HttpResponse> {
    if (!request.headers.Has("Authorization")) {
      HttpResponse denied = PlainTextResponse(401, "Unauthorized");
      denied.headers.Add("WWW-Authenticate", "Basic");
      return denied;
    }
    request.principal = std::make_shared<const std::string>("ada");
    return std::nullopt;
  };
  TestServer server(std::move(router), std::move(options));
  RawSocket socket(server.port());
  const std::string head = "POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n";
  ASSERT_TRUE(socket.Send(head + "\r\nbody"));
  EXPECT_TRUE(socket.ReadResponse().starts_with("HTTP/1.1 401 "));
  ASSERT_TRUE(socket.Send("POST / HTTP/1.1\r\nHost: a\r\nAuthorization: x\r\n\r\n"));
  EXPECT_TRUE(socket.ReadResponse().ends_with("\r\n\r\nada"));
  // A long body is not waited for.
  ASSERT_TRUE(socket.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n"));
  EXPECT_TRUE(socket.ReadAll().starts_with("HTTP/1.1 401 "));
  EXPECT_EQ(server.server().stats().access_denied, 2U);
}

TEST(HttpServerTest, ReportsEachRequestOnce) {
  std::atomic<int> count{0};
  std::atomic<int> status{0};
  HttpServerOptions options;
  options.on_response = [&](const HttpRequest&, const Route& route, int code, uint64_t bytes,
                            int64_t duration_ns) {
    EXPECT_EQ(route.pattern, "/echo");
    EXPECT_EQ(bytes, 2U);
    EXPECT_GT(duration_ns, 0);
    status = code;
    ++count;
  };
  TestServer server(EchoRouter(), std::move(options));
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"));
  socket.ReadResponse();
  EXPECT_TRUE(server.WaitFor([&](const ServerStats&) { return count == 1; }));
  EXPECT_EQ(status, 200);
}

TEST(HttpServerTest, StartFailsClearly) {
  TestServer first(EchoRouter());
  EventLoops loops;
  const auto start = [&loops](HttpServerOptions options, Router router) {
    HttpServer server(loops, std::move(options), std::move(router));
    return server.Start();
  };
  HttpServerOptions taken;
  taken.address = first.server().bound_address();
  taken.executors[""] = [](std::function<void()>) { return true; };
  EXPECT_EQ(start(taken, EchoRouter()).code(), base::StatusCode::kUnavailable);
  for (const char* bad : {"", "localhost", "127.0.0.1:x", "127.0.0.1:70000", "::1:80"}) {
    HttpServerOptions options = taken;
    options.address = bad;
    EXPECT_EQ(start(options, EchoRouter()).code(), base::StatusCode::kInvalidArgument) << bad;
  }
  EXPECT_EQ(start(HttpServerOptions(), EchoRouter()).message(),
            "no executor for pool \"\" of route /echo");
}

TEST(HttpServerTest, ReloadedCertificatesServeNewConnectionsAndBadOnesChangeNothing) {
  const TestCertificate old_pair = MakeTestCertificate("localhost");
  const TestCertificate new_pair = MakeTestCertificate("localhost");
  TempFile cert(old_pair.certificate);
  TempFile key(old_pair.key);
  HttpServerOptions options;
  options.tls = ServerTlsOptions{.cert_file = cert.path(), .key_file = key.path()};
  TestServer server(EchoRouter(), std::move(options));
  const auto works_with = [&server](const TestCertificate& pair) {
    HttpClient client;
    ClientRequest request;
    request.url = "https://localhost:" + std::to_string(server.port()) + "/echo";
    request.tls.ca_pem = pair.certificate;
    return client.Fetch(request).ok();
  };
  EXPECT_TRUE(works_with(old_pair));
  EXPECT_FALSE(works_with(new_pair));
  cert.Write(new_pair.certificate);
  EXPECT_EQ(server.server().ReloadCertificates().code(), base::StatusCode::kInvalidArgument);
  EXPECT_TRUE(works_with(old_pair));
  key.Write(new_pair.key);
  EXPECT_TRUE(server.server().ReloadCertificates().ok());
  EXPECT_TRUE(works_with(new_pair));
  EXPECT_FALSE(works_with(old_pair));
  EXPECT_GT(server.server().stats().tls_handshake_errors, 0U);
}

TEST(HttpServerTest, ClientCertificatesAreDemandedAndNamed) {
  const TestCertificate pair = MakeTestCertificate("localhost");
  const TestCertificate client_pair = MakeTestCertificate("agent-7");
  const TempFile cert(pair.certificate);
  const TempFile key(pair.key);
  const TempFile client_ca(client_pair.certificate);
  HttpServerOptions options;
  options.tls = ServerTlsOptions{.cert_file = cert.path(),
                                 .key_file = key.path(),
                                 .client_ca_file = client_ca.path(),
                                 .require_client_certificate = true};
  Router router;
  router.Handle("GET", "/", [](const HttpRequest& request, ResponseWriter& writer) {
    writer.Send(HttpResponse(200, request.tls_client_subject, "text/plain"));
  });
  TestServer server(std::move(router), std::move(options));
  HttpClient client;
  ClientRequest request;
  request.url = "https://localhost:" + std::to_string(server.port()) + "/";
  request.tls.ca_pem = pair.certificate;
  EXPECT_FALSE(client.Fetch(request).ok());
  request.tls.cert_pem = client_pair.certificate;
  request.tls.key_pem = client_pair.key;
  const auto reply = client.Fetch(request);
  ASSERT_TRUE(reply.ok()) << reply.status().ToString();
  EXPECT_EQ(reply->body, "CN=agent-7");
}

TEST(HttpServerTest, PlainHttpToATlsPortIsCut) {
  const TlsFiles files("localhost");
  TestServer server(EchoRouter(), files.options());
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n"));
  bool is_timeout = false;
  EXPECT_EQ(socket.ReadAll(&is_timeout).find("HTTP/1.1"), std::string::npos);
  EXPECT_FALSE(is_timeout);
  EXPECT_TRUE(server.WaitFor([](const ServerStats& s) { return s.tls_handshake_errors == 1; }));
}

}  // namespace
}  // namespace sb::net
