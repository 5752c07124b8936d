// SPDX-License-Identifier: Apache-2.0
//
// QueryDesk is where the queries of clients are admitted, shared and seen. It runs at most so many
// at a time, starts another only while the memory budget of all queries has room, and keeps the
// others waiting in order without holding a thread. Rules do not come here: they never wait.
//
//   QueryDesk desk({.running_max = 4, .budget = &budget, .post = post}, clock);
//   desk.Submit(std::move(order), client);   // answers the client once, now or later
//   for (const ActiveQuery& query : desk.Active()) …
//
// Sharing: an order whose share_key equals that of one that still waits joins it, and both clients
// get the one answer. One that runs already is not joined, since it may not see what was written
// since it began. A query is cancelled when its last client has gone.
//
// Errors, given through QueryOrder::refuse: kUnavailable when too many wait or the program stops;
// kDeadlineExceeded and kCancelled "in query queue" when its time was over before its turn came.
//
// Threads: safe for concurrent use. A query runs on the submitting thread if it need not wait, else
// on a thread of `post`. Time: the monotonic clock.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/env.h"
#include "base/mutex.h"
#include "base/status.h"
#include "query/engine/memory_budget.h"
#include "query/engine/query_context.h"

namespace sb::query {

// What is known about a query from its request.
struct QueryTraits {
  std::string language;  // "promql"
  std::string kind;      // "instant", "range"
  std::string text;
  int64_t start_ms = 0;
  int64_t end_ms = 0;
  int64_t step_ms = 0;
  std::string client;  // address
  std::string path;
};

struct QueryAnswer {
  int code = 200;
  std::string body;
};

class QueryClient {
 public:
  virtual ~QueryClient() = default;
  // Once, from any thread.
  virtual void Answer(const QueryAnswer& answer) = 0;
  // `gone` is to be called when the client does not wait any more; at once if that is so already.
  virtual void WhenGone(std::function<void()> gone) = 0;
};

struct QueryOrder {
  QueryTraits traits;
  std::string share_key;  // whatever decides the bytes of the answer; empty: not shared
  QueryContext::Options limits;
  std::function<QueryAnswer(QueryContext& context, int64_t waited_ns)> run;
  std::function<QueryAnswer(const base::Status& why)> refuse;
};

struct ActiveQuery {
  uint64_t id = 0;
  QueryTraits traits;
  bool running = false;
  size_t clients = 0;
  int64_t submitted_ms = 0;  // wall clock
  int64_t waited_ns = 0;
  int64_t run_ns = 0;
  int64_t samples = 0;
  int64_t bytes = 0;
  int64_t bytes_peak = 0;
};

class QueryDesk {
 public:
  struct Options {
    size_t running_max = 4;
    size_t waiting_max = 1'000;            // queries
    size_t clients_max = 64;               // of one shared query
    const MemoryBudget* budget = nullptr;  // null: memory does not matter
    // Runs a task on a thread for queries; false: refused.
    std::function<bool(std::function<void()>)> post;
  };
  struct Counts {
    size_t running = 0;
    size_t waiting = 0;
    uint64_t started = 0;
    uint64_t shared = 0;   // clients that joined a waiting query
    uint64_t refused = 0;  // too many waited, or the time was over
  };

  // `clock` must outlive the desk.
  QueryDesk(Options options, const base::Clock& clock);
  ~QueryDesk();

  void Submit(QueryOrder order, std::shared_ptr<QueryClient> client);
  // In the order of submission.
  std::vector<ActiveQuery> Active() const;
  // False: there is no such query.
  bool Cancel(uint64_t id);
  Counts counts() const;
  // Refuses those that wait and all that come.
  void Close();

 private:
  struct Flight;
  using FlightPtr = std::shared_ptr<Flight>;

  bool MayStart() const SB_REQUIRES(mutex_);
  FlightPtr Join(const QueryOrder& order, const std::shared_ptr<QueryClient>& client)
      SB_REQUIRES(mutex_);
  void Run(const FlightPtr& flight);
  QueryAnswer AnswerOf(Flight& flight);
  void Deliver(Flight& flight, const QueryAnswer& answer);
  void StartWaiting();
  void LeaveOne(Flight& flight);

  const Options options_;
  const base::Clock& clock_;
  mutable base::Mutex mutex_;
  std::deque<FlightPtr> waiting_ SB_GUARDED_BY(mutex_);
  std::vector<FlightPtr> running_ SB_GUARDED_BY(mutex_);
  uint64_t next_id_ SB_GUARDED_BY(mutex_) = 1;
  bool closed_ SB_GUARDED_BY(mutex_) = false;
  Counts counts_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::query
