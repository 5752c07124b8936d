// SPDX-License-Identifier: Apache-2.0
//
// LokiPushEndpoint takes Loki push requests into the events store. It knows no socket:
// loki_handler.h is its door.
//
//   base::Status status = endpoint.Push({content_type, content_encoding, body});
//
// A request is one batch: after OK every entry survives kill -9. Streams with malformed labels and
// entries that are not what they should be are left out, counted and named; the others are stored,
// and the request is kInvalidArgument all the same, as with Loki. Other outcomes: kInvalidArgument
// (malformed, nothing stored), kFailedPrecondition (no streams at all), kResourceExhausted and
// kUnavailable (come again, nothing stored).
//
// Threads: safe for concurrent use; requests run in the caller's thread.
#pragma once

#include <string>
#include <string_view>

#include "base/instruments.h"
#include "base/status.h"
#include "ingest/pipeline/log_writer.h"

namespace sb::ingest {

struct LokiPushRequest {
  std::string_view content_type;      // as sent
  std::string_view content_encoding;  // what the HTTP server did not undo, such as "snappy"
  std::string_view body;
  bool is_legacy = false;  // /api/prom/push
};

// What a request may be after decompression.
inline constexpr size_t kLokiBodyBytesMax = 128U << 20;

class LokiPushEndpoint {
 public:
  // Both must outlive the endpoint.
  LokiPushEndpoint(LogWriter* writer, base::Registry* registry);
  base::Status Push(const LokiPushRequest& request);

 private:
  LogWriter* const writer_;
  base::Counter* const requests_;
};

}  // namespace sb::ingest
