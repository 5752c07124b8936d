// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.h"

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <thread>

#include "net/content_coding.h"
#include "net/http_server.h"
#include "net/testing/test_server.h"

namespace sb::net {
namespace {

using base::StatusCode;

// Answers with what it got.
void Mirror(const HttpRequest& request, ResponseWriter& writer) {
  std::string text = request.method + " " + request.target + "\n";
  for (const Headers::Entry& entry : request.headers) {
    text += entry.first + ": " + entry.second + "\n";
  }
  writer.Send(HttpResponse(200, text + "\n" + request.body, "text/plain"));
}

Router MirrorRouter() {
  Router router;
  for (const char* method : {"GET", "POST", "PUT", "DELETE"}) {
    router.Handle(method, "/mirror", Mirror);
    router.Handle(method, "/redirect/{code}",
                  [](const HttpRequest& request, ResponseWriter& writer) {
                    HttpResponse response(std::stoi(std::string(request.path_params.Get("code"))));
                    response.headers.Add("Location", std::string(request.query.Get("to")));
                    writer.Send(std::move(response));
                  });
  }
  router.Handle("GET", "/big", [](const HttpRequest&, ResponseWriter& writer) {
    writer.Send(HttpResponse(200, std::string(1 << 20, 'x'), "application/octet-stream"));
  });
  router.Handle("GET", "/bomb", [](const HttpRequest&, ResponseWriter& writer) {
    HttpResponse response(200, EncodeContent(ContentCoding::kGzip, std::string(50 << 20, 'x')),
                          "text/plain");
    response.headers.Add("Content-Encoding", "gzip");
    writer.Send(std::move(response));
  });
  return router;
}

TEST(HttpClientTest, SendsMethodHeadersAndBody) {
  TestServer server(MirrorRouter());
  HttpClient client;
  ClientRequest request;
  request.method = "PUT";
  request.url = server.Url("/mirror?a=b");
  request.headers.Add("X-Scrape", "1");
  request.headers.Add("X-Empty", "");
  request.body = "payload";
  request.basic_auth_user = "ada";
  request.basic_auth_password = "secret";
  const auto reply = client.Fetch(request);
  ASSERT_TRUE(reply.ok()) << reply.status().ToString();
  for (const char* part : {"PUT /mirror?a=b\n", "X-Scrape: 1\n", "X-Empty: \n",
                           "User-Agent: Signalbox\n", "Authorization: Basic YWRhOnNlY3JldA==\n",
                           "Accept-Encoding: zstd, gzip\n", "Content-Length: 7\n"}) {
    EXPECT_NE(reply->body.find(part), std::string::npos) << part << reply->body;
  }
  EXPECT_EQ(reply->body.find("Content-Type"), std::string::npos) << reply->body;
  EXPECT_TRUE(reply->body.ends_with("\n\npayload"));
}

TEST(HttpClientTest, ReusesConnections) {
  TestServer server(MirrorRouter());
  HttpClient client;
  ClientRequest request;
  request.url = server.Url("/mirror");
  EXPECT_FALSE(client.Fetch(request)->reused_connection);
  EXPECT_TRUE(client.Fetch(request)->reused_connection);
  EXPECT_EQ(client.stats().connections_opened, 1U);
  EXPECT_EQ(server.server().stats().connections_accepted, 1U);
}

TEST(HttpClientTest, TimesOutAndCancels) {
  std::promise<void> release;
  auto gate = release.get_future().share();
  Router router;
  router.Handle("GET", "/", [gate](const HttpRequest&, ResponseWriter&) { gate.wait(); });
  TestServer server(std::move(router));
  HttpClient client;
  ClientRequest request;
  request.url = server.Url("/?secret=1");
  request.timeout_ms = 100;
  const auto late = client.Fetch(request);
  EXPECT_EQ(late.status().code(), StatusCode::kDeadlineExceeded);
  EXPECT_EQ(late.status().message().find("secret"), std::string_view::npos);
  request.timeout_ms = 60'000;
  std::promise<StatusCode> code;
  const RequestHandle handle = client.FetchAsync(
      request, [&](base::Result<ClientResponse> reply) { code.set_value(reply.status().code()); });
  ASSERT_TRUE(server.WaitFor([](const ServerStats& s) { return s.requests_http1 == 2; }));
  handle.Cancel();
  EXPECT_EQ(code.get_future().get(), StatusCode::kCancelled);
  EXPECT_EQ(client.stats().timeouts, 1U);
  release.set_value();
}

TEST(HttpClientTest, DestructionCancelsWhatIsInFlight) {
  std::promise<void> release;
  auto gate = release.get_future().share();
  Router router;
  router.Handle("GET", "/", [gate](const HttpRequest&, ResponseWriter&) { gate.wait(); });
  TestServer server(std::move(router));
  std::promise<StatusCode> code;
  {
    HttpClient client;
    ClientRequest request;
    request.url = server.Url("/");
    client.FetchAsync(request, [&](base::Result<ClientResponse> reply) {
      code.set_value(reply.status().code());
    });
  }
  EXPECT_EQ(code.get_future().get(), StatusCode::kCancelled);
  release.set_value();
}

TEST(HttpClientTest, FollowsRedirectsAsBrowsersDo) {
  TestServer server(MirrorRouter());
  HttpClient client;
  ClientRequest request;
  request.method = "POST";
  request.body = "form";
  request.bearer_token = "t0ken";
  request.url = server.Url("/redirect/303?to=/mirror%3Fx");
  auto reply = client.Fetch(request);
  ASSERT_TRUE(reply.ok()) << reply.status().ToString();
  EXPECT_TRUE(reply->body.starts_with("GET /mirror?x\n")) << reply->body;
  EXPECT_NE(reply->body.find("Authorization: Bearer t0ken"), std::string::npos);
  EXPECT_EQ(reply->effective_url, server.Url("/mirror?x"));
  request.url = server.Url("/redirect/307?to=/mirror");
  reply = client.Fetch(request);
  EXPECT_TRUE(reply->body.starts_with("POST /mirror\n")) << reply->body;
  EXPECT_TRUE(reply->body.ends_with("form"));
  request.redirects = RedirectPolicy::kReturn;
  EXPECT_EQ(client.Fetch(request)->status, 307);
}

TEST(HttpClientTest, CredentialsDoNotFollowToAnotherOrigin) {
  TestServer first(MirrorRouter());
  TestServer second(MirrorRouter());
  HttpClient client;
  ClientRequest request;
  request.bearer_token = "t0ken";
  request.headers.Add("Cookie", "session=1");
  request.url = first.Url("/redirect/302?to=" + PercentEncodeQuery(second.Url("/mirror")));
  const auto reply = client.Fetch(request);
  ASSERT_TRUE(reply.ok()) << reply.status().ToString();
  EXPECT_EQ(reply->body.find("t0ken"), std::string::npos) << reply->body;
  EXPECT_EQ(reply->body.find("session"), std::string::npos);
}

TEST(HttpClientTest, StopsRedirectLoopsAndForeignSchemes) {
  TestServer server(MirrorRouter());
  HttpClient client;
  ClientRequest request;
  const std::string loop = "/redirect/302?to=";
  request.url = server.Url(loop + PercentEncodeQuery(loop + PercentEncodeQuery("/redirect/302")));
  request.max_redirects = 1;
  EXPECT_EQ(client.Fetch(request).status().code(), StatusCode::kAborted);
  request.url = server.Url("/redirect/302?to=file:///etc/passwd");
  EXPECT_EQ(client.Fetch(request).status().code(), StatusCode::kInvalidArgument);
}

TEST(HttpClientTest, BoundsBodiesAsSentAndDecoded) {
  TestServer server(MirrorRouter());
  HttpClient client;
  ClientRequest request;
  request.max_response_bytes = 1'000'000;
  for (const char* path : {"/big", "/bomb"}) {
    request.url = server.Url(path);
    EXPECT_EQ(client.Fetch(request).status().code(), StatusCode::kResourceExhausted) << path;
  }
  EXPECT_EQ(client.stats().body_too_large, 2U);
  request.max_response_bytes = 60 << 20;
  EXPECT_EQ(client.Fetch(request)->body.size(), 50U << 20);
}

TEST(HttpClientTest, AddressFilterHoldsAfterDnsOnRedirectsAndOnReuse) {
  TestServer server(MirrorRouter());
  HttpClient client;
  ClientRequest request;
  request.url = server.Url("/mirror");
  ASSERT_TRUE(client.Fetch(request).ok());  // leaves an open connection behind
  request.address_filter = std::make_shared<const AddressFilter>(AddressFilter::PublicOnly());
  for (const std::string& host : {std::string("127.0.0.1"), std::string("localhost"),
                                  std::string("127.1"), std::string("0x7f000001")}) {
    request.url = "http://" + host + ":" + std::to_string(server.port()) + "/mirror";
    const auto reply = client.Fetch(request);
    EXPECT_EQ(reply.status().code(), StatusCode::kPermissionDenied) << reply.status().ToString();
  }
  EXPECT_EQ(client.stats().address_denied, 4U);
}

TEST(HttpClientTest, ErrorsNameTheHostButNoSecrets) {
  HttpClient client;
  ClientRequest request;
  request.url = "http://user:pa55word@127.0.0.1:1/path?token=s3cret";
  const auto refused = client.Fetch(request);
  EXPECT_EQ(refused.status().code(), StatusCode::kUnavailable);
  EXPECT_NE(refused.status().message().find("http://127.0.0.1:1/path"), std::string_view::npos);
  EXPECT_EQ(refused.status().message().find("s3cret"), std::string_view::npos);
  EXPECT_EQ(refused.status().message().find("pa55word"), std::string_view::npos);
  for (const char* bad : {"", "nonsense", "ftp://a/", "http://", "http://a b/"}) {
    request.url = bad;
    EXPECT_EQ(client.Fetch(request).status().code(), StatusCode::kInvalidArgument) << bad;
  }
  request.url = "http://127.0.0.1:1/";
  request.headers.Add("X", "a\r\nY: b");
  EXPECT_EQ(client.Fetch(request).status().code(), StatusCode::kInvalidArgument);
}

TEST(HttpClientTest, VerifiesCertificatesAgainstServerName) {
  const TestCertificate pair = MakeTestCertificate("inner.example");
  const TempFile cert(pair.certificate);
  const TempFile key(pair.key);
  HttpServerOptions options;
  options.tls = ServerTlsOptions{.cert_file = cert.path(), .key_file = key.path()};
  TestServer server(MirrorRouter(), std::move(options));
  HttpClient client;
  ClientRequest request;
  request.enable_http2 = false;
  request.url = "https://127.0.0.2:" + std::to_string(server.port()) + "/mirror";
  request.url.replace(request.url.find("127.0.0.2"), 9, "127.0.0.1");
  EXPECT_EQ(client.Fetch(request).status().code(), StatusCode::kUnavailable);  // unknown CA
  request.tls.ca_pem = pair.certificate;
  request.tls.server_name = "inner.example";
  const auto reply = client.Fetch(request);
  ASSERT_TRUE(reply.ok()) << reply.status().ToString();
  EXPECT_NE(reply->body.find("Host: 127.0.0.1:" + std::to_string(server.port())), std::string::npos)
      << reply->body;
  request.tls.server_name = "other.example";
  EXPECT_FALSE(client.Fetch(request).ok());
  request.tls.insecure_skip_verify = true;
  EXPECT_TRUE(client.Fetch(request).ok());
  request.tls.max_version = "TLS11";
  EXPECT_FALSE(client.Fetch(request).ok());
  request.tls.max_version = "TLS99";
  EXPECT_EQ(client.Fetch(request).status().code(), StatusCode::kInvalidArgument);
}

TEST(HttpClientTest, GoesThroughAProxyUnlessExcepted) {
  // A forward proxy gets the absolute target, which the server understands.
  TestServer proxy(MirrorRouter());
  HttpClient client;
  ClientRequest request;
  request.url = "http://upstream.invalid/mirror";
  request.proxy.url = proxy.Url("");
  const auto reply = client.Fetch(request);
  ASSERT_TRUE(reply.ok()) << reply.status().ToString();
  EXPECT_NE(reply->body.find("Host: upstream.invalid\n"), std::string::npos) << reply->body;
  request.proxy.no_proxy = ".invalid";
  EXPECT_EQ(client.Fetch(request).status().code(), StatusCode::kUnavailable);
}

TEST(HttpClientTest, RunsManyRequestsAtOnce) {
  TestServer server(MirrorRouter());
  constexpr size_t kCount = 300;
  std::atomic<size_t> good{0};
  std::promise<void> done;
  std::atomic<size_t> left{kCount};
  HttpClient client;
  for (size_t i = 0; i < kCount; ++i) {
    ClientRequest request;
    request.url = server.Url("/mirror?" + std::to_string(i));
    client.FetchAsync(std::move(request), [&, i](base::Result<ClientResponse> reply) {
      if (reply.ok() && reply->body.starts_with("GET /mirror?" + std::to_string(i) + "\n")) {
        ++good;
      }
      if (--left == 0) {
        done.set_value();
      }
    });
  }
  done.get_future().wait();
  EXPECT_EQ(good, kCount);
}

}  // namespace
}  // namespace sb::net
