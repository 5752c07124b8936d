// SPDX-License-Identifier: Apache-2.0
//
// QueryLog writes one line of JSON for each query that clients ask, as the reference does with
// `global.query_log_file`:
//
//   {"ts":"…","time":"…","level":"INFO","msg":"promql query logged","params":{"query":"up",
//    "start":"…","end":"…","step":15},"stats":{…},"httpRequest":{"clientIP":"…","method":"GET",
//    "path":"/api/v1/query_range"}}
//
// `error` is there when the query failed. The file is appended to; Open() again, as a reload does,
// goes on in a new file after the old one was moved away. What cannot be written is said in the
// program's log, and does not disturb the query.
//
// Threads: safe for concurrent use.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/env.h"
#include "base/mutex.h"
#include "base/status.h"
#include "query/engine/query_desk.h"
#include "query/engine/result.h"

namespace sb::api {

class QueryLog {
 public:
  // `env` must outlive the object.
  explicit QueryLog(base::Env& env) : env_(env) {}

  // Empty: nothing is logged. On an error the file before stays in use.
  base::Status Open(const std::string& path);
  bool enabled() const;

  struct Entry {
    const query::QueryTraits& traits;
    const std::string& method;
    const query::QueryStats* maybe_stats;  // null: it failed
    base::Status status;
    int64_t waited_ns = 0;
  };
  void Write(const Entry& entry);

 private:
  base::Env& env_;
  mutable base::Mutex mutex_;
  std::unique_ptr<base::WritableFile> file_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::api
