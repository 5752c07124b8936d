// SPDX-License-Identifier: Apache-2.0
//
// Service performance: rates, error ratios and latencies of services, computed from their spans.
//
// Rates and ratios are over the last `ratePer` at each step. A latency is of the spans of one
// interval; intervals are as long as ratePer if the step is shorter, since quantiles of shorter
// intervals cannot be joined.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "api/http/json_writer.h"
#include "api/http/parameters.h"
#include "api/jaeger/endpoints.h"
#include "query/traceql/metrics.h"
#include "query/traceql/unquote.h"

namespace sb::api::jaeger {
namespace {

constexpr int64_t kMillisecondNs = 1'000'000;

struct Request {
  std::vector<std::string> services;
  std::vector<std::string> kinds{"server"};
  bool by_operation = false;
  int64_t end_ns = 0;
  int64_t lookback_ns = 3'600'000 * kMillisecondNs;
  int64_t step_ns = 5'000 * kMillisecondNs;
  int64_t rate_per_ns = 600'000 * kMillisecondNs;
  double quantile = 0.95;
};

base::Status ReadMs(const net::UrlParams& params, std::string_view name, int64_t* ns) {
  const std::string_view text = params.Get(name);
  if (text.empty()) {
    return base::OkStatus();
  }
  int64_t ms = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), ms);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size() || ms <= 0 ||
      ms > INT64_MAX / kMillisecondNs) {
    return base::InvalidArgument("unable to parse param '" + std::string(name) +
                                 "': " + std::string(text));
  }
  *ns = ms * kMillisecondNs;
  return base::OkStatus();
}

base::Result<Request> Read(const net::UrlParams& params, int64_t now_ns, bool latencies) {
  Request out;
  out.end_ns = now_ns;
  for (const std::string_view service : params.GetAll("service")) {
    out.services.emplace_back(service);
  }
  if (out.services.empty()) {
    return base::InvalidArgument("please provide at least one service name");
  }
  for (const auto& [name, place] :
       {std::pair{"endTs", &out.end_ns}, std::pair{"lookback", &out.lookback_ns},
        std::pair{"step", &out.step_ns}, std::pair{"ratePer", &out.rate_per_ns}}) {
    SB_RETURN_IF_ERROR(ReadMs(params, name, place));
  }
  out.by_operation = params.Get("groupByOperation") == "true";
  if (params.Has("spanKind")) {
    out.kinds.clear();
    for (std::string_view kind : params.GetAll("spanKind")) {
      static constexpr std::string_view kKinds[] = {"unspecified", "internal", "server",
                                                    "client",      "producer", "consumer"};
      if (std::find(std::begin(kKinds), std::end(kKinds), kind) == std::end(kKinds)) {
        return base::InvalidArgument("unsupported span kind: '" + std::string(kind) + "'");
      }
      out.kinds.emplace_back(kind);
    }
  }
  if (latencies) {
    const std::string_view text = params.Get("quantile");
    const auto result = std::from_chars(text.data(), text.data() + text.size(), out.quantile);
    if (result.ec != std::errc() || !(out.quantile >= 0 && out.quantile <= 1)) {
      return base::InvalidArgument("unable to parse param 'quantile': " + std::string(text));
    }
  }
  return out;
}

std::string FilterOf(const Request& request, std::string_view also) {
  std::string services;
  for (const std::string& service : request.services) {
    services += services.empty() ? "" : " || ";
    services += "resource.service.name = " + traceql::QuoteForQuery(service);
  }
  std::string kinds;
  for (const std::string& kind : request.kinds) {
    kinds += kinds.empty() ? "kind = " : " || kind = ";
    kinds += kind;
  }
  return "{ (" + services + ") && (" + kinds + ")" + std::string(also) + " }";
}

std::string ByOf(const Request& request) {
  return request.by_operation ? " by (resource.service.name, name)" : " by (resource.service.name)";
}

base::Result<traceql::MetricsResult> Run(const Context& api, const query::QueryContext& context,
                                         const Request& request, const std::string& query,
                                         int64_t step_ns) {
  traceql::MetricsOptions options;
  options.end_ns = request.end_ns;
  options.start_ns = request.end_ns - request.lookback_ns;
  options.step_ns = step_ns;
  return traceql::QueryMetrics(api.with.spans, context, query, options);
}

// Each point becomes the mean of the last `count` ones.
void Slide(size_t count, std::vector<double>* values) {
  std::vector<double> out(values->size());
  double sum = 0;
  for (size_t i = 0; i < values->size(); ++i) {
    sum += std::isnan((*values)[i]) ? 0 : (*values)[i];
    if (i >= count) {
      const double left = (*values)[i - count];
      sum -= std::isnan(left) ? 0 : left;
    }
    out[i] = sum / static_cast<double>(std::min(i + 1, count));
  }
  *values = std::move(out);
}

struct Family {
  std::string_view what;  // "call_rate"
  std::string_view help;
};

std::string FamilyJson(const Request& request, const Family& family,
                       const traceql::MetricsResult& result) {
  JsonWriter json;
  const std::string name = std::string(request.by_operation ? "service_operation_" : "service_") +
                           std::string(family.what);
  json.BeginObject().Key("name").String(name).Key("type").String("GAUGE");
  json.Key("help").String(std::string(family.help) + (request.by_operation
                                                          ? ", grouped by service & operation"
                                                          : ", grouped by service"));
  json.Key("metrics").BeginArray();
  for (const traceql::MetricsSeries& series : result.series) {
    json.BeginObject().Key("labels").BeginArray();
    for (const auto& [key, value] : series.labels) {
      if (key != "resource.service.name" && key != "name") {
        continue;
      }
      json.BeginObject().Key("name").String(key == "name" ? "operation" : "service_name");
      json.Key("value").String(traceql::ValueText(value.scalar.value())).EndObject();
    }
    json.EndArray().Key("metricPoints").BeginArray();
    for (size_t i = 0; i < series.values.size(); ++i) {
      if (std::isnan(series.values[i])) {
        continue;
      }
      json.BeginObject().Key("gaugeValue").BeginObject();
      json.Key("doubleValue").Double(series.values[i]).EndObject();
      json.Key("timestamp").String(FormatRfc3339(result.grid.At(i) / kMillisecondNs)).EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  return std::move(json).Take();
}

size_t WindowOf(const Request& request) {
  return static_cast<size_t>(std::max<int64_t>(1, request.rate_per_ns / request.step_ns));
}

base::Result<std::string> Calls(const Context& api, const query::QueryContext& context,
                                const Request& request) {
  SB_ASSIGN_OR_RETURN(
      auto result, Run(api, context, request, FilterOf(request, "") + " | rate()" + ByOf(request),
                       request.step_ns));
  for (traceql::MetricsSeries& series : result.series) {
    Slide(WindowOf(request), &series.values);
  }
  return FamilyJson(request, {"call_rate", "calls/sec"}, result);
}

base::Result<std::string> Errors(const Context& api, const query::QueryContext& context,
                                 const Request& request) {
  SB_ASSIGN_OR_RETURN(
      auto all, Run(api, context, request, FilterOf(request, "") + " | rate()" + ByOf(request),
                    request.step_ns));
  SB_ASSIGN_OR_RETURN(
      auto failed,
      Run(api, context, request,
          FilterOf(request, " && status = error") + " | rate()" + ByOf(request), request.step_ns));
  const auto key = [](const traceql::MetricsSeries& series) {
    std::string out;
    for (const auto& [name, value] : series.labels) {
      out += traceql::ValueText(value.scalar.value()) + '\0';
    }
    return out;
  };
  for (traceql::MetricsSeries& series : all.series) {
    Slide(WindowOf(request), &series.values);
    std::vector<double> errors(series.values.size(), 0);
    for (traceql::MetricsSeries& other : failed.series) {
      if (key(other) == key(series)) {
        errors = other.values;
        Slide(WindowOf(request), &errors);
      }
    }
    for (size_t i = 0; i < series.values.size(); ++i) {
      // 0 calls: 0/0, no point.
      series.values[i] = errors[i] / series.values[i];
    }
  }
  return FamilyJson(
      request, {"error_rate", "error rate, computed as a fraction of errors/sec over calls/sec"},
      all);
}

base::Result<std::string> Latencies(const Context& api, const query::QueryContext& context,
                                    const Request& request) {
  const std::string query = FilterOf(request, "") + " | quantile_over_time(duration, " +
                            traceql::FloatText(request.quantile) + ")" + ByOf(request);
  SB_ASSIGN_OR_RETURN(auto result, Run(api, context, request, query,
                                       std::max(request.step_ns, request.rate_per_ns)));
  for (traceql::MetricsSeries& series : result.series) {
    for (double& value : series.values) {
      // Milliseconds; an empty interval has no latency.
      value = value == 0 ? std::nan("") : value * 1000;
    }
  }
  const std::string help = traceql::FloatText(request.quantile) + "th quantile latency";
  return FamilyJson(request, {"latencies", help}, result);
}

using Compute = base::Result<std::string> (*)(const Context&, const query::QueryContext&,
                                              const Request&);

void Answer(const Context& api, const net::HttpRequest& in, Compute compute, bool latencies,
            net::ResponseWriter& out) {
  const base::Result<Request> request = Read(in.query, api.with.clock.Now().Value(), latencies);
  if (!request.ok()) {
    return SendError(request.status(), out);
  }
  const auto context = StartQuery(api, out);
  base::Result<std::string> json = compute(api, *context, *request);
  if (!json.ok()) {
    return SendError(json.status(), out);
  }
  SendJson(std::move(*json), out);
}

}  // namespace

void HandleLatencies(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  Answer(api, in, Latencies, true, out);
}

void HandleCalls(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  Answer(api, in, Calls, false, out);
}

void HandleErrors(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  Answer(api, in, Errors, false, out);
}

void HandleMinStep(const Context& /*api*/, const net::HttpRequest& /*in*/,
                   net::ResponseWriter& out) {
  SendJson(R"({"data":1000,"total":0,"limit":0,"offset":0,"errors":null})", out);
}

}  // namespace sb::api::jaeger
