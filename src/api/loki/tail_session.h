// SPDX-License-Identifier: Apache-2.0
//
// TailSession is one live tail: it runs every batch that is written through the query and sends
// what passes.
//
//   auto session = std::make_shared<TailSession>(log, style, pool);
//   session->Subscribe(reader);             // lines wait from now on
//   session->Start(socket, backlog);        // sends the backlog, then what waits
//   …
//   session->Stop();                        // when the socket closes
//
// Lines wait in a queue of kQueuedMax; those that do not fit are dropped and told to the client as
// dropped_entries (at most kDroppedMax of them by name). Sending happens on the pool, one task at a
// time, and pauses while the client does not read.
//
// Threads: safe for concurrent use.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "api/loki/loki_json.h"
#include "base/mutex.h"
#include "base/task_runner.h"
#include "net/websocket.h"
#include "query/logql/ast.h"
#include "query/logql/pipeline.h"
#include "store/interface/event_store.h"

namespace sb::api::loki {

class TailSession : public std::enable_shared_from_this<TailSession> {
 public:
  static constexpr size_t kQueuedMax = 10'000;
  static constexpr size_t kDroppedMax = 100;
  static constexpr size_t kUnsentBytesMax = 512 << 10;

  TailSession(std::unique_ptr<logql::LogExpr> log, LabelStyle style, base::ThreadPool* pool)
      : log_(std::move(log)), style_(style), pool_(pool) {}

  base::Status Prepare(int64_t now_ns);
  void Subscribe(store::EventReader& reader);
  // `backlog` is sent first; lines of it that also wait are sent once.
  void Start(std::shared_ptr<net::WebSocket> socket, const logql::LogAnswer& backlog);
  void Stop();

 private:
  struct Line {
    model::LabelSet labels;
    model::LabelSet stream;
    logql::LogEntry entry;
  };
  void OnBatch(const store::EventBatch& batch);
  void AddRow(const store::EventBatch& batch, size_t row, std::vector<size_t>* cursors)
      SB_REQUIRES(mutex_);
  void Enqueue(Line line) SB_REQUIRES(mutex_);
  void StartDraining();
  void Drain();
  // What waits, as one message; empty if nothing does.
  std::string NextMessage();

  const std::unique_ptr<logql::LogExpr> log_;
  const LabelStyle style_;
  base::ThreadPool* const pool_;

  base::Mutex mutex_;
  logql::Pipeline pipeline_ SB_GUARDED_BY(mutex_);
  logql::LogLine line_ SB_GUARDED_BY(mutex_);
  std::deque<Line> queue_ SB_GUARDED_BY(mutex_);
  std::vector<DroppedEntry> dropped_ SB_GUARDED_BY(mutex_);
  std::shared_ptr<net::WebSocket> socket_ SB_GUARDED_BY(mutex_);
  bool is_draining_ SB_GUARDED_BY(mutex_) = false;
  bool is_stopped_ SB_GUARDED_BY(mutex_) = false;

  base::Mutex subscription_mutex_;
  std::unique_ptr<store::EventReader::Subscription> subscription_
      SB_GUARDED_BY(subscription_mutex_);
};

}  // namespace sb::api::loki
