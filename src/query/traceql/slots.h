// SPDX-License-Identifier: Apache-2.0
//
// SlotPlan is the list of attributes that a query reads; each has a slot, and each span has a value
// per slot. Binding a query to a plan writes the slots into its tree.
//
//   SlotPlan plan(fields_in_use);             // columns of the store, so that no other is asked
//   for plan.Bind(&query); options.columns = plan.Columns(); … BlockReader reader(plan, block,
//   scan);    // per block reader.Load(row, slots, &arena);
//
// A slot has sources in order; the first that the span has is its value. Values of the trace as a
// whole (NeedsTrace) are left nil by Load and filled by trace_table.h. Values are views into the
// block, its streams, or the arena (arrays).
//
// Threads: a plan is immutable once bound; a reader belongs to one thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "query/traceql/arena.h"
#include "query/traceql/ast.h"
#include "store/interface/event_store.h"

namespace sb::traceql {

// Where a slot's value may come from.
struct SlotSource {
  enum class Kind : uint8_t {
    kColumn,     // a row column, by name
    kStream,     // a stream attribute, by name
    kEvents,     // attribute `name` of the span's events: an array
    kLinks,      // … of its links
    kIntrinsic,  // computed from a fixed column
  };
  Kind kind = Kind::kColumn;
  std::string name;
};

class SlotPlan {
 public:
  struct Slot {
    Attribute attribute;
    std::vector<SlotSource> sources;
    // of_parent: the slot whose value the parent has; else -1.
    int parent_slot = -1;
  };

  // `fields`: the row columns in use, as EventReader::FieldNames tells.
  explicit SlotPlan(const std::vector<store::FieldName>& fields);

  void Bind(Query* query);
  uint32_t Add(const Attribute& attribute);
  const std::vector<Slot>& slots() const { return slots_; }
  size_t size() const { return slots_.size(); }
  // Whether a row column is in use at all, or with that type.
  bool IsUsed(std::string_view column) const { return used_.contains(column); }
  bool IsUsed(std::string_view column, store::ValueType type) const;
  // What has to be read for the slots; no stream attributes.
  std::vector<store::ColumnRequest> Columns() const;
  bool NeedsTrace() const;
  // ".http.status_code also reads http.response.status_code", for names that are in use.
  const std::vector<std::string>& alias_notes() const { return alias_notes_; }

 private:
  void BindField(FieldExpr* expr);
  void BindSpanset(SpansetExpr* expr);
  void BindScalar(ScalarExpr* expr);
  void BindPipeline(Pipeline* pipeline);
  void BindMetrics(MetricsExpr* expr);
  void AddSources(Slot* slot);
  void AddScoped(AttributeScope scope, std::string_view name, Slot* slot);

  std::map<std::string, std::set<store::ValueType>, std::less<>> used_;
  std::vector<Slot> slots_;
  std::vector<std::string> alias_notes_;
};

// The row column that holds an intrinsic; "" if it has none of its own.
std::string_view IntrinsicColumn(Intrinsic intrinsic);

class BlockReader {
 public:
  BlockReader(const SlotPlan& plan, const store::EventBlock& block, const store::EventScan& scan);

  // All slots of a row, plan.size() values.
  void Load(size_t row, Value* slots, Arena* arena) const;
  Value LoadOne(size_t slot, size_t row, Arena* arena) const;

  // The fixed columns; 0 and "" where absent.
  int64_t Integer(std::string_view column, size_t row) const;
  std::string_view Bytes(std::string_view column, size_t row) const;

 private:
  struct Bound {
    SlotSource::Kind kind = SlotSource::Kind::kColumn;
    const std::string* name = nullptr;
    std::vector<const store::EventColumn*> columns;  // of any type
  };
  Value FromSource(const Bound& bound, const SlotPlan::Slot& slot, size_t row, Arena* arena) const;
  Value FromIntrinsic(Intrinsic intrinsic, const Bound& bound, size_t row, Arena* arena) const;

  const SlotPlan& plan_;
  const store::EventBlock& block_;
  const store::EventScan& scan_;
  std::vector<std::vector<Bound>> bound_;  // per slot
};

// An attribute of a span as a value; arrays are decoded into the arena. Bytes and key-value lists
// are nil: the language has no words for them.
Value FromEvent(const store::EventValue& value, Arena* arena);

}  // namespace sb::traceql
