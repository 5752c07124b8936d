// SPDX-License-Identifier: Apache-2.0
//
// Traces as Jaeger models them, made of OTLP: what a resource, a scope, a kind and a status are in
// OTLP becomes tags, events become logs, parents and links become references.
//
//   SB_ASSIGN_OR_RETURN(std::vector<UiTrace> traces, UiTracesFromOtlp(bytes));
//
// Traces come in the order in which their first span stands in the bytes, spans in the order of the
// bytes. kInvalidArgument for malformed bytes. Threads: a pure function.
// Source: OpenTelemetry specification, "OpenTelemetry to Jaeger transformation".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace sb::api::jaeger {

struct UiTag {
  enum class Type : uint8_t { kString, kBool, kInt64, kFloat64, kBinary };
  std::string key;
  Type type = Type::kString;
  std::string text;  // kString; kBinary: the bytes
  bool boolean = false;
  int64_t integer = 0;
  double number = 0;
};

struct UiReference {
  bool is_child_of = true;  // else FOLLOWS_FROM
  std::string trace_id;
  std::string span_id;
};

struct UiLog {
  uint64_t time_ns = 0;
  std::vector<UiTag> fields;
};

struct UiSpan {
  std::string trace_id;  // bytes
  std::string span_id;
  std::string operation;
  std::vector<UiReference> references;
  uint64_t start_ns = 0;
  uint64_t duration_ns = 0;
  uint32_t flags = 0;
  std::vector<UiTag> tags;
  std::vector<UiLog> logs;
  size_t process = 0;  // index in UiTrace::processes
  std::vector<std::string> warnings;
};

struct UiProcess {
  std::string service;
  std::vector<UiTag> tags;
};

struct UiTrace {
  std::string trace_id;
  std::vector<UiSpan> spans;
  std::vector<UiProcess> processes;
};

// `traces_data`: an encoded TracesData or ExportTraceServiceRequest.
base::Result<std::vector<UiTrace>> UiTracesFromOtlp(std::string_view traces_data);

// "server" and so on; "" for unspecified.
std::string_view UiKind(int64_t otlp_kind);

}  // namespace sb::api::jaeger
