// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/metrics.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <unordered_map>

#include "query/traceql/hints.h"
#include "query/traceql/metrics_accumulator.h"
#include "query/traceql/metrics_compare.h"
#include "query/traceql/metrics_math.h"
#include "query/traceql/parser.h"
#include "query/traceql/rewrite.h"
#include "query/traceql/span_walk.h"
#include "store/interface/event_schema.h"

namespace sb::traceql {
namespace {

constexpr size_t kStepsMax = 100'000;

base::Result<MetricsGrid> GridOf(const MetricsOptions& options) {
  if (options.end_ns <= options.start_ns) {
    return base::InvalidArgument("end must be after start: " + std::to_string(options.end_ns));
  }
  if (options.instant) {
    return MetricsGrid{options.end_ns, options.end_ns - options.start_ns + 1, 1};
  }
  if (options.step_ns <= 0) {
    return base::InvalidArgument("step must be above 0: " + std::to_string(options.step_ns));
  }
  const auto floor_div = [](int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); };
  const int64_t first = floor_div(options.start_ns, options.step_ns);
  const int64_t last = -floor_div(-options.end_ns, options.step_ns);
  if (static_cast<uint64_t>(last - first) >= kStepsMax) {
    return base::InvalidArgument("the range has more than " + std::to_string(kStepsMax) +
                                 " steps: take a longer step");
  }
  return MetricsGrid{first * options.step_ns, options.step_ns,
                     static_cast<size_t>(last - first) + 1};
}

store::EventRange RangeOf(const MetricsGrid& grid) {
  return {grid.first_ns - grid.step_ns + 1, grid.At(grid.count - 1) + 1};
}

// The interval of a time; remembers the last one, since times come in runs.
class StepFinder {
 public:
  explicit StepFinder(const MetricsGrid& grid) : grid_(grid) {}
  size_t Of(int64_t time_ns) {
    if (time_ns > low_ || time_ns <= low_ - grid_.step_ns) {
      const int64_t past = time_ns - grid_.first_ns + grid_.step_ns - 1;
      step_ = std::min(static_cast<size_t>(past / grid_.step_ns), grid_.count - 1);
      low_ = grid_.At(step_);
    }
    return step_;
  }

 private:
  const MetricsGrid grid_;
  int64_t low_ = INT64_MIN / 2;  // the interval's end
  size_t step_ = 0;
};

// Series by the values of the group, one small number per distinct value of each attribute.
class Grouper {
 public:
  Grouper(const MetricsFunction& function, const SlotPlan& plan, MetricsAccumulator* sums)
      : plan_(plan), sums_(*sums) {
    for (const Attribute& attribute : function.by) {
      for (size_t i = 0; i < plan.size(); ++i) {
        if (plan.slots()[i].attribute == attribute) {
          slots_.push_back(i);
        }
      }
    }
    values_.resize(slots_.size());
    ids_.resize(slots_.size());
    of_stream_.resize(slots_.size());
    dictionary_ids_.resize(slots_.size());
    columns_.resize(slots_.size());
  }

  void BeginBlock(const store::EventBlock& block, const BlockReader& reader) {
    block_ = &block;
    reader_ = &reader;
    for (size_t i = 0; i < slots_.size(); ++i) {
      const auto& sources = plan_.slots()[slots_[i]].sources;
      columns_[i] = nullptr;
      if (sources.size() == 1 &&
          (sources[0].kind == SlotSource::Kind::kColumn ||
           plan_.slots()[slots_[i]].attribute.intrinsic == Intrinsic::kName)) {
        columns_[i] = DictionaryOf(sources[0].name);
      }
      if (columns_[i] != nullptr) {
        dictionary_ids_[i].assign(columns_[i]->dictionary.size(), kUnknown);
      }
    }
    last_series_ = kUnknown;
  }

  uint32_t SeriesAt(size_t row) {
    bool same = last_series_ != kUnknown;
    for (size_t i = 0; i < slots_.size(); ++i) {
      const uint32_t id = IdAt(i, row);
      same = same && ids_[i] == id;
      ids_[i] = id;
    }
    if (same) {
      return last_series_;
    }
    // Fold the ids into one number, pair by pair.
    uint32_t folded = slots_.empty() ? 0 : ids_[0];
    for (size_t i = 1; i < slots_.size(); ++i) {
      const uint64_t pair = (uint64_t{folded} << 32 | ids_[i]) ^ (uint64_t{i} << 60);
      folded = pairs_.try_emplace(pair, static_cast<uint32_t>(pairs_.size())).first->second;
    }
    const auto [it, is_new] = series_.try_emplace(folded, 0);
    if (is_new) {
      std::vector<Value> group;
      for (size_t i = 0; i < slots_.size(); ++i) {
        group.push_back(values_[i].list[ids_[i]]);
      }
      it->second = sums_.SeriesOf(group);
    }
    last_series_ = it->second;
    return last_series_;
  }

  uint32_t SeriesOf(const Value* slots) {
    std::vector<Value> group;
    for (const size_t slot : slots_) {
      group.push_back(slots[slot]);
    }
    return sums_.SeriesOf(group);
  }

 private:
  static constexpr uint32_t kUnknown = UINT32_MAX;
  struct Values {
    std::vector<Value> list;
    std::unordered_multimap<uint64_t, uint32_t> by_hash;
  };

  // Only if it is the name's only column in the block, and has a dictionary.
  const store::EventColumn* DictionaryOf(const std::string& name) const {
    const store::EventColumn* found = nullptr;
    for (const store::EventColumn& column : block_->columns()) {
      if (column.name == name) {
        if (found != nullptr || column.dictionary.empty() ||
            column.type != store::ValueType::kText) {
          return nullptr;
        }
        found = &column;
      }
    }
    return found;
  }

  uint32_t Intern(size_t i, const Value& value) {
    Values& values = values_[i];
    const uint64_t hash = HashValue(value);
    for (auto [it, end] = values.by_hash.equal_range(hash); it != end; ++it) {
      if (Identical(values.list[it->second], value)) {
        return it->second;
      }
    }
    Value copy = arena_.Copy(value);
    if (value.type == ValueType::kArray) {
      std::vector<Value> elements;
      for (const Value& element : value.elements) {
        elements.push_back(arena_.Copy(element));
      }
      copy = Value::Array(arena_.Keep(std::move(elements)));
    }
    values.list.push_back(copy);
    values.by_hash.emplace(hash, static_cast<uint32_t>(values.list.size() - 1));
    return static_cast<uint32_t>(values.list.size() - 1);
  }

  uint32_t IdAt(size_t i, size_t row) {
    if (const store::EventColumn* column = columns_[i]; column != nullptr && column->Has(row)) {
      uint32_t& id = dictionary_ids_[i][column->codes[row]];
      if (id == kUnknown) {
        id = Intern(i, Value::Text(column->dictionary[column->codes[row]]));
      }
      return id;
    }
    const auto& sources = plan_.slots()[slots_[i]].sources;
    const bool is_stream = sources.size() == 1 && sources[0].kind == SlotSource::Kind::kStream;
    if (!is_stream) {
      Arena arena;
      return Intern(i, reader_->LoadOne(slots_[i], row, &arena));
    }
    const uint32_t stream = block_->streams()[row];
    std::vector<uint32_t>& of_stream = of_stream_[i];
    if (stream >= of_stream.size()) {
      of_stream.resize(stream + 1, kUnknown);
    }
    if (of_stream[stream] == kUnknown) {
      Arena arena;
      of_stream[stream] = Intern(i, reader_->LoadOne(slots_[i], row, &arena));
    }
    return of_stream[stream];
  }

  const SlotPlan& plan_;
  MetricsAccumulator& sums_;
  std::vector<size_t> slots_;
  std::vector<Values> values_;
  std::vector<uint32_t> ids_;  // of the last row
  std::vector<std::vector<uint32_t>> of_stream_;
  std::vector<std::vector<uint32_t>> dictionary_ids_;
  std::vector<const store::EventColumn*> columns_;
  const store::EventBlock* block_ = nullptr;
  const BlockReader* reader_ = nullptr;
  std::unordered_map<uint64_t, uint32_t> pairs_;
  std::unordered_map<uint32_t, uint32_t> series_;
  uint32_t last_series_ = kUnknown;
  Arena arena_;
};

class Engine {
 public:
  Engine(const store::EventReader& reader, const store::ReadContext& context, const SlotPlan& plan,
         const MetricsGrid& grid, const MetricsOptions& options)
      : reader_(reader), context_(context), plan_(plan), grid_(grid), options_(options) {}

  base::Result<std::vector<MetricsSeries>> Run(const MetricsExpr& expr) {
    switch (expr.kind) {
      case MetricsExpr::Kind::kQuery:
        return expr.function.op == MetricsOp::kCompare ? RunCompare(expr) : RunQuery(expr);
      case MetricsExpr::Kind::kBinary:
        return RunBinary(expr);
      case MetricsExpr::Kind::kNumber:
        return base::Internal("a number is no query");
      default:
        break;
    }
    SB_ASSIGN_OR_RETURN(std::vector<MetricsSeries> series, Run(*expr.lhs));
    if (expr.kind == MetricsExpr::Kind::kFilter) {
      KeepWhere(expr.op, *ConstantOf(*expr.rhs), &series);
    } else {
      KeepTop(static_cast<size_t>(expr.k), expr.kind == MetricsExpr::Kind::kTopK, &series);
    }
    return series;
  }

  QueryNotes TakeNotes() { return std::move(notes_); }

 private:
  base::Result<std::vector<MetricsSeries>> RunBinary(const MetricsExpr& expr) {
    const auto lhs_number = ConstantOf(*expr.lhs);
    const auto rhs_number = ConstantOf(*expr.rhs);
    if (lhs_number.has_value()) {
      SB_ASSIGN_OR_RETURN(std::vector<MetricsSeries> series, Run(*expr.rhs));
      ApplyConstant(expr.op, *lhs_number, true, &series);
      return series;
    }
    SB_ASSIGN_OR_RETURN(std::vector<MetricsSeries> lhs, Run(*expr.lhs));
    if (rhs_number.has_value()) {
      ApplyConstant(expr.op, *rhs_number, false, &lhs);
      return lhs;
    }
    SB_ASSIGN_OR_RETURN(std::vector<MetricsSeries> rhs, Run(*expr.rhs));
    return JoinSeries(expr.op, std::move(lhs), rhs);
  }

  base::Result<std::vector<MetricsSeries>> RunCompare(const MetricsExpr& expr) {
    return CompareSpans(reader_, context_, plan_, expr, grid_, RangeOf(grid_), &notes_);
  }

  size_t FieldSlot(const MetricsFunction& function) const {
    size_t slot = 0;
    while (function.field.has_value() && !(plan_.slots()[slot].attribute == *function.field)) {
      ++slot;
    }
    return slot;
  }

  base::Result<std::vector<MetricsSeries>> RunQuery(const MetricsExpr& expr) {
    MetricsAccumulator sums(expr.function, grid_, options_.instant, options_.exemplars > 0);
    Grouper groups(expr.function, plan_, &sums);
    SpanWalk walk(reader_, context_, expr.pipeline, plan_, RangeOf(grid_));
    const auto alive = [&sums] { return sums.status(); };
    if (walk.on_blocks()) {
      SB_RETURN_IF_ERROR(OnBlocks(expr.function, &walk, &groups, &sums));
    } else {
      const size_t field = FieldSlot(expr.function);
      StepFinder steps(grid_);
      SB_RETURN_IF_ERROR(walk.Traces(
          [&](const TraceTable& trace, uint32_t index) {
            const TraceSpan& span = trace.spans[index];
            const Value value = sums.needs_value() ? trace.row(index)[field] : Value::Nil();
            if (sums.needs_value() && !value.IsNumeric()) {
              return;
            }
            AddSpan(groups.SeriesOf(trace.row(index)), steps.Of(span.start_ns), value,
                    trace.trace_id, span.span_id, span.start_ns, &sums);
          },
          alive));
    }
    notes_.traces_inspected += walk.notes().traces_inspected;
    AddStats(walk.notes().stats, &notes_.stats);
    notes_.messages.insert(notes_.messages.end(), walk.notes().messages.begin(),
                           walk.notes().messages.end());
    SB_RETURN_IF_ERROR(sums.status());
    return sums.Finish(options_.exemplars);
  }

  void AddSpan(uint32_t series, size_t step, const Value& value, std::string_view trace_id,
               std::string_view span_id, int64_t time_ns, MetricsAccumulator* sums) const {
    if (sums->needs_value()) {
      sums->AddValue(series, step, value.AsNumber());
    } else {
      sums->AddOne(series, step);
    }
    if (options_.exemplars > 0) {
      sums->AddExemplar(series, step, trace_id, span_id, time_ns, value.AsNumber());
    }
  }

  base::Status OnBlocks(const MetricsFunction& function, SpanWalk* walk, Grouper* groups,
                        MetricsAccumulator* sums) {
    std::vector<store::ColumnRequest> columns = plan_.Columns();
    if (options_.exemplars > 0) {
      columns.push_back({std::string(store::kTraceIdColumn)});
      columns.push_back({std::string(store::kSpanIdColumn)});
    }
    const size_t field = FieldSlot(function);
    StepFinder steps(grid_);
    return walk->Blocks(
        std::move(columns),
        [&](const store::EventBlock& block, const store::EventScan&, const BlockReader& reader,
            std::span<const uint32_t> rows) {
          groups->BeginBlock(block, reader);
          const bool is_duration =
              function.field.has_value() && function.field->intrinsic == Intrinsic::kDuration;
          const store::EventColumn* duration =
              is_duration ? block.Find(store::kDurationColumn, store::ValueType::kInt) : nullptr;
          Arena arena;
          for (const uint32_t row : rows) {
            Value value;
            if (duration != nullptr) {
              value = Value::Duration(duration->integers[row]);
            } else if (sums->needs_value()) {
              value = reader.LoadOne(field, row, &arena);
            }
            if (sums->needs_value() && !value.IsNumeric()) {
              continue;
            }
            const int64_t time_ns = block.times()[row];
            const bool wanted = options_.exemplars > 0;
            AddSpan(groups->SeriesAt(row), steps.Of(time_ns), value,
                    wanted ? reader.Bytes(store::kTraceIdColumn, row) : "",
                    wanted ? reader.Bytes(store::kSpanIdColumn, row) : "", time_ns, sums);
          }
        },
        [sums] { return sums->status(); });
  }

  const store::EventReader& reader_;
  const store::ReadContext& context_;
  const SlotPlan& plan_;
  const MetricsGrid& grid_;
  const MetricsOptions& options_;
  QueryNotes notes_;
};

bool IsEmpty(const MetricsSeries& series) {
  return std::all_of(series.values.begin(), series.values.end(),
                     [](double value) { return std::isnan(value); });
}

}  // namespace

base::Result<MetricsResult> QueryMetrics(const store::EventReader& reader,
                                         const store::ReadContext& context, std::string_view text,
                                         const MetricsOptions& options) {
  SB_ASSIGN_OR_RETURN(Query query, ParseAndValidate(text));
  if (query.metrics == nullptr) {
    return base::InvalidArgument("not a metrics query, it has no rate() or the like: " +
                                 std::string(text));
  }
  MetricsResult result;
  SB_ASSIGN_OR_RETURN(result.grid, GridOf(options));
  Rewrite(&query);
  SB_ASSIGN_OR_RETURN(const auto fields, reader.FieldNames(context, RangeOf(result.grid)));
  SlotPlan plan(fields);
  plan.Bind(&query);
  HintEffects hints = EffectsOf(query);
  MetricsOptions hinted = options;
  hinted.exemplars = hints.exemplars.value_or(options.exemplars);
  Engine engine(reader, context, plan, result.grid, hinted);
  SB_ASSIGN_OR_RETURN(result.series, engine.Run(*query.metrics));
  std::erase_if(result.series, IsEmpty);
  result.notes = engine.TakeNotes();
  std::move(hints.notes.begin(), hints.notes.end(), std::back_inserter(result.notes.messages));
  result.notes.messages.insert(result.notes.messages.end(), plan.alias_notes().begin(),
                               plan.alias_notes().end());
  return result;
}

int64_t DefaultStepNs(int64_t range_ns) {
  constexpr int64_t kSecond = 1'000'000'000;
  constexpr int64_t kPoints = 240;
  const int64_t raw = range_ns / kPoints;
  for (const int64_t unit :
       {3600 * kSecond, 300 * kSecond, 60 * kSecond, 15 * kSecond, 5 * kSecond, kSecond}) {
    if (raw >= unit) {
      return raw / unit * unit;
    }
  }
  constexpr int64_t kShortest = 50'000'000;
  return range_ns < 60 * kSecond ? std::max(kShortest, raw / kShortest * kShortest) : kSecond;
}

}  // namespace sb::traceql
