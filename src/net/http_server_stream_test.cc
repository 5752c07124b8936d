// SPDX-License-Identifier: Apache-2.0
//
// Streams in both directions: back-pressure, cancellation, trailers, half-closed peers, shutdown.
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>
#include <thread>

#include "net/http_client.h"
#include "net/http_server.h"
#include "net/testing/test_server.h"

namespace sb::net {
namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

Router OneRoute(Handler handler, RouteOptions options = {}) {
  Router router;
  router.Handle("GET", "/", handler, options);
  router.Handle("POST", "/", handler, options);
  return router;
}

TEST(HttpServerStreamTest, StreamsInChunksWithTrailers) {
  TestServer server(OneRoute([](const HttpRequest&, ResponseWriter& writer) {
    writer.Start(HttpResponse(200, "first ", "application/octet-stream"));
    EXPECT_TRUE(writer.Write("second "));
    EXPECT_TRUE(writer.Write("third"));
    writer.SetTrailer("X-Sum", "3");
    writer.Finish();
  }));
  RawSocket socket(server.port());
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(socket.Send(kGet));
    const std::string reply = socket.ReadResponse();
    EXPECT_NE(reply.find("Transfer-Encoding: chunked"), std::string::npos) << reply;
    EXPECT_TRUE(reply.ends_with("\r\n\r\nfirst second third\n[X-Sum: 3]")) << reply;
  }
  // HTTP/1.0 knows no chunks: the end of the connection is the end of the body.
  RawSocket old(server.port());
  ASSERT_TRUE(old.Send("GET / HTTP/1.0\r\n\r\n"));
  const std::string reply = old.ReadAll();
  EXPECT_TRUE(reply.ends_with("\r\n\r\nfirst second third")) << reply;
  EXPECT_EQ(reply.find("chunked"), std::string::npos);
}

TEST(HttpServerStreamTest, WriteBlocksUntilThePeerReads) {
  constexpr size_t kPiece = 64 << 10;
  constexpr size_t kPieces = 400;
  std::atomic<size_t> written{0};
  HttpServerOptions options;
  options.write_buffer_bytes = 128 << 10;
  TestServer server(OneRoute([&](const HttpRequest&, ResponseWriter& writer) {
                      writer.Start(HttpResponse(200, "", "application/octet-stream"));
                      for (size_t i = 0; i < kPieces; ++i) {
                        if (!writer.Write(std::string(kPiece, 'x'))) {
                          return;
                        }
                        ++written;
                      }
                      writer.Finish();
                    }),
                    std::move(options));
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send(kGet));
  ASSERT_TRUE(server.WaitFor([&](const ServerStats&) { return written > 1; }));
  // What fits into the kernel's buffers and ours went out, and then it stands still.
  size_t before = 0;
  do {
    before = written;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  } while (written != before);
  EXPECT_LT(before, kPieces);
  const std::string reply = socket.ReadResponse();
  EXPECT_EQ(written, kPieces);
  EXPECT_EQ(reply.size() - reply.find("\r\n\r\n") - 4, kPiece * kPieces);
}

TEST(HttpServerStreamTest, PeerThatGoesAwayCancelsTheHandler) {
  std::promise<void> started;
  std::promise<bool> cancelled;
  TestServer server(OneRoute([&](const HttpRequest&, ResponseWriter& writer) {
    std::promise<void> told;
    writer.OnCancel([&] { told.set_value(); });
    started.set_value();
    told.get_future().wait();
    cancelled.set_value(writer.IsCancelled());
  }));
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send(kGet));
  started.get_future().wait();
  socket.Close();
  EXPECT_TRUE(cancelled.get_future().get());
  EXPECT_TRUE(server.WaitFor([](const ServerStats& s) { return s.requests_in_flight == 0; }));
}

TEST(HttpServerStreamTest, WriteFailsAfterAReset) {
  std::promise<void> started;
  std::promise<void> ended;
  TestServer server(OneRoute([&](const HttpRequest&, ResponseWriter& writer) {
    writer.Start(HttpResponse(200, "x", "application/octet-stream"));
    started.set_value();
    while (writer.Write(std::string(100'000, 'x'))) {
    }
    ended.set_value();
  }));
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send(kGet));
  started.get_future().wait();
  socket.Reset();
  ended.get_future().wait();
  EXPECT_TRUE(server.WaitFor([](const ServerStats& s) { return s.requests_cancelled == 1; }));
}

TEST(HttpServerStreamTest, HalfClosedPeersStillGetTheirReplies) {
  TestServer server(OneRoute([](const HttpRequest& request, ResponseWriter& writer) {
    writer.Send(HttpResponse(200, "got " + request.body, "text/plain"));
  }));
  RawSocket socket(server.port());
  const std::string post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n";
  ASSERT_TRUE(socket.Send(post + "1" + post + "2" + post + "3"));
  socket.ShutdownWrite();
  bool is_timeout = false;
  const std::string replies = socket.ReadAll(&is_timeout);
  EXPECT_FALSE(is_timeout);
  EXPECT_NE(replies.find("got 1"), std::string::npos) << replies;
  EXPECT_NE(replies.find("got 2"), std::string::npos) << replies;
  EXPECT_TRUE(replies.ends_with("got 3")) << replies;
  // In the middle of a request there is nothing to wait for.
  RawSocket broken(server.port());
  ASSERT_TRUE(broken.Send(post));
  broken.ShutdownWrite();
  EXPECT_EQ(broken.ReadAll(&is_timeout), "");
  EXPECT_FALSE(is_timeout);
  EXPECT_TRUE(server.WaitFor([](const ServerStats& s) { return s.connections_open == 0; }));
}

TEST(HttpServerStreamTest, HandlersThatGiveNoReplyAreAnswered500) {
  Router router;
  router.Handle("GET", "/silent", [](const HttpRequest&, ResponseWriter&) {});
  router.Handle("GET", "/throws",
                [](const HttpRequest&, ResponseWriter&) { throw std::runtime_error("oops"); });
  router.Handle("GET", "/injects", [](const HttpRequest&, ResponseWriter& writer) {
    HttpResponse response(200);
    response.headers.Add("X", "a\r\nSet-Cookie: b");
    writer.Send(std::move(response));
  });
  TestServer server(std::move(router));
  RawSocket socket(server.port());
  for (const char* path : {"/silent", "/throws", "/injects"}) {
    ASSERT_TRUE(socket.Send("GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n"));
    const std::string reply = socket.ReadResponse();
    EXPECT_TRUE(reply.starts_with("HTTP/1.1 500 ")) << path << reply;
    EXPECT_EQ(reply.find("Set-Cookie"), std::string::npos);
  }
  EXPECT_EQ(server.server().stats().handler_failures, 3U);
}

TEST(HttpServerStreamTest, UnfinishedStreamsAreCutAndNotEnded) {
  TestServer server(OneRoute([](const HttpRequest&, ResponseWriter& writer) {
    writer.Start(HttpResponse(200, "half", "application/octet-stream"));
  }));
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send(kGet));
  EXPECT_TRUE(socket.ReadResponse().ends_with("half[incomplete]"));
  HttpClient client;
  ClientRequest request;
  request.url = server.Url("/");
  EXPECT_FALSE(client.Fetch(request).ok());
  request.http2_prior_knowledge = true;
  EXPECT_FALSE(client.Fetch(request).ok());
}

TEST(HttpServerStreamTest, DetachedWritersOutliveTheirHandlers) {
  std::shared_ptr<ResponseWriter> kept;
  std::promise<void> detached;
  TestServer server(OneRoute([&](const HttpRequest&, ResponseWriter& writer) {
    kept = writer.Detach();
    kept->Start(HttpResponse(200, "data: 1\n\n", "text/event-stream"));
    detached.set_value();
  }));
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n"));
  detached.get_future().wait();
  EXPECT_TRUE(socket.ReadUntil("data: 1\n\n").ends_with("data: 1\n\n"));
  EXPECT_TRUE(kept->Write("data: 2\n\n"));
  EXPECT_TRUE(socket.ReadUntil("data: 2\n\n").ends_with("data: 2\n\n"));
  kept->Finish();
  kept.reset();
  EXPECT_TRUE(socket.ReadUntil("0\r\n\r\n").ends_with("0\r\n\r\n"));
}

TEST(HttpServerStreamTest, StreamingBodiesAreReadAsTheyArriveAndHoldBackThePeer) {
  std::promise<void> proceed;
  auto gate = proceed.get_future().share();
  TestServer server(OneRoute(
      [gate](const HttpRequest& request, ResponseWriter& writer) {
        gate.wait();
        size_t total = 0;
        size_t largest = 0;
        while (true) {
          const auto bytes = request.body_reader->Read();
          if (!bytes.ok() || bytes->empty()) {
            break;
          }
          total += bytes->size();
          largest = std::max(largest, bytes->size());
        }
        writer.Send(HttpResponse(
            200, std::to_string(total) + (largest <= (1 << 20) ? " bounded" : " unbounded"),
            "text/plain"));
      },
      {.streaming_body = true}));
  HttpClient client;
  for (const bool http2 : {false, true}) {
    ClientRequest request;
    request.method = "POST";
    request.url = server.Url("/");
    request.body = std::string(20 << 20, 'x');
    request.http2_prior_knowledge = http2;
    std::promise<base::Result<ClientResponse>> done;
    client.FetchAsync(std::move(request), [&](base::Result<ClientResponse> reply) {
      done.set_value(std::move(reply));
    });
    if (!http2) {
      ASSERT_TRUE(server.WaitFor([](const ServerStats& s) { return s.bytes_received > 200'000; }));
      proceed.set_value();
    }
    const auto reply = done.get_future().get();
    ASSERT_TRUE(reply.ok()) << reply.status().ToString();
    EXPECT_EQ(reply->body, "20971520 bounded");
  }
}

TEST(HttpServerStreamTest, ExpectContinueIsAnsweredBeforeTheBody) {
  TestServer server(OneRoute([](const HttpRequest& request, ResponseWriter& writer) {
    writer.Send(HttpResponse(200, request.body, "text/plain"));
  }));
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send(
      "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
  EXPECT_EQ(socket.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(socket.Send("ok"));
  EXPECT_TRUE(socket.ReadResponse().ends_with("\r\n\r\nok"));
}

TEST(HttpServerStreamTest, StopLetsOpenRequestsFinish) {
  std::promise<void> started;
  std::promise<void> proceed;
  TestServer server(OneRoute([&](const HttpRequest&, ResponseWriter& writer) {
    started.set_value();
    proceed.get_future().wait();
    writer.Send(HttpResponse(200, "finished", "text/plain"));
  }));
  RawSocket idle(server.port());
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send(kGet));
  started.get_future().wait();
  std::future<base::Status> stopped =
      std::async(std::launch::async, [&] { return server.server().Stop(10'000); });
  // No new connections, idle ones are closed.
  EXPECT_EQ(idle.ReadAll(), "");
  proceed.set_value();
  const std::string reply = socket.ReadAll();
  EXPECT_TRUE(reply.ends_with("finished")) << reply;
  EXPECT_NE(reply.find("Connection: close\r\n"), std::string::npos);
  socket.Close();
  EXPECT_TRUE(stopped.get().ok());
}

TEST(HttpServerStreamTest, StopCutsWhatDoesNotFinishInTime) {
  std::promise<void> started;
  std::promise<bool> ended;
  TestServer server(OneRoute([&](const HttpRequest&, ResponseWriter& writer) {
    std::promise<void> told;
    writer.OnCancel([&] { told.set_value(); });
    started.set_value();
    told.get_future().wait();
    ended.set_value(writer.IsCancelled());
  }));
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send(kGet));
  started.get_future().wait();
  EXPECT_EQ(server.server().Stop(50).code(), base::StatusCode::kDeadlineExceeded);
  EXPECT_TRUE(ended.get_future().get());
}

TEST(HttpServerStreamTest, ContentLengthThatIsNotMetCutsTheConnection) {
  TestServer server(OneRoute([](const HttpRequest&, ResponseWriter& writer) {
    HttpResponse head(200, "", "application/octet-stream");
    head.headers.Add("Content-Length", "10");
    writer.Start(std::move(head));
    writer.Write("12345");
    writer.Finish();
  }));
  RawSocket socket(server.port());
  ASSERT_TRUE(socket.Send(kGet));
  EXPECT_TRUE(socket.ReadAll().ends_with("12345"));
}

}  // namespace
}  // namespace sb::net
