// SPDX-License-Identifier: Apache-2.0
#include "collect/probe/probe_endpoint.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "base/check.h"
#include "config/quote.h"

namespace sb::probe {
namespace {

constexpr int64_t kTimeoutMs = 120'000;
constexpr double kTimeoutOffsetSeconds = 0.5;

// 0: the header makes no sense.
int64_t TimeoutMs(const net::HttpRequest& request, const ProbeModule& module) {
  int64_t timeout_ms = kTimeoutMs;
  const std::string_view header = request.headers.Get("X-Prometheus-Scrape-Timeout-Seconds");
  if (!header.empty()) {
    double seconds = 0;
    const auto end = std::from_chars(header.data(), header.data() + header.size(), seconds);
    if (end.ec != std::errc() || end.ptr != header.data() + header.size() || !(seconds > 0)) {
      return 0;
    }
    seconds = std::min(seconds, 3600.0);
    const double left = seconds > kTimeoutOffsetSeconds ? seconds - kTimeoutOffsetSeconds : seconds;
    timeout_ms = std::min(timeout_ms, std::max<int64_t>(1, static_cast<int64_t>(left * 1000)));
  }
  if (module.timeout.Ms() > 0) {
    timeout_ms = std::min(timeout_ms, module.timeout.Ms());
  }
  return timeout_ms;
}

net::HttpResponse Render(const ProbeOutcome& outcome, bool is_debug) {
  const std::string metrics = outcome.metrics.ToText();
  if (!is_debug) {
    return net::HttpResponse(200, metrics, "text/plain; version=0.0.4; charset=utf-8");
  }
  return net::HttpResponse(200,
                           "Logs for the probe:\n" + outcome.log.text() +
                               "\n\n\nMetrics that would have been returned:\n" + metrics,
                           "text/plain; charset=utf-8");
}

}  // namespace

void ProbeEndpoint::SetSettings(std::shared_ptr<const Settings> settings) {
  base::MutexLock lock(mutex_);
  settings_ = std::move(settings);
}

void ProbeEndpoint::AddRoutes(net::Router* router) {
  router->Handle("GET", "/probe",
                 [this](const net::HttpRequest& request, net::ResponseWriter& writer) {
                   Handle(request, writer);
                 });
}

void ProbeEndpoint::Handle(const net::HttpRequest& request, net::ResponseWriter& writer) {
  std::shared_ptr<const Settings> settings;
  {
    base::MutexLock lock(mutex_);
    settings = settings_;
  }
  const base::Result<net::UrlParams> params = request.FormParams();
  if (!params.ok()) {
    writer.Send(net::PlainTextResponse(400, params.status().message()));
    return;
  }
  const std::string asked(params->Get("module"));
  const std::string name = asked.empty() ? "http_2xx" : asked;
  const auto module = settings->config->modules.find(name);
  if (module == settings->config->modules.end()) {
    writer.Send(net::PlainTextResponse(400, "Unknown module " + config::GoQuote(name)));
    return;
  }
  const std::string target(params->Get("target"));
  if (target.empty()) {
    writer.Send(net::PlainTextResponse(400, "Target parameter is missing"));
    return;
  }
  const int64_t timeout_ms = TimeoutMs(request, module->second);
  if (timeout_ms == 0) {
    writer.Send(net::PlainTextResponse(
        500, "Failed to parse timeout from Prometheus header X-Prometheus-Scrape-Timeout-Seconds"));
    return;
  }
  const std::string hostname(params->Get("hostname"));
  const bool is_debug = params->Get("debug") == "true";
  std::shared_ptr<net::ResponseWriter> reply = writer.Detach();
  // `settings` keeps the module alive.
  const ProbeModule* probed = &module->second;
  const base::Status posted = pool_.Post([=, this] {
    ProbeOutcome outcome;
    RunProbe(source_, {*probed, target, hostname, timeout_ms, settings->filter}, &outcome);
    probes_.fetch_add(1, std::memory_order_relaxed);
    failures_.fetch_add(outcome.success ? 0 : 1, std::memory_order_relaxed);
    reply->Send(Render(outcome, is_debug));
  });
  if (!posted.ok()) {
    reply->Send(net::PlainTextResponse(503, "too many probes at once; probe less often"));
  }
}

}  // namespace sb::probe
