// SPDX-License-Identifier: Apache-2.0
//
// TraceTable is one whole trace as a query sees it: its spans in order of (start, span id), their
// tree, and the value of every slot of the plan for every span.
//
//   TraceTable trace;                       // spans and values filled by trace_loader.h
//   trace.Finish(plan);                     // sorts, builds the tree, fills the slots of the trace
//
// The tree. A span's parent is the span of that id in the same trace. Where two spans share an id
// (Zipkin's client and server halves), the server span is the child of the other and the parent of
// the children. A span whose parent is missing is an orphan: an extra root, whose parent number is
// 0 while a root's is -1. A cycle of parents is cut at its first span, which becomes an orphan.
// Nested-set numbers are those of a depth-first walk, roots first, from 1.
//
// Threads: immutable once finished.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "query/traceql/slots.h"
#include "query/traceql/value.h"

namespace sb::traceql {

struct TraceSpan {
  std::string_view span_id;    // 8 bytes
  std::string_view parent_id;  // or empty
  std::string_view name;
  std::string_view service;
  int64_t start_ns = 0;
  int64_t duration_ns = 0;
  int64_t kind = 0;    // OTLP
  int64_t status = 0;  // OTLP
  bool in_range = true;
  int32_t parent = -1;
  int32_t child_count = 0;
  int32_t left = 0;
  int32_t right = 0;
};

struct TraceTable {
  std::string trace_id;  // 16 bytes
  std::vector<TraceSpan> spans;
  std::vector<Value> values;  // spans.size() rows of slot_count
  size_t slot_count = 0;
  // Spans in the order of the walk: parents before children.
  std::vector<uint32_t> walk;
  int64_t start_ns = 0;
  int64_t end_ns = 0;
  int root = -1;  // -1: not received

  const Value* row(size_t span) const { return values.data() + span * slot_count; }
  void Finish(const SlotPlan& plan);

 private:
  void Sort();
  void LinkParents();
  void CutCycles();
  void Walk();
  void FillTraceSlots(const SlotPlan& plan);
};

}  // namespace sb::traceql
