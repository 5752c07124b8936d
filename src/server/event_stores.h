// SPDX-License-Identifier: Apache-2.0
//
// EventStores opens and owns the two stores of events: spans under DATA/traces, log records under
// DATA/logs.
#pragma once

#include <memory>

#include "base/env.h"
#include "base/instruments.h"
#include "base/status.h"
#include "base/task_runner.h"
#include "store/interface/event_store.h"

namespace sb::server {

struct ServerOptions;

class EventStores {
 public:
  static base::Result<std::unique_ptr<EventStores>> Open(base::Env& env,
                                                         const ServerOptions& options,
                                                         base::Registry& registry,
                                                         base::ThreadPool& background);
  virtual ~EventStores() = default;

  virtual store::EventWriter& trace_writer() = 0;
  virtual store::EventReader& trace_reader() = 0;
  virtual store::EventAdmin& trace_admin() = 0;
  virtual store::EventWriter& log_writer() = 0;
  virtual store::EventReader& log_reader() = 0;
  virtual store::EventAdmin& log_admin() = 0;
  // Brings everything to disk; no call of any of the above may be under way.
  virtual base::Status Close() = 0;
};

}  // namespace sb::server
