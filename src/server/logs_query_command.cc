// SPDX-License-Identifier: Apache-2.0
//
// `signalbox logs query`: LogQL from the shell, against this or any other server with Loki's API.
#include <rapidjson/document.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "base/env.h"
#include "config/duration.h"
#include "net/http_client.h"
#include "net/url_params.h"
#include "server/answer_json.h"
#include "server/commands.h"

namespace sb::server {
namespace {

using Json = rapidjson::Value;

struct Line {
  std::string_view time_ns;
  std::string_view text;
  const Json* labels;
};

// Times are decimal nanoseconds of one length, so that they compare as texts.
std::vector<Line> LinesOf(const Json& result, bool forward) {
  std::vector<Line> lines;
  for (const Json& stream : result.GetArray()) {
    const Json* labels = JsonMember(stream, "stream");
    const Json* values = JsonMember(stream, "values");
    if (labels == nullptr || values == nullptr || !values->IsArray()) {
      continue;
    }
    for (const Json& value : values->GetArray()) {
      if (value.IsArray() && value.Size() >= 2) {
        lines.push_back({JsonText(value[0]), JsonText(value[1]), labels});
      }
    }
  }
  std::stable_sort(lines.begin(), lines.end(), [forward](const Line& a, const Line& b) {
    return forward ? a.time_ns < b.time_ns : b.time_ns < a.time_ns;
  });
  return lines;
}

std::string TimeText(std::string_view time_ns) {
  const long long ns = std::strtoll(std::string(time_ns).c_str(), nullptr, 10);
  const std::time_t seconds = static_cast<std::time_t>(ns / 1'000'000'000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[40];
  const size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  char fraction[8];
  std::snprintf(fraction, sizeof fraction, ".%03lldZ", ns % 1'000'000'000 / 1'000'000);
  return std::string(text, size) + fraction;
}

std::string LabelsText(const Json& labels) {
  std::string text = "{";
  for (const auto& member : labels.GetObject()) {
    if (text.size() > 1) {
      text += ", ";
    }
    text.append(JsonText(member.name)).append("=\"").append(JsonText(member.value)).append("\"");
  }
  return text + "}";
}

void Print(const Line& line, const std::string& format) {
  std::string text;
  if (format != "raw") {
    text = TimeText(line.time_ns) + " ";
  }
  if (format == "labels" && line.labels->IsObject()) {
    text += LabelsText(*line.labels) + " ";
  }
  text.append(line.text).push_back('\n');
  std::fwrite(text.data(), 1, text.size(), stdout);
}

// Prints the answer; the exit code.
int PrintAnswer(const std::string& body, const Arguments& arguments, uint64_t limit) {
  rapidjson::Document answer;
  answer.Parse(body.data(), body.size());
  const Json* data = answer.HasParseError() ? nullptr : JsonMember(answer, "data");
  const Json* result = data != nullptr ? JsonMember(*data, "result") : nullptr;
  const Json* type = data != nullptr ? JsonMember(*data, "resultType") : nullptr;
  if (result == nullptr || type == nullptr || !result->IsArray()) {
    std::fprintf(stderr, "signalbox logs query: %.400s\n", body.c_str());
    return kExitFailed;
  }
  const std::string format = arguments.Get("format", "default");
  if (format == "json" || JsonText(*type) != "streams") {
    std::printf("%s\n", body.c_str());
    return kExitOk;
  }
  const std::vector<Line> lines = LinesOf(*result, arguments.Has("forward"));
  for (const Line& line : lines) {
    Print(line, format);
  }
  if (lines.size() >= limit) {
    std::fprintf(stderr, "stopped after %zu lines: there may be more (--limit)\n", lines.size());
  }
  return kExitOk;
}

base::Result<std::string> QueryOf(const Arguments& arguments, uint64_t limit) {
  const int64_t now = base::Env::Real().clock().Now().Value();
  SB_ASSIGN_OR_RETURN(const base::DurationMs since,
                      config::ParseDuration(arguments.Get("since", "1h")));
  net::UrlParams params;
  params.Add("query", arguments.positional()[0]);
  params.Add("start",
             arguments.Get("start", std::to_string(now - since.Value() * int64_t{1'000'000})));
  params.Add("end", arguments.Get("end", std::to_string(now)));
  params.Add("limit", std::to_string(limit));
  params.Add("direction", arguments.Has("forward") ? "forward" : "backward");
  if (arguments.Has("step")) {
    params.Add("step", arguments.Get("step"));
  }
  return params.Encode();
}

int Usage(const std::string& what) {
  std::fprintf(stderr, "signalbox logs query: %s\n", what.c_str());
  return kExitUsage;
}

int RunLogsQuery(const Arguments& arguments) {
  if (arguments.positional().size() != 1) {
    return Usage("give one LogQL query, quoted for the shell");
  }
  const std::string format = arguments.Get("format", "default");
  if (format != "default" && format != "raw" && format != "labels" && format != "json") {
    return Usage("unknown format (default, raw, labels, json): " + format);
  }
  const std::string limit_text = arguments.Get("limit", "1000");
  const bool is_number = !limit_text.empty() && limit_text.size() < 10 &&
                         limit_text.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number || limit_text == "0") {
    return Usage("--limit takes a number of lines: " + limit_text);
  }
  const uint64_t limit = std::stoull(limit_text);
  const base::Result<std::string> query = QueryOf(arguments, limit);
  if (!query.ok()) {
    return Usage(std::string(query.status().message()));
  }
  const std::string url = arguments.ServerUrl("http://127.0.0.1:3100");
  net::ClientRequest request;
  request.method = "GET";
  request.url = url + "/loki/api/v1/query_range?" + *query;
  request.timeout_ms = 130'000;
  request.max_response_bytes = size_t{1} << 30;
  net::HttpClient client;
  const base::Result<net::ClientResponse> reply = client.Fetch(std::move(request));
  if (!reply.ok()) {
    std::fprintf(stderr, "signalbox logs query: %s\n",
                 std::string(reply.status().message()).c_str());
    return kExitFailed;
  }
  return PrintAnswer(reply->body, arguments, limit);
}

}  // namespace

Command LogsQueryCommand() {
  Command command;
  command.name = "query";
  command.summary = "Asks a running server a LogQL question.";
  command.description =
      "Prints the lines of the last hour, or of --since, or from --start to --end, newest first.\n"
      "Times are Unix nanoseconds or RFC 3339. Answers that are numbers are printed as JSON. Exit\n"
      "code 1 if the query fails.";
  command.positional = "LOGQL";
  command.flags = {{"url", "URL", "The server (default http://127.0.0.1:3100)."},
                   {"since", "DURATION", "How far to look back (default 1h)."},
                   {"start", "TIME", "Start instead of --since."},
                   {"end", "TIME", "End (default now)."},
                   {"limit", "LINES", "At most so many lines (default 1000)."},
                   {"forward", "", "Oldest first."},
                   {"step", "DURATION", "Distance of the points of a metric query."},
                   {"format", "FORMAT", "default (time, line), raw, labels or json."}};
  command.examples = {"signalbox logs query '{app=\"shop\"} |= \"error\"'",
                      "signalbox logs query --since 10m --format raw '{job=\"syslog\"}'"};
  command.run = RunLogsQuery;
  return command;
}

}  // namespace sb::server
