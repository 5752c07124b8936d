// SPDX-License-Identifier: Apache-2.0
//
// Reading Loki push requests: protobuf, JSON, and the older JSON of /api/prom/push, all through one
// visitor, stream by stream and entry by entry, without objects in between.
//
//   class Sink : public LokiPushVisitor { … };
//   SB_RETURN_IF_ERROR(ReadLokiProtobuf(bytes, &sink));       // logproto.PushRequest
//   SB_RETURN_IF_ERROR(ReadLokiJson(text, &sink));            // {"streams":[…]}
//   SB_RETURN_IF_ERROR(ReadLokiLegacyJson(text, &sink));      // labels as a string, entries
//
// All that is handed out is a view that holds until the visitor returns. A visitor's error ends the
// reading and is returned. A stream or an entry that is not what it should be, in a request that
// can be read on behind it, is told to the visitor. kInvalidArgument for requests that cannot be
// read on; what came before the fault has been handed out, so the caller throws it away.
//
// Source: Loki's HTTP API documentation, pkg/push/push.proto (Apache-2.0). Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "wire/loki/label_string.h"

namespace sb::wire {

struct LokiEntry {
  int64_t time_ns = 0;
  std::string_view line;
  std::vector<LokiLabel> metadata;
};

class LokiPushVisitor {
 public:
  virtual ~LokiPushVisitor() = default;
  // Entries that follow belong to this stream.
  virtual base::Status OnStream(const std::vector<LokiLabel>& labels) = 0;
  virtual base::Status OnEntry(const LokiEntry& entry) = 0;
  // A stream whose labels are malformed: its entries are left out. Returning the error ends the
  // reading.
  virtual base::Status OnBadStream(const base::Status& why) { return why; }
  // An entry that is left out; `why` names it and its stream.
  virtual base::Status OnBadEntry(const base::Status& why) { return why; }
};

// What OnBadEntry is told; `index` counts from one.
base::Status LokiEntryError(const std::vector<LokiLabel>& labels, size_t index,
                            const base::Status& why);

base::Status ReadLokiProtobuf(std::string_view bytes, LokiPushVisitor* visitor);
base::Status ReadLokiJson(std::string_view text, LokiPushVisitor* visitor);
base::Status ReadLokiLegacyJson(std::string_view text, LokiPushVisitor* visitor);

// Writes a protobuf request, for senders and tests.
class LokiPushWriter {
 public:
  explicit LokiPushWriter(std::string* out) : out_(out) {}
  void AddStream(std::string_view labels, const std::vector<LokiEntry>& entries);

 private:
  std::string* out_;
};

}  // namespace sb::wire
