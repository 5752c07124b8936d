// SPDX-License-Identifier: Apache-2.0
//
// The prober grpc: one unary call of grpc.health.v1.Health/Check.
//
// Source: gRPC over HTTP2 (doc/PROTOCOL-HTTP2.md), health/v1/health.proto.
#include <array>
#include <charconv>

#include "collect/probe/probe_address.h"
#include "collect/probe/probe_run.h"
#include "collect/probe/probe_transfer.h"
#include "encoding/protobuf.h"
#include "wire/otlp/base64.h"
#include "wire/otlp/grpc_frame.h"

namespace sb::probe {
namespace {

constexpr size_t kReplyBytesMax = 1 << 20;
constexpr std::array<std::string_view, 4> kServingStatus = {"UNKNOWN", "SERVING", "NOT_SERVING",
                                                            "SERVICE_UNKNOWN"};

enum GrpcCode : int {
  kOk = 0,
  kUnknown = 2,
  kDeadlineExceeded = 4,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kUnauthenticated = 16,
};

// What the call came to. `serving` is empty unless the server answered with kOk.
struct Health {
  int code = kUnknown;
  std::string why;
  std::string serving;
};

// What a client is to make of a reply that is not gRPC's.
int CodeOfHttp(int status) {
  switch (status) {
    case 400:
      return kInternal;
    case 401:
      return kUnauthenticated;
    case 403:
      return kPermissionDenied;
    case 404:
      return kUnimplemented;
    case 429:
    case 502:
    case 503:
    case 504:
      return kUnavailable;
    default:
      return kUnknown;
  }
}

std::string CheckRequestMessage(const std::string& service) {
  std::string message;
  encoding::ProtoWriter writer(&message);
  if (!service.empty()) {
    writer.Bytes(1, service);
  }
  return wire::WriteGrpcMessage(message);
}

// The status field of a HealthCheckResponse; false: `body` is not one message of that kind.
bool ReadServingStatus(std::string_view body, std::string* serving) {
  const base::Result<std::string> message = wire::ReadGrpcMessage(body, "", kReplyBytesMax);
  if (!message.ok()) {
    return false;
  }
  int64_t status = 0;
  encoding::ProtoReader reader(*message);
  while (reader.Next()) {
    if (reader.field() == 1) {
      status = reader.Int64();
    }
  }
  *serving = status >= 0 && status < static_cast<int64_t>(kServingStatus.size())
                 ? std::string(kServingStatus[static_cast<size_t>(status)])
                 : std::to_string(status);
  return reader.ok();
}

// Trailers, or the headers of a reply that is nothing but its status.
std::string_view TrailerOf(const net::ClientResponse& reply, std::string_view name) {
  return reply.trailers.Has(name) ? reply.trailers.Get(name) : reply.headers.Get(name);
}

Health HealthOf(const net::ClientResponse& reply) {
  Health health;
  const std::string_view code = TrailerOf(reply, "grpc-status");
  const auto end = std::from_chars(code.data(), code.data() + code.size(), health.code);
  if (code.empty() || end.ec != std::errc() || end.ptr != code.data() + code.size()) {
    health.code = CodeOfHttp(reply.status);
    health.why = "the reply is not gRPC: HTTP status " + std::to_string(reply.status);
    return health;
  }
  if (health.code != kOk) {
    health.why =
        "grpc-status " + std::string(code) + ": " + std::string(TrailerOf(reply, "grpc-message"));
    return health;
  }
  if (!ReadServingStatus(reply.body, &health.serving)) {
    health = {kInternal, "the reply is not one uncompressed HealthCheckResponse", ""};
  }
  return health;
}

Health HealthOf(const base::Status& error) {
  const int code = error.code() == base::StatusCode::kDeadlineExceeded    ? kDeadlineExceeded
                   : error.code() == base::StatusCode::kResourceExhausted ? kResourceExhausted
                                                                          : kUnavailable;
  return {code, std::string(error.message()), ""};
}

class GrpcProber {
 public:
  explicit GrpcProber(const ProbeJob& job) : job_(job), probe_(job.request.module.grpc) {}
  bool Run();

 private:
  base::Status ReadTarget();
  base::Status MakeRequest();
  Health Call(const net::IpAddress& ip);
  void AddPhase(const char* phase, double seconds) const {
    job_.out.metrics.Add("probe_grpc_duration_seconds", "Duration of gRPC request by phase",
                         seconds, {{"phase", phase}});
  }
  void SetOutcome(const Health& health) const;

  const ProbeJob& job_;
  const GrpcProbe& probe_;
  std::string host_;  // without brackets
  std::string url_;
  net::ClientRequest request_;
  TlsFacts tls_;
};

base::Status GrpcProber::ReadTarget() {
  std::string_view authority = job_.request.target;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (authority.starts_with(scheme)) {
      authority.remove_prefix(scheme.size());
      break;
    }
  }
  authority = authority.substr(0, authority.find_first_of("/?#"));
  std::string port = probe_.tls ? "443" : "80";
  if (const base::Result<HostPort> split = SplitHostPort(authority); split.ok()) {
    host_ = split->host;
    port = split->port.empty() ? port : split->port;
  } else {
    host_ = authority.starts_with('[') && authority.ends_with(']')
                ? authority.substr(1, authority.size() - 2)
                : authority;
  }
  const bool is_v6 = host_.find(':') != host_.npos;
  const std::string host = host_.empty() ? "localhost" : is_v6 ? "[" + host_ + "]" : host_;
  url_ = (probe_.tls ? "https://" : "http://") + host + ":" + port + "/grpc.health.v1.Health/Check";
  return net::ParseUrl(url_).status().WithPrefix("Could not parse target URL");
}

base::Status GrpcProber::MakeRequest() {
  net::HttpClientConfig config;
  config.tls_config = probe_.tls_config;
  // Reads the files.
  SB_RETURN_IF_ERROR(
      net::ConfiguredClient(job_.source.client, config, job_.source.env).Apply(request_));
  request_.method = "POST";
  request_.body = CheckRequestMessage(probe_.service);
  request_.accept_encoding.clear();
  request_.http2_prior_knowledge = !probe_.tls;
  request_.max_response_bytes = kReplyBytesMax;
  request_.address_filter = job_.request.filter;
  request_.headers.Set("Content-Type", "application/grpc");
  request_.headers.Set("TE", "trailers");
  for (const auto& [name, values] : probe_.metadata) {
    for (const std::string& value : values) {
      std::string sent = value;
      if (name.ends_with("-bin")) {
        sent.clear();
        wire::AppendBase64(value, &sent);
      }
      request_.headers.Add(name, sent);
    }
  }
  return base::OkStatus();
}

Health GrpcProber::Call(const net::IpAddress& ip) {
  const int64_t left_ms = job_.LeftMs();
  if (left_ms <= 0) {
    return {kDeadlineExceeded, "timeout", ""};
  }
  request_.timeout_ms = left_ms;
  request_.connect_timeout_ms = left_ms;
  request_.headers.Set("grpc-timeout",
                       std::to_string(std::min<int64_t>(left_ms, 99'999'999)) + "m");
  const auto transfer = net::CurlTransfer::Create(request_, url_, "Signalbox", left_ms);
  if (!transfer.ok()) {
    return HealthOf(transfer.status());
  }
  const CURLcode code = PerformPinned(
      **transfer, PinOf(*net::ParseUrl(url_), ip),
      probe_.tls_config.insecure_skip_verify ? ChainTrust::kNotVerified : ChainTrust::kVerified,
      &tls_);
  const base::Result<net::ClientResponse> reply = (*transfer)->Finish(code);
  if (!reply.ok()) {
    return HealthOf(reply.status());
  }
  if (reply->version != net::HttpVersion::kHttp2) {
    return {kUnavailable, "the server does not speak HTTP/2", ""};
  }
  return HealthOf(*reply);
}

void GrpcProber::SetOutcome(const Health& health) const {
  ProbeMetrics& metrics = job_.out.metrics;
  const auto set_status = [&metrics](std::string_view name, double value) {
    metrics.Set("probe_grpc_healthcheck_response", "Response HealthCheck response", value,
                {{"serving_status", std::string(name)}});
  };
  for (const std::string_view name : kServingStatus) {
    set_status(name, 0);
  }
  if (!health.serving.empty()) {
    set_status(health.serving, 1);
  }
  metrics.Set("probe_grpc_status_code", "Response gRPC status code", health.code);
  // As the reference: who the peer was is told only of a call that it answered.
  if (health.code == kOk && tls_.is_known) {
    metrics.Set("probe_grpc_ssl", "Indicates if SSL was used for the connection", 1);
    SetLeafMetrics(tls_, &metrics);
  }
}

bool GrpcProber::Run() {
  ProbeMetrics& metrics = job_.out.metrics;
  AddPhase("resolve", 0);
  metrics.Set("probe_grpc_ssl", "Indicates if SSL was used for the connection", 0);
  metrics.Set("probe_grpc_status_code", "Response gRPC status code", 0);
  if (const base::Status status = ReadTarget(); !status.ok()) {
    return job_.Fail(status.message());
  }
  if (const base::Status status = MakeRequest(); !status.ok()) {
    return job_.Fail(status.message());
  }
  const base::Result<ProbeAddress> address = ChooseAddress(job_, probe_.ip, host_);
  if (!address.ok()) {
    return job_.Fail(address.status().message());
  }
  AddPhase("resolve", address->lookup_seconds);
  const int64_t start_ns = job_.NowNs();
  const Health health = Call(address->ip);
  AddPhase("check", static_cast<double>(job_.NowNs() - start_ns) / 1e9);
  SetOutcome(health);
  if (health.code != kOk) {
    return job_.Fail("health check failed: " + health.why);
  }
  return health.serving == "SERVING" || job_.Fail("the service is " + health.serving);
}

}  // namespace

bool ProbeGrpc(const ProbeJob& job) {
  return GrpcProber(job).Run();
}

}  // namespace sb::probe
