// SPDX-License-Identifier: Apache-2.0
//
// ScrapeLoop scrapes one target again and again: a timer, an asynchronous fetch, and the writing on
// a thread of the ingest pool; one scrape at a time.
//
// Each target has its place in the interval, by its hash, the same after a restart. Timestamps are
// those of the grid as long as the scrape starts within min(interval / 100, 2 ms) of it, so that
// they are evenly spaced. A scrape that takes longer than the interval skips the moments that it
// missed.
//
// Threads: safe for concurrent use. After Stop() returned, nothing is written any more, except
// the stale markers that were asked for; Abandon() takes even those back, and returns only when
// neither the client nor the pool is going to be used any more.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/task_runner.h"
#include "ingest/scrape/scrape_writer.h"
#include "net/http_client_config.h"

namespace sb::scrape {

// What loops of one job share.
struct LoopEnvironment {
  base::Env& env;
  base::ThreadPool& pool;
  WriterDependencies writer;
  std::shared_ptr<net::ConfiguredClient> client;
  std::shared_ptr<const ScrapeConfig> config;
  model::RelabelRules metric_rules;
  std::string user_agent;
  uint64_t offset_seed = 0;
};

enum class StaleMarkers : uint8_t { kWrite, kNone };

class ScrapeLoop : public std::enable_shared_from_this<ScrapeLoop> {
 public:
  ScrapeLoop(const LoopEnvironment& environment, std::shared_ptr<Target> target);
  ~ScrapeLoop();

  const std::shared_ptr<Target>& target() const { return target_; }
  // `inherited`: series of a loop that this one replaces.
  void Start(std::vector<store::SeriesRef> inherited);
  // Waits for a scrape that is being written. With kWrite, stale markers follow two intervals
  // later, in case the target comes back elsewhere; else the series are returned, for a successor.
  std::vector<store::SeriesRef> Stop(StaleMarkers markers);
  void Abandon();
  // Every scrape fails with this, without a request; "" ends it.
  void SetForcedError(std::string error);

 private:
  void ScheduleNext(int64_t after_ns) SB_REQUIRES(mutex_);
  void Fire();
  void Fetch(int64_t start_monotonic_ns, base::TimestampMs time);
  void Take(int64_t start_monotonic_ns, base::TimestampMs time,
            const base::Result<net::ClientResponse>& response);
  void Write(const ScrapeInput& input);
  void WriteStale();
  void WaitUntilIdle() SB_REQUIRES(mutex_);
  net::ClientRequest MakeRequest() const;

  base::Env& env_;
  base::ThreadPool& pool_;
  const std::shared_ptr<net::ConfiguredClient> client_;
  const std::shared_ptr<const ScrapeConfig> config_;
  const std::shared_ptr<Target> target_;
  const std::string user_agent_;
  const int64_t interval_ns_;
  const int64_t offset_ns_;
  ScrapeWriter writer_;  // used by whoever set busy_

  base::Mutex mutex_;
  base::CondVar idle_;
  bool busy_ SB_GUARDED_BY(mutex_) = false;
  bool fetching_ SB_GUARDED_BY(mutex_) = false;  // a callback of the client will come
  bool stopped_ SB_GUARDED_BY(mutex_) = false;
  bool abandoned_ SB_GUARDED_BY(mutex_) = false;
  std::string forced_error_ SB_GUARDED_BY(mutex_);
  int64_t due_ns_ SB_GUARDED_BY(mutex_) = 0;  // wall clock
  base::TimerId timer_ SB_GUARDED_BY(mutex_) = base::TimerId::kNone;
  net::RequestHandle request_ SB_GUARDED_BY(mutex_);
};

// The first moment after `after_ns` at the target's place in the interval.
int64_t NextOnGrid(int64_t after_ns, int64_t interval_ns, int64_t offset_ns);
// `due_ns` if `actual_ns` is near enough to it, else `actual_ns`.
int64_t AlignedTime(int64_t due_ns, int64_t actual_ns, int64_t interval_ns);

}  // namespace sb::scrape
