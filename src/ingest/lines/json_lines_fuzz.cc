// SPDX-License-Identifier: Apache-2.0
//
// Bodies of JSON lines and text, with fields that become labels, time and message, on their way to
// a store. No line may be both stored and counted as faulty, none neither.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/instruments.h"
#include "base/testing/simulated_env.h"
#include "ingest/lines/json_lines_endpoint.h"
#include "store/interface/testing/memory_event_store.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static sb::base::SimulatedEnv env(1);
  static sb::base::Registry registry;
  static sb::ingest::LossCounters losses(&registry);
  sb::store::MemoryEventStore store;
  sb::ingest::LogWriter writer(&store, &losses, &registry);
  sb::ingest::JsonLinesEndpoint endpoint(&writer, &env);
  sb::ingest::JsonLinesRequest request;
  request.body = {reinterpret_cast<const char*>(data), size};
  request.labels = {{"app", "fuzz"}};
  request.label_fields = {"env"};
  const sb::ingest::JsonLinesOutcome outcome = endpoint.Push(request);
  if (outcome.status.ok() && store.row_count() > outcome.stored) {
    std::abort();
  }
  return 0;
}
