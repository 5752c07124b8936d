// SPDX-License-Identifier: Apache-2.0
//
// Which message a remote write request carries, by its headers. The words of a refusal are the
// reference's.
//
// Source: Prometheus storage/remote/write_handler.go, https://prometheus.io/docs/specs/prw/.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/status.h"

namespace sb::ingest {

enum class WriteProtocol : uint8_t { kV1, kV2 };

// `prometheus.WriteRequest`, `io.prometheus.write.v2.Request`.
std::string_view WriteProtocolName(WriteProtocol protocol);

// From the Content-Type; an empty one means 1.0. kInvalidArgument for anything that is neither.
base::Result<WriteProtocol> ParseWriteProtocol(std::string_view content_type);

// OK for snappy, and for none, which the first senders meant as snappy.
base::Status CheckWriteEncoding(std::string_view content_encoding);

}  // namespace sb::ingest
