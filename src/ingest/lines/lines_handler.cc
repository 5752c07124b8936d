// SPDX-License-Identifier: Apache-2.0
#include "ingest/lines/lines_handler.h"

#include <string>
#include <utility>

#include "encoding/json_cursor.h"
#include "ingest/lines/journal_endpoint.h"
#include "model/utf8_repair.h"

namespace sb::ingest {
namespace {

constexpr size_t kBodyBytesMax = 128U << 20;
// A journal is uploaded in one request, however long it is.
constexpr size_t kJournalBytesMax = 1ULL << 40;

base::Result<JsonLinesRequest> RequestOf(const net::HttpRequest& request) {
  JsonLinesRequest out;
  out.body = request.body;
  out.message_field = request.query.Get("message_field");
  out.time_field = request.query.Get("time_field");
  for (const auto& [name, value] : request.query) {
    if (name == "label_field") {
      out.label_fields.emplace_back(value);
    } else if (name == "label") {
      const size_t equals = value.find('=');
      if (equals == std::string::npos || equals == 0) {
        return base::InvalidArgument("label is name=value, not " + std::string(value));
      }
      out.labels.emplace_back(value.substr(0, equals), value.substr(equals + 1));
    }
  }
  return out;
}

net::HttpResponse LinesReply(const JsonLinesOutcome& outcome) {
  if (!outcome.status.ok()) {
    net::HttpResponse reply =
        net::PlainTextResponse(HttpStatusOfWrite(outcome.status), outcome.status.message());
    reply.headers.Add("Retry-After", "5");
    return reply;
  }
  std::string scratch;
  std::string json = "{\"stored\":" + std::to_string(outcome.stored) +
                     ",\"fault_count\":" + std::to_string(outcome.fault_count) + ",\"faults\":[";
  for (const JsonLinesOutcome::Fault& fault : outcome.faults) {
    json += json.ends_with('[') ? "{\"line\":" : ",{\"line\":";
    json += std::to_string(fault.line) + ",\"error\":";
    encoding::AppendJsonQuoted(model::ValidUtf8(fault.what, &scratch), &json);
    json += "}";
  }
  json += "]}";
  const bool is_refused = outcome.stored == 0 && outcome.fault_count > 0;
  return net::HttpResponse(is_refused ? 400 : 200, std::move(json), "application/json");
}

base::Status ReadJournal(LogWriter* writer, base::Env* env, net::BodyReader* body) {
  JournalStream stream(writer, env->clock().Now().Value());
  for (;;) {
    SB_ASSIGN_OR_RETURN(const std::string bytes, body->Read());
    if (bytes.empty()) {
      return stream.Finish();
    }
    SB_RETURN_IF_ERROR(stream.Feed(bytes));
  }
}

}  // namespace

void AddLinesRoutes(JsonLinesEndpoint* endpoint, LogWriter* writer, base::Env* env,
                    net::Router* router) {
  net::RouteOptions options;
  options.max_body_bytes = kBodyBytesMax;
  options.max_decoded_body_bytes = kBodyBytesMax;
  options.pool = "ingest";
  router->Handle(
      "POST", "/api/signalbox/v1/logs/lines",
      [endpoint](const net::HttpRequest& request, net::ResponseWriter& reply) {
        const base::Result<JsonLinesRequest> lines = RequestOf(request);
        reply.Send(lines.ok() ? LinesReply(endpoint->Push(*lines))
                              : net::PlainTextResponse(400, lines.status().message()));
      },
      options);
  options.streaming_body = true;
  options.max_body_bytes = kJournalBytesMax;
  router->Handle(
      "POST", "/journal/upload",
      [writer, env](const net::HttpRequest& request, net::ResponseWriter& reply) {
        const base::Status status = ReadJournal(writer, env, request.body_reader.get());
        reply.Send(status.ok()
                       ? net::PlainTextResponse(202, "OK.")
                       : net::PlainTextResponse(HttpStatusOfWrite(status), status.message()));
      },
      options);
}

}  // namespace sb::ingest
