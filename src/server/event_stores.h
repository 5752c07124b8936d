// SPDX-License-Identifier: Apache-2.0
//
// EventStores opens and owns the two stores of events: spans under DATA/traces, log records under
// DATA/logs. Damage found at opening is logged; nothing is deleted.
#pragma once

#include <memory>

#include "base/env.h"
#include "base/instruments.h"
#include "base/status.h"
#include "base/task_runner.h"
#include "store/interface/event_store.h"

namespace sb::events {
class EventDb;
}

namespace sb::server {

struct RetentionSection;
struct ServerOptions;

class EventStores {
 public:
  // kFailedPrecondition if another process holds one of the folders.
  static base::Result<std::unique_ptr<EventStores>> Open(base::Env& env,
                                                         const ServerOptions& options,
                                                         uint64_t disk_bytes,
                                                         base::Registry& registry,
                                                         base::ThreadPool& background);
  ~EventStores();

  events::EventDb& traces() { return *traces_; }
  events::EventDb& logs() { return *logs_; }
  // Puts the rules of a section that was read in force; everything else of it waits for a restart.
  void SetLogRules(const RetentionSection& section);
  base::Status Flush();
  // Brings everything to disk; no call of any of the stores may be under way.
  base::Status Close();

 private:
  EventStores();
  std::unique_ptr<events::EventDb> traces_;
  std::unique_ptr<events::EventDb> logs_;
  base::DurationNs log_retention_;
  uint64_t log_bytes_ = 0;
};

}  // namespace sb::server
