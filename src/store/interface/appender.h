// SPDX-License-Identifier: Apache-2.0
//
// Appender takes one batch of samples into a metrics store.
//
//   auto appender = store.NewAppender();
//   Result<SeriesRef> ref = appender->Resolve(labels);       // once per series, then remember the
//   ref Status s = appender->Append(*ref, sample);               // per sample
//   SB_RETURN_IF_ERROR(appender->Commit());                  // durable and visible
//
// A batch is visible to queriers, and survives kill -9, once Commit() returned OK; after
// Rollback() or destruction without Commit() no trace of it is left. Refusing one sample (Append
// returns an error) leaves the rest of the batch untouched.
//
// Errors of Append, with the meaning that senders are told:
//   kNotFound           the ref is not (any more) known: Resolve again
//   kOutOfRange         older than the store accepts, or too far in the future
//   kFailedPrecondition older than the newest sample, outside the out-of-order window
//   kAlreadyExists      another value at the same timestamp (an equal one is accepted silently)
//   kInvalidArgument    an invalid histogram
// Errors of Resolve: kInvalidArgument (bad labels), kResourceExhausted (series limit).
// Commit: kResourceExhausted (disk full), kUnavailable; nothing of the batch is then stored.
//
// Threads: one thread per Appender; any number of Appenders at once.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/status.h"
#include "model/label_set.h"
#include "model/sample.h"

namespace sb::store {

// Names a live series of a store until the store is closed; never reused, so a stale one fails.
enum class SeriesRef : uint64_t { kNone = 0 };

struct RefSample {
  SeriesRef ref = SeriesRef::kNone;
  int64_t time_ms = 0;
  double value = 0;
};

class Appender {
 public:
  virtual ~Appender() = default;

  // The series with these labels, created if needed.
  virtual base::Result<SeriesRef> Resolve(const model::LabelSet& labels) = 0;
  virtual base::Status Append(SeriesRef ref, const model::Sample& sample) = 0;
  // The fast path for floats without start timestamp: appends all that it can; on return
  // `errors[i]` is set for the refused ones (errors is resized to batch.size() only if there is
  // one).
  virtual void AppendFloats(std::span<const RefSample> batch,
                            std::vector<base::Status>* errors) = 0;
  // Duplicates and out-of-order exemplars are dropped with an error of the codes above.
  virtual base::Status AppendExemplar(SeriesRef ref, const model::Exemplar& exemplar) = 0;
  virtual base::Status SetMetadata(SeriesRef ref, const model::MetricMetadata& metadata) = 0;

  virtual base::Status Commit() = 0;
  virtual void Rollback() = 0;
};

class AppenderFactory {
 public:
  virtual ~AppenderFactory() = default;
  virtual std::unique_ptr<Appender> NewAppender() = 0;
};

}  // namespace sb::store
