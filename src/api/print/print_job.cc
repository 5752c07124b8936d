// SPDX-License-Identifier: Apache-2.0
#include "api/print/print_job.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <cctype>

#include "api/http/json_writer.h"

namespace sb::print {

std::string ForwardedHeaders(const net::Headers& headers) {
  std::string lines;
  for (const char* name : {"Authorization", "Cookie", "X-Scope-OrgID", "X-Grafana-Org-Id"}) {
    if (const std::string* value = headers.Find(name)) {
      lines += std::string(name) + ": " + *value + "\r\n";
    }
  }
  return lines;
}

base::Result<std::string> TimeZoneOf(const net::UrlParams& query) {
  std::string zone(query.Get(query.Has("tz") ? "tz" : "timezone"));
  if (zone == "utc" || zone == "UTC" || zone == "browser") {
    zone.clear();
  }
  const bool fits = zone.size() <= 64 && std::all_of(zone.begin(), zone.end(), [](char c) {
                      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' ||
                             c == '_' || c == '-' || c == '+';
                    });
  if (!fits || zone.starts_with('/')) {
    return base::InvalidArgument("tz: not the name of a time zone (utc, Europe/Berlin): " +
                                 zone.substr(0, 64));
  }
  return zone;
}

std::string JobJson(const PrintJob& job, const std::string& server_url) {
  api::JsonWriter json;
  json.BeginObject();
  json.Key("server").String(server_url);
  json.Key("headers").String(job.headers);
  json.Key("tz").String(job.time_zone);
  json.Key("job").BeginObject();
  json.Key("format").String(job.format == Format::kPdf ? "pdf" : "svg");
  json.Key("uid").String(job.uid);
  json.Key("query").String(job.query);
  json.Key("nowMs").Int(job.now_ms);
  json.EndObject();
  json.EndObject();
  return std::move(json).Take();
}

base::Result<PrintAnswer> ReadAnswer(std::string output) {
  const size_t end = output.find('\n');
  rapidjson::Document head;
  if (end == std::string::npos || head.Parse(output.data(), end).HasParseError() ||
      !head.IsObject() || !head.HasMember("status") || !head["status"].IsInt() ||
      !head.HasMember("message") || !head["message"].IsString() || !head.HasMember("bytes") ||
      !head["bytes"].IsUint64()) {
    return base::DataLoss("the renderer's output has no head");
  }
  PrintAnswer answer;
  answer.status = head["status"].GetInt();
  answer.message = head["message"].GetString();
  const uint64_t bytes = head["bytes"].GetUint64();
  output.erase(0, end + 1);
  if (output.size() != bytes) {
    return base::DataLoss("the renderer's document is not whole");
  }
  answer.document = std::move(output);
  return answer;
}

}  // namespace sb::print
