// SPDX-License-Identifier: Apache-2.0
//
// LogDeletes keeps the requests to delete log lines, as Loki's compactor does: what is asked for is
// hidden from every query at once, can be taken back for `cancel_period`, and is deleted from the
// store after that. The requests are documents of the catalog: they survive a restart, and one that
// was under way when the process ended is carried out again.
//
//   LogDeletes deletes({env, catalog, store_admin, hiding_reader});
//   SB_RETURN_IF_ERROR(deletes.Load());
//   SB_ASSIGN_OR_RETURN(std::string id, deletes.Add({.query = "{app=\"shop\"} |= \"secret\"", …}));
//   deletes.RunDue();                     // now and then, where blocking is allowed
//
// A line that comes later is meant, too, until the request is processed, as with Loki. At most
// kPendingMax requests wait and kProcessedMax are remembered; above that a request is refused, and
// the oldest processed one is forgotten.
//
// Failures: kInvalidArgument (query, times), kNotFound, kFailedPrecondition (too late to take it
// back), kResourceExhausted, what the catalog says. Threads: safe for concurrent use; blocks on the
// catalog's disk.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/loki/hiding_reader.h"
#include "base/env.h"
#include "base/mutex.h"
#include "base/status.h"
#include "base/time.h"
#include "store/catalog/catalog.h"
#include "store/interface/event_store.h"

namespace sb::api::loki {

enum class DeleteState : uint8_t { kReceived, kProcessed };
std::string_view StateText(DeleteState state);  // "received", "processed"

struct LogDelete {
  std::string id;
  std::string query;  // a selector with line filters
  int64_t start_ns = 0;
  int64_t end_ns = 0;  // the last instant that is meant
  DeleteState state = DeleteState::kReceived;
  int64_t created_ms = 0;
};

enum class Force : uint8_t { kNo, kYes };

class LogDeletes {
 public:
  static constexpr size_t kPendingMax = 200;
  static constexpr size_t kProcessedMax = 5'000;

  struct Dependencies {
    base::Env& env;
    catalog::Catalog& catalog;
    store::EventAdmin& admin;
    HidingReader& reader;
  };
  explicit LogDeletes(Dependencies dependencies) : with_(dependencies) {}

  // Reads the requests of earlier runs, and hides what they mean.
  base::Status Load() SB_EXCLUDES(mutex_);
  // 0: a request is carried out before Add returns.
  void SetCancelPeriod(base::DurationMs period) SB_EXCLUDES(mutex_);

  // Takes query, start_ns and end_ns; the id.
  base::Result<std::string> Add(LogDelete request) SB_EXCLUDES(mutex_);
  // Oldest first.
  std::vector<LogDelete> List() const SB_EXCLUDES(mutex_);
  base::Status Cancel(std::string_view id, Force force) SB_EXCLUDES(mutex_);
  // Carries out what can no longer be taken back; logs what fails, and tries it again next time.
  void RunDue() SB_EXCLUDES(mutex_, run_mutex_);

 private:
  base::Status Process(const std::string& id) SB_EXCLUDES(mutex_, run_mutex_);
  base::Status Save(const LogDelete& request);
  LogDelete* Find(std::string_view id) SB_REQUIRES(mutex_);
  void UpdateHidden() SB_REQUIRES(mutex_);
  base::Status ForgetOld() SB_REQUIRES(mutex_);

  const Dependencies with_;
  base::Mutex run_mutex_;  // one deletion at a time; taken before mutex_
  mutable base::Mutex mutex_;
  base::DurationMs cancel_period_ SB_GUARDED_BY(mutex_) = base::Seconds(24 * 3600);
  std::vector<LogDelete> requests_ SB_GUARDED_BY(mutex_);            // oldest first
  std::map<std::string, HiddenRows> pending_ SB_GUARDED_BY(mutex_);  // by id
  std::string under_way_ SB_GUARDED_BY(mutex_);  // the id of what the store deletes now
};

}  // namespace sb::api::loki
