// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/search.h"

#include <algorithm>
#include <array>
#include <bit>
#include <compare>
#include <iterator>
#include <unordered_map>

#include "query/traceql/hints.h"
#include "query/traceql/parser.h"
#include "query/traceql/pushdown.h"
#include "query/traceql/rewrite.h"
#include "query/traceql/spanset_evaluator.h"
#include "query/traceql/trace_loader.h"
#include "store/interface/event_schema.h"

namespace sb::traceql {
namespace {

Literal OwnedScalar(const Value& value) {
  return {value.type, value.integer, value.number, std::string(value.text)};
}

// Shown beside a span as fields of their own.
bool HasOwnField(Intrinsic intrinsic) {
  switch (intrinsic) {
    case Intrinsic::kName:
    case Intrinsic::kDuration:
    case Intrinsic::kSpanId:
    case Intrinsic::kTraceId:
    case Intrinsic::kTraceDuration:
    case Intrinsic::kTraceRootName:
    case Intrinsic::kTraceRootService:
      return true;
    default:
      return false;
  }
}

FoundSpan DescribeSpan(const SlotPlan& plan, const TraceTable& trace, uint32_t index) {
  const TraceSpan& span = trace.spans[index];
  FoundSpan out;
  out.span_id = std::string(span.span_id);
  out.name = std::string(span.name);
  out.start_ns = span.start_ns;
  out.duration_ns = span.duration_ns;
  for (size_t slot = 0; slot < plan.size(); ++slot) {
    const Attribute& attribute = plan.slots()[slot].attribute;
    const Value& value = trace.row(index)[slot];
    if (!value.is_nil() && !HasOwnField(attribute.intrinsic)) {
      out.attributes.emplace_back(attribute.of_parent ? attribute.Text() : attribute.Key(),
                                  OwnedValue::From(value));
    }
  }
  return out;
}

FoundTrace Describe(const SlotPlan& plan, const TraceTable& trace, const std::vector<Spanset>& sets,
                    size_t spans_per_spanset) {
  FoundTrace out;
  out.trace_id = trace.trace_id;
  out.start_ns = trace.start_ns;
  out.duration_ns = trace.end_ns - trace.start_ns;
  if (trace.root >= 0) {
    const TraceSpan& root = trace.spans[static_cast<size_t>(trace.root)];
    out.has_root = true;
    out.root_service = std::string(root.service);
    out.root_name = std::string(root.name);
  }
  for (const TraceSpan& span : trace.spans) {
    FoundTrace::ServiceStats& stats = out.services[std::string(span.service)];
    ++stats.spans;
    stats.errors += span.status == 2 ? 1 : 0;
  }
  for (const Spanset& set : sets) {
    FoundSpanset found;
    found.matched = set.spans.size();
    for (const uint32_t span : set.spans) {
      if (spans_per_spanset != 0 && found.spans.size() >= spans_per_spanset) {
        break;
      }
      found.spans.push_back(DescribeSpan(plan, trace, span));
    }
    for (const auto& [key, value] : set.attributes) {
      found.attributes.emplace_back(key, OwnedValue::From(value));
    }
    out.spansets.push_back(std::move(found));
  }
  return out;
}

bool Newer(const FoundTrace& a, const FoundTrace& b) {
  return a.start_ns != b.start_ns ? a.start_ns > b.start_ns : a.trace_id < b.trace_id;
}

// More traces than these are not kept in mind.
constexpr size_t kCandidatesMax = 4'000'000;

struct TraceKey {
  std::array<char, 16> bytes{};

  explicit TraceKey(std::string_view id) { id.copy(bytes.data(), bytes.size()); }
  std::string Id() const { return {bytes.data(), bytes.size()}; }
  friend auto operator<=>(const TraceKey&, const TraceKey&) = default;
};

struct TraceKeyHash {
  size_t operator()(const TraceKey& key) const {
    // Ids are random, but short ones have zeros in front.
    const auto parts = std::bit_cast<std::array<uint64_t, 2>>(key.bytes);
    return static_cast<size_t>((parts[0] ^ parts[1]) * 0x9E3779B97F4A7C15ULL);
  }
};

class Searcher {
 public:
  Searcher(const store::EventReader& reader, const store::ReadContext& context, const Query& query,
           const SlotPlan& plan, const SearchOptions& options)
      : reader_(reader),
        context_(context),
        query_(query),
        plan_(plan),
        options_(options),
        candidates_(query.pipeline, plan) {}

  base::Result<SearchResult> Run();

 private:
  struct Candidate {
    int64_t oldest_ns = INT64_MAX;  // of its rows seen: the trace does not start later
    uint64_t mask = 0;
    bool done = false;
  };
  using Candidates = std::unordered_map<TraceKey, Candidate, TraceKeyHash>;

  store::EventScanOptions ScanOptions() const;
  void AddRow(std::string_view trace_id, int64_t time_ns, uint64_t mask);
  base::Status AddBlock(const store::EventBlock& block, const store::EventScan& scan);
  base::Status AddRows(const store::EventBlock& block, const store::EventScan& scan,
                       const std::vector<uint32_t>& rows);
  // Evaluates the candidates that start at or after `bound_ns` at the latest, newest first, until
  // enough is known.
  base::Status Evaluate(int64_t bound_ns);
  base::Status EvaluateSome(const std::vector<Candidates::value_type*>& some);
  // Tells whoever wants to know, if it is time, what is certain while nothing that is not evaluated
  // starts after `unknown_ns`.
  base::Status Report(int64_t unknown_ns);
  bool ReportDue() const { return options_.progress != nullptr && options_.progress->Due(); }
  // The start of the last trace that is in the result as it is known now.
  int64_t Threshold() const;
  bool Enough(int64_t bound_ns) const { return Threshold() > bound_ns; }

  const store::EventReader& reader_;
  const store::ReadContext& context_;
  const Query& query_;
  const SlotPlan& plan_;
  const SearchOptions& options_;
  const CandidatePlan candidates_;
  Candidates found_;
  std::vector<Candidates::value_type*> open_;  // worth looking at, not evaluated
  SearchResult result_;
  FieldEvaluator fields_;
};

store::EventScanOptions Searcher::ScanOptions() const {
  store::EventScanOptions options;
  options.range = options_.range;
  options.matchers = candidates_.matchers;
  options.filter = candidates_.row_filter;
  options.order = store::ScanOrder::kNewestFirst;
  if (candidates_.needs_rows) {
    options.columns = plan_.Columns();
  }
  const std::string trace_id(store::kTraceIdColumn);
  if (std::none_of(options.columns.begin(), options.columns.end(),
                   [&](const auto& column) { return column.name == trace_id; })) {
    options.columns.push_back({trace_id});
  }
  return options;
}

void Searcher::AddRow(std::string_view trace_id, int64_t time_ns, uint64_t mask) {
  const auto [it, is_new] = found_.try_emplace(TraceKey(trace_id));
  Candidate& candidate = it->second;
  const bool was_worth = candidates_.Worth(candidate.mask) && !is_new;
  candidate.mask |= mask;
  candidate.oldest_ns = std::min(candidate.oldest_ns, time_ns);
  if (!was_worth && candidates_.Worth(candidate.mask)) {
    open_.push_back(&*it);
  }
}

base::Status Searcher::AddRows(const store::EventBlock& block, const store::EventScan& scan,
                               const std::vector<uint32_t>& rows) {
  const store::EventColumn* ids = block.Find(store::kTraceIdColumn, store::ValueType::kBytes);
  if (ids == nullptr) {
    return base::OkStatus();
  }
  const BlockReader reader(plan_, block, scan);
  std::vector<Value> slots(plan_.size());
  for (const uint32_t row : rows) {
    if (!ids->Has(row)) {
      continue;
    }
    uint64_t mask = 1;
    if (candidates_.needs_rows) {
      Arena arena;
      reader.Load(row, slots.data(), &arena);
      mask = candidates_.MaskOf(slots.data(), &fields_);
    }
    if (mask != 0) {
      AddRow(ids->texts[row], block.times()[row], mask);
    }
  }
  if (found_.size() > kCandidatesMax) {
    return base::ResourceExhausted("more than " + std::to_string(kCandidatesMax) +
                                   " traces may match: narrow the time range or the conditions");
  }
  return fields_.status();
}

// A large block is taken in pieces of falling time, so that a search that is satisfied by the
// newest rows does not look at the others.
base::Status Searcher::AddBlock(const store::EventBlock& block, const store::EventScan& scan) {
  constexpr size_t kPieceRows = 1024;
  std::vector<uint32_t> rows(block.row_count());
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i] = static_cast<uint32_t>(i);
  }
  const auto newer = [&](uint32_t a, uint32_t b) { return block.times()[a] > block.times()[b]; };
  size_t begin = 0;
  for (size_t piece = kPieceRows; begin + piece < rows.size(); piece *= 4) {
    const auto first = rows.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = first + static_cast<std::ptrdiff_t>(piece);
    std::nth_element(first, last, rows.end(), newer);
    SB_RETURN_IF_ERROR(AddRows(block, scan, std::vector<uint32_t>(first, last)));
    begin += piece;
    // Later pieces and later blocks have nothing newer than this.
    const int64_t bound = std::max(block.times()[rows[begin]], block.bound_ns());
    SB_RETURN_IF_ERROR(Evaluate(bound));
    if (Enough(bound)) {
      return base::OkStatus();
    }
  }
  rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(begin));
  SB_RETURN_IF_ERROR(AddRows(block, scan, rows));
  return Evaluate(block.bound_ns());
}

int64_t Searcher::Threshold() const {
  return result_.traces.size() < options_.limit ? INT64_MIN
                                                : result_.traces[options_.limit - 1].start_ns;
}

base::Status Searcher::EvaluateSome(const std::vector<Candidates::value_type*>& some) {
  std::vector<std::string> ids;
  for (Candidates::value_type* candidate : some) {
    candidate->second.done = true;
    ids.push_back(candidate->first.Id());
  }
  const TraceLoader loader(reader_, context_, plan_, options_.range);
  SB_ASSIGN_OR_RETURN(const TraceSet set, loader.Load(std::move(ids)));
  AddStats(set.stats, &result_.notes.stats);
  result_.notes.traces_inspected += set.traces.size();
  for (const TraceTable& trace : set.traces) {
    SpansetEvaluator evaluator(trace, &fields_);
    const std::vector<Spanset> sets = evaluator.Run(query_.pipeline);
    SB_RETURN_IF_ERROR(fields_.status());
    if (!sets.empty()) {
      result_.traces.push_back(Describe(plan_, trace, sets, options_.spans_per_spanset));
    }
  }
  std::sort(result_.traces.begin(), result_.traces.end(), Newer);
  return base::OkStatus();
}

base::Status Searcher::Report(int64_t unknown_ns) {
  if (!ReportDue()) {
    return base::OkStatus();
  }
  const size_t first = result_.reported;
  size_t end = first;
  while (end < std::min(result_.traces.size(), options_.limit) &&
         result_.traces[end].start_ns > unknown_ns) {
    ++end;
  }
  result_.reported = end;
  return options_.progress->Report(std::span(result_.traces).subspan(first, end - first),
                                   result_.notes);
}

base::Status Searcher::Evaluate(int64_t bound_ns) {
  constexpr size_t kBatchMax = 1000;
  const auto newer = [](const Candidates::value_type* a, const Candidates::value_type* b) {
    return a->second.oldest_ns != b->second.oldest_ns ? a->second.oldest_ns > b->second.oldest_ns
                                                      : a->first < b->first;
  };
  std::vector<Candidates::value_type*> ready;
  std::vector<Candidates::value_type*> later;
  for (Candidates::value_type* candidate : open_) {
    (candidate->second.oldest_ns >= bound_ns ? ready : later).push_back(candidate);
  }
  // Only worth a fetch if it may complete the result, if nothing comes later, or if someone waits.
  const bool last = bound_ns == INT64_MIN;
  if (!last && !ReportDue() && ready.size() + result_.traces.size() < options_.limit) {
    return base::OkStatus();
  }
  std::sort(ready.begin(), ready.end(), newer);
  size_t batch = std::min(options_.limit, kBatchMax);
  size_t at = 0;
  while (at < ready.size()) {
    // A trace starts no later than its oldest row, so none of the rest can be newer.
    if (Threshold() > ready[at]->second.oldest_ns) {
      break;
    }
    const size_t end = std::min(ready.size(), at + batch);
    SB_RETURN_IF_ERROR(EvaluateSome({ready.begin() + static_cast<std::ptrdiff_t>(at),
                                     ready.begin() + static_cast<std::ptrdiff_t>(end)}));
    at = end;
    batch = std::min(batch * 2, kBatchMax);
    SB_RETURN_IF_ERROR(
        Report(at < ready.size() ? std::max(bound_ns, ready[at]->second.oldest_ns) : bound_ns));
  }
  SB_RETURN_IF_ERROR(
      Report(at < ready.size() ? std::max(bound_ns, ready[at]->second.oldest_ns) : bound_ns));
  later.insert(later.end(), ready.begin() + static_cast<std::ptrdiff_t>(at), ready.end());
  open_ = std::move(later);
  return base::OkStatus();
}

base::Result<SearchResult> Searcher::Run() {
  SB_ASSIGN_OR_RETURN(auto scan, reader_.Scan(context_, ScanOptions()));
  for (;;) {
    SB_RETURN_IF_ERROR(context_.CheckAlive());
    SB_ASSIGN_OR_RETURN(const store::EventBlock* block, scan->Next());
    if (block == nullptr) {
      break;
    }
    SB_RETURN_IF_ERROR(AddBlock(*block, *scan));
    if (Enough(block->bound_ns())) {
      break;
    }
  }
  SB_RETURN_IF_ERROR(Evaluate(INT64_MIN));
  AddStats(scan->stats(), &result_.notes.stats);
  for (std::string& warning : scan->warnings()) {
    result_.notes.messages.push_back(std::move(warning));
  }
  if (result_.traces.size() > options_.limit) {
    result_.traces.resize(options_.limit);
  }
  return std::move(result_);
}

}  // namespace

OwnedValue OwnedValue::From(const Value& value) {
  OwnedValue out;
  out.is_array = value.type == ValueType::kArray;
  for (const Value& element : value.elements) {
    out.elements.push_back(OwnedScalar(element));
  }
  if (!out.is_array) {
    out.scalar = OwnedScalar(value);
  }
  return out;
}

base::Result<SearchResult> Search(const store::EventReader& reader,
                                  const store::ReadContext& context, std::string_view text,
                                  const SearchOptions& options) {
  SB_ASSIGN_OR_RETURN(Query query, ParseAndValidate(text));
  if (query.metrics != nullptr) {
    return base::InvalidArgument(
        "a metrics query cannot be searched; ask /api/metrics/query_range: " + std::string(text));
  }
  Rewrite(&query);
  SB_ASSIGN_OR_RETURN(const auto fields, reader.FieldNames(context, options.range));
  SlotPlan plan(fields);
  plan.Bind(&query);
  Searcher searcher(reader, context, query, plan, options);
  SB_ASSIGN_OR_RETURN(SearchResult result, searcher.Run());
  HintEffects hints = EffectsOf(query);
  std::move(hints.notes.begin(), hints.notes.end(), std::back_inserter(result.notes.messages));
  result.notes.messages.insert(result.notes.messages.end(), plan.alias_notes().begin(),
                               plan.alias_notes().end());
  return result;
}

}  // namespace sb::traceql
