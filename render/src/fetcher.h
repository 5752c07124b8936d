// SPDX-License-Identifier: Apache-2.0
//
// The requests that the script makes, to the one server that sent the job.
//
//   Fetcher fetcher("http://127.0.0.1:3000", "Authorization: Bearer x\r\n");
//   fetcher.Begin({.id = 1, .method = "GET", .path = "/api/datasources"});
//   while (fetcher.Wait(timeout, &answer)) …
//
// Only paths of that server are asked, whatever the script says. A request that fails has status 0
// and says why in `text`. At most kAtOnce run together, the others wait.
//
// Threads: Begin and Wait on one thread; the requests run on a pool of the fetcher, which lives as
// long as the process.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/task_runner.h"
#include "http_client.h"

namespace sb::print {

struct FetchRequest {
  uint32_t id = 0;
  std::string method;
  std::string path;  // with the query
  std::string content_type;
  std::string body;
};

struct FetchAnswer {
  uint32_t id = 0;
  int status = 0;
  std::string text;
};

class Fetcher {
 public:
  static constexpr size_t kAtOnce = 6;

  // `headers` are lines that end with CR LF, sent with each request.
  Fetcher(std::string base_url, std::string headers);

  void Begin(FetchRequest request);
  // The next answer, in any order; false when none came within `timeout_ms`.
  bool Wait(double timeout_ms, FetchAnswer* answer);
  bool IsIdle() const { return open_ == 0; }

 private:
  void Run(const FetchRequest& request);
  FetchAnswer Ask(const FetchRequest& request, load::HttpClient& client) const;
  // A client that nobody uses now, so that its connections are used again.
  std::unique_ptr<load::HttpClient> TakeClient();

  const std::string base_url_;
  const std::string headers_;
  load::StreamSettings settings_;
  size_t open_ = 0;
  base::Mutex mutex_;
  base::CondVar answered_;
  std::vector<std::unique_ptr<load::HttpClient>> clients_ SB_GUARDED_BY(mutex_);
  std::deque<FetchAnswer> done_ SB_GUARDED_BY(mutex_);
  base::ThreadPool pool_;  // last: it ends first
};

}  // namespace sb::print
