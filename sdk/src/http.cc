// SPDX-License-Identifier: Apache-2.0
#include "signalbox/http.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "convention_parts.h"

namespace signalbox {

namespace {

constexpr std::array<std::string_view, 10> kMethods = {
    "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT", "QUERY"};

std::string KnownMethod(const std::string& method) {
  const bool is_known = std::find(kMethods.begin(), kMethods.end(), method) != kMethods.end();
  return is_known ? method : "_OTHER";
}

// In the name of a span an unknown method is just HTTP.
std::string NameOf(const std::string& method, const std::string& target) {
  const std::string known = KnownMethod(method);
  const std::string verb = known == "_OTHER" ? "HTTP" : known;
  return target.empty() ? verb : verb + " " + target;
}

struct UrlParts {
  std::string scheme;
  std::string host;
  int64_t port = 0;
  std::string redacted;  // the whole, without user and password
};

// Splits "host:port", where a host in brackets may hold colons.
void SplitHost(std::string_view authority, std::string* host, int64_t* port) {
  const size_t bracket = authority.rfind(']');
  const size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  *host = authority.substr(0, colon);
  if (colon != std::string_view::npos) {
    std::from_chars(authority.data() + colon + 1, authority.data() + authority.size(), *port);
  }
}

UrlParts PartsOf(const std::string& url) {
  UrlParts parts;
  parts.redacted = url;
  const size_t scheme_end = url.find("://");
  if (scheme_end == std::string::npos) {
    return parts;
  }
  parts.scheme = url.substr(0, scheme_end);
  const size_t begin = scheme_end + 3;
  const size_t end = std::min(url.find_first_of("/?#", begin), url.size());
  std::string_view authority = std::string_view(url).substr(begin, end - begin);
  const size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    authority.remove_prefix(at + 1);
    parts.redacted =
        url.substr(0, begin) + "REDACTED:REDACTED@" + std::string(authority) + url.substr(end);
  }
  SplitHost(authority, &parts.host, &parts.port);
  if (parts.port == 0) {
    parts.port = parts.scheme == "https" ? 443 : 80;
  }
  return parts;
}

Attributes ServerAttributes(const HttpServerFacts& facts) {
  Attributes out = {{"http.request.method", KnownMethod(facts.method)},
                    {"url.scheme", facts.scheme},
                    {"url.path", facts.path}};
  if (KnownMethod(facts.method) == "_OTHER") {
    AddText(out, "http.request.method_original", facts.method);
  }
  AddText(out, "http.route", facts.route);
  AddText(out, "url.query", facts.query);
  AddText(out, "client.address", facts.client_address);
  AddText(out, "user_agent.original", facts.user_agent);
  AddText(out, "network.protocol.version", facts.protocol_version);
  std::string host;
  int64_t port = 0;
  SplitHost(facts.host, &host, &port);
  AddText(out, "server.address", host);
  if (port != 0) {
    out.emplace_back("server.port", port);
  }
  return out;
}

Attributes ActiveAttributes(const HttpServerFacts& facts) {
  return {{"http.request.method", KnownMethod(facts.method)}, {"url.scheme", facts.scheme}};
}

SpanOptions ClientSpan(const HttpClientFacts& facts) {
  const UrlParts parts = PartsOf(facts.url);
  SpanOptions options = {.kind = SpanKind::kClient,
                         .attributes = {{"http.request.method", KnownMethod(facts.method)},
                                        {"server.address", parts.host},
                                        {"server.port", parts.port},
                                        {"url.full", parts.redacted}}};
  if (KnownMethod(facts.method) == "_OTHER") {
    AddText(options.attributes, "http.request.method_original", facts.method);
  }
  AddText(options.attributes, "url.template", facts.url_template);
  if (facts.resend_count > 0) {
    options.attributes.emplace_back("http.request.resend_count", facts.resend_count);
  }
  return options;
}

}  // namespace

HttpServer::HttpServer(Tracer tracer, const Meter& meter)
    : tracer_(std::move(tracer)),
      duration_(meter.CreateHistogram("http.server.request.duration",
                                      Seconds("Duration of served HTTP requests."))),
      active_(meter.CreateUpDownCounter(
          "http.server.active_requests",
          {.unit = "{request}", .description = "HTTP requests being served."})) {}

ServedRequest::ServedRequest(const HttpServer& server, HttpServerFacts facts,
                             const HeaderGetter& headers)
    : server_(server),
      facts_(std::move(facts)),
      caller_(Extract(headers)),
      span_(server.tracer_, NameOf(facts_.method, facts_.route),
            {.kind = SpanKind::kServer,
             .attributes = ServerAttributes(facts_),
             .elapsed_ns = facts_.elapsed_ns}) {
  server_.active_.Add(1, ActiveAttributes(facts_));
}

ServedRequest::~ServedRequest() {
  Attributes of_value = {{"http.request.method", KnownMethod(facts_.method)},
                         {"url.scheme", facts_.scheme}};
  AddText(of_value, "http.route", facts_.route);
  AddText(of_value, "network.protocol.version", facts_.protocol_version);
  if (status_ != 0) {
    of_value.emplace_back("http.response.status_code", status_);
  }
  if (status_ == 0 || status_ >= 500) {
    const std::string type = status_ == 0 ? "unfinished" : std::to_string(status_);
    of_value.emplace_back("error.type", type);
    span_->Set("error.type", type).SetStatus(SpanStatus::kError);
  }
  server_.duration_.Record(SecondsSince(start_), of_value);
  server_.active_.Add(-1, ActiveAttributes(facts_));
}

void ServedRequest::Answered(int status, size_t body_bytes) {
  status_ = status;
  span_->Set("http.response.status_code", status);
  if (body_bytes > 0) {
    span_->Set("http.response.body.size", body_bytes);
  }
}

HttpClient::HttpClient(Tracer tracer, const Meter& meter)
    : tracer_(std::move(tracer)),
      duration_(meter.CreateHistogram("http.client.request.duration",
                                      Seconds("Duration of sent HTTP requests."))) {}

SentRequest::SentRequest(const HttpClient& client, HttpClientFacts facts)
    : client_(client),
      method_(KnownMethod(facts.method)),
      span_(client.tracer_, NameOf(facts.method, facts.url_template), ClientSpan(facts)) {
  const UrlParts parts = PartsOf(facts.url);
  address_ = parts.host;
  port_ = parts.port;
}

SentRequest::~SentRequest() {
  Attributes of_value = {
      {"http.request.method", method_}, {"server.address", address_}, {"server.port", port_}};
  if (status_ != 0) {
    of_value.emplace_back("http.response.status_code", status_);
  }
  if (!error_type_.empty()) {
    of_value.emplace_back("error.type", error_type_);
    span_->Set("error.type", error_type_).SetStatus(SpanStatus::kError);
  }
  client_.duration_.Record(SecondsSince(start_), of_value);
}

void SentRequest::AddHeaders(const HeaderSetter& set) const {
  Inject(Context::Current(), set);
}

void SentRequest::Answered(int status, std::string_view protocol_version) {
  status_ = status;
  error_type_ = status >= 400 ? std::to_string(status) : "";
  span_->Set("http.response.status_code", status);
  if (!protocol_version.empty()) {
    span_->Set("network.protocol.version", protocol_version);
  }
}

void SentRequest::Failed(std::string_view type, std::string_view message) {
  error_type_ = type.empty() ? "_OTHER" : type;
  span_->RecordError(message, error_type_);
}

}  // namespace signalbox
