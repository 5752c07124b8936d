// SPDX-License-Identifier: Apache-2.0
//
// What a Kafka record of a traces topic is, in the encodings that the Collector and Jaeger write,
// as an ExportTraceServiceRequest.
//
//   SB_RETURN_IF_ERROR(KafkaRecordToOtlp(KafkaEncoding::kJaegerProto, value, now_ns, &request));
//
// kInvalidArgument for a record that cannot be decoded. Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"

namespace sb::ingest {

enum class KafkaEncoding : uint8_t {
  kOtlpProto,
  kOtlpJson,
  kJaegerProto,  // one Span of model.proto
  kZipkinProto,
  kZipkinJson,
};
// "otlp_proto", "jaeger_proto", …; "protobuf" is what Jaeger calls its own.
std::optional<KafkaEncoding> KafkaEncodingOf(std::string_view name);

// Replaces `request`.
base::Status KafkaRecordToOtlp(KafkaEncoding encoding, std::string_view value, uint64_t now_ns,
                               std::string* request);

}  // namespace sb::ingest
