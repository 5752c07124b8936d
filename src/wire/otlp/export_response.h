// SPDX-License-Identifier: Apache-2.0
//
// What an OTLP server answers, in the encoding of the request: Export<Signal>ServiceResponse, which
// has a partial_success only if something was refused, and google.rpc.Status for failures.
//
// Source: OTLP specification 1.x, "OTLP/HTTP Response". Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace sb::wire {

enum class OtlpEncoding : uint8_t { kProtobuf, kJson };
enum class OtlpSignal : uint8_t { kTraces, kMetrics, kLogs };

// "application/x-protobuf", "application/json".
std::string_view OtlpContentType(OtlpEncoding encoding);
// False for any other media type (lower case, without parameters).
bool ParseOtlpContentType(std::string_view media_type, OtlpEncoding* encoding);

struct OtlpPartialSuccess {
  uint64_t rejected = 0;
  std::string message;  // of the first refusal, or a warning if nothing was refused
};

std::string WriteExportResponse(OtlpSignal signal, OtlpEncoding encoding,
                                const OtlpPartialSuccess& partial);
std::string WriteRpcStatus(OtlpEncoding encoding, const base::Status& status);

}  // namespace sb::wire
