// SPDX-License-Identifier: Apache-2.0
//
// blackbox.yml, the file of modules of blackbox_exporter 0.28, read unchanged and strictly.
//
//   SB_ASSIGN_OR_RETURN(auto config, ParseProbeConfig(text, "blackbox.yml"));
//
// kInvalidArgument lists everything that is wrong, one `file:line:column: message` a line, in the
// reference's words. What is read but cannot be probed (HTTP/3, oauth2, CEL) is no error of the
// file: such a probe fails and says why.
//
// Threads: values; a ProbeConfig is shared read-only once it is in force.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "collect/probe/pattern.h"
#include "config/byte_size.h"
#include "config/go_duration.h"
#include "config/option_table.h"
#include "net/http_client_config.h"

namespace sb::probe {

// Which address of a name is probed.
struct IpChoice {
  std::string preferred = "ip6";  // ip4, ip6
  bool fallback = true;
};

struct HeaderMatch {
  std::string header;
  Pattern regexp;
  bool allow_missing = false;
};

struct HttpProbe {
  IpChoice ip;
  std::vector<int64_t> valid_status_codes;  // empty: 2xx
  std::vector<std::string> valid_http_versions;
  bool skip_resolve_phase_with_proxy = false;
  std::optional<bool> no_follow_redirects;  // old spelling of follow_redirects
  bool fail_if_ssl = false;
  bool fail_if_not_ssl = false;
  bool enable_http3 = false;
  std::string method;
  std::map<std::string, std::string> headers;
  std::vector<Pattern> fail_if_body_matches;
  std::vector<Pattern> fail_if_body_not_matches;
  std::string fail_if_body_json_matches_cel;
  std::string fail_if_body_json_not_matches_cel;
  std::vector<HeaderMatch> fail_if_header_matches;
  std::vector<HeaderMatch> fail_if_header_not_matches;
  std::string body;
  std::string body_file;
  std::string compression;
  config::ByteSize body_size_limit;  // 0: kProbeBodyBytesMax
  net::HttpClientConfig client;
};

struct ExpectLabel {
  std::string name;
  std::string value;
};

struct QueryResponse {
  Pattern expect;
  std::string expect_bytes;
  std::vector<ExpectLabel> labels;
  std::string send;
  bool starttls = false;
};

// tcp, and unix without the addresses.
struct StreamProbe {
  IpChoice ip;
  std::string source_ip_address;
  std::vector<QueryResponse> query_response;
  bool tls = false;
  net::TlsConfig tls_config;
};

struct RecordCheck {
  std::vector<Pattern> fail_if_matches;
  std::vector<Pattern> fail_if_all_match;
  std::vector<Pattern> fail_if_not_matches;
  std::vector<Pattern> fail_if_none_matches;
};

struct DnsProbe {
  IpChoice ip;
  bool dns_over_tls = false;
  net::TlsConfig tls_config;
  std::string source_ip_address;
  std::string transport_protocol = "udp";
  std::string query_class = "IN";
  std::string query_name;
  std::string query_type = "ANY";
  bool recursion_desired = true;
  std::vector<std::string> valid_rcodes;
  RecordCheck answers;
  RecordCheck authorities;
  RecordCheck additionals;
};

struct IcmpProbe {
  IpChoice ip;
  std::string source_ip_address;
  int64_t payload_size = 0;
  bool dont_fragment = false;
  int64_t ttl = 0;
};

struct GrpcProbe {
  IpChoice ip;
  std::string service;  // empty: the server as a whole
  bool tls = false;
  net::TlsConfig tls_config;
  std::map<std::string, std::vector<std::string>> metadata;
};

struct WebsocketProbe {
  IpChoice ip;
  std::map<std::string, net::HttpHeaderConfig> headers;  // in `client` once the file is read
  std::vector<QueryResponse> query_response;
  net::HttpClientConfig client;
};

struct ProbeModule {
  std::string prober;  // http, tcp, dns, icmp, grpc, unix, websocket
  config::GoDuration timeout;
  HttpProbe http;
  StreamProbe tcp;
  DnsProbe dns;
  IcmpProbe icmp;
  GrpcProbe grpc;
  StreamProbe unix_socket;
  WebsocketProbe websocket;
};

struct ProbeConfig {
  std::map<std::string, ProbeModule> modules;
};

// Relative names of files in it become relative to the folder of `file`.
base::Result<std::shared_ptr<const ProbeConfig>> ParseProbeConfig(const std::string& text,
                                                                  const std::string& file);
// What is in force without a file: http_2xx, http_post_2xx, tcp_connect and their kind.
const char* DefaultProbeConfig();

const config::OptionTable<ProbeConfig>& OptionsOf(const ProbeConfig*);

}  // namespace sb::probe
