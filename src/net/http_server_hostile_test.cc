// SPDX-License-Identifier: Apache-2.0
//
// The server against peers that are broken, slow, greedy or malicious.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "net/content_coding.h"
#include "net/http_server.h"
#include "net/testing/test_server.h"

namespace sb::net {
namespace {

void Echo(const HttpRequest& request, ResponseWriter& writer) {
  writer.Send(HttpResponse(200, request.body, "text/plain"));
}

Router MakeRouter() {
  Router router;
  router.Handle("GET", "/", Echo);
  router.Handle("POST", "/", Echo);
  router.Handle("POST", "/small", Echo,
                {.max_body_bytes = 1'000, .max_decoded_body_bytes = 10'000});
  return router;
}

HttpServerOptions ShortTimeouts() {
  HttpServerOptions options;
  options.header_timeout_ms = 300;
  options.idle_timeout_ms = 300;
  options.body_timeout_ms = 300;
  options.write_timeout_ms = 300;
  return options;
}

std::string Post(std::string_view path, std::string_view headers, std::string_view body) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(headers) + "\r\n" + std::string(body);
}

TEST(HttpServerHostileTest, SmugglingAttemptsAreAnsweredOnceAndTheConnectionEnds) {
  TestServer server(MakeRouter());
  const char* attempts[] = {
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 30\r\n\r\n"
      "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "zz\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "1\r\nab\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
  };
  for (const char* attempt : attempts) {
    RawSocket socket(server.port());
    ASSERT_TRUE(socket.Send(attempt));
    bool is_timeout = false;
    const std::string reply = socket.ReadAll(&is_timeout);
    EXPECT_TRUE(reply.starts_with("HTTP/1.1 400 ")) << attempt << "\n" << reply;
    EXPECT_EQ(reply.find("HTTP/1.1", 5), std::string::npos) << attempt << "\n" << reply;
    EXPECT_FALSE(is_timeout);
  }
  EXPECT_TRUE(server.WaitFor([&](const ServerStats& s) {
    return s.malformed_requests == std::size(attempts) && s.connections_open == 0;
  }));
}

TEST(HttpServerHostileTest, GarbageIsAnsweredAtItsFirstByte) {
  TestServer server(MakeRouter());
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send("\x16\x03\x01\x02"));
  EXPECT_TRUE(socket.ReadAll().starts_with("HTTP/1.1 400 "));
}

TEST(HttpServerHostileTest, OversizedHeadersGet431And414) {
  HttpServerOptions options;
  options.max_header_bytes = 4'000;
  TestServer server(MakeRouter(), std::move(options));
  RawSocket header(server.port());
  ASSERT_TRUE(header.Send("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(5'000, 'x')));
  EXPECT_TRUE(header.ReadAll().starts_with("HTTP/1.1 431 "));
  RawSocket line(server.port());
  ASSERT_TRUE(line.Send("GET /" + std::string(5'000, 'x')));
  EXPECT_TRUE(line.ReadAll().starts_with("HTTP/1.1 414 "));
  EXPECT_TRUE(server.WaitFor([](const ServerStats& s) { return s.header_too_large == 2; }));
}

TEST(HttpServerHostileTest, OversizedBodiesGet413AnnouncedOrNot) {
  HttpServerOptions options;
  options.max_body_bytes = 100'000;
  TestServer server(MakeRouter(), std::move(options));
  RawSocket announced(server.port());
  ASSERT_TRUE(announced.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999\r\n\r\n"));
  EXPECT_TRUE(announced.ReadAll().starts_with("HTTP/1.1 413 "));
  RawSocket chunked(server.port());
  ASSERT_TRUE(chunked.Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"));
  std::string chunk = "1000\r\n" + std::string(0x1000, 'x') + "\r\n";
  for (int i = 0; i < 30; ++i) {
    if (!chunked.Send(chunk)) {
      break;
    }
  }
  EXPECT_TRUE(chunked.ReadAll().starts_with("HTTP/1.1 413 "));
  // A short body above the route's own limit is skipped and the connection goes on.
  RawSocket small(server.port());
  ASSERT_TRUE(small.Send(Post("/small", "", std::string(2'000, 'x'))));
  EXPECT_TRUE(small.ReadResponse().starts_with("HTTP/1.1 413 "));
  ASSERT_TRUE(small.Send(Post("/small", "", "ok")));
  EXPECT_TRUE(small.ReadResponse().ends_with("\r\n\r\nok"));
  EXPECT_TRUE(server.WaitFor([](const ServerStats& s) { return s.body_too_large == 3; }));
}

TEST(HttpServerHostileTest, BombsGet413AndBrokenCodingsGet400And415) {
  TestServer server(MakeRouter());
  const std::string bomb = EncodeContent(ContentCoding::kGzip, std::string(100'000, '\0'));
  ASSERT_LT(bomb.size(), 1'000U);
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send(Post("/small", "Content-Encoding: gzip\r\n", bomb)));
  EXPECT_TRUE(socket.ReadResponse().starts_with("HTTP/1.1 413 "));
  ASSERT_TRUE(socket.Send(Post("/small", "Content-Encoding: zstd\r\n", "not zstd")));
  EXPECT_TRUE(socket.ReadResponse().starts_with("HTTP/1.1 400 "));
  ASSERT_TRUE(socket.Send(Post("/small", "Content-Encoding: br\r\n", "x")));
  EXPECT_TRUE(socket.ReadResponse().starts_with("HTTP/1.1 415 "));
  const std::string good = EncodeContent(ContentCoding::kGzip, "hello");
  ASSERT_TRUE(socket.Send(Post("/small", "Content-Encoding: gzip\r\n", good)));
  EXPECT_TRUE(socket.ReadResponse().ends_with("\r\n\r\nhello"));
  ASSERT_TRUE(socket.Send(Post("/small", "Content-Encoding: snappy\r\n", "raw")));
  EXPECT_TRUE(socket.ReadResponse().ends_with("\r\n\r\nraw"));
  EXPECT_TRUE(server.WaitFor(
      [](const ServerStats& s) { return s.body_too_large == 1 && s.body_undecodable == 2; }));
}

TEST(HttpServerHostileTest, SlowHeadersAreCutHoweverTheyTrickle) {
  TestServer server(MakeRouter(), ShortTimeouts());
  RawSocket silent(server.port());
  RawSocket trickling(server.port());
  ASSERT_TRUE(trickling.Send("GET / HTTP/1.1\r\nHost: a\r\n"));
  const std::string reply = trickling.ReadAll();
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 408 ")) << reply;
  bool is_timeout = false;
  EXPECT_EQ(silent.ReadAll(&is_timeout), "");
  EXPECT_FALSE(is_timeout);
  EXPECT_TRUE(server.WaitFor([](const ServerStats& s) { return s.header_timeouts == 2; }));
}

TEST(HttpServerHostileTest, SlowBodiesAreCut) {
  TestServer server(MakeRouter(), ShortTimeouts());
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc"));
  EXPECT_TRUE(socket.ReadAll().starts_with("HTTP/1.1 408 "));
  EXPECT_TRUE(server.WaitFor([](const ServerStats& s) { return s.body_timeouts == 1; }));
}

TEST(HttpServerHostileTest, SilentKeepAliveConnectionsAreClosed) {
  TestServer server(MakeRouter(), ShortTimeouts());
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_TRUE(socket.ReadResponse().starts_with("HTTP/1.1 200 "));
  bool is_timeout = false;
  EXPECT_EQ(socket.ReadAll(&is_timeout), "");
  EXPECT_FALSE(is_timeout);
  EXPECT_TRUE(server.WaitFor([](const ServerStats& s) { return s.idle_timeouts == 1; }));
}

TEST(HttpServerHostileTest, PeersThatDoNotReadAreCut) {
  Router router;
  router.Handle("GET", "/", [](const HttpRequest&, ResponseWriter& writer) {
    writer.Send(HttpResponse(200, std::string(50 << 20, 'x'), "application/octet-stream"));
  });
  TestServer server(std::move(router), ShortTimeouts());
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_TRUE(server.WaitFor(
      [](const ServerStats& s) { return s.write_timeouts == 1 && s.connections_open == 0; }));
}

TEST(HttpServerHostileTest, ConnectionsAndRequestsAboveTheLimitsAreRefused) {
  HttpServerOptions options;
  options.max_connections = 3;
  TestServer server(MakeRouter(), std::move(options));
  std::vector<std::unique_ptr<RawSocket>> sockets;
  for (int i = 0; i < 3; ++i) {
    sockets.push_back(std::make_unique<RawSocket>(server.port()));
    ASSERT_TRUE(sockets.back()->Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT_TRUE(sockets.back()->ReadResponse().starts_with("HTTP/1.1 200 "));
  }
  RawSocket extra(server.port());
  EXPECT_EQ(extra.ReadAll(), "");
  EXPECT_EQ(server.server().stats().connections_refused, 1U);
  sockets.clear();
  ASSERT_TRUE(server.WaitFor([](const ServerStats& s) { return s.connections_open == 0; }));
  RawSocket again(server.port());
  ASSERT_TRUE(again.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_TRUE(again.ReadResponse().starts_with("HTTP/1.1 200 "));
}

TEST(HttpServerHostileTest, FullPoolAnswers503) {
  Router router;
  router.Handle("GET", "/", Echo, {.pool = "full"});
  HttpServerOptions options;
  options.executors["full"] = [](std::function<void()>) { return false; };
  TestServer server(std::move(router), std::move(options));
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  const std::string reply = socket.ReadResponse();
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 503 ")) << reply;
  EXPECT_NE(reply.find("Retry-After: 1\r\n"), std::string::npos);
  EXPECT_EQ(server.server().stats().overload_refused, 1U);
}

TEST(HttpServerHostileTest, BodiesInMemoryAreBoundedTogether) {
  HttpServerOptions options;
  options.max_buffered_body_bytes = 100'000;
  TestServer server(MakeRouter(), std::move(options));
  RawSocket hoarder(server.port());
  ASSERT_TRUE(hoarder.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n" +
                           std::string(80'000, 'x')));
  ASSERT_TRUE(server.WaitFor([](const ServerStats& s) { return s.buffered_body_bytes == 80'000; }));
  RawSocket other(server.port());
  ASSERT_TRUE(other.Send(Post("/", "", std::string(30'000, 'y'))));
  EXPECT_TRUE(other.ReadAll().starts_with("HTTP/1.1 503 "));
  hoarder.Close();
  EXPECT_TRUE(server.WaitFor([](const ServerStats& s) { return s.buffered_body_bytes == 0; }));
}

TEST(HttpServerHostileTest, PipelinedFloodWaitsBehindASlowRequest) {
  TestServer server(MakeRouter());
  RawSocket socket(server.port());
  std::string requests;
  constexpr int kCount = 1'000;
  for (int i = 0; i < kCount; ++i) {
    requests += Post("/", "", std::to_string(i));
  }
  ASSERT_TRUE(socket.Send(requests));
  for (int i = 0; i < kCount; ++i) {
    const std::string reply = socket.ReadResponse();
    ASSERT_TRUE(reply.ends_with("\r\n\r\n" + std::to_string(i))) << i << reply;
  }
}

// Raises the soft limit on file descriptors as far as the hard one allows.
bool HasDescriptors(rlim_t wanted) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < wanted) {
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  return limit.rlim_cur >= wanted;
}

constexpr size_t kIdleConnections = 10'000;

// The peers' side, in a process of its own so that both have descriptors enough. Opens the
// connections to the port that it is told, and later tries some of them. Says 'y' or 'n' after each
// step.
[[noreturn]] void RunIdlePeers(int commands, int answers) {
  const auto say = [answers](bool is_good) {
    const char answer = is_good ? 'y' : 'n';
    if (write(answers, &answer, 1) != 1) {
      _exit(1);
    }
  };
  uint16_t port = 0;
  if (read(commands, &port, sizeof(port)) != sizeof(port)) {
    _exit(1);
  }
  std::vector<std::unique_ptr<RawSocket>> sockets;
  bool is_good = true;
  for (size_t i = 0; i < kIdleConnections; ++i) {
    sockets.push_back(std::make_unique<RawSocket>(port));
    is_good = is_good && sockets.back()->is_open();
  }
  say(is_good);
  char go = 0;
  while (read(commands, &go, 1) == 1) {
    for (size_t i = 0; i < kIdleConnections; i += 997) {
      is_good = is_good && sockets[i]->Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") &&
                sockets[i]->ReadResponse().starts_with("HTTP/1.1 200 ");
    }
    say(is_good);
  }
  _exit(0);
}

TEST(HttpServerHostileTest, TenThousandIdleConnectionsDoNotDisturbOthers) {
  if (!HasDescriptors(kIdleConnections + 500)) {
    GTEST_SKIP() << "the limit on open files is too low for " << kIdleConnections << " connections";
  }
  int commands[2];
  int answers[2];
  ASSERT_EQ(pipe(commands), 0);
  ASSERT_EQ(pipe(answers), 0);
  const pid_t peers = fork();
  ASSERT_GE(peers, 0);
  if (peers == 0) {
    close(commands[1]);
    RunIdlePeers(commands[0], answers[1]);
  }
  const auto is_good = [&answers] {
    char answer = 0;
    return read(answers[0], &answer, 1) == 1 && answer == 'y';
  };
  HttpServerOptions options;
  options.header_timeout_ms = 120'000;
  TestServer server(MakeRouter(), std::move(options));
  const uint16_t port = server.port();
  ASSERT_EQ(write(commands[1], &port, sizeof(port)), static_cast<ssize_t>(sizeof(port)));
  ASSERT_TRUE(is_good());
  ASSERT_TRUE(
      server.WaitFor([](const ServerStats& s) { return s.connections_open == kIdleConnections; }));
  RawSocket socket(server.port());
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(socket.Send(Post("/", "", "hello")));
    ASSERT_TRUE(socket.ReadResponse().ends_with("\r\n\r\nhello"));
  }
  ASSERT_EQ(write(commands[1], "g", 1), 1);
  EXPECT_TRUE(is_good());
  for (const int fd : {commands[0], commands[1], answers[0], answers[1]}) {
    close(fd);
  }
  waitpid(peers, nullptr, 0);
  EXPECT_TRUE(server.WaitFor([](const ServerStats& s) { return s.connections_open <= 1; }));
}

}  // namespace
}  // namespace sb::net
