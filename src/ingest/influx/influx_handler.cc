// SPDX-License-Identifier: Apache-2.0
#include "ingest/influx/influx_handler.h"

#include <algorithm>
#include <string>
#include <utility>

#include "encoding/json_cursor.h"

namespace sb::ingest {
namespace {

constexpr size_t kBodyBytesMax = 32U << 20;
constexpr size_t kDecodedBytesMax = 128U << 20;
constexpr const char* kVersion = "1.8.10";  // the dialect that is spoken, for clients that ask

net::HttpResponse ErrorReply(int status, std::string_view code, std::string_view message) {
  std::string json = "{\"code\":";
  encoding::AppendJsonQuoted(code, &json);
  json += ",\"message\":";
  encoding::AppendJsonQuoted(message, &json);
  json += ",\"error\":";
  encoding::AppendJsonQuoted(message, &json);
  json += "}";
  net::HttpResponse reply(status, std::move(json), "application/json");
  reply.headers.Add("X-Influxdb-Version", kVersion);
  if (status != 400) {
    reply.headers.Add("Retry-After", "5");
  }
  return reply;
}

net::HttpResponse ReplyOf(const MetricLinesReply& outcome) {
  if (outcome.status == 204) {
    net::HttpResponse reply(204);
    reply.headers.Add("X-Influxdb-Version", kVersion);
    return reply;
  }
  if (outcome.status == 503) {
    return ErrorReply(503, "unavailable", outcome.message);
  }
  // Agents know by "partial write" that sending it again is of no use.
  return ErrorReply(outcome.status, outcome.status == 429 ? "too many requests" : "invalid",
                    (outcome.stored > 0 ? "partial write: " : "") + outcome.message +
                        " dropped=" + std::to_string(outcome.refused));
}

net::Handler WriteHandler(InfluxEndpoint* endpoint) {
  return [endpoint](const net::HttpRequest& request, net::ResponseWriter& writer) {
    InfluxRequest in;
    in.body = request.body;
    in.precision = request.query.Get("precision");
    in.database = request.query.Get("db");
    for (const std::string_view text : request.query.GetAll("extra_label")) {
      std::pair<std::string, std::string> label;
      if (!ParseExtraLabel(text, &label)) {
        return writer.Send(
            ErrorReply(400, "invalid", "extra_label must be NAME=VALUE: " + std::string(text)));
      }
      in.extra_labels.push_back(std::move(label));
    }
    writer.Send(ReplyOf(endpoint->Write(in)));
  };
}

// There are no databases to create: a write names one, and it becomes a label. Everything else of
// InfluxQL is not spoken here.
void AnswerQuery(const net::HttpRequest& request, net::ResponseWriter& writer) {
  const auto params = request.FormParams();
  if (!params.ok()) {
    return writer.Send(ErrorReply(400, "invalid", params.status().message()));
  }
  std::string query(params->Get("q"));
  std::transform(query.begin(), query.end(), query.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  if (query.starts_with("CREATE DATABASE ")) {
    return writer.Send(
        net::HttpResponse(200, R"({"results":[{"statement_id":0}]})", "application/json"));
  }
  writer.Send(ErrorReply(400, "invalid",
                         "InfluxQL is not spoken here, only writes are; ask in PromQL: " +
                             std::string(params->Get("q").substr(0, 160))));
}

}  // namespace

void AddInfluxRoutes(InfluxEndpoint* endpoint, std::string_view prefix, net::Router* router) {
  net::RouteOptions options;
  options.max_body_bytes = kBodyBytesMax;
  options.max_decoded_body_bytes = kDecodedBytesMax;
  options.pool = "ingest";
  const std::string root(prefix);
  router->Handle("POST", root + "/write", WriteHandler(endpoint), options);
  router->Handle("POST", root + "/api/v2/write", WriteHandler(endpoint), options);
  router->Handle("POST", root + "/query", &AnswerQuery);
}

void AddInfluxProbes(std::string_view prefix, net::Router* router) {
  const std::string root(prefix);
  router->Handle("GET", root + "/query", &AnswerQuery);
  router->Handle("GET", root + "/ping", [](const net::HttpRequest&, net::ResponseWriter& writer) {
    net::HttpResponse reply(204);
    reply.headers.Add("X-Influxdb-Version", kVersion);
    writer.Send(std::move(reply));
  });
  router->Handle("GET", root + "/health", [](const net::HttpRequest&, net::ResponseWriter& writer) {
    writer.Send(net::HttpResponse(
        200, R"({"name":"influxdb","message":"ready for writes","status":"pass"})",
        "application/json"));
  });
}

}  // namespace sb::ingest
