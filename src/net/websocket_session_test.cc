// SPDX-License-Identifier: Apache-2.0
#include "net/websocket_session.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>

#include "net/http_server.h"
#include "net/testing/test_server.h"

namespace sb::net {
namespace {

constexpr std::string_view kUpgrade =
    "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

std::string ClientFrame(int first_byte, std::string_view payload) {
  std::string frame(1, static_cast<char>(first_byte));
  if (payload.size() < 126) {
    frame.push_back(static_cast<char>(0x80 | payload.size()));
  } else {
    frame.push_back(static_cast<char>(0x80 | 126));
    frame.push_back(static_cast<char>(payload.size() >> 8));
    frame.push_back(static_cast<char>(payload.size() & 255));
  }
  frame += std::string(4, '\0');  // a mask that changes nothing
  frame += payload;
  return frame;
}

struct Closed {
  uint16_t code = 0;
  std::string reason;
};

struct EchoServer {
  explicit EchoServer(WebSocketOptions websocket = {}, HttpServerOptions options = {}) {
    Router router;
    router.Handle("GET", "/ws", [this, websocket](const HttpRequest&, ResponseWriter& writer) {
      WebSocketCallbacks callbacks;
      callbacks.on_message = [](WebSocket& socket, WebSocketMessage message) {
        message.is_text ? socket.SendText("echo " + message.payload)
                        : socket.SendBinary(message.payload);
      };
      callbacks.on_close = [this](WebSocket&, uint16_t code, std::string_view reason) {
        closed.set_value({code, std::string(reason)});
      };
      auto socket = writer.AcceptWebSocket(websocket, std::move(callbacks));
      if (!socket.ok()) {
        writer.Send(PlainTextResponse(400, socket.status().message()));
        return;
      }
      opened.set_value(*socket);
    });
    server = std::make_unique<TestServer>(std::move(router), std::move(options));
  }

  std::promise<std::shared_ptr<WebSocket>> opened;
  std::promise<Closed> closed;
  std::unique_ptr<TestServer> server;
};

TEST(WebSocketSessionTest, ShakesHandsAndEchoes) {
  EchoServer echo({.subprotocols = {"b", "a"}});
  RawSocket socket(echo.server->port());
  std::string upgrade(kUpgrade);
  upgrade.insert(upgrade.size() - 2, "Sec-WebSocket-Protocol: a, b\r\n");
  // The first message right behind the request, before the answer.
  ASSERT_TRUE(socket.Send(upgrade + ClientFrame(0x81, "one")));
  const std::string head = socket.ReadUntil("\r\n\r\n");
  EXPECT_TRUE(head.starts_with("HTTP/1.1 101 Switching Protocols\r\n")) << head;
  EXPECT_NE(head.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), std::string::npos);
  EXPECT_NE(head.find("Sec-WebSocket-Protocol: b\r\n"), std::string::npos);
  EXPECT_EQ(socket.ReadBytes(10),
            "\x81\x08"
            "echo one");
  ASSERT_TRUE(socket.Send(ClientFrame(0x89, "are you there")));
  EXPECT_EQ(socket.ReadBytes(15),
            "\x8a\x0d"
            "are you there");
  EXPECT_EQ(echo.server->server().stats().websockets_open, 1U);
  ASSERT_TRUE(socket.Send(ClientFrame(0x88, std::string("\x03\xe8"
                                                        "bye"))));
  EXPECT_EQ(socket.ReadAll(), std::string("\x88\x05\x03\xe8"
                                          "bye"));
  const Closed closed = echo.closed.get_future().get();
  EXPECT_EQ(closed.code, 1000);
  EXPECT_EQ(closed.reason, "bye");
}

TEST(WebSocketSessionTest, KeepsTheOrderOfManyMessages) {
  EchoServer echo;
  RawSocket socket(echo.server->port());
  ASSERT_TRUE(socket.Send(kUpgrade));
  socket.ReadUntil("\r\n\r\n");
  std::string messages;
  std::string expected;
  for (int i = 10'000; i < 15'000; ++i) {
    messages += ClientFrame(0x81, std::to_string(i));
    expected +=
        "\x81\x0a"
        "echo " +
        std::to_string(i);
  }
  ASSERT_TRUE(socket.Send(messages));
  EXPECT_EQ(socket.ReadBytes(expected.size()), expected);
}

TEST(WebSocketSessionTest, ProtocolErrorsCloseWithTheirCode) {
  struct Case {
    std::string bytes;
    uint16_t code;
  };
  const Case cases[] = {
      {std::string("\x81\x01x"), kCloseProtocolError},
      {ClientFrame(0x81, "\xff"), kCloseInvalidData},
      {ClientFrame(0x82, std::string(2'000, 'x')), kCloseTooBig},
      {ClientFrame(0x88, std::string("\x03\xed")), kCloseProtocolError},
  };
  for (const Case& c : cases) {
    EchoServer echo({.max_message_bytes = 1'000});
    RawSocket socket(echo.server->port());
    ASSERT_TRUE(socket.Send(kUpgrade));
    socket.ReadUntil("\r\n\r\n");
    ASSERT_TRUE(socket.Send(c.bytes));
    const std::string reply = socket.ReadAll();
    ASSERT_GE(reply.size(), 4U);
    EXPECT_EQ(static_cast<uint8_t>(reply[2]) * 256 + static_cast<uint8_t>(reply[3]), c.code);
    EXPECT_EQ(echo.closed.get_future().get().code, c.code);
  }
}

TEST(WebSocketSessionTest, RefusesBadHandshakesAndForeignOrigins) {
  EchoServer echo({.allowed_origins = {"https://good.example"}});
  const std::pair<std::string, std::string> edits[] = {
      {"Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8"},
      {"dGhlIHNhbXBsZSBub25jZQ==", "short"},
      {"Upgrade: websocket", "Upgrade: h2c"},
      {"Host: a", "Host: a\r\nOrigin: https://evil.example"},
  };
  for (const auto& [from, to] : edits) {
    std::string request(kUpgrade);
    request.replace(request.find(from), from.size(), to);
    RawSocket socket(echo.server->port());
    ASSERT_TRUE(socket.Send(request));
    EXPECT_TRUE(socket.ReadResponse().starts_with("HTTP/1.1 400 ")) << to;
  }
}

TEST(WebSocketSessionTest, BrokenConnectionsAndSilentPeersAreReportedAs1006) {
  {
    EchoServer echo;
    RawSocket socket(echo.server->port());
    ASSERT_TRUE(socket.Send(kUpgrade));
    socket.ReadUntil("\r\n\r\n");
    socket.Reset();
    EXPECT_EQ(echo.closed.get_future().get().code, kCloseAbnormal);
  }
  EchoServer echo({.ping_interval_ms = 200});
  RawSocket socket(echo.server->port());
  ASSERT_TRUE(socket.Send(kUpgrade));
  socket.ReadUntil("\r\n\r\n");
  EXPECT_EQ(socket.ReadBytes(2), std::string("\x89\0", 2));
  EXPECT_EQ(echo.closed.get_future().get().code, kCloseAbnormal);
}

TEST(WebSocketSessionTest, ServerClosesAndWaitsForTheAnswer) {
  EchoServer echo({.close_timeout_ms = 300});
  RawSocket socket(echo.server->port());
  ASSERT_TRUE(socket.Send(kUpgrade));
  socket.ReadUntil("\r\n\r\n");
  const auto open = echo.opened.get_future().get();
  EXPECT_TRUE(open->SendText("last"));
  open->Close(4001, "done");
  EXPECT_FALSE(open->SendText("too late"));
  EXPECT_EQ(socket.ReadBytes(6), "\x81\x04last");
  EXPECT_EQ(socket.ReadBytes(8), std::string("\x88\x06\x0f\xa1"
                                             "done"));
  // No answer comes.
  EXPECT_EQ(echo.closed.get_future().get().code, kCloseAbnormal);
  EXPECT_FALSE(open->IsOpen());
}

TEST(WebSocketSessionTest, SendBlocksUntilThePeerReads) {
  EchoServer echo({.max_unsent_bytes = 100'000});
  RawSocket socket(echo.server->port());
  ASSERT_TRUE(socket.Send(kUpgrade));
  socket.ReadUntil("\r\n\r\n");
  const auto open = echo.opened.get_future().get();
  constexpr size_t kCount = 400;
  constexpr size_t kSize = 65'536;
  auto sender = std::async(std::launch::async, [open] {
    size_t most = 0;
    for (size_t i = 0; i < kCount; ++i) {
      open->SendBinary(std::string(kSize, 'x'));
      most = std::max(most, open->unsent_bytes());
    }
    return most;
  });
  EXPECT_EQ(socket.ReadBytes(kCount * (kSize + 10)).size(), kCount * (kSize + 10));
  EXPECT_LT(sender.get(), 100'000U + 2 * kSize);
}

TEST(WebSocketSessionTest, DrainSaysGoingAway) {
  EchoServer echo;
  RawSocket socket(echo.server->port());
  ASSERT_TRUE(socket.Send(kUpgrade));
  socket.ReadUntil("\r\n\r\n");
  auto stopped = std::async(std::launch::async, [&] { return echo.server->server().Stop(10'000); });
  const std::string close = socket.ReadBytes(4);
  EXPECT_EQ(close.substr(2, 2), "\x03\xe9");
  socket.ReadBytes(static_cast<size_t>(close[1]) - 2);
  ASSERT_TRUE(socket.Send(ClientFrame(0x88, "\x03\xe9")));
  EXPECT_EQ(socket.ReadAll(), "");
  socket.Close();
  EXPECT_TRUE(stopped.get().ok());
}

}  // namespace
}  // namespace sb::net
