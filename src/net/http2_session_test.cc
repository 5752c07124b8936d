// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <atomic>
#include <future>
#include <mutex>
#include <string>
#include <vector>

#include "net/http_client.h"
#include "net/http_server.h"
#include "net/testing/test_server.h"

namespace sb::net {
namespace {

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

std::string Frame(uint8_t type, uint8_t flags, uint32_t stream, std::string_view payload) {
  std::string frame;
  for (int shift = 16; shift >= 0; shift -= 8) {
    frame.push_back(static_cast<char>(payload.size() >> shift & 255));
  }
  frame.push_back(static_cast<char>(type));
  frame.push_back(static_cast<char>(flags));
  for (int shift = 24; shift >= 0; shift -= 8) {
    frame.push_back(static_cast<char>(stream >> shift & 255));
  }
  frame += payload;
  return frame;
}

// HPACK literals without indexing, no Huffman.
std::string Field(std::string_view name, std::string_view value) {
  EXPECT_LT(name.size(), 127U);
  std::string field(1, '\0');
  field.push_back(static_cast<char>(name.size()));
  field += name;
  size_t left = value.size();
  if (left < 127) {
    field.push_back(static_cast<char>(left));
  } else {
    field.push_back('\x7f');
    for (left -= 127; left >= 128; left >>= 7) {
      field.push_back(static_cast<char>(0x80 | (left & 127)));
    }
    field.push_back(static_cast<char>(left));
  }
  field += value;
  return field;
}

std::string GetHeaders(std::string_view path, std::string_view extra = "") {
  return Field(":method", "GET") + Field(":scheme", "http") + Field(":authority", "a") +
         Field(":path", path) + std::string(extra);
}

constexpr uint8_t kEndStream = 1;
constexpr uint8_t kEndHeaders = 4;

// Frame types seen, until the connection ends or the type `until` was seen.
std::string TypesUntil(RawSocket& socket, int until) {
  std::string types;
  while (true) {
    const std::string head = socket.ReadBytes(9);
    if (head.size() < 9) {
      return types + " end";
    }
    const size_t size =
        static_cast<size_t>(static_cast<uint8_t>(head[0]) << 16 |
                            static_cast<uint8_t>(head[1]) << 8 | static_cast<uint8_t>(head[2]));
    const std::string payload = socket.ReadBytes(size);
    types += std::to_string(head[3]);
    if (head[3] == until) {
      return types + " " + payload;
    }
  }
}

void Echo(const HttpRequest& request, ResponseWriter& writer) {
  writer.Send(HttpResponse(200, request.body, "application/octet-stream"));
}

Router EchoRouter() {
  Router router;
  router.Handle("GET", "/", Echo);
  router.Handle("POST", "/", Echo);
  return router;
}

TEST(Http2SessionTest, RunsManyStreamsAtOnce) {
  constexpr uint32_t kCount = 200;
  std::atomic<uint32_t> started{0};
  std::vector<std::shared_ptr<ResponseWriter>> writers;
  std::mutex mutex;
  Router router;
  router.Handle("GET", "/", [&](const HttpRequest&, ResponseWriter& writer) {
    const std::lock_guard<std::mutex> lock(mutex);
    writers.push_back(writer.Detach());
    ++started;
  });
  TestServer server(std::move(router));
  RawSocket socket(server.port());
  std::string requests = std::string(kPreface) + Frame(4, 0, 0, "");
  for (uint32_t i = 0; i < kCount; ++i) {
    requests += Frame(1, kEndStream | kEndHeaders, 2 * i + 1, GetHeaders("/"));
  }
  ASSERT_TRUE(socket.Send(requests));
  ASSERT_TRUE(server.WaitFor([&](const ServerStats&) { return started == kCount; }));
  EXPECT_EQ(server.server().stats().requests_in_flight, kCount);
  for (const auto& writer : writers) {
    writer->Send(HttpResponse(200, "x", "text/plain"));
  }
  writers.clear();
  for (uint32_t i = 0; i < kCount; ++i) {
    constexpr int kData = 0;
    ASSERT_TRUE(TypesUntil(socket, kData).ends_with(" x")) << i;
  }
  EXPECT_EQ(server.server().stats().requests_http2, kCount);
}

TEST(Http2SessionTest, StreamsWithTrailersAndBackPressure) {
  Router router;
  router.Handle("GET", "/", [](const HttpRequest&, ResponseWriter& writer) {
    writer.Start(HttpResponse(200, "", "application/grpc"));
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(writer.Write(std::string(100'000, 'x')));
    }
    writer.SetTrailer("grpc-status", "0");
    writer.Finish();
  });
  TestServer server(std::move(router));
  HttpClient client;
  ClientRequest request;
  request.url = server.Url("/");
  request.http2_prior_knowledge = true;
  const auto reply = client.Fetch(request);
  ASSERT_TRUE(reply.ok()) << reply.status().ToString();
  EXPECT_EQ(reply->body.size(), 10'000'000U);
  EXPECT_EQ(reply->trailers.Get("grpc-status"), "0");
}

TEST(Http2SessionTest, TrailersMayFollowAnEmptyBody) {
  Router router;
  router.Handle("GET", "/", [](const HttpRequest&, ResponseWriter& writer) {
    writer.SetTrailer("grpc-status", "12");
    writer.Start(HttpResponse(200, "", "application/grpc"));
    writer.Finish();
  });
  TestServer server(std::move(router));
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send(std::string(kPreface) + Frame(4, 0, 0, "") +
                          Frame(1, kEndStream | kEndHeaders, 1, GetHeaders("/"))));
  EXPECT_NE(TypesUntil(socket, 1).find('1'), std::string::npos);
  EXPECT_TRUE(server.WaitFor([](const ServerStats& s) { return s.responses_2xx == 1; }));
}

TEST(Http2SessionTest, ResetCancelsOneStreamOnly) {
  std::promise<void> started;
  std::promise<void> cancelled;
  Router router = EchoRouter();
  router.Handle("GET", "/slow", [&](const HttpRequest&, ResponseWriter& writer) {
    std::promise<void> told;
    writer.OnCancel([&] { told.set_value(); });
    started.set_value();
    told.get_future().wait();
    cancelled.set_value();
  });
  TestServer server(std::move(router));
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send(std::string(kPreface) + Frame(4, 0, 0, "") +
                          Frame(1, kEndStream | kEndHeaders, 1, GetHeaders("/slow"))));
  started.get_future().wait();
  ASSERT_TRUE(socket.Send(Frame(3, 0, 1, std::string("\0\0\0\x08", 4)) +
                          Frame(1, kEndStream | kEndHeaders, 3, GetHeaders("/"))));
  cancelled.get_future().wait();
  EXPECT_NE(TypesUntil(socket, 1).find('1'), std::string::npos);
  EXPECT_TRUE(server.WaitFor([](const ServerStats& s) { return s.responses_2xx == 1; }));
}

TEST(Http2SessionTest, RapidResetsEndTheConnection) {
  TestServer server(EchoRouter());
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send(std::string(kPreface) + Frame(4, 0, 0, "")));
  std::string burst;
  for (uint32_t i = 0; i < 3'000; ++i) {
    burst += Frame(1, kEndStream | kEndHeaders, 2 * i + 1, GetHeaders("/"));
    burst += Frame(3, 0, 2 * i + 1, std::string("\0\0\0\x08", 4));
  }
  socket.Send(burst);
  constexpr int kGoAway = 7;
  const std::string types = TypesUntil(socket, kGoAway);
  EXPECT_TRUE(server.WaitFor([](const ServerStats& s) {
    return s.http2_protocol_errors > 0 && s.requests_in_flight == 0;
  })) << types;
}

TEST(Http2SessionTest, PingFloodEndsTheConnection) {
  TestServer server(EchoRouter());
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send(std::string(kPreface) + Frame(4, 0, 0, "")));
  std::string burst;
  for (int i = 0; i < 5'000; ++i) {
    burst += Frame(6, 0, 0, "12345678");
  }
  socket.Send(burst);
  EXPECT_TRUE(server.WaitFor([](const ServerStats& s) { return s.http2_protocol_errors > 0; }));
}

TEST(Http2SessionTest, GarbageAfterThePrefaceEndsTheConnection) {
  TestServer server(EchoRouter());
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send(std::string(kPreface) + std::string(1'000, 'x')));
  bool is_timeout = false;
  socket.ReadAll(&is_timeout);
  EXPECT_FALSE(is_timeout);
  EXPECT_TRUE(server.WaitFor([](const ServerStats& s) { return s.connections_open == 0; }));
}

TEST(Http2SessionTest, OversizedHeadersGet431) {
  HttpServerOptions options;
  options.max_header_bytes = 2'000;
  TestServer server(EchoRouter(), std::move(options));
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send(
      std::string(kPreface) + Frame(4, 0, 0, "") +
      Frame(1, kEndStream | kEndHeaders, 1, GetHeaders("/", Field("x", std::string(3'000, 'x'))))));
  EXPECT_TRUE(server.WaitFor(
      [](const ServerStats& s) { return s.header_too_large == 1 && s.responses_4xx == 1; }));
}

TEST(Http2SessionTest, OversizedBodyGets413WhileItArrives) {
  HttpServerOptions options;
  options.max_body_bytes = 100'000;
  TestServer server(EchoRouter(), std::move(options));
  HttpClient client;
  ClientRequest request;
  request.method = "POST";
  request.url = server.Url("/");
  request.http2_prior_knowledge = true;
  request.body = std::string(1'000'000, 'x');
  const auto reply = client.Fetch(request);
  ASSERT_TRUE(reply.ok()) << reply.status().ToString();
  EXPECT_EQ(reply->status, 413);
  request.body = "small";
  const auto next = client.Fetch(request);
  ASSERT_TRUE(next.ok()) << next.status().ToString();
  EXPECT_EQ(next->body, "small");
}

TEST(Http2SessionTest, SlowHeadersAndBodiesAreCut) {
  HttpServerOptions options;
  options.header_timeout_ms = 300;
  options.body_timeout_ms = 300;
  TestServer server(EchoRouter(), std::move(options));
  RawSocket header(server.port());
  ASSERT_TRUE(header.Send(std::string(kPreface) + Frame(4, 0, 0, "") +
                          Frame(1, kEndStream, 1, GetHeaders("/"))));  // no END_HEADERS
  RawSocket body(server.port());
  ASSERT_TRUE(body.Send(std::string(kPreface) + Frame(4, 0, 0, "") +
                        Frame(1, kEndHeaders, 1,
                              Field(":method", "POST") + Field(":scheme", "http") +
                                  Field(":authority", "a") + Field(":path", "/"))));
  RawSocket half_preface(server.port());
  ASSERT_TRUE(half_preface.Send(kPreface.substr(0, 10)));
  EXPECT_TRUE(server.WaitFor([](const ServerStats& s) {
    return s.header_timeouts == 2 && s.body_timeouts == 1 && s.responses_4xx == 1;
  }));
}

TEST(Http2SessionTest, ShutWindowDoesNotHoldAReplyForEver) {
  HttpServerOptions options;
  options.write_timeout_ms = 300;
  Router router;
  router.Handle("GET", "/", [](const HttpRequest&, ResponseWriter& writer) {
    writer.Send(HttpResponse(200, std::string(10 << 20, 'x'), "application/octet-stream"));
  });
  TestServer server(std::move(router), std::move(options));
  RawSocket socket(server.port());
  // The peer reads the socket but never opens its 64 KB window.
  ASSERT_TRUE(socket.Send(std::string(kPreface) + Frame(4, 0, 0, "") +
                          Frame(1, kEndStream | kEndHeaders, 1, GetHeaders("/"))));
  constexpr int kRstStream = 3;
  EXPECT_EQ(TypesUntil(socket, kRstStream).find("end"), std::string::npos);
  EXPECT_TRUE(server.WaitFor(
      [](const ServerStats& s) { return s.write_timeouts == 1 && s.requests_in_flight == 0; }));
}

TEST(Http2SessionTest, DrainSendsGoAwayAndFinishesOpenStreams) {
  std::promise<void> started;
  std::promise<void> proceed;
  Router router;
  router.Handle("GET", "/", [&](const HttpRequest&, ResponseWriter& writer) {
    started.set_value();
    proceed.get_future().wait();
    writer.Send(HttpResponse(200, "finished", "text/plain"));
  });
  TestServer server(std::move(router));
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send(std::string(kPreface) + Frame(4, 0, 0, "") +
                          Frame(1, kEndStream | kEndHeaders, 1, GetHeaders("/"))));
  started.get_future().wait();
  auto stopped = std::async(std::launch::async, [&] { return server.server().Stop(10'000); });
  constexpr int kGoAway = 7;
  EXPECT_EQ(TypesUntil(socket, kGoAway).find("end"), std::string::npos);
  proceed.set_value();
  constexpr int kData = 0;
  EXPECT_TRUE(TypesUntil(socket, kData).ends_with("finished"));
  socket.Close();
  EXPECT_TRUE(stopped.get().ok());
}

}  // namespace
}  // namespace sb::net
