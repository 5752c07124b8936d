// SPDX-License-Identifier: Apache-2.0
#include "http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include <gtest/gtest.h>

namespace sb::load {
namespace {

// Answers each connection with the texts given, one per request.
class CannedServer {
 public:
  explicit CannedServer(std::vector<std::vector<std::string>> connections) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
    socklen_t size = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, connections = std::move(connections)] {
      for (const auto& replies : connections) {
        const int fd = accept(listener_, nullptr, nullptr);
        for (const std::string& reply : replies) {
          char buffer[4096];
          const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
          if (got <= 0) break;
          requests_.append(buffer, size_t(got));
          EXPECT_EQ(send(fd, reply.data(), reply.size(), MSG_NOSIGNAL), ssize_t(reply.size()));
        }
        close(fd);
      }
    });
  }
  ~CannedServer() {
    thread_.join();
    close(listener_);
  }
  CannedServer(const CannedServer&) = delete;
  CannedServer& operator=(const CannedServer&) = delete;
  HttpRequest Get(const char* path) const {
    HttpRequest request;
    request.method = "GET";
    EXPECT_TRUE(ParseUrl("http://127.0.0.1:" + std::to_string(port_) + path, &request.url));
    request.timeout = 5 * kSecond;
    return request;
  }
  std::string requests_;

 private:
  int listener_ = -1;
  uint16_t port_ = 0;
  std::thread thread_;
};

TEST(ParseUrlTest, TakesUrlsApart) {
  Url url;
  ASSERT_TRUE(ParseUrl("http://u:p%40@example.org:81/a b?q=ü#frag", &url));
  EXPECT_EQ(url.host, "example.org");
  EXPECT_EQ(url.port, 81);
  EXPECT_EQ(url.target, "/a%20b?q=%C3%BC");
  EXPECT_EQ(url.user_info, "u:p@");
  ASSERT_TRUE(ParseUrl("https://[::1]?x=1", &url));
  EXPECT_EQ(url.host, "::1");
  EXPECT_EQ(url.port, 443);
  EXPECT_EQ(url.target, "/?x=1");
  EXPECT_TRUE(url.tls);
  for (const char* bad : {"", "example.org", "ftp://x/", "http://", "http://a:99999/", "/path"}) {
    EXPECT_FALSE(ParseUrl(bad, &url)) << bad;
  }
}

TEST(HttpClientTest, ReadsEveryFramingOfABody) {
  StreamSettings settings;
  HttpClient client(settings);
  HttpResponse response;
  CannedServer server({{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello",
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: r\r\n\r\n",
                        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end"}});
  client.Exchange(server.Get("/1"), nullptr, &response);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "hello");
  EXPECT_NE(response.headers.find("X-A: b"), std::string::npos);
  client.Exchange(server.Get("/2"), nullptr, &response);
  EXPECT_EQ(response.body, "abcde");
  EXPECT_EQ(response.timings.connecting, 0) << "the connection is kept";
  client.Exchange(server.Get("/3"), nullptr, &response);
  EXPECT_EQ(response.status, 204);
  client.Exchange(server.Get("/4"), nullptr, &response);
  EXPECT_EQ(response.body, "to the end");
}

TEST(HttpClientTest, AKeptConnectionThatWasClosedIsReplaced) {
  StreamSettings settings;
  HttpClient client(settings);
  HttpResponse response;
  CannedServer server({{"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"},
                       {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb"}});
  client.Exchange(server.Get("/"), nullptr, &response);
  EXPECT_EQ(response.body, "a");
  client.Exchange(server.Get("/"), nullptr, &response);
  EXPECT_EQ(response.body, "b") << response.error;
}

TEST(HttpClientTest, SeveralAtOnceEachGetTheirOwn) {
  StreamSettings settings;
  HttpClient client(settings);
  CannedServer server({{"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"},
                       {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb"}});
  const std::vector<HttpRequest> requests = {server.Get("/x"), server.Get("/y")};
  std::vector<HttpResponse> responses(2);
  client.ExchangeAll(requests, 2, nullptr, responses);
  EXPECT_EQ(responses[0].body + responses[1].body, "ab");
}

TEST(HttpClientTest, FailuresHaveK6sCodes) {
  StreamSettings settings;
  HttpClient client(settings);
  HttpResponse response;
  HttpRequest request;
  request.method = "GET";
  ASSERT_TRUE(ParseUrl("http://127.0.0.1:1/", &request.url));
  client.Exchange(request, nullptr, &response);
  EXPECT_EQ(response.status, 0);
  EXPECT_EQ(response.error_code, 1212);
  {
    CannedServer server({{"garbage\r\n\r\n"}});
    client.Exchange(server.Get("/"), nullptr, &response);
    EXPECT_EQ(response.error_code, 1000);
  }
  {
    CannedServer server(std::vector(1, std::vector<std::string>{"", "HTTP/1.1 200 OK\r\n\r\n"}));
    HttpRequest slow = server.Get("/");
    slow.timeout = 50 * kMilli;
    client.Exchange(slow, nullptr, &response);
    EXPECT_EQ(response.error_code, 1050);
  }
}

}  // namespace
}  // namespace sb::load
