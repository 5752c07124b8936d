// SPDX-License-Identifier: Apache-2.0
//
// OtlpEndpoint takes the export requests of one signal, protobuf or JSON. It knows no socket:
// otlp_handler.h is its door.
//
//   OtlpOutcome outcome = endpoint.Export(OtlpEncoding::kJson, body);
//
// Outcomes, which decide whether the sender keeps its data:
//   OK                 stored, durably, but for the items that `partial` counts; those were refused
//                      for good, and the message names the first one's reason
//   kInvalidArgument   the request is malformed, nothing of it was stored; not sent again
//   kUnavailable       the store could not take it, nothing of it was stored; sent again
//
// Threads: safe for concurrent use; requests run in the caller's thread.
#pragma once

#include <string_view>

#include "base/status.h"
#include "wire/otlp/export_response.h"

namespace sb::ingest {

struct OtlpOutcome {
  base::Status status;
  wire::OtlpPartialSuccess partial;
};

class OtlpEndpoint {
 public:
  virtual ~OtlpEndpoint() = default;
  virtual OtlpOutcome Export(wire::OtlpEncoding encoding, std::string_view body) = 0;
};

// The endpoints to open on a door; null: not here, or by somebody else.
struct OtlpEndpoints {
  OtlpEndpoints() = default;
  OtlpEndpoints(OtlpEndpoint* metrics_only)  // NOLINT(google-explicit-constructor)
      : metrics(metrics_only) {}
  OtlpEndpoint* metrics = nullptr;
  OtlpEndpoint* traces = nullptr;
  OtlpEndpoint* logs = nullptr;
};

}  // namespace sb::ingest
