// SPDX-License-Identifier: Apache-2.0
#include "query/engine/query_desk.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sb::query {

// One query and the clients that want its answer. What is not constant is guarded by the desk's
// mutex, which the analysis cannot see.
struct QueryDesk::Flight {
  Flight(QueryOrder wanted, const base::Clock& clock)
      : order(std::move(wanted)),
        context(clock, order.limits),
        submitted_ms(clock.NowMs().Value()),
        submitted_ns(clock.MonotonicNs()) {}

  const QueryOrder order;
  QueryContext context;
  const int64_t submitted_ms;
  const int64_t submitted_ns;
  uint64_t id = 0;
  int64_t started_ns = 0;  // 0: waits
  std::vector<std::shared_ptr<QueryClient>> clients;
  size_t clients_left = 0;
};

QueryDesk::QueryDesk(Options options, const base::Clock& clock)
    : options_(std::move(options)), clock_(clock) {}

QueryDesk::~QueryDesk() = default;

bool QueryDesk::MayStart() const {
  if (running_.size() >= options_.running_max) {
    return false;
  }
  return running_.empty() || options_.budget == nullptr || options_.budget->HasRoomForAnother();
}

QueryDesk::FlightPtr QueryDesk::Join(const QueryOrder& order,
                                     const std::shared_ptr<QueryClient>& client) {
  if (order.share_key.empty()) {
    return nullptr;
  }
  for (const FlightPtr& flight : waiting_) {
    if (flight->order.share_key == order.share_key && flight->clients_left > 0 &&
        flight->clients.size() < options_.clients_max) {
      flight->clients.push_back(client);
      ++flight->clients_left;
      ++counts_.shared;
      return flight;
    }
  }
  return nullptr;
}

void QueryDesk::Submit(QueryOrder order, std::shared_ptr<QueryClient> client) {
  enum class Next : uint8_t { kRun, kWait, kRefuse };
  Next next = Next::kWait;
  FlightPtr flight;
  base::Status why;
  {
    base::MutexLock lock(mutex_);
    flight = closed_ ? nullptr : Join(order, client);
    if (flight == nullptr) {
      flight = std::make_shared<Flight>(std::move(order), clock_);
      flight->id = next_id_++;
      flight->clients.push_back(client);
      flight->clients_left = 1;
      if (closed_) {
        next = Next::kRefuse;
        why = base::Unavailable("the server is stopping");
      } else if (waiting_.empty() && MayStart()) {
        next = Next::kRun;
        ++counts_.started;
        flight->started_ns = clock_.MonotonicNs();
        running_.push_back(flight);
      } else if (waiting_.size() < options_.waiting_max) {
        waiting_.push_back(flight);
      } else {
        next = Next::kRefuse;
        ++counts_.refused;
        why = base::Unavailable(fmt::format(
            "{} queries are waiting already: ask again later, or raise query.concurrency",
            waiting_.size()));
      }
    }
  }
  if (next == Next::kRefuse) {
    client->Answer(flight->order.refuse(why));
    return;
  }
  client->WhenGone([this, weak = std::weak_ptr<Flight>(flight)] {
    if (const FlightPtr left = weak.lock()) {
      LeaveOne(*left);
    }
  });
  if (next == Next::kRun) {
    Run(flight);
  }
}

void QueryDesk::LeaveOne(Flight& flight) {
  base::MutexLock lock(mutex_);
  if (flight.clients_left > 0 && --flight.clients_left == 0) {
    flight.context.Cancel();
  }
}

QueryAnswer QueryDesk::AnswerOf(Flight& flight) {
  const int64_t waited_ns = flight.started_ns - flight.submitted_ns;
  const base::Status alive = flight.context.CheckAlive();
  if (alive.ok()) {
    return flight.order.run(flight.context, waited_ns);
  }
  {
    base::MutexLock lock(mutex_);
    ++counts_.refused;
  }
  return flight.order.refuse(alive.code() == base::StatusCode::kDeadlineExceeded
                                 ? base::DeadlineExceeded("query timed out in query queue")
                                 : base::Cancelled("query was canceled in query queue"));
}

void QueryDesk::Run(const FlightPtr& flight) {
  const QueryAnswer answer = AnswerOf(*flight);
  {
    base::MutexLock lock(mutex_);
    std::erase(running_, flight);
  }
  // The next one first: a client may be slow to take its answer.
  StartWaiting();
  Deliver(*flight, answer);
}

void QueryDesk::Deliver(Flight& flight, const QueryAnswer& answer) {
  std::vector<std::shared_ptr<QueryClient>> clients;
  {
    base::MutexLock lock(mutex_);
    clients.swap(flight.clients);
  }
  for (const std::shared_ptr<QueryClient>& client : clients) {
    client->Answer(answer);
  }
}

void QueryDesk::StartWaiting() {
  while (true) {
    FlightPtr flight;
    {
      base::MutexLock lock(mutex_);
      if (waiting_.empty() || !MayStart()) {
        return;
      }
      flight = waiting_.front();
      waiting_.pop_front();
      ++counts_.started;
      flight->started_ns = clock_.MonotonicNs();
      running_.push_back(flight);
    }
    if (options_.post([this, flight] { Run(flight); })) {
      continue;
    }
    {
      base::MutexLock lock(mutex_);
      std::erase(running_, flight);
      ++counts_.refused;
    }
    Deliver(*flight, flight->order.refuse(base::Unavailable("too many requests are waiting")));
  }
}

std::vector<ActiveQuery> QueryDesk::Active() const {
  std::vector<ActiveQuery> out;
  base::MutexLock lock(mutex_);
  const int64_t now = clock_.MonotonicNs();
  const auto add = [&](const Flight& flight) {
    ActiveQuery query;
    query.id = flight.id;
    query.traits = flight.order.traits;
    query.running = flight.started_ns != 0;
    query.clients = flight.clients.size();
    query.submitted_ms = flight.submitted_ms;
    query.waited_ns = (query.running ? flight.started_ns : now) - flight.submitted_ns;
    query.run_ns = query.running ? now - flight.started_ns : 0;
    query.samples = flight.context.current_samples();
    query.bytes = flight.context.current_bytes();
    query.bytes_peak = flight.context.peak_bytes();
    out.push_back(std::move(query));
  };
  for (const FlightPtr& flight : running_) {
    add(*flight);
  }
  for (const FlightPtr& flight : waiting_) {
    add(*flight);
  }
  std::sort(out.begin(), out.end(),
            [](const ActiveQuery& a, const ActiveQuery& b) { return a.id < b.id; });
  return out;
}

bool QueryDesk::Cancel(uint64_t id) {
  base::MutexLock lock(mutex_);
  const auto cancel = [id](const auto& list) {
    const auto at = std::find_if(list.begin(), list.end(),
                                 [id](const FlightPtr& flight) { return flight->id == id; });
    if (at == list.end()) {
      return false;
    }
    (*at)->context.Cancel();
    return true;
  };
  return cancel(running_) || cancel(waiting_);
}

QueryDesk::Counts QueryDesk::counts() const {
  base::MutexLock lock(mutex_);
  Counts counts = counts_;
  counts.running = running_.size();
  counts.waiting = waiting_.size();
  return counts;
}

void QueryDesk::Close() {
  std::deque<FlightPtr> waiting;
  {
    base::MutexLock lock(mutex_);
    closed_ = true;
    waiting.swap(waiting_);
    counts_.refused += waiting.size();
  }
  for (const FlightPtr& flight : waiting) {
    Deliver(*flight, flight->order.refuse(base::Unavailable("the server is stopping")));
  }
}

}  // namespace sb::query
