// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/trace_loader.h"

#include <algorithm>
#include <unordered_map>

#include "store/interface/event_schema.h"

namespace sb::traceql {
namespace {

constexpr std::string_view kServiceName = "resource.service.name";

// Columns of one block that every span has.
struct FixedColumns {
  explicit FixedColumns(const store::EventBlock& block)
      : trace_id(block.Find(store::kTraceIdColumn, store::ValueType::kBytes)),
        span_id(block.Find(store::kSpanIdColumn, store::ValueType::kBytes)),
        parent_id(block.Find(store::kParentSpanIdColumn, store::ValueType::kBytes)),
        name(block.Find(store::kNameColumn, store::ValueType::kText)),
        duration(block.Find(store::kDurationColumn, store::ValueType::kInt)),
        kind(block.Find(store::kKindColumn, store::ValueType::kInt)),
        status(block.Find(store::kStatusColumn, store::ValueType::kInt)) {}

  static std::string_view Text(const store::EventColumn* column, size_t row) {
    return column != nullptr && column->Has(row) ? column->texts[row] : std::string_view();
  }
  static int64_t Int(const store::EventColumn* column, size_t row) {
    return column != nullptr && column->Has(row) ? column->integers[row] : 0;
  }

  const store::EventColumn* trace_id;
  const store::EventColumn* span_id;
  const store::EventColumn* parent_id;
  const store::EventColumn* name;
  const store::EventColumn* duration;
  const store::EventColumn* kind;
  const store::EventColumn* status;
};

class Collector {
 public:
  Collector(const SlotPlan& plan, store::EventRange range, const std::vector<std::string>& ids,
            TraceSet* out)
      : plan_(plan), range_(range), out_(out) {
    out_->traces.resize(ids.size());
    for (size_t i = 0; i < ids.size(); ++i) {
      out_->traces[i].trace_id = ids[i];
      out_->traces[i].slot_count = plan.size();
      by_id_.emplace(out_->traces[i].trace_id, i);
    }
  }

  void Add(const store::EventBlock& block, const store::EventScan& scan) {
    const FixedColumns fixed(block);
    const BlockReader reader(plan_, block, scan);
    std::vector<Value> slots(plan_.size());
    for (size_t row = 0; row < block.row_count(); ++row) {
      const auto found = by_id_.find(FixedColumns::Text(fixed.trace_id, row));
      if (found == by_id_.end()) {
        continue;
      }
      TraceTable& trace = out_->traces[found->second];
      trace.spans.push_back(SpanOf(block, scan, fixed, row));
      reader.Load(row, slots.data(), &out_->arena);
      for (const Value& value : slots) {
        trace.values.push_back(out_->arena.Copy(value));
      }
    }
  }

 private:
  TraceSpan SpanOf(const store::EventBlock& block, const store::EventScan& scan,
                   const FixedColumns& fixed, size_t row) {
    TraceSpan span;
    span.span_id = out_->arena.Copy(FixedColumns::Text(fixed.span_id, row));
    span.parent_id = out_->arena.Copy(FixedColumns::Text(fixed.parent_id, row));
    span.name = out_->arena.Copy(FixedColumns::Text(fixed.name, row));
    span.service = ServiceOf(scan.stream(block.streams()[row]));
    span.start_ns = block.times()[row];
    span.duration_ns = FixedColumns::Int(fixed.duration, row);
    span.kind = FixedColumns::Int(fixed.kind, row);
    span.status = FixedColumns::Int(fixed.status, row);
    span.in_range = range_.Contains(span.start_ns);
    return span;
  }

  // One copy per distinct name.
  std::string_view ServiceOf(const store::EventStream& stream) {
    const std::string_view name = stream.Label(kServiceName);
    const auto found = services_.find(std::string(name));
    if (found != services_.end()) {
      return found->second;
    }
    const std::string_view copy = out_->arena.Copy(name);
    services_.emplace(std::string(name), copy);
    return copy;
  }

  const SlotPlan& plan_;
  const store::EventRange range_;
  TraceSet* const out_;
  std::unordered_map<std::string_view, size_t> by_id_;
  std::unordered_map<std::string, std::string_view> services_;
};

std::vector<store::ColumnRequest> AllColumns(const SlotPlan& plan) {
  std::vector<store::ColumnRequest> columns = plan.Columns();
  for (const std::string_view name :
       {store::kTraceIdColumn, store::kSpanIdColumn, store::kParentSpanIdColumn, store::kNameColumn,
        store::kDurationColumn, store::kKindColumn, store::kStatusColumn}) {
    const bool there = std::any_of(columns.begin(), columns.end(),
                                   [&](const auto& column) { return column.name == name; });
    if (!there) {
      columns.push_back({std::string(name)});
    }
  }
  return columns;
}

}  // namespace

void AddStats(const store::ScanStats& from, store::ScanStats* to) {
  to->rows_inspected += from.rows_inspected;
  to->rows_returned += from.rows_returned;
  to->bytes_inspected += from.bytes_inspected;
  to->parts += from.parts;
  to->pages_skipped += from.pages_skipped;
}

base::Result<TraceSet> TraceLoader::Load(std::vector<std::string> ids) const {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  TraceSet out;
  if (ids.empty()) {
    return out;
  }
  store::EventScanOptions options;
  options.columns = AllColumns(plan_);
  SB_ASSIGN_OR_RETURN(auto scan, reader_.ScanTraces(context_, ids, std::move(options)));
  Collector collector(plan_, range_, ids, &out);
  for (;;) {
    SB_RETURN_IF_ERROR(context_.CheckAlive());
    SB_ASSIGN_OR_RETURN(const store::EventBlock* block, scan->Next());
    if (block == nullptr) {
      break;
    }
    collector.Add(*block, *scan);
    if (out.arena.bytes() > kTraceBytesMax) {
      return base::ResourceExhausted("the traces of this query are larger than " +
                                     std::to_string(kTraceBytesMax) +
                                     " bytes: narrow the time range or the conditions");
    }
  }
  out.stats = scan->stats();
  out.warnings = scan->warnings();
  std::erase_if(out.traces, [](const TraceTable& trace) { return trace.spans.empty(); });
  for (TraceTable& trace : out.traces) {
    trace.Finish(plan_);
  }
  return out;
}

}  // namespace sb::traceql
