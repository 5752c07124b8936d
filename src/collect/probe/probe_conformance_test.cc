// SPDX-License-Identifier: Apache-2.0
//
// Recorded metrics of the reference's probes against servers as its README describes them. Reached
// through SIGNALBOX_CONFORMANCE_DIR.
#include <gtest/gtest.h>
#include <re2/re2.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>
#include <thread>

#include "base/check.h"
#include "base/mutex.h"
#include "collect/probe/probe_address.h"
#include "collect/probe/probe_run.h"
#include "collect/probe/testing/probe_once.h"
#include "config/json_reader.h"
#include "net/testing/loopback_server.h"
#include "net/testing/test_server.h"

namespace sb::probe {
namespace {

constexpr const char* kBody = "hello world, version 1.2.3";

void Answer(net::Router* router, const std::string& path, int status) {
  router->Handle("GET", path, [status](const net::HttpRequest&, net::ResponseWriter& writer) {
    writer.Send(net::HttpResponse(status, kBody, "text/plain"));
  });
}

net::Router ReferenceSite() {
  net::Router router;
  Answer(&router, "/", 200);
  Answer(&router, "/500", 500);
  Answer(&router, "/auth", 401);
  router.Handle("POST", "/", [](const net::HttpRequest& request, net::ResponseWriter& writer) {
    const bool is_ping = request.body == "{\"ping\":1}";
    writer.Send(net::HttpResponse(is_ping ? 200 : 400, "pong", "text/plain"));
  });
  return router;
}

// Never answers /slow before the probe gave up: the reply is held until the site is gone.
struct SlowReplies {
  std::vector<std::shared_ptr<net::ResponseWriter>> held;
  base::Mutex mutex;
  void AddRoute(net::Router* router) {
    router->Handle("GET", "/slow", [this](const net::HttpRequest&, net::ResponseWriter& writer) {
      base::MutexLock lock(mutex);
      held.push_back(writer.Detach());
    });
  }
};

std::string ReplaceAll(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// "name{labels}" to value, as printed.
std::map<std::string, double> ParseText(const std::string& text) {
  std::map<std::string, double> values;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('#')) {
      const size_t space = line.rfind(' ');
      values[line.substr(0, space)] = std::strtod(line.c_str() + space + 1, nullptr);
    }
  }
  return values;
}

// What varies in labels is @HEX@ in the record.
std::string Normal(const std::string& series) {
  std::string out = series;
  re2::RE2::Replace(&out, "fingerprint_sha256=\"[0-9a-f]{64}\"", "fingerprint_sha256=\"@HEX@\"");
  // Our test certificate names its common name too; the recorded one did not.
  re2::RE2::Replace(&out, "=\"tls.example,localhost\"", "=\"localhost\"");
  re2::RE2::Replace(&out, "serialnumber=\"[0-9a-f]+\"", "serialnumber=\"@HEX@\"");
  return out;
}

std::string Differences(const config::Node& wanted, const std::string& text) {
  std::map<std::string, double> found;
  for (const auto& [series, value] : ParseText(text)) {
    found[Normal(series)] = value;
  }
  std::string out;
  for (const config::Node::Entry& entry : wanted.entries) {
    const auto at = found.find(entry.key->text);
    if (at == found.end()) {
      out += "missing " + entry.key->text + "\n";
    } else if (entry.value->text != "@" &&
               at->second != std::strtod(entry.value->text.c_str(), nullptr)) {
      out += entry.key->text + " = " + std::to_string(at->second) + "\n";
    }
    found.erase(entry.key->text);
  }
  for (const auto& [series, value] : found) {
    out += "unexpected " + series + "\n";
  }
  return out;
}

// Says `greeting` to whoever connects, then reads until the peer goes.
class GreetingServer {
 public:
  explicit GreetingServer(std::string greeting) : greeting_(std::move(greeting)) {}
  std::string port() const { return std::to_string(server_.port()); }

 private:
  void Serve(int peer) const {
    char bytes[512];
    send(peer, greeting_.data(), greeting_.size(), MSG_NOSIGNAL);
    while (recv(peer, bytes, sizeof(bytes), 0) > 0) {
      const std::string reply = "250-hi\r\n250 STARTTLS\r\n";
      send(peer, reply.data(), reply.size(), MSG_NOSIGNAL);
    }
  }

  const std::string greeting_;
  net::LoopbackServer server_{[this](int peer) { Serve(peer); }};
};

// Knows a.example (A 10.0.0.1, TTL 60), is silent about silent.example, and nothing else exists.
class NameServer {
 public:
  NameServer() : fd_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_storage address;
    const socklen_t size = ToSockaddr(*net::IpAddress::Parse("127.0.0.1"), 0, &address);
    SB_CHECK(bind(fd_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    socklen_t bound_size = sizeof(bound_);
    getsockname(fd_, reinterpret_cast<sockaddr*>(&bound_), &bound_size);
    thread_ = std::thread([this] { Serve(); });
  }
  ~NameServer() {
    // A datagram of one byte ends it.
    const int waker = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sendto(waker, "x", 1, 0, reinterpret_cast<sockaddr*>(&bound_), sizeof(bound_));
    thread_.join();
    close(waker);
    close(fd_);
  }
  std::string port() const { return std::to_string(ntohs(bound_.sin_port)); }

 private:
  void Serve() {
    char bytes[512];
    sockaddr_in peer{};
    while (true) {
      socklen_t peer_size = sizeof(peer);
      const ssize_t size =
          recvfrom(fd_, bytes, sizeof(bytes), 0, reinterpret_cast<sockaddr*>(&peer), &peer_size);
      if (size < 12) {
        return;
      }
      std::string reply(bytes, static_cast<size_t>(size));
      const bool known = reply.find(std::string("\1a\7example\0", 11)) == 12;
      if (reply.find("silent") != std::string::npos) {
        continue;
      }
      reply[2] = static_cast<char>(0x80);
      reply[3] = static_cast<char>(known ? 0 : 3);
      if (known) {
        reply[7] = 1;
        reply += std::string("\xC0\x0C\0\1\0\1\0\0\0\x3C\0\4\x0A\0\0\1", 16);
      }
      sendto(fd_, reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&peer), peer_size);
    }
  }

  int fd_;
  sockaddr_in bound_{};
  std::thread thread_;
};

// A port that nobody listens on: bound, never listening.
class ClosedPort {
 public:
  ClosedPort() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_storage address;
    const socklen_t size = ToSockaddr(*net::IpAddress::Parse("127.0.0.1"), 0, &address);
    SB_CHECK(bind(fd_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    sockaddr_in bound{};
    socklen_t bound_size = sizeof(bound);
    getsockname(fd_, reinterpret_cast<sockaddr*>(&bound), &bound_size);
    port_ = ntohs(bound.sin_port);
  }
  ~ClosedPort() { close(fd_); }
  std::string port() const { return std::to_string(port_); }

 private:
  int fd_;
  uint16_t port_ = 0;
};

// All test servers.
struct Site {
  Site() {
    net::Router router = ReferenceSite();
    slow.AddRoute(&router);
    plain = std::make_unique<net::TestServer>(std::move(router));
    net::HttpServerOptions options = files.options();
    // As the recorded server, which speaks HTTP/1.1 only.
    options.enable_http2 = false;
    secure = std::make_unique<net::TestServer>(ReferenceSite(), std::move(options));
  }
  ~Site() { slow.held.clear(); }

  std::string Fill(std::string text) const {
    text = ReplaceAll(text, "@HTTP@", std::to_string(plain->port()));
    text = ReplaceAll(text, "@TLS@", std::to_string(secure->port()));
    text = ReplaceAll(text, "@TCP@", greeting.port());
    text = ReplaceAll(text, "@DNS@", names.port());
    return ReplaceAll(text, "@CLOSED@", closed.port());
  }

  const net::TlsFiles files{"tls.example"};
  SlowReplies slow;
  GreetingServer greeting{"220 mail.example ESMTP\r\n"};
  ClosedPort closed;
  NameServer names;
  std::unique_ptr<net::TestServer> plain;
  std::unique_ptr<net::TestServer> secure;
};

TEST(ProbeConformanceTest, MetricsOfTheReference) {
  const char* root = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (root == nullptr) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const std::string folder = std::string(root) + "/blackbox/";
  base::FileSystem& files = base::Env::Real().files();
  const auto modules = files.ReadFile(folder + "probe-modules.yml");
  const auto records = files.ReadFile(folder + "probes.jsonl");
  ASSERT_TRUE(modules.ok() && records.ok());
  const auto config = ParseProbeConfig(*modules, "probe-modules.yml");
  ASSERT_TRUE(config.ok()) << config.status().message();
  const Site site;
  int passed = 0;
  int total = 0;
  std::istringstream lines(*records);
  for (std::string line; std::getline(lines, line);) {
    const auto record = config::ParseJson(line, "probes.jsonl");
    ASSERT_TRUE(record.ok()) << record.status().message();
    const ProbeModule& module = (*config)->modules.at((*record)->Find("module")->text);
    const std::string target = site.Fill((*record)->Find("target")->text);
    ++total;
    const ProbeOutcome outcome = ProbeOnce(module, target);
    const std::string differences =
        Differences(*(*record)->Find("metrics"), outcome.metrics.ToText());
    EXPECT_EQ(differences, "") << line.substr(0, 100) << "\n" << outcome.log.text();
    passed += differences.empty() ? 1 : 0;
  }
  std::printf("conformance: blackbox probes %d of %d\n", passed, total);
  EXPECT_GT(total, 0);
}

TEST(TcpProberTest, TalksAndTakesLabelsFromWhatItHears) {
  const GreetingServer server("220 mail.example ESMTP\r\n");
  const ProbeOutcome outcome = ProbeOnce(
      ModuleOf("{prober: tcp, tcp: {query_response: [{expect: '^220 ([^ ]+) ESMTP', labels: "
               "[{name: host, value: '${1}'}]}, {send: EHLO}, {expect: '^250[ -]STARTTLS'}]}}"),
      "127.0.0.1:" + server.port());
  EXPECT_TRUE(outcome.success) << outcome.log.text();
  EXPECT_NE(outcome.metrics.ToText().find("probe_expect_info{host=\"mail.example\"} 1\n"),
            std::string::npos);
}

TEST(TcpProberTest, TlsTellsTheCertificate) {
  const Site site;
  const ProbeModule trusting =
      ModuleOf("{prober: tcp, tcp: {tls: true, tls_config: {insecure_skip_verify: true}}}");
  const ProbeOutcome good = ProbeOnce(trusting, site.Fill("127.0.0.1:@TLS@"));
  EXPECT_TRUE(good.success) << good.log.text();
  EXPECT_NE(good.metrics.ToText().find("probe_tls_version_info{version=\"TLS 1.3\"} 1\n"),
            std::string::npos);
  const ProbeOutcome bad =
      ProbeOnce(ModuleOf("{prober: tcp, tcp: {tls: true}}"), site.Fill("127.0.0.1:@TLS@"));
  EXPECT_FALSE(bad.success);
  EXPECT_NE(bad.log.text().find("certificate verify failed"), std::string::npos);
}

TEST(HttpProberTest, FollowsRedirectsAndCountsThem) {
  net::Router router = ReferenceSite();
  router.Handle("GET", "/redir", [](const net::HttpRequest&, net::ResponseWriter& writer) {
    net::HttpResponse reply(302);
    reply.headers.Add("Location", "/");
    writer.Send(std::move(reply));
  });
  net::TestServer server(std::move(router));
  const ProbeOutcome followed = ProbeOnce(ModuleOf("{prober: http}"), server.Url("/redir"));
  EXPECT_TRUE(followed.success) << followed.log.text();
  EXPECT_NE(followed.metrics.ToText().find("probe_http_redirects 1\n"), std::string::npos);
  const ProbeOutcome kept = ProbeOnce(
      ModuleOf("{prober: http, http: {follow_redirects: false, valid_status_codes: [302]}}"),
      server.Url("/redir"));
  EXPECT_TRUE(kept.success) << kept.log.text();
}

TEST(IcmpProberTest, ThisMachineAnswersOrTheSystemForbidsToAsk) {
  const ProbeOutcome outcome =
      ProbeOnce(ModuleOf("{prober: icmp, icmp: {preferred_ip_protocol: ip4}}"), "127.0.0.1");
  const bool forbidden = outcome.log.text().find("CAP_NET_RAW") != std::string::npos;
  EXPECT_TRUE(outcome.success || forbidden) << outcome.log.text();
  EXPECT_NE(outcome.metrics.ToText().find("probe_icmp_duration_seconds{phase=\"rtt\"}"),
            std::string::npos);
}

TEST(DnsProberTest, RecordsMustBeAsTheModuleSays) {
  const NameServer names;
  const std::string target = "127.0.0.1:" + names.port();
  const auto probe = [&](const std::string& check) {
    return ProbeOnce(ModuleOf("{prober: dns, dns: {query_name: a.example, query_type: A, "
                              "preferred_ip_protocol: ip4, " +
                              check + "}}"),
                     target);
  };
  EXPECT_TRUE(probe("validate_answer_rrs: {fail_if_none_matches_regexp: ['10.0.0.1$']}").success);
  EXPECT_FALSE(probe("validate_answer_rrs: {fail_if_matches_regexp: ['10.0.0.1$']}").success);
  EXPECT_FALSE(probe("validate_answer_rrs: {fail_if_all_match_regexp: ['A']}").success);
  EXPECT_FALSE(probe("validate_authority_rrs: {fail_if_not_matches_regexp: ['.']}").success);
  EXPECT_FALSE(probe("valid_rcodes: [NXDOMAIN]").success);
  EXPECT_FALSE(
      ProbeOnce(ModuleOf("{prober: dns, timeout: 300ms, dns: {query_name: silent.example}}"),
                target)
          .success);
}

}  // namespace
}  // namespace sb::probe
