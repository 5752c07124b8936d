// SPDX-License-Identifier: Apache-2.0
//
// CapturedLogs is an events store that keeps what log endpoints write in a form that tests compare.
//
//   CapturedLogs store;
//   …
//   EXPECT_EQ(store.streams.at({{"app", "shop"}})[0].line, "hello");
//
// Threads: one at a time.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "store/interface/event_store.h"

namespace sb::ingest {

struct CapturedEntry {
  int64_t time_ns = 0;
  std::string line;
  std::map<std::string, std::string> metadata;
  std::string trace_id;  // hex
  std::string span_id;   // hex
  int64_t severity_number = 0;
  int64_t observed_time = 0;
};

class CapturedLogs : public store::EventWriter {
 public:
  using Labels = std::map<std::string, std::string>;

  base::Status Write(store::EventBatch batch) override;

  // All entries, stream after stream.
  std::vector<CapturedEntry> Entries() const;
  size_t count() const { return Entries().size(); }

  std::map<Labels, std::vector<CapturedEntry>> streams;
  base::Status fail_with;  // what Write answers instead, unless OK
  size_t writes = 0;
};

}  // namespace sb::ingest
