// SPDX-License-Identifier: Apache-2.0
//
// LogWriter is where all doors of logs meet: it hands out batches under the options in force,
// writes them to the events store, and counts what came in and what was lost.
//
//   LogBatch batch = writer.NewBatch();
//   …batch.Add(…)…
//   base::Status status = writer.Write(std::move(batch));
//
// Write returns OK once the lines survive kill -9. kResourceExhausted, kUnavailable: nothing of the
// batch was stored, the sender shall come again.
//
// Threads: safe for concurrent use; a batch belongs to one thread.
#pragma once

#include <memory>

#include "base/instruments.h"
#include "base/mutex.h"
#include "base/status.h"
#include "ingest/pipeline/log_batch.h"
#include "ingest/pipeline/loss.h"
#include "store/interface/event_store.h"

namespace sb::ingest {

class LogWriter {
 public:
  // All must outlive the writer.
  LogWriter(store::EventWriter* store, LossCounters* losses, base::Registry* registry);

  // For batches that are begun from now on.
  void Configure(LogIngestOptions options);
  std::shared_ptr<const LogIngestOptions> options() const;
  LossCounters* losses() const { return losses_; }

  LogBatch NewBatch() const { return LogBatch(options(), losses_); }
  base::Status Write(LogBatch batch);

 private:
  store::EventWriter* const store_;
  LossCounters* const losses_;
  base::Counter* const lines_;
  base::Counter* const bytes_;
  mutable base::Mutex mutex_;
  std::shared_ptr<const LogIngestOptions> options_ SB_GUARDED_BY(mutex_);
};

// What a sender is answered: 204/200 for OK, 400 for its own fault, 429 at a limit, 503 otherwise.
int HttpStatusOfWrite(const base::Status& status);

}  // namespace sb::ingest
