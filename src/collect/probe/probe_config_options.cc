// SPDX-License-Identifier: Apache-2.0
//
// The options of blackbox.yml, each once.
#include <algorithm>
#include <array>

#include "collect/probe/accept_encoding.h"
#include "collect/probe/probe_config.h"
#include "config/quote.h"
#include "discovery/http_client_yaml.h"

namespace sb::probe {

using config::ErrorList;
using config::Node;
using config::OptionTable;

namespace {

void CheckHeaderMatch(const Node& node, HeaderMatch* match, ErrorList& errors) {
  if (match->header.empty()) {
    errors.Add(node, "header name must be set for HTTP header matchers");
  } else if (match->regexp.empty()) {
    errors.Add(node, "regexp must be set for HTTP header matchers");
  }
}

void CheckHttp(const Node& node, HttpProbe* http, ErrorList& errors) {
  if (const base::Status status = http->client.Validate(); !status.ok()) {
    errors.Add(node, std::string(status.message()));
  }
  if (!http->body.empty() && !http->body_file.empty()) {
    errors.Add(node, "setting body and body_file both are not allowed");
  }
  if (http->enable_http3 && http->client.enable_http2) {
    errors.Add(node, "when enable_http3 is true, enable_http2 must be set to false");
  }
  if (http->no_follow_redirects.has_value()) {
    http->client.follow_redirects = !*http->no_follow_redirects;
  }
  for (const auto& [name, value] : http->headers) {
    if (!http->compression.empty() && net::EqualsIgnoreCase(name, "Accept-Encoding") &&
        !AcceptsEncoding(value, http->compression)) {
      errors.Add(node, "invalid configuration " + config::GoQuote(name + ": " + value) + ", " +
                           config::GoQuote("compression: " + http->compression));
    }
  }
}

void CheckDns(const Node& node, DnsProbe* dns, ErrorList& errors) {
  static constexpr std::array<std::string_view, 6> kClasses = {"IN",   "CS",   "CH",
                                                              "HS",   "NONE", "ANY"};
  static constexpr std::array<std::string_view, 2> kTransports = {"udp", "tcp"};
  if (dns->query_name.empty()) {
    errors.Add(node, "query name must be set for DNS module");
  }
  if (std::find(kClasses.begin(), kClasses.end(), dns->query_class) == kClasses.end()) {
    errors.Add(node, "query class '" + dns->query_class + "' is not valid");
  }
  if (std::find(kTransports.begin(), kTransports.end(), dns->transport_protocol) ==
      kTransports.end()) {
    errors.Add(node, "transport protocol '" + dns->transport_protocol + "' is not valid");
  }
}

void CheckWebsocket(const Node& node, WebsocketProbe* websocket, ErrorList& errors) {
  if (const base::Status status = websocket->client.Validate(); !status.ok()) {
    errors.Add(node, std::string(status.message()));
  }
}

void CheckIcmp(const Node& node, IcmpProbe* icmp, ErrorList& errors) {
  if (icmp->ttl < 0) {
    errors.Add(node, "\"ttl\" cannot be negative");
  } else if (icmp->ttl > 255) {
    errors.Add(node, "\"ttl\" cannot exceed 255");
  }
}

void CheckModule(const Node& node, ProbeModule* module, ErrorList& errors) {
  static constexpr std::array<std::string_view, 7> kProbers = {
      "http", "tcp", "dns", "icmp", "grpc", "unix", "websocket"};
  if (std::find(kProbers.begin(), kProbers.end(), module->prober) == kProbers.end()) {
    const Node* at = node.Find("prober");
    errors.Add(at == nullptr ? node : *at, "prober '" + module->prober + "' is not valid");
  }
}

}  // namespace

const OptionTable<IpChoice>& OptionsOf(const IpChoice*) {
  static const auto table =
      OptionTable<IpChoice>("config.plain")
          .Add("preferred_ip_protocol", &IpChoice::preferred,
               {.sentence = "ip4 or ip6.", .default_text = "ip6"})
          .Add("ip_protocol_fallback", &IpChoice::fallback,
               {.sentence = "Use the other protocol if the preferred one has no address.",
                .default_text = "true"});
  return table;
}

const OptionTable<HeaderMatch>& OptionsOf(const HeaderMatch*) {
  static const auto table =
      OptionTable<HeaderMatch>("config.plain")
          .Add("header", &HeaderMatch::header, {.sentence = "Name of the header."})
          .Add("regexp", &HeaderMatch::regexp, {.sentence = "What its value is matched with."})
          .Add("allow_missing", &HeaderMatch::allow_missing,
               {.sentence = "Whether the header may be absent.", .default_text = "false"})
          .Check(&CheckHeaderMatch);
  return table;
}

const OptionTable<HttpProbe>& OptionsOf(const HttpProbe*) {
  using P = HttpProbe;
  static const auto table =
      OptionTable<P>("config.plain")
          .Inline(&P::ip, OptionsOf(static_cast<const IpChoice*>(nullptr)))
          .Add("valid_status_codes", &P::valid_status_codes, {.sentence = "Default: 2xx."})
          .Add("valid_http_versions", &P::valid_http_versions, {.sentence = "Default: any."})
          .Add("skip_resolve_phase_with_proxy", &P::skip_resolve_phase_with_proxy,
               {.sentence = "Leave the name to the proxy."})
          .Add("no_follow_redirects", &P::no_follow_redirects,
               {.sentence = "Old spelling of follow_redirects."})
          .Add("fail_if_ssl", &P::fail_if_ssl, {.sentence = "Fails when TLS was used."})
          .Add("fail_if_not_ssl", &P::fail_if_not_ssl, {.sentence = "Fails without TLS."})
          .Add("enable_http3", &P::enable_http3, {.sentence = "HTTP/3 (not probed)."})
          .Add("method", &P::method, {.sentence = "Method.", .default_text = "GET"})
          .Add("headers", &P::headers, {.sentence = "Headers of the request."})
          .Add("fail_if_body_matches_regexp", &P::fail_if_body_matches, {.sentence = ""})
          .Add("fail_if_body_not_matches_regexp", &P::fail_if_body_not_matches, {.sentence = ""})
          .Add("fail_if_body_json_matches_cel", &P::fail_if_body_json_matches_cel,
               {.sentence = "CEL (not probed)."})
          .Add("fail_if_body_json_not_matches_cel", &P::fail_if_body_json_not_matches_cel,
               {.sentence = "CEL (not probed)."})
          .Add("fail_if_header_matches", &P::fail_if_header_matches, {.sentence = ""})
          .Add("fail_if_header_not_matches", &P::fail_if_header_not_matches, {.sentence = ""})
          .Add("body", &P::body, {.sentence = "Body of the request."})
          .Add("body_file", &P::body_file, {.sentence = "File with the body."})
          .Add("compression", &P::compression, {.sentence = "Content-Encoding that is undone."})
          .Add("body_size_limit", &P::body_size_limit, {.sentence = "Larger replies fail."})
          .Inline(&P::client, OptionsOf(static_cast<const net::HttpClientConfig*>(nullptr)))
          .Check(&CheckHttp);
  return table;
}

const OptionTable<ExpectLabel>& OptionsOf(const ExpectLabel*) {
  static const auto table = OptionTable<ExpectLabel>("config.Label")
                                .Add("name", &ExpectLabel::name, {.sentence = "Label name."})
                                .Add("value", &ExpectLabel::value, {.sentence = "With ${1}."});
  return table;
}

const OptionTable<QueryResponse>& OptionsOf(const QueryResponse*) {
  using Q = QueryResponse;
  static const auto table =
      OptionTable<Q>("config.plain")
          .Add("expect", &Q::expect, {.sentence = "Reads lines until one matches."})
          .Add("expect_bytes", &Q::expect_bytes, {.sentence = "Reads exactly these bytes."})
          .Add("labels", &Q::labels, {.sentence = "Labels of probe_expect_info."})
          .Add("send", &Q::send, {.sentence = "Sent with a line feed."})
          .Add("starttls", &Q::starttls, {.sentence = "Goes on in TLS."});
  return table;
}

const OptionTable<StreamProbe>& OptionsOf(const StreamProbe*) {
  using P = StreamProbe;
  static const auto table =
      OptionTable<P>("config.plain")
          .Inline(&P::ip, OptionsOf(static_cast<const IpChoice*>(nullptr)))
          .Add("source_ip_address", &P::source_ip_address, {.sentence = "Address to bind."})
          .Add("query_response", &P::query_response, {.sentence = "The conversation."})
          .Add("tls", &P::tls, {.sentence = "TLS from the start."})
          .Add("tls_config", &P::tls_config, {.sentence = "TLS."});
  return table;
}

const OptionTable<RecordCheck>& OptionsOf(const RecordCheck*) {
  using C = RecordCheck;
  static const auto table =
      OptionTable<C>("config.plain")
          .Add("fail_if_matches_regexp", &C::fail_if_matches, {.sentence = ""})
          .Add("fail_if_all_match_regexp", &C::fail_if_all_match, {.sentence = ""})
          .Add("fail_if_not_matches_regexp", &C::fail_if_not_matches, {.sentence = ""})
          .Add("fail_if_none_matches_regexp", &C::fail_if_none_matches, {.sentence = ""});
  return table;
}

const OptionTable<DnsProbe>& OptionsOf(const DnsProbe*) {
  using P = DnsProbe;
  static const auto table =
      OptionTable<P>("config.plain")
          .Inline(&P::ip, OptionsOf(static_cast<const IpChoice*>(nullptr)))
          .Add("dns_over_tls", &P::dns_over_tls, {.sentence = ""})
          .Add("tls_config", &P::tls_config, {.sentence = "TLS."})
          .Add("source_ip_address", &P::source_ip_address, {.sentence = "Address to bind."})
          .Add("transport_protocol", &P::transport_protocol, {.sentence = "udp or tcp."})
          .Add("query_class", &P::query_class, {.sentence = ""})
          .Add("query_name", &P::query_name, {.sentence = ""})
          .Add("query_type", &P::query_type, {.sentence = ""})
          .Add("recursion_desired", &P::recursion_desired, {.sentence = ""})
          .Add("valid_rcodes", &P::valid_rcodes, {.sentence = "Default: NOERROR."})
          .Add("validate_answer_rrs", &P::answers, {.sentence = ""})
          .Add("validate_authority_rrs", &P::authorities, {.sentence = ""})
          .Add("validate_additional_rrs", &P::additionals, {.sentence = ""})
          .Check(&CheckDns);
  return table;
}

const OptionTable<IcmpProbe>& OptionsOf(const IcmpProbe*) {
  using P = IcmpProbe;
  static const auto table =
      OptionTable<P>("config.plain")
          .Inline(&P::ip, OptionsOf(static_cast<const IpChoice*>(nullptr)))
          .Add("source_ip_address", &P::source_ip_address, {.sentence = ""})
          .Add("payload_size", &P::payload_size, {.sentence = ""})
          .Add("dont_fragment", &P::dont_fragment, {.sentence = ""})
          .Add("ttl", &P::ttl, {.sentence = ""})
          .Check(&CheckIcmp);
  return table;
}

const OptionTable<GrpcProbe>& OptionsOf(const GrpcProbe*) {
  using P = GrpcProbe;
  static const auto table =
      OptionTable<P>("config.plain")
          .Inline(&P::ip, OptionsOf(static_cast<const IpChoice*>(nullptr)))
          .Add("service", &P::service, {.sentence = "Whose health is asked."})
          .Add("tls", &P::tls, {.sentence = "TLS from the start."})
          .Add("tls_config", &P::tls_config, {.sentence = "TLS."})
          .Add("metadata", &P::metadata, {.sentence = "Metadata of the request."});
  return table;
}

const OptionTable<WebsocketProbe>& OptionsOf(const WebsocketProbe*) {
  using P = WebsocketProbe;
  static const auto table =
      OptionTable<P>("config.plain")
          .Inline(&P::ip, OptionsOf(static_cast<const IpChoice*>(nullptr)))
          .Add("http_config", &P::client, {.sentence = "Credentials and TLS of the handshake."})
          .Add("headers", &P::headers, {.sentence = "Headers of the handshake."})
          .Add("query_response", &P::query_response, {.sentence = "The conversation."})
          .Check(&CheckWebsocket);
  return table;
}

const OptionTable<ProbeModule>& OptionsOf(const ProbeModule*) {
  using M = ProbeModule;
  static const auto table =
      OptionTable<M>("config.plain")
          .Add("prober", &M::prober, {.sentence = "http, tcp, unix, …"})
          .Add("timeout", &M::timeout, {.sentence = "Longest time a probe may take."})
          .Add("http", &M::http, {.sentence = ""})
          .Add("tcp", &M::tcp, {.sentence = ""})
          .Add("dns", &M::dns, {.sentence = ""})
          .Add("icmp", &M::icmp, {.sentence = ""})
          .Add("grpc", &M::grpc, {.sentence = ""})
          .Add("unix", &M::unix_socket, {.sentence = ""})
          .Add("websocket", &M::websocket, {.sentence = ""})
          .Check(&CheckModule);
  return table;
}

const OptionTable<ProbeConfig>& OptionsOf(const ProbeConfig*) {
  static const auto table = OptionTable<ProbeConfig>("config.plain")
                                .Add("modules", &ProbeConfig::modules, {.sentence = "Modules."});
  return table;
}

}  // namespace sb::probe
