// SPDX-License-Identifier: Apache-2.0
//
// `signalbox query`: PromQL from the shell, against this or any other server with the Prometheus
// API.
#include <fmt/format.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <cstdio>

#include "model/label_set.h"
#include "net/http_client.h"
#include "server/answer_json.h"
#include "server/commands.h"

namespace sb::server {

namespace {

using Json = rapidjson::Value;

std::string SeriesName(const Json& metric) {
  std::vector<model::Label> labels;
  if (metric.IsObject()) {
    for (const auto& member : metric.GetObject()) {
      labels.push_back({JsonText(member.name), JsonText(member.value)});
    }
  }
  return model::LabelSet::FromLabels(std::move(labels)).ToString();
}

// [time, "value"]
std::string PointValue(const Json& point) {
  if (!point.IsArray() || point.Size() != 2) {
    return "";
  }
  if (const Json* count = JsonMember(point[1], "count")) {
    const Json* sum = JsonMember(point[1], "sum");
    return fmt::format("count {} sum {}", JsonText(*count), sum != nullptr ? JsonText(*sum) : "");
  }
  return std::string(JsonText(point[1]));
}

std::string PointTime(const Json& point) {
  return point.IsArray() && point.Size() == 2 && point[0].IsNumber()
             ? fmt::format("{:.3f}", point[0].GetDouble())
             : "";
}

void PrintVector(const Json& result) {
  size_t width = 0;
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Json& element : result.GetArray()) {
    const Json* metric = JsonMember(element, "metric");
    const Json* point = JsonMember(element, "value");
    if (point == nullptr) {
      point = JsonMember(element, "histogram");
    }
    if (metric != nullptr && point != nullptr) {
      rows.emplace_back(SeriesName(*metric), PointValue(*point));
      width = std::max(width, rows.back().first.size());
    }
  }
  for (const auto& [name, value] : rows) {
    std::fputs(fmt::format("{:<{}}  {}\n", name, width, value).c_str(), stdout);
  }
}

void PrintMatrix(const Json& result) {
  for (const Json& series : result.GetArray()) {
    if (const Json* metric = JsonMember(series, "metric")) {
      std::fputs((SeriesName(*metric) + "\n").c_str(), stdout);
    }
    for (const char* key : {"values", "histograms"}) {
      const Json* points = JsonMember(series, key);
      if (points == nullptr || !points->IsArray()) {
        continue;
      }
      for (const Json& point : points->GetArray()) {
        std::fputs(fmt::format("  {}  {}\n", PointTime(point), PointValue(point)).c_str(), stdout);
      }
    }
  }
}

void PrintNotes(const Json& answer) {
  for (const char* key : {"warnings", "infos"}) {
    const Json* notes = JsonMember(answer, key);
    if (notes == nullptr || !notes->IsArray()) {
      continue;
    }
    for (const Json& note : notes->GetArray()) {
      std::fprintf(stderr, "%s\n", std::string(JsonText(note)).c_str());
    }
  }
}

int PrintAnswer(const std::string& body, bool as_json) {
  rapidjson::Document answer;
  answer.Parse(body.data(), body.size());
  const Json* status = JsonMember(answer, "status");
  if (answer.HasParseError() || status == nullptr) {
    std::fprintf(stderr, "the server's answer is not that of a Prometheus API: %.200s\n",
                 body.c_str());
    return kExitFailed;
  }
  PrintNotes(answer);
  if (JsonText(*status) != "success") {
    const Json* error = JsonMember(answer, "error");
    std::fprintf(stderr, "%s\n",
                 error != nullptr ? std::string(JsonText(*error)).c_str() : "query failed");
    return kExitFailed;
  }
  if (as_json) {
    std::fputs((body + "\n").c_str(), stdout);
    return kExitOk;
  }
  const Json* data = JsonMember(answer, "data");
  const Json* result = data != nullptr ? JsonMember(*data, "result") : nullptr;
  const Json* type = data != nullptr ? JsonMember(*data, "resultType") : nullptr;
  if (result == nullptr || type == nullptr || !result->IsArray()) {
    std::fputs("the server's answer has no result\n", stderr);
    return kExitFailed;
  }
  if (JsonText(*type) == "vector") {
    PrintVector(*result);
  } else if (JsonText(*type) == "matrix") {
    PrintMatrix(*result);
  } else {
    std::fputs((PointValue(*result) + "\n").c_str(), stdout);
  }
  return kExitOk;
}

// The path and form of the request; the server checks the values.
std::string FormBody(const Arguments& arguments, bool range) {
  net::UrlParams params;
  params.Add("query", arguments.positional()[0]);
  for (const char* name : {"time", "start", "end", "step", "timeout"}) {
    if (arguments.Has(name)) {
      params.Add(name, arguments.Get(name));
    }
  }
  if (range && !arguments.Has("step")) {
    params.Add("step", "15s");
  }
  return params.Encode();
}

int RunQuery(const Arguments& arguments) {
  if (arguments.positional().size() != 1) {
    std::fputs("signalbox query: give one expression, quoted for the shell\n", stderr);
    return kExitUsage;
  }
  const bool range = arguments.Has("start") || arguments.Has("end");
  if (range && (!arguments.Has("start") || !arguments.Has("end"))) {
    std::fputs("signalbox query: --start and --end go together\n", stderr);
    return kExitUsage;
  }
  const std::string format = arguments.Get("format", "table");
  if (format != "table" && format != "json") {
    std::fprintf(stderr, "signalbox query: unknown format (table, json): %s\n", format.c_str());
    return kExitUsage;
  }
  const std::string url = arguments.ServerUrl("http://127.0.0.1:9090");
  net::ClientRequest request;
  request.method = "POST";
  request.url = url + (range ? "/api/v1/query_range" : "/api/v1/query");
  request.headers.Add("Content-Type", "application/x-www-form-urlencoded");
  request.body = FormBody(arguments, range);
  request.timeout_ms = 130'000;
  request.max_response_bytes = size_t{1} << 30;
  net::HttpClient client;
  const base::Result<net::ClientResponse> reply = client.Fetch(std::move(request));
  if (!reply.ok()) {
    std::fprintf(stderr, "signalbox query: %s\n", std::string(reply.status().message()).c_str());
    return kExitFailed;
  }
  return PrintAnswer(reply->body, format == "json");
}

}  // namespace

Command QueryCommand() {
  Command command;
  command.name = "query";
  command.summary = "Asks a running server a PromQL question.";
  command.description =
      "Evaluates a PromQL expression at one time, or with --start and --end over a range.\n"
      "Times are Unix seconds or RFC 3339. Warnings go to stderr; exit code 1 if the query fails.";
  command.positional = "EXPRESSION";
  command.flags = {{"url", "URL", "The server (default http://127.0.0.1:9090)."},
                   {"time", "TIME", "Evaluation time (default now)."},
                   {"start", "TIME", "Start of a range."},
                   {"end", "TIME", "End of a range."},
                   {"step", "DURATION", "Distance of the points of a range (default 15s)."},
                   {"timeout", "DURATION", "Ends the query after this time."},
                   {"format", "FORMAT", "table (default) or json."}};
  command.examples = {"signalbox query 'sum by (job) (up)'",
                      "signalbox query --start 2026-11-23T10:00:00Z --end 2026-11-23T11:00:00Z "
                      "--step 1m 'rate(http_requests_total[5m])'"};
  command.run = RunQuery;
  return command;
}

}  // namespace sb::server
