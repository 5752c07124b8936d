// SPDX-License-Identifier: Apache-2.0
//
// CountingWriter stands before a store of events and counts, of every batch that was stored, the
// rows of each service.
//
//   CountingWriter writer(&store, ArrivalSignal::kTraces, "service.name", &arrivals);
//
// Threads: safe for concurrent use, as the store is.
#pragma once

#include <string>

#include "ingest/pipeline/arrivals.h"
#include "store/interface/event_store.h"

namespace sb::ingest {

class CountingWriter final : public store::EventWriter {
 public:
  // `label` is the attribute of streams that names the service. All must outlive the writer.
  CountingWriter(store::EventWriter* next, ArrivalSignal signal, std::string label,
                 Arrivals* arrivals)
      : next_(*next), signal_(signal), label_(std::move(label)), arrivals_(*arrivals) {}

  base::Status Write(store::EventBatch batch) override;

 private:
  store::EventWriter& next_;
  const ArrivalSignal signal_;
  const std::string label_;
  Arrivals& arrivals_;
};

}  // namespace sb::ingest
