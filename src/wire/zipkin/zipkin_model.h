// SPDX-License-Identifier: Apache-2.0
//
// Spans of Zipkin's second version, which the readers of all encodings fill and zipkin_to_otlp.h
// turns into OTLP. Ids are bytes, times nanoseconds; 0 is an unknown time.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "wire/otlp/span_reader.h"

namespace sb::wire {

struct ZipkinEndpoint {
  std::string service_name;
  std::string ipv4;  // as text
  std::string ipv6;
  int64_t port = 0;
};

struct ZipkinAnnotation {
  uint64_t time_ns = 0;
  std::string value;
};

struct ZipkinSpan {
  std::string trace_id;   // 16 bytes, if valid
  std::string span_id;    // 8 bytes, if valid
  std::string parent_id;  // 8 bytes or none
  OtlpSpanKind kind = OtlpSpanKind::kUnspecified;
  std::string name;
  uint64_t start_ns = 0;
  uint64_t duration_ns = 0;
  ZipkinEndpoint local;
  ZipkinEndpoint remote;
  std::vector<ZipkinAnnotation> annotations;
  std::vector<std::pair<std::string, std::string>> tags;
};

}  // namespace sb::wire
