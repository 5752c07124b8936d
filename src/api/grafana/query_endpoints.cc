// SPDX-License-Identifier: Apache-2.0
//
// POST /api/ds/query: queries of several data sources at once, answered as data frames.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "api/grafana/external_source.h"
#include "api/grafana/frames.h"
#include "api/grafana/grafana_parts.h"
#include "api/http/json_writer.h"
#include "api/http/parameters.h"

namespace sb::grafana {

namespace {

constexpr size_t kQueriesMax = 100;
constexpr int64_t kPointsMax = 11'000;

// "now-6h", milliseconds since the epoch as text or number, RFC 3339.
base::Result<int64_t> TimeOf(const Json& body, std::string_view key, int64_t now_ms) {
  const int64_t number = Integer(body, key, -1);
  if (number >= 0) {
    return number;
  }
  const std::string text = Text(body, key, key == "from" ? "now-1h" : "now");
  if (text == "now") {
    return now_ms;
  }
  if (text.starts_with("now-")) {
    SB_ASSIGN_OR_RETURN(const int64_t back, api::ParseDuration(text.substr(4)));
    return now_ms - back;
  }
  return api::ParseTime(text);
}

void ReplaceAll(std::string* text, std::string_view name, const std::string& value) {
  for (const std::string& hole : {"${" + std::string(name) + "}", "$" + std::string(name)}) {
    for (size_t at = text->find(hole); at != std::string::npos;
         at = text->find(hole, at + value.size())) {
      text->replace(at, hole.size(), value);
    }
  }
}

struct Window {
  int64_t from_ms = 0;
  int64_t to_ms = 0;
  int64_t step_ms = 15'000;
};

Window WindowOf(const Json& query, int64_t from_ms, int64_t to_ms) {
  const int64_t points = std::clamp<int64_t>(Integer(query, "maxDataPoints", 1'000), 1, kPointsMax);
  const int64_t wanted = std::max(Integer(query, "intervalMs", 0), (to_ms - from_ms) / points);
  const int64_t step = std::max<int64_t>(wanted, 1'000);
  return {from_ms - from_ms % step, to_ms, step};
}

std::string ExpressionOf(const Json& query, const Window& window) {
  std::string expr = Text(query, "expr", Text(query, "query"));
  const auto ms = [](int64_t value) { return std::to_string(value) + "ms"; };
  const int64_t range = window.to_ms - window.from_ms;
  // Longer names first: $__interval is a prefix of $__interval_ms.
  ReplaceAll(&expr, "__rate_interval", ms(std::max<int64_t>(window.step_ms + 15'000, 60'000)));
  ReplaceAll(&expr, "__interval_ms", std::to_string(window.step_ms));
  ReplaceAll(&expr, "__interval", ms(window.step_ms));
  ReplaceAll(&expr, "__range_ms", std::to_string(range));
  ReplaceAll(&expr, "__range_s", std::to_string((range + 500) / 1000));
  ReplaceAll(&expr, "__range", ms(range));
  ReplaceAll(&expr, "__auto", ms(window.step_ms));
  return expr;
}

std::string Seconds(int64_t ms) {
  std::string text = std::to_string(ms / 1000) + ".";
  const std::string rest = std::to_string(ms % 1000);
  return text + std::string(3 - std::min<size_t>(rest.size(), 3), '0') + rest;
}

base::Result<std::string> Ask(Parts& parts, const Datasource& source, const std::string& path) {
  int status = 0;
  std::string body;
  if (source.mount.empty()) {
    SB_ASSIGN_OR_RETURN(net::ClientRequest request, ExternalRequest(parts, source, "GET", path));
    SB_ASSIGN_OR_RETURN(net::ClientResponse got, parts.with.client.Fetch(std::move(request)));
    status = got.status;
    body = std::move(got.body);
  } else {
    net::HttpRequest request;
    request.method = "GET";
    request.target = source.mount + path;
    SB_ASSIGN_OR_RETURN(net::HttpResponse got, AskBuiltIn(parts, std::move(request)));
    status = got.status;
    body = std::move(got.body);
  }
  if (status >= 400) {
    const base::Result<JsonDocument> error = ParseJsonText(body);
    return base::InvalidArgument(error.ok() && error->IsObject()
                                     ? Text(*error, "error", Text(*error, "message"))
                                     : body.substr(0, 500));
  }
  return body;
}

// What the data source adds to each query: VictoriaMetrics' is asked in its dialect, others as
// their customQueryParameters say.
std::string ParametersOf(const Datasource& source) {
  std::string out;
  if (source.type == "victoriametrics-metrics-datasource" && !source.mount.empty()) {
    out = "&dialect=metricsql";
  }
  const base::Result<JsonDocument> body = ParseJsonText(source.body);
  const Json* options = body.ok() && body->IsObject() ? Member(*body, "jsonData") : nullptr;
  if (options != nullptr && options->IsObject()) {
    const std::string custom = Text(*options, "customQueryParameters");
    out += custom.empty() ? "" : "&" + custom;
  }
  return out;
}

base::Result<std::string> FramesOf(Parts& parts, const Json& query, const Window& window) {
  std::string reference;
  if (const Json* source = Member(query, "datasource"); source != nullptr) {
    reference = source->IsString() ? source->GetString() : Text(*source, "uid");
  }
  const int64_t id = Integer(query, "datasourceId");
  SB_ASSIGN_OR_RETURN(const Datasource source, reference.empty() && id > 0
                                                   ? parts.datasources.GetById(id)
                                                   : parts.datasources.Resolve(reference));
  const bool is_loki = source.type == "loki";
  if (!is_loki && BuiltInMount(source.type) != "/prometheus") {
    return base::Unimplemented("/api/ds/query does not know data sources of type " + source.type +
                               ", use /api/datasources/proxy/uid/" + source.uid);
  }
  FrameOptions options;
  options.ref_id = Text(query, "refId", "A");
  options.expression = ExpressionOf(query, window);
  options.legend_format = Text(query, "legendFormat");
  options.as_table = Text(query, "format") == "table";
  options.step_ms = window.step_ms;
  const bool instant = Flag(query, "instant") || Text(query, "queryType") == "instant";
  const std::string expr = net::PercentEncodeQuery(options.expression);
  std::string path = is_loki ? "/loki/api/v1/" : "/api/v1/";
  if (instant && !Flag(query, "range")) {
    path += "query?query=" + expr + "&time=" + Seconds(window.to_ms);
  } else {
    path += "query_range?query=" + expr + "&start=" + Seconds(window.from_ms) +
            "&end=" + Seconds(window.to_ms) + "&step=" + Seconds(window.step_ms);
  }
  if (is_loki) {
    path +=
        "&limit=" + std::to_string(std::clamp<int64_t>(Integer(query, "maxLines", 1000), 1, 5000));
  }
  path += ParametersOf(source);
  SB_ASSIGN_OR_RETURN(const std::string body, Ask(parts, source, path));
  return FramesOfAnswer(body, options);
}

base::Result<net::HttpResponse> Query(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const JsonDocument body, ParseJsonObject(request.body));
  const Json* queries = Member(body, "queries");
  if (queries == nullptr || !queries->IsArray() || queries->Empty()) {
    return base::InvalidArgument("no queries found");
  }
  if (queries->Size() > kQueriesMax) {
    return base::InvalidArgument("more than 100 queries in one request");
  }
  const int64_t now_ms = parts.with.env.clock().NowMs().Value();
  SB_ASSIGN_OR_RETURN(const int64_t from_ms, TimeOf(body, "from", now_ms));
  SB_ASSIGN_OR_RETURN(const int64_t to_ms, TimeOf(body, "to", now_ms));
  api::JsonWriter json;
  json.BeginObject().Key("results").BeginObject();
  bool all_failed = true;
  for (const Json& query : queries->GetArray()) {
    json.Key(Text(query, "refId", "A")).BeginObject();
    const base::Result<std::string> frames =
        FramesOf(parts, query, WindowOf(query, from_ms, to_ms));
    json.Key("status").Int(frames.ok() ? 200 : 400);
    if (frames.ok()) {
      all_failed = false;
      json.Key("frames").Raw(*frames);
    } else {
      json.Key("error").String(frames.status().message()).Key("errorSource").String("downstream");
    }
    json.EndObject();
  }
  json.EndObject().EndObject();
  return JsonReply(std::move(json).Take(), all_failed ? 400 : 200);
}

}  // namespace

void AddQueryRoutes(Parts& parts, net::Router* router) {
  net::RouteOptions options;
  options.pool = "query";
  router->Handle(
      "POST", "/api/ds/query",
      [&parts](const net::HttpRequest& request, net::ResponseWriter& writer) {
        base::Result<net::HttpResponse> reply = Query(parts, request);
        writer.Send(reply.ok() ? std::move(reply).value() : ErrorReply(reply.status()));
      },
      options);
}

}  // namespace sb::grafana
