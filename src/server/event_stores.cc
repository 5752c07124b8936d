// SPDX-License-Identifier: Apache-2.0
#include "server/event_stores.h"

#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "query/logql/parser.h"
#include "server/retention_section.h"
#include "server/server.h"
#include "store/events/db/event_db.h"

namespace sb::server {

namespace {

void LogOpenReport(const std::string& name, const events::EventDb::OpenReport& report) {
  SB_LOG(kInfo, "events store opened", {"store", name}, {"parts", report.parts},
         {"replayed_rows", report.replayed_rows});
  for (const std::string& loss : report.wal_losses) {
    SB_LOG(kError, "damage found in the write-ahead log", {"store", name}, {"detail", loss});
  }
  for (const std::string& part : report.quarantined) {
    SB_LOG(kError, "damaged part moved to quarantine", {"store", name}, {"part", part});
  }
  if (report.manifest_lost) {
    SB_LOG(kError, "the manifest was damaged; all whole parts of the folder were taken",
           {"store", name});
  }
}

base::Result<std::unique_ptr<events::EventDb>> OpenOne(base::Env& env,
                                                       events::EventDbOptions options,
                                                       base::Registry& registry,
                                                       base::ThreadPool& background) {
  const std::string name = options.name;
  events::EventDb::OpenReport report;
  SB_ASSIGN_OR_RETURN(auto db, events::EventDb::Open(env, std::move(options), registry, &report));
  LogOpenReport(name, report);
  db->StartBackground(background);
  return db;
}

// The selectors were checked when the section was read.
std::vector<events::RetentionRule> LogRulesOf(const RetentionSection& section) {
  std::vector<events::RetentionRule> rules;
  for (const LogsRetentionRule& rule : section.logs_rules) {
    auto matchers = logql::ParseSelector(rule.selector);
    SB_CHECK(matchers.ok());
    rules.push_back({*std::move(matchers), base::ToNs(rule.keep)});
  }
  return rules;
}

}  // namespace

EventStores::EventStores() = default;
EventStores::~EventStores() = default;

base::Result<std::unique_ptr<EventStores>> EventStores::Open(base::Env& env,
                                                             const ServerOptions& options,
                                                             uint64_t disk_bytes,
                                                             base::Registry& registry,
                                                             base::ThreadPool& background) {
  std::unique_ptr<EventStores> stores(new EventStores());
  events::EventDbOptions traces;
  traces.folder = base::JoinPath(options.data_folder, "traces");
  traces.name = "traces";
  traces.order = events::RowOrder::kByTrace;
  traces.retention = base::ToNs(options.config.retention.traces);
  traces.retention_bytes = disk_bytes;
  events::EventDbOptions logs;
  logs.folder = base::JoinPath(options.data_folder, "logs");
  logs.name = "logs";
  logs.retention = base::ToNs(options.config.retention.logs);
  logs.retention_rules = LogRulesOf(options.config.retention);
  logs.retention_bytes = disk_bytes;
  stores->log_retention_ = logs.retention;
  stores->log_bytes_ = disk_bytes;
  SB_ASSIGN_OR_RETURN(stores->traces_, OpenOne(env, std::move(traces), registry, background));
  SB_ASSIGN_OR_RETURN(stores->logs_, OpenOne(env, std::move(logs), registry, background));
  return stores;
}

void EventStores::SetLogRules(const RetentionSection& section) {
  logs_->SetRetention(log_retention_, LogRulesOf(section), log_bytes_);
}

base::Status EventStores::Flush() {
  const base::Status traces = traces_->Flush();
  const base::Status logs = logs_->Flush();
  return traces.ok() ? logs : traces;
}

base::Status EventStores::Close() {
  const base::Status traces = traces_->Close();
  const base::Status logs = logs_->Close();
  return traces.ok() ? logs : traces;
}

}  // namespace sb::server
