// SPDX-License-Identifier: Apache-2.0
#include "server/self_tracing.h"

#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log.h"
#include "server/build_info.h"
#include "signalbox/http.h"
#include "signalbox/sdk.h"

namespace sb::server {

namespace {

constexpr size_t kQueryBytesMax = 1'024;
constexpr int64_t kSendTimeoutMs = 2'000;  // of one batch; the end waits for two at most
constexpr int64_t kStopMs = 2'000;         // how long the end tries again

constexpr std::array<std::string_view, 3> kQuietPaths = {"/-/healthy", "/-/ready", "/metrics"};
constexpr std::array<std::string_view, 2> kGrpcIngest = {"/opentelemetry.proto.collector.",
                                                         "/jaeger.api_v2.CollectorService/"};
// Under any prefix. With GET some of them are questions.
constexpr std::array<std::string_view, 6> kPostIngest = {
    "/v1/traces", "/v1/metrics", "/v1/logs", "/api/v1/spans", "/api/v2/spans", "/api/traces"};

signalbox::Options OptionsFor(const SelfTracingSection& section, const std::string& own_otlp_url) {
  signalbox::Options options;
  options.service_name = "signalbox";
  options.service_version = std::string(Version());
  options.endpoint = section.endpoint.empty() ? own_otlp_url : section.endpoint;
  options.sampler =
      signalbox::Sampler::ParentBased(signalbox::Sampler::Ratio(section.sample_ratio));
  // Its metrics are at /metrics, its log is on stderr.
  options.sends_metrics = false;
  options.sends_logs = false;
  options.timeout_ms = kSendTimeoutMs;
  options.shutdown_ms = kStopMs;
  return options;
}

signalbox::HttpServerFacts FactsOf(const net::HttpRequest& request, const net::Route& route,
                                   int64_t duration_ns) {
  signalbox::HttpServerFacts facts;
  facts.method = request.method;
  facts.route = route.pattern;
  facts.path = request.path;
  facts.query = request.raw_query.substr(0, kQueryBytesMax);
  facts.scheme = request.is_tls ? "https" : "http";
  facts.host = request.host;
  facts.client_address = request.peer_address;
  facts.user_agent = std::string(request.headers.Get("User-Agent"));
  switch (request.version) {
    case net::HttpVersion::kHttp10:
      facts.protocol_version = "1.0";
      break;
    case net::HttpVersion::kHttp11:
      facts.protocol_version = "1.1";
      break;
    case net::HttpVersion::kHttp2:
      facts.protocol_version = "2";
      break;
  }
  facts.elapsed_ns = duration_ns;
  return facts;
}

}  // namespace

struct SelfTracing::Client {
  explicit Client(signalbox::Options options)
      : sdk(signalbox::Sdk::Start(std::move(options))),
        http(sdk->tracer("signalbox.http", Version()), sdk->meter("signalbox.http")) {}

  void Register(base::Registry& registry) {
    using signalbox::SdkCounts;
    const std::pair<const char*, uint64_t SdkCounts::*> rows[] = {
        {"sent", &SdkCounts::spans_sent},
        {"dropped_queue_full", &SdkCounts::spans_dropped_queue_full},
        {"dropped_refused", &SdkCounts::spans_dropped_refused}};
    for (const auto& [outcome, field] : rows) {
      handles.push_back(registry.AddCallback(
          base::InstrumentKind::kCounter, "signalbox_self_tracing_spans_total",
          "Spans of its own requests, by what became of them.", {{"outcome", outcome}},
          [this, count = field] { return static_cast<double>(sdk->counts().*count); }));
    }
  }

  const std::unique_ptr<signalbox::Sdk> sdk;
  const signalbox::HttpServer http;
  std::vector<base::Registry::Handle> handles;
};

SelfTracing::SelfTracing() = default;

SelfTracing::~SelfTracing() = default;

bool SelfTracing::IsTraced(const net::Route& route) {
  const std::string_view pattern = route.pattern;
  for (const std::string_view path : kQuietPaths) {
    if (pattern == path) {
      return false;
    }
  }
  for (const std::string_view prefix : kGrpcIngest) {
    if (pattern.starts_with(prefix)) {
      return false;
    }
  }
  for (const std::string_view suffix : kPostIngest) {
    if (route.method == "POST" && pattern.ends_with(suffix)) {
      return false;
    }
  }
  return true;
}

void SelfTracing::Watch(net::HttpServerOptions* options) {
  options->on_response = [this, others = std::move(options->on_response)](
                             const net::HttpRequest& request, const net::Route& route, int status,
                             uint64_t body_bytes, int64_t duration_ns) {
    if (others) {
      others(request, route, status, body_bytes, duration_ns);
    }
    Observe(request, route, status, body_bytes, duration_ns);
  };
}

void SelfTracing::Start(const SelfTracingSection& section, const std::string& own_otlp_url,
                        base::Registry& registry) {
  signalbox::Options options = OptionsFor(section, own_otlp_url);
  SB_LOG(kInfo, "traces its own requests", {"endpoint", options.endpoint},
         {"sample_ratio", section.sample_ratio});
  client_ = std::make_unique<Client>(std::move(options));
  client_->Register(registry);
  running_.store(client_.get());
}

void SelfTracing::Stop() {
  running_.store(nullptr);
  if (client_ != nullptr) {
    client_->sdk->Shutdown();
  }
}

void SelfTracing::Observe(const net::HttpRequest& request, const net::Route& route, int status,
                          uint64_t body_bytes, int64_t duration_ns) const {
  const Client* const client = running_.load();
  if (client == nullptr || !IsTraced(route)) {
    return;
  }
  signalbox::ServedRequest served(
      client->http, FactsOf(request, route, duration_ns),
      [&request](std::string_view name) { return std::string(request.headers.Get(name)); });
  served.Answered(status, body_bytes);
}

}  // namespace sb::server
