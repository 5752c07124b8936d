// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/remote_config.h"

#include <algorithm>

#include "config/quote.h"
#include "discovery/http_client_yaml.h"
#include "discovery/relabel_yaml.h"
#include "discovery/sd_section.h"

namespace sb::scrape {
namespace {

using config::ErrorList;
using config::Node;
using config::OptionTable;
using config::Shown;
using discovery::SdField;
using discovery::SdHttp;
using discovery::SdKind;
using enum discovery::SdType;
using Headers = std::map<std::string, std::string>;

constexpr std::string_view kReservedHeaders[] = {"host",
                                                 "content-encoding",
                                                 "content-length",
                                                 "content-type",
                                                 "user-agent",
                                                 "connection",
                                                 "keep-alive",
                                                 "proxy-authenticate",
                                                 "proxy-authorization",
                                                 "www-authenticate",
                                                 "accept-encoding",
                                                 "x-prometheus-remote-write-version",
                                                 "x-prometheus-remote-read-version",
                                                 "x-amz-date",
                                                 "x-amz-security-token",
                                                 "x-amz-content-sha256"};

constexpr SdField kSigV4Fields[] = {
    {"region"},   {"access_key"},  {"secret_key", kSecret},         {"profile"},
    {"role_arn"}, {"external_id"}, {"use_fips_sts_endpoint", kBool}};
constexpr SdField kClientId[] = {{"client_id"}};
constexpr SdField kWorkload[] = {{"client_id"}, {"tenant_id"}, {"token_file_path"}};
constexpr SdField kOauth[] = {{"client_id"}, {"client_secret", kSecret}, {"tenant_id"}};
constexpr SdField kTenantId[] = {{"tenant_id"}};
constexpr SdField kCertificate[] = {{"client_id"},
                                    {"tenant_id"},
                                    {"certificate_path"},
                                    {"certificate_key_path"},
                                    {"certificate_password", kSecret},
                                    {"send_certificate_chain", kBool}};
constexpr SdField kAzureFields[] = {{"managed_identity", kSection, "", kClientId},
                                    {"workload_identity", kSection, "", kWorkload},
                                    {"oauth", kSection, "", kOauth},
                                    {"sdk", kSection, "", kTenantId},
                                    {"certificate", kSection, "", kCertificate},
                                    {"cloud", kString, "AzurePublic"},
                                    {"scope"}};
constexpr SdField kGoogleFields[] = {{"credentials_file"}};

void CheckSigV4(const discovery::SdValues& v) {
  if (v.Has("access_key") != v.Has("secret_key")) {
    v.Fail(
        "must provide a AWS SigV4 Access key and Secret Key if credentials are specified in "
        "the SigV4 config");
  }
}

void CheckAzureAd(const discovery::SdValues& v) {
  const std::string cloud = v.Text("cloud");
  if (cloud != "AzureChina" && cloud != "AzureGovernment" && cloud != "AzurePublic") {
    v.FailAt("cloud", "must provide a cloud in the Azure AD config");
    return;
  }
  int methods = 0;
  for (const char* name :
       {"managed_identity", "workload_identity", "oauth", "sdk", "certificate"}) {
    methods += v.node().Find(name) != nullptr ? 1 : 0;
  }
  if (methods == 0) {
    v.Fail(
        "must provide an Azure Managed Identity, Azure Workload Identity, Azure OAuth or Azure "
        "SDK in the Azure AD config");
  } else if (methods > 1) {
    v.Fail("cannot provide multiple authentication methods in the Azure AD config");
  }
}

constexpr SdKind kSigV4 = {"sigv4", "sigv4.plain", SdHttp::kNone, kSigV4Fields, &CheckSigV4};
constexpr SdKind kAzureAd = {"azuread", "azuread.plain", SdHttp::kNone, kAzureFields,
                             &CheckAzureAd};
constexpr SdKind kGoogleIam = {"google_iam", "googleiam.Config", SdHttp::kNone, kGoogleFields,
                               nullptr};

struct AzureAdSection {
  static config::NodePtr Read(const Node& node, ErrorList& errors) {
    return discovery::ReadSdSection(kAzureAd, node, errors);
  }
  static std::string Name() { return "azuread"; }
};

struct GoogleIamSection {
  static config::NodePtr Read(const Node& node, ErrorList& errors) {
    return discovery::ReadSdSection(kGoogleIam, node, errors);
  }
  static std::string Name() { return "google_iam"; }
};

std::string Lower(std::string text) {
  for (char& c : text) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return text;
}

base::Status CheckHeaders(const Headers& headers, const char* authorization_message) {
  for (const auto& [name, value] : headers) {
    const std::string lower = Lower(name);
    if (lower == "authorization") {
      return base::InvalidArgument(authorization_message);
    }
    if (std::find(std::begin(kReservedHeaders), std::end(kReservedHeaders), lower) !=
        std::end(kReservedHeaders)) {
      return base::InvalidArgument(name + " is a reserved header. It must not be changed");
    }
  }
  return base::OkStatus();
}

base::Status CheckRemoteHeaders(const Headers& headers) {
  return CheckHeaders(headers,
                      "authorization header must be changed via the basic_auth, authorization, "
                      "oauth2, sigv4, azuread or google_iam parameter");
}

const Node& At(const Node& node, std::string_view key) {
  const Node* found = node.Find(key);
  return found != nullptr ? *found : node;
}

void CheckQueue(const Node& node, QueueConfig* queue, ErrorList& errors) {
  const std::string prefix = "remote write queue ";
  const auto positive = [&](const char* name, int64_t value) {
    if (value <= 0) {
      errors.Add(At(node, name), prefix + name + " must be positive");
    }
    return value > 0;
  };
  if (!positive("max_shards", queue->max_shards) || !positive("min_shards", queue->min_shards)) {
    return;
  }
  if (queue->min_shards > queue->max_shards) {
    errors.Add(At(node, "min_shards"), prefix + "min_shards must not be greater than max_shards");
  } else if (positive("max_samples_per_send", queue->max_samples_per_send) &&
             positive("capacity", queue->capacity) && queue->max_backoff < queue->min_backoff) {
    errors.Add(At(node, "max_backoff"), prefix + "max_backoff must not be less than min_backoff");
  }
}

// False, with an error, when more than one way to authenticate is configured.
void CheckOneAuth(const Node& node, const RemoteWriteConfig& config, ErrorList& errors) {
  std::string configured;
  int count = 0;
  const auto add = [&](bool present, const char* name) {
    if (present) {
      configured += (count++ == 0 ? "" : " ") + std::string(name);
    }
  };
  add(config.http.basic_auth.has_value(), "basic_auth");
  add(config.http.authorization.has_value(), "authorization");
  add(config.http.oauth2.has_value(), "oauth2");
  add(config.sigv4.printed != nullptr, "sigv4");
  add(config.azuread.printed != nullptr, "azuread");
  add(config.google_iam.printed != nullptr, "google_iam");
  if (count > 1) {
    errors.Add(
        node,
        "at most one of basic_auth, authorization, oauth2, sigv4, azuread or google_iam must "
        "be configured. Currently configured: [" +
            configured + "]");
  }
}

void CheckRemoteWrite(const Node& node, RemoteWriteConfig* config, ErrorList& errors) {
  config->position = node.position;
  if (config->url.empty()) {
    errors.Add(At(node, "url"), "url for remote_write is empty");
    return;
  }
  const base::Status headers = CheckRemoteHeaders(config->headers);
  if (!headers.ok()) {
    errors.Add(At(node, "headers"), std::string(headers.message()));
  }
  if (config->protobuf_message != "prometheus.WriteRequest" &&
      config->protobuf_message != "io.prometheus.write.v2.Request") {
    errors.Add(At(node, "protobuf_message"),
               "invalid protobuf_message value: unknown type for remote write protobuf message " +
                   config->protobuf_message +
                   ", supported: prometheus.WriteRequest, io.prometheus.write.v2.Request");
  }
  discovery::CheckHttpClient(node, &config->http, errors);
  CheckOneAuth(node, *config, errors);
}

void CheckRemoteRead(const Node& node, RemoteReadConfig* config, ErrorList& errors) {
  config->position = node.position;
  if (config->url.empty()) {
    errors.Add(At(node, "url"), "url for remote_read is empty");
    return;
  }
  const base::Status headers = CheckRemoteHeaders(config->headers);
  if (!headers.ok()) {
    errors.Add(At(node, "headers"), std::string(headers.message()));
  }
  discovery::CheckHttpClient(node, &config->http, errors);
}

}  // namespace

config::NodePtr SigV4Section::Read(const Node& node, ErrorList& errors) {
  return discovery::ReadSdSection(kSigV4, node, errors);
}

net::HttpClientConfig RemoteWriteConfig::DefaultHttp() {
  net::HttpClientConfig http;
  http.enable_http2 = false;
  return http;
}

base::Status CheckTracingHeaders(const Headers& headers) {
  return CheckHeaders(headers, "custom authorization header configuration is not yet supported");
}

const OptionTable<QueueConfig>& OptionsOf(const QueueConfig*) {
  using Config = QueueConfig;
  static const auto table =
      OptionTable<Config>("config.QueueConfig")
          .Add("capacity", &Config::capacity,
               {.sentence = "Samples a shard may hold.", .default_text = "10000"})
          .Add("max_shards", &Config::max_shards,
               {.sentence = "Most shards.", .default_text = "50"})
          .Add("min_shards", &Config::min_shards,
               {.sentence = "Fewest shards.", .default_text = "1"})
          .Add("max_samples_per_send", &Config::max_samples_per_send,
               {.sentence = "Most samples in a request.", .default_text = "2000"})
          .Add("batch_send_deadline", &Config::batch_send_deadline,
               {.sentence = "Longest wait for a full request.", .default_text = "5s"})
          .Add("min_backoff", &Config::min_backoff,
               {.sentence = "First wait after a failure.", .default_text = "30ms"})
          .Add("max_backoff", &Config::max_backoff,
               {.sentence = "Longest wait after failures.", .default_text = "5s"})
          .Add("retry_on_http_429", &Config::retry_on_http_429,
               {.sentence = "Try again after 429.", .default_text = "false"})
          .Add("sample_age_limit", &Config::sample_age_limit,
               {.sentence = "Older samples are dropped.", .default_text = "0s"})
          .Check(&CheckQueue);
  return table;
}

const OptionTable<MetadataConfig>& OptionsOf(const MetadataConfig*) {
  using Config = MetadataConfig;
  static const auto table =
      OptionTable<Config>("config.MetadataConfig")
          .Add("send", &Config::send,
               {.sentence = "Send metadata.", .default_text = "true", .shown = Shown::kAlways})
          .Add("send_interval", &Config::send_interval,
               {.sentence = "How often.", .default_text = "1m", .shown = Shown::kAlways})
          .Add("max_samples_per_send", &Config::max_samples_per_send,
               {.sentence = "Most entries in a request.", .default_text = "2000"});
  return table;
}

const OptionTable<RemoteWriteConfig>& OptionsOf(const RemoteWriteConfig*) {
  using Config = RemoteWriteConfig;
  static const auto table =
      OptionTable<Config>("config.plain")
          .AddWith<discovery::UrlTextCodec>("url", &Config::url, {.sentence = "Where to send."})
          .Add("remote_timeout", &Config::remote_timeout,
               {.sentence = "When a request is given up.", .default_text = "30s"})
          .Add("headers", &Config::headers, {.sentence = "More headers."})
          .Add("write_relabel_configs", &Config::write_relabel_configs,
               {.sentence = "Rules for what is sent.",
                .null_item = "empty or null relabeling rule in remote write config"})
          .Add("name", &Config::name, {.sentence = "Name in metrics and logs; unique."})
          .Add("send_exemplars", &Config::send_exemplars, {.sentence = "Send exemplars."})
          .Add("send_native_histograms", &Config::send_native_histograms,
               {.sentence = "Send native histograms."})
          .Add("round_robin_dns", &Config::round_robin_dns,
               {.sentence = "Take the addresses of a name in turn."})
          .Add(
              "protobuf_message", &Config::protobuf_message,
              {.sentence = "prometheus.WriteRequest (1.0) or io.prometheus.write.v2.Request (2.0).",
               .default_text = "prometheus.WriteRequest"})
          .Add("failed_request_logging", &Config::failed_request_logging,
               {.sentence = "Log requests that failed."})
          .Inline(&Config::http, OptionsOf(static_cast<const net::HttpClientConfig*>(nullptr)))
          .Add("queue_config", &Config::queue_config, {.sentence = "Queue and retries."})
          .Add("metadata_config", &Config::metadata_config, {.sentence = "Metadata."})
          .AddWith<CheckedSectionCodec<SigV4Section>>("sigv4", &Config::sigv4,
                                                      {.sentence = "AWS request signing."})
          .AddWith<CheckedSectionCodec<AzureAdSection>>("azuread", &Config::azuread,
                                                        {.sentence = "Azure authentication."})
          .AddWith<CheckedSectionCodec<GoogleIamSection>>("google_iam", &Config::google_iam,
                                                          {.sentence = "Google authentication."})
          .Check(&CheckRemoteWrite);
  return table;
}

const OptionTable<RemoteReadConfig>& OptionsOf(const RemoteReadConfig*) {
  using Config = RemoteReadConfig;
  static const auto table =
      OptionTable<Config>("config.plain")
          .AddWith<discovery::UrlTextCodec>("url", &Config::url, {.sentence = "Where to read."})
          .Add("remote_timeout", &Config::remote_timeout,
               {.sentence = "When a request is given up.", .default_text = "1m"})
          .Add("chunked_read_limit", &Config::chunked_read_limit,
               {.sentence = "Largest frame of a streamed answer.",
                .default_text = "50000000",
                .unit = "bytes"})
          .Add("headers", &Config::headers, {.sentence = "More headers."})
          .Add("read_recent", &Config::read_recent,
               {.sentence = "Ask also for times that local storage covers."})
          .Add("name", &Config::name, {.sentence = "Name in metrics and logs; unique."})
          .Inline(&Config::http, OptionsOf(static_cast<const net::HttpClientConfig*>(nullptr)))
          .Add("required_matchers", &Config::required_matchers,
               {.sentence = "Only selectors with these matchers are sent."})
          .Add("filter_external_labels", &Config::filter_external_labels,
               {.sentence = "Use external labels as selectors.", .default_text = "true"})
          .Check(&CheckRemoteRead);
  return table;
}

}  // namespace sb::scrape
