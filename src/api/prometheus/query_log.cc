// SPDX-License-Identifier: Apache-2.0
#include "api/prometheus/query_log.h"

#include "api/http/json_writer.h"
#include "api/http/parameters.h"
#include "api/prometheus/query_stats_json.h"
#include "base/log.h"

namespace sb::api {

namespace {

std::string LineOf(const QueryLog::Entry& entry, int64_t now_ms) {
  const std::string now = FormatRfc3339(now_ms);
  const query::QueryTraits& traits = entry.traits;
  JsonWriter json;
  json.BeginObject().Key("ts").String(now).Key("time").String(now);
  json.Key("level").String("INFO").Key("msg").String("promql query logged");
  json.Key("params").BeginObject().Key("query").String(traits.text);
  json.Key("start").String(FormatRfc3339(traits.start_ms));
  json.Key("end").String(FormatRfc3339(traits.end_ms));
  json.Key("step").Int(traits.step_ms / 1000).EndObject();
  if (!entry.status.ok()) {
    json.Key("error").String(entry.status.message());
  }
  json.Key("stats");
  WriteQueryStats(entry.maybe_stats != nullptr ? *entry.maybe_stats : query::QueryStats(),
                  entry.waited_ns, StatsDetail::kTotals, &json);
  json.Key("httpRequest").BeginObject().Key("clientIP").String(traits.client);
  json.Key("method").String(entry.method).Key("path").String(traits.path).EndObject();
  json.EndObject();
  return std::move(json).Take() + "\n";
}

}  // namespace

base::Status QueryLog::Open(const std::string& path) {
  std::unique_ptr<base::WritableFile> file;
  if (!path.empty()) {
    base::Result<std::unique_ptr<base::WritableFile>> opened = env_.files().OpenForAppend(path);
    SB_RETURN_IF_ERROR(opened.status().WithPrefix("query log " + path));
    file = *std::move(opened);
  }
  base::MutexLock lock(mutex_);
  file_ = std::move(file);
  return base::OkStatus();
}

bool QueryLog::enabled() const {
  base::MutexLock lock(mutex_);
  return file_ != nullptr;
}

void QueryLog::Write(const Entry& entry) {
  if (!enabled()) {
    return;
  }
  const std::string line = LineOf(entry, env_.clock().NowMs().Value());
  base::MutexLock lock(mutex_);
  if (file_ == nullptr) {
    return;
  }
  if (const base::Status status = file_->Append(line); !status.ok()) {
    SB_LOG_EVERY(60, kError, "query not logged", {"error", status.message()});
  }
}

}  // namespace sb::api
