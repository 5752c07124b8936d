// SPDX-License-Identifier: Apache-2.0
//
// The prober websocket against the server's own WebSockets, and against servers that misbehave.
#include <gtest/gtest.h>

#include "base/mutex.h"
#include "collect/probe/testing/probe_once.h"
#include "net/testing/loopback_server.h"
#include "net/testing/test_server.h"
#include "net/websocket_codec.h"

namespace sb::probe {
namespace {

// Greets, then answers each message with "you said …".
class EchoSite {
 public:
  explicit EchoSite(net::HttpServerOptions options = {}) : server_(Routes(), std::move(options)) {}
  std::string target(const std::string& scheme, const std::string& path = "/chat") const {
    return scheme + "://127.0.0.1:" + std::to_string(server_.port()) + path;
  }
  net::Headers last_headers() {
    const base::MutexLock lock(mutex_);
    return last_headers_;
  }

 private:
  net::Router Routes() {
    net::Router router;
    router.Handle("GET", "/chat",
                  [this](const net::HttpRequest& request, net::ResponseWriter& writer) {
                    {
                      const base::MutexLock lock(mutex_);
                      last_headers_ = request.headers;
                    }
                    net::WebSocketCallbacks callbacks;
                    callbacks.on_message = [](net::WebSocket& socket, net::WebSocketMessage said) {
                      socket.SendText("you said " + said.payload);
                    };
                    const auto socket = writer.AcceptWebSocket({}, std::move(callbacks));
                    if (socket.ok()) {
                      (*socket)->SendText("hello, server 7");
                    }
                  });
    router.Handle("GET", "/plain", [](const net::HttpRequest&, net::ResponseWriter& writer) {
      writer.Send(net::PlainTextResponse(404, "nothing here"));
    });
    return router;
  }

  base::Mutex mutex_;
  net::Headers last_headers_ SB_GUARDED_BY(mutex_);
  net::TestServer server_;
};

// Accepts one handshake after another and then sends `bytes`, whatever they are.
class RudeServer {
 public:
  explicit RudeServer(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string target() const { return "ws://127.0.0.1:" + std::to_string(server_.port()) + "/"; }

 private:
  void Serve(int peer) const {
    std::string head;
    char bytes[4096];
    ssize_t got = 0;
    while (head.find("\r\n\r\n") == head.npos && (got = recv(peer, bytes, sizeof(bytes), 0)) > 0) {
      head.append(bytes, static_cast<size_t>(got));
    }
    const size_t at = head.find("Sec-WebSocket-Key: ");
    const std::string key = at == head.npos ? "" : head.substr(at + 19, 24);
    const std::string reply =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        net::WebSocketAcceptKey(key) + "\r\n\r\n" + bytes_;
    send(peer, reply.data(), reply.size(), MSG_NOSIGNAL);
    while (recv(peer, bytes, sizeof(bytes), 0) > 0) {
    }
  }

  const std::string bytes_;
  net::LoopbackServer server_{[this](int peer) { Serve(peer); }};
};

ProbeModule Websocket(const std::string& options) {
  return ModuleOf("{prober: websocket, timeout: 5s, websocket: {" + options + "}}");
}

TEST(WebsocketProberTest, AnUpgradeIsSuccess) {
  EchoSite site;
  const ProbeOutcome outcome = ProbeOnce(ModuleOf("{prober: websocket}"), site.target("ws"));
  EXPECT_TRUE(outcome.success) << outcome.log.text();
  EXPECT_TRUE(Has(outcome, "probe_websocket_status_code 101"));
  EXPECT_TRUE(Has(outcome, "probe_websocket_connection_upgraded 1"));
  EXPECT_TRUE(Has(outcome, "probe_websocket_failed_due_to_regex 0"));
  const std::string text = outcome.metrics.ToText();
  for (const char* phase : {"resolve", "connect", "processing"}) {
    EXPECT_NE(text.find("probe_websocket_duration_seconds{phase=\"" + std::string(phase) + "\"} "),
              std::string::npos);
  }
  EXPECT_EQ(text.find("phase=\"transfer\""), std::string::npos) << "nothing was said";
}

TEST(WebsocketProberTest, TalksWithWhatItHears) {
  EchoSite site;
  const ProbeOutcome outcome = ProbeOnce(
      Websocket("query_response: [{expect: '^hello, server ([0-9]+)$', send: 'I am ${1}'}, "
                "{expect: '^you said I am 7$'}]"),
      site.target("ws"));
  EXPECT_TRUE(outcome.success) << outcome.log.text();
  EXPECT_TRUE(Has(outcome, "probe_websocket_failed_due_to_regex 0"));
  EXPECT_NE(outcome.metrics.ToText().find("phase=\"transfer\""), std::string::npos);

  const ProbeOutcome other =
      ProbeOnce(Websocket("query_response: [{expect: '^bonjour'}]"), site.target("ws"));
  EXPECT_FALSE(other.success);
  EXPECT_TRUE(Has(other, "probe_websocket_connection_upgraded 1"));
  EXPECT_TRUE(Has(other, "probe_websocket_failed_due_to_regex 1"));
}

TEST(WebsocketProberTest, HeadersAndCredentialsAreSent) {
  EchoSite site;
  const net::TempFile password("secret\n");
  const ProbeOutcome outcome = ProbeOnce(
      Websocket("headers: {Origin: {values: [example.com]}}, http_config: {basic_auth: {username: "
                "u, password_file: " +
                password.path() + "}}"),
      site.target("ws", "/chat?room=1"));
  EXPECT_TRUE(outcome.success) << outcome.log.text();
  EXPECT_EQ(site.last_headers().Get("Origin"), "example.com");
  EXPECT_EQ(site.last_headers().Get("Authorization"), "Basic dTpzZWNyZXQ=");
}

TEST(WebsocketProberTest, WssVerifiesTheServer) {
  const net::TlsFiles files("tls.example");
  EchoSite site(files.options());
  const ProbeOutcome good =
      ProbeOnce(Websocket("http_config: {tls_config: {ca_file: " + files.cert_path() + "}}"),
                site.target("wss"));
  EXPECT_TRUE(good.success) << good.log.text();
  const ProbeOutcome bad = ProbeOnce(Websocket(""), site.target("wss"));
  EXPECT_FALSE(bad.success);
  EXPECT_TRUE(Has(bad, "probe_websocket_status_code 0"));
  EXPECT_NE(bad.log.text().find("certificate verify failed"), std::string::npos);
}

TEST(WebsocketProberTest, ARefusedHandshakeTellsTheStatus) {
  EchoSite site;
  const ProbeOutcome outcome = ProbeOnce(Websocket(""), site.target("ws", "/plain"));
  EXPECT_FALSE(outcome.success);
  EXPECT_TRUE(Has(outcome, "probe_websocket_status_code 404"));
  EXPECT_TRUE(Has(outcome, "probe_websocket_connection_upgraded 0"));
  EXPECT_FALSE(ProbeOnce(Websocket(""), "ws://127.0.0.1:1/").success);
}

TEST(WebsocketProberTest, TargetsThatAreNoneSaySo) {
  for (const char* target : {"http://127.0.0.1/", "127.0.0.1:80", "ws://u:p@127.0.0.1/", "ws://",
                             "ws://127.0.0.1:99999/", "ws://127.0.0.1/a b"}) {
    const ProbeOutcome outcome = ProbeOnce(Websocket(""), target);
    EXPECT_FALSE(outcome.success) << target;
    EXPECT_TRUE(Has(outcome, "probe_websocket_status_code 0")) << target;
  }
}

TEST(WebsocketProberTest, HostileFramesEndTheProbe) {
  const ProbeModule module = Websocket("query_response: [{expect: never}]");
  const struct {
    std::string bytes;
    const char* why;
  } cases[] = {
      {std::string("\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10), "longer than 1 MiB"},
      {std::string("\x81\x81\0\0\0\0x", 7), "no server may send"},
      {std::string("\x83\0", 2), "no server may send"},
      {std::string("\x89\x7e\x01\0", 4), "control frame"},
      {std::string("\x80\0", 2), "out of order"},
      {std::string("\x01\x01\x61\x81\x01\x62", 6), "out of order"},
      {std::string("\x88\0", 2), "closed the connection"},
  };
  for (const auto& hostile : cases) {
    RudeServer server(hostile.bytes);
    const ProbeOutcome outcome = ProbeOnce(module, server.target());
    EXPECT_FALSE(outcome.success);
    EXPECT_TRUE(Has(outcome, "probe_websocket_connection_upgraded 1"));
    EXPECT_NE(outcome.log.text().find(hostile.why), std::string::npos) << outcome.log.text();
  }
}

TEST(WebsocketProberTest, FragmentsAndPingsMakeOneMessage) {
  RudeServer server(std::string("\x01\x03hel", 5) + std::string("\x89\x01p", 3) +
                    std::string("\x80\x02lo", 4));
  const ProbeOutcome outcome =
      ProbeOnce(Websocket("query_response: [{expect: '^hello$'}]"), server.target());
  EXPECT_TRUE(outcome.success) << outcome.log.text();
}

TEST(WebsocketProberTest, SilenceEndsByTheDeadline) {
  RudeServer server("");
  const ProbeOutcome outcome = ProbeOnce(
      ModuleOf("{prober: websocket, timeout: 300ms, websocket: {query_response: [{expect: x}]}}"),
      server.target());
  EXPECT_FALSE(outcome.success);
  EXPECT_NE(outcome.log.text().find("timeout"), std::string::npos);
}

}  // namespace
}  // namespace sb::probe
