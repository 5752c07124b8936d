// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/metrics_compare.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "query/traceql/metrics_accumulator.h"
#include "query/traceql/span_walk.h"
#include "query/traceql/spanset_evaluator.h"
#include "store/interface/event_schema.h"

namespace sb::traceql {
namespace {

struct ValueHash {
  size_t operator()(const Value& value) const { return static_cast<size_t>(HashValue(value)); }
};
struct ValueEqual {
  bool operator()(const Value& a, const Value& b) const { return Identical(a, b); }
};

struct Counts {
  std::vector<uint64_t> steps;
  uint64_t total = 0;

  void Add(size_t step, size_t count) {
    steps.resize(std::max(steps.size(), count), 0);
    ++steps[step];
    ++total;
  }
};

struct AttributeCounts {
  std::unordered_map<Value, Counts, ValueHash, ValueEqual> values;
  Counts total;
  bool too_many = false;
};

// Counts of one kind of spans, by attribute.
using Side = std::map<std::string, AttributeCounts, std::less<>>;

class Comparison {
 public:
  Comparison(const MetricsFunction& function, const MetricsGrid& grid)
      : function_(function), grid_(grid) {}

  // The spans of a block; `selected` says which of them are.
  void Add(const store::EventBlock& block, const store::EventScan& scan,
           std::span<const uint32_t> rows, const std::vector<bool>& selected) {
    for (size_t i = 0; i < rows.size(); ++i) {
      const uint32_t row = rows[i];
      Side& side = selected[i] ? selection_ : baseline_;
      const size_t step = StepOf(block.times()[row]);
      for (const store::EventColumn& column : block.columns()) {
        if (column.Has(row)) {
          AddColumn(column, row, step, &side);
        }
      }
      for (const store::EventAttribute& attribute :
           scan.stream(block.streams()[row]).attributes()) {
        if (attribute.name.starts_with(store::kResourcePrefix)) {
          Arena arena;
          Count(attribute.name, FromEvent(attribute.value, &arena), step, &side);
        }
      }
    }
  }

  std::vector<MetricsSeries> Finish() const {
    std::vector<MetricsSeries> out;
    FinishSide(baseline_, "baseline", &out);
    FinishSide(selection_, "selection", &out);
    SortSeries(&out);
    return out;
  }

  bool IsInWindow(int64_t time_ns) const {
    return function_.compare_end_ns == 0 ||
           (time_ns >= function_.compare_start_ns && time_ns <= function_.compare_end_ns);
  }

 private:
  size_t StepOf(int64_t time_ns) const {
    const int64_t past = time_ns - grid_.first_ns + grid_.step_ns - 1;
    return std::min(static_cast<size_t>(past / grid_.step_ns), grid_.count - 1);
  }

  void AddColumn(const store::EventColumn& column, uint32_t row, size_t step, Side* side) {
    if (column.name == store::kNameColumn) {
      Count("name", Value::Text(column.texts[row]), step, side);
    } else if (column.name == store::kStatusColumn) {
      Count("status", Value::Status(StatusFromOtlp(column.integers[row])), step, side);
    } else if (column.name == store::kKindColumn) {
      Count("kind", Value::Kind(column.integers[row]), step, side);
    } else if (column.name == store::kStatusMessageColumn) {
      Count("statusMessage", Value::Text(column.texts[row]), step, side);
    } else if (std::string_view(column.name).starts_with(store::kSpanPrefix)) {
      Arena arena;
      Count(column.name, FromEvent(column.At(row), &arena), step, side);
    }
  }

  void Count(std::string_view name, const Value& value, size_t step, Side* side) {
    if (value.is_nil() || value.type == ValueType::kArray) {
      return;
    }
    auto found = side->find(name);
    if (found == side->end()) {
      found = side->emplace(std::string(name), AttributeCounts()).first;
    }
    AttributeCounts& counts = found->second;
    counts.total.Add(step, grid_.count);
    if (counts.too_many) {
      return;
    }
    auto known = counts.values.find(value);
    if (known == counts.values.end()) {
      if (counts.values.size() >= kCompareValuesMax) {
        counts.too_many = true;
        counts.values.clear();
        return;
      }
      known = counts.values.emplace(arena_.Copy(value), Counts()).first;
    }
    known->second.Add(step, grid_.count);
  }

  static MetricsSeries SeriesOf(std::string_view type, const std::string& name, const Value& value,
                                const Counts& counts) {
    MetricsSeries series;
    series.labels.emplace_back("__meta_type", OwnedValue::From(Value::Text(type)));
    series.labels.emplace_back(name, OwnedValue::From(value));
    for (const uint64_t count : counts.steps) {
      series.values.push_back(static_cast<double>(count));
    }
    return series;
  }

  // The values that are most frequent on either side together would need both sides; each side
  // tells its own.
  void FinishSide(const Side& side, const std::string& type,
                  std::vector<MetricsSeries>* out) const {
    for (const auto& [name, counts] : side) {
      out->push_back(SeriesOf(type + "_total", name, Value::Text("nil"), counts.total));
      if (counts.too_many) {
        MetricsSeries series = SeriesOf(type, name, Value::Text("nil"), counts.total);
        series.labels.emplace_back("__meta_error",
                                   OwnedValue::From(Value::Text("__too_many_values__")));
        out->push_back(std::move(series));
        continue;
      }
      std::vector<const std::pair<const Value, Counts>*> order;
      for (const auto& each : counts.values) {
        order.push_back(&each);
      }
      std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
        return a->second.total != b->second.total ? a->second.total > b->second.total
                                                  : ValueText(a->first) < ValueText(b->first);
      });
      order.resize(std::min(order.size(), static_cast<size_t>(function_.compare_top)));
      for (const auto* each : order) {
        out->push_back(SeriesOf(type, name, each->first, each->second));
      }
    }
  }

  const MetricsFunction& function_;
  const MetricsGrid grid_;
  Arena arena_;
  Side baseline_;
  Side selection_;
};

// Spans by their ids, with whether they are selected.
using Verdicts = std::map<std::pair<std::string, std::string>, bool>;

base::Status CompareOnTraces(const store::EventReader& reader, const store::ReadContext& context,
                             SpanWalk* walk, const MetricsFunction& function,
                             Comparison* comparison) {
  Verdicts verdicts;
  FieldEvaluator fields;
  SB_RETURN_IF_ERROR(walk->Traces(
      [&](const TraceTable& trace, uint32_t index) {
        SpansetEvaluator evaluator(trace, &fields);
        const TraceSpan& span = trace.spans[index];
        const bool selected = comparison->IsInWindow(span.start_ns) &&
                              !evaluator.Match(*function.selection, {index}).empty();
        verdicts[{trace.trace_id, std::string(span.span_id)}] = selected;
      },
      [&fields] { return fields.status(); }));
  std::vector<std::string> ids;
  for (const auto& [key, selected] : verdicts) {
    if (ids.empty() || ids.back() != key.first) {
      ids.push_back(key.first);
    }
  }
  if (ids.empty()) {
    return base::OkStatus();
  }
  store::EventScanOptions options;
  options.columns = {{"*"}};
  SB_ASSIGN_OR_RETURN(auto scan, reader.ScanTraces(context, std::move(ids), std::move(options)));
  for (;;) {
    SB_ASSIGN_OR_RETURN(const store::EventBlock* block, scan->Next());
    if (block == nullptr) {
      return base::OkStatus();
    }
    const store::EventColumn* trace_id =
        block->Find(store::kTraceIdColumn, store::ValueType::kBytes);
    const store::EventColumn* span_id = block->Find(store::kSpanIdColumn, store::ValueType::kBytes);
    std::vector<uint32_t> rows;
    std::vector<bool> selected;
    for (uint32_t row = 0; row < block->row_count() && trace_id != nullptr && span_id != nullptr;
         ++row) {
      const auto found =
          verdicts.find({std::string(trace_id->texts[row]), std::string(span_id->texts[row])});
      if (found != verdicts.end()) {
        rows.push_back(row);
        selected.push_back(found->second);
      }
    }
    comparison->Add(*block, *scan, rows, selected);
  }
}

}  // namespace

base::Result<std::vector<MetricsSeries>> CompareSpans(const store::EventReader& reader,
                                                      const store::ReadContext& context,
                                                      const SlotPlan& plan, const MetricsExpr& expr,
                                                      const MetricsGrid& grid,
                                                      store::EventRange range, QueryNotes* notes) {
  const MetricsFunction& function = expr.function;
  Comparison comparison(function, grid);
  SpanWalk walk(reader, context, expr.pipeline, plan, range);
  const FieldExpr* condition = function.selection->filter.get();
  if (!walk.on_blocks()) {
    SB_RETURN_IF_ERROR(CompareOnTraces(reader, context, &walk, function, &comparison));
  } else {
    FieldEvaluator fields;
    std::vector<Value> slots(plan.size());
    SB_RETURN_IF_ERROR(walk.Blocks(
        {{"*"}},
        [&](const store::EventBlock& block, const store::EventScan& scan,
            const BlockReader& block_reader, std::span<const uint32_t> rows) {
          std::vector<bool> selected;
          for (const uint32_t row : rows) {
            Arena arena;
            block_reader.Load(row, slots.data(), &arena);
            selected.push_back(comparison.IsInWindow(block.times()[row]) &&
                               (condition == nullptr || fields.Holds(*condition, slots.data())));
          }
          comparison.Add(block, scan, rows, selected);
        },
        [&fields] { return fields.status(); }));
  }
  AddStats(walk.notes().stats, &notes->stats);
  return comparison.Finish();
}

}  // namespace sb::traceql
