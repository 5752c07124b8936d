// SPDX-License-Identifier: Apache-2.0
#include "server/event_stores.h"

#include "server/server.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::server {

namespace {

class MemoryStores final : public EventStores {
 public:
  store::EventWriter& trace_writer() override { return traces_; }
  store::EventReader& trace_reader() override { return traces_; }
  store::EventAdmin& trace_admin() override { return traces_; }
  store::EventWriter& log_writer() override { return logs_; }
  store::EventReader& log_reader() override { return logs_; }
  store::EventAdmin& log_admin() override { return logs_; }
  base::Status Close() override { return base::OkStatus(); }

 private:
  store::MemoryEventStore traces_;
  store::MemoryEventStore logs_;
};

}  // namespace

base::Result<std::unique_ptr<EventStores>> EventStores::Open(base::Env& /*env*/,
                                                             const ServerOptions& /*options*/,
                                                             base::Registry& /*registry*/,
                                                             base::ThreadPool& /*background*/) {
  return std::make_unique<MemoryStores>();
}

}  // namespace sb::server
