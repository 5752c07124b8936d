// SPDX-License-Identifier: Apache-2.0
//
// A batch of Jaeger spans, however it was encoded: what thrift_batch.h and proto_batch.h read and
// jaeger_to_otlp.h turns into OTLP. Text is views into the bytes that were read; ids are in the
// order of their digits. Times are nanoseconds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sb::wire {

struct JaegerTag {
  enum class Type : uint8_t { kString, kBool, kInt, kDouble, kBinary };
  std::string_view key;
  Type type = Type::kString;
  std::string_view text;  // kString, kBinary
  bool boolean = false;
  int64_t integer = 0;
  double number = 0;
};

struct JaegerLog {
  uint64_t time_ns = 0;
  std::vector<JaegerTag> fields;
};

struct JaegerReference {
  bool follows_from = false;  // else CHILD_OF
  std::string trace_id;       // 16 bytes
  std::string span_id;        // 8 bytes
};

struct JaegerProcess {
  std::string_view service_name;
  std::vector<JaegerTag> tags;
};

struct JaegerSpan {
  std::string trace_id;   // 16 bytes
  std::string span_id;    // 8 bytes
  std::string parent_id;  // 8 bytes; empty: none, or only in the references
  std::string_view name;
  uint32_t flags = 0;
  uint64_t start_ns = 0;
  uint64_t duration_ns = 0;
  std::vector<JaegerReference> references;
  std::vector<JaegerTag> tags;
  std::vector<JaegerLog> logs;
  // Set if the span brought its own: it holds instead of the batch's.
  bool has_process = false;
  JaegerProcess process;
};

struct JaegerBatch {
  JaegerProcess process;
  std::vector<JaegerSpan> spans;
};

// Bounds what a batch may allocate, whatever its bytes claim: a tag of two bytes takes sixty here.
class JaegerBudget {
 public:
  // False when the batch has too much in it.
  bool Take(size_t bytes) {
    left_ = bytes <= left_ ? left_ - bytes : 0;
    return left_ > 0;
  }

 private:
  size_t left_ = size_t{128} << 20;
};

}  // namespace sb::wire
