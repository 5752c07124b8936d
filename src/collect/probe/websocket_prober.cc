// SPDX-License-Identifier: Apache-2.0
//
// The prober websocket: connect, upgrade, then the conversation of query_response.
#include <charconv>
#include <optional>

#include "collect/probe/probe_address.h"
#include "collect/probe/probe_run.h"
#include "collect/probe/websocket_peer.h"
#include "net/curl_transfer.h"
#include "wire/otlp/base64.h"

namespace sb::probe {
namespace {

// Where a ws:// or wss:// URL leads.
struct Place {
  bool is_tls = false;
  std::string host;       // without brackets
  std::string authority;  // as in the URL, for the Host header
  uint16_t port = 0;
  std::string target;  // path and query
};

base::Result<Place> ParseTarget(const std::string& text) {
  Place place;
  place.is_tls = text.starts_with("wss://");
  if (!place.is_tls && !text.starts_with("ws://")) {
    return base::InvalidArgument("the target of a websocket probe begins with ws:// or wss://");
  }
  const std::string rest = text.substr(text.find("//") + 2);
  const size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  place.authority = rest.substr(0, end);
  if (place.authority.find('@') != place.authority.npos) {
    return base::InvalidArgument("malformed ws or wss URL: it must not hold user and password");
  }
  place.target = rest.substr(end, rest.find('#', end) - end);
  if (!place.target.starts_with('/')) {
    place.target.insert(0, "/");
  }
  if (place.target.find_first_of(" \r\n\t") != place.target.npos) {
    return base::InvalidArgument("malformed ws or wss URL: space in the path");
  }
  SB_ASSIGN_OR_RETURN(const net::UrlParts url,
                      net::ParseUrl((place.is_tls ? "https://" : "http://") + place.authority));
  place.host = url.host.starts_with('[') ? url.host.substr(1, url.host.size() - 2) : url.host;
  // libcurl has checked that it is a number.
  std::from_chars(url.port.data(), url.port.data() + url.port.size(), place.port);
  return place;
}

class WebsocketProber {
 public:
  explicit WebsocketProber(const ProbeJob& job)
      : job_(job), probe_(job.request.module.websocket), stream_(job), peer_(job, &stream_) {}
  bool Run();

 private:
  base::Result<net::Headers> HeadersOf(const Place& place);
  base::Status Connect(const Place& place, const net::IpAddress& ip);
  base::Status Upgrade(const Place& place);
  bool Converse();
  bool Step(const QueryResponse& step);
  void AddPhase(const char* phase, double seconds) const {
    job_.out.metrics.Add("probe_websocket_duration_seconds",
                         "Duration of websocket request by phase", seconds, {{"phase", phase}});
  }
  void SetGauges(int status, bool is_upgraded) const {
    job_.out.metrics.Set("probe_websocket_status_code", "Response HTTP status code", status);
    job_.out.metrics.Set("probe_websocket_connection_upgraded",
                         "Indicates if the websocket connection was successfully upgraded",
                         is_upgraded ? 1 : 0);
  }
  void SetFailedDueToRegex(bool failed) const {
    job_.out.metrics.Set("probe_websocket_failed_due_to_regex",
                         "Indicates if probe failed due to regex", failed ? 1 : 0);
  }
  double SecondsSince(int64_t start_ns) const {
    return static_cast<double>(job_.NowNs() - start_ns) / 1e9;
  }

  const ProbeJob& job_;
  const WebsocketProbe& probe_;
  ProbeStream stream_;
  WebsocketPeer peer_;
};

base::Result<net::Headers> WebsocketProber::HeadersOf(const Place& place) {
  net::ClientRequest request;
  net::HttpClientConfig config = probe_.client;
  if (config.oauth2.has_value() || !config.proxy.proxy_url.empty()) {
    job_.out.log.Add("warn", "websocket probes use neither oauth2 nor a proxy, as the reference");
    config.oauth2.reset();
    config.proxy = {};
  }
  // Reads the files.
  SB_RETURN_IF_ERROR(
      net::ConfiguredClient(job_.source.client, config, job_.source.env).Apply(request));
  net::Headers headers = std::move(request.headers);
  if (!headers.Has("Host")) {
    headers.Set("Host", place.authority);
  }
  if (!headers.Has("User-Agent")) {
    headers.Set("User-Agent", "Signalbox");
  }
  if (!request.bearer_token.empty()) {
    headers.Set("Authorization", "Bearer " + request.bearer_token);
  } else if (!request.basic_auth_user.empty() || !request.basic_auth_password.empty()) {
    std::string value = "Basic ";
    wire::AppendBase64(request.basic_auth_user + ":" + request.basic_auth_password, &value);
    headers.Set("Authorization", value);
  }
  return headers;
}

base::Status WebsocketProber::Connect(const Place& place, const net::IpAddress& ip) {
  const int64_t start_ns = job_.NowNs();
  SB_RETURN_IF_ERROR(stream_.ConnectTcp(ip, place.port, ""));
  AddPhase("connect", SecondsSince(start_ns));
  return base::OkStatus();
}

base::Status WebsocketProber::Upgrade(const Place& place) {
  if (place.is_tls) {
    SB_RETURN_IF_ERROR(stream_.StartTls(probe_.client.tls_config, place.host));
  }
  SB_ASSIGN_OR_RETURN(const net::Headers headers, HeadersOf(place));
  int status = 0;
  const base::Status shaken = peer_.Shake(headers, place.target, &status);
  SetGauges(status, shaken.ok());
  return shaken;
}

bool WebsocketProber::Step(const QueryResponse& step) {
  std::string send = step.send;
  if (!step.expect.empty()) {
    const base::Result<std::string> message = peer_.Read();
    if (!message.ok()) {
      return job_.Fail("Error reading message: " + std::string(message.status().message()));
    }
    job_.out.log.Add("debug", "Read message: " + *message);
    if (!step.expect.Expand(*message, step.send, &send)) {
      return job_.Fail("Regexp did not match: " + step.expect.text());
    }
  }
  if (!send.empty()) {
    if (const base::Status sent = peer_.Send(send); !sent.ok()) {
      return job_.Fail("Error sending message: " + std::string(sent.message()));
    }
  }
  return true;
}

bool WebsocketProber::Converse() {
  if (probe_.query_response.empty()) {
    return true;
  }
  const int64_t start_ns = job_.NowNs();
  bool is_as_expected = true;
  for (const QueryResponse& step : probe_.query_response) {
    is_as_expected = is_as_expected && Step(step);
  }
  SetFailedDueToRegex(!is_as_expected);
  AddPhase("transfer", SecondsSince(start_ns));
  return is_as_expected;
}

bool WebsocketProber::Run() {
  SetGauges(0, false);
  SetFailedDueToRegex(false);
  const base::Result<Place> place = ParseTarget(job_.request.target);
  if (!place.ok()) {
    return job_.Fail(place.status().message());
  }
  const base::Result<ProbeAddress> address = ChooseAddress(job_, probe_.ip, place->host);
  if (!address.ok()) {
    return job_.Fail(address.status().message());
  }
  AddPhase("resolve", address->lookup_seconds);
  base::Status status = Connect(*place, address->ip);
  const int64_t start_ns = job_.NowNs();
  if (status.ok()) {
    status = Upgrade(*place);
  }
  AddPhase("processing", SecondsSince(start_ns));
  if (!status.ok()) {
    return job_.Fail("Error dialing websocket: " + std::string(status.message()));
  }
  const bool success = Converse();
  peer_.Close();
  return success;
}

}  // namespace

bool ProbeWebsocket(const ProbeJob& job) {
  return WebsocketProber(job).Run();
}

}  // namespace sb::probe
