// SPDX-License-Identifier: Apache-2.0
#include "api/jaeger/trace_query.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "api/jaeger/ui_trace.h"
#include "query/traceql/tags.h"
#include "query/traceql/trace_fetch.h"
#include "query/traceql/unquote.h"
#include "store/interface/event_schema.h"

namespace sb::api::jaeger {
namespace {

constexpr size_t kOperationRowsMax = 1'000'000;
constexpr size_t kDependencyRowsMax = 20'000'000;
constexpr std::string_view kServiceName = "resource.service.name";

template <typename T>
bool IsNumber(std::string_view text) {
  T value{};
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

// The literals that an attribute may be equal to if its text is `value`.
std::vector<std::string> LiteralsOf(const std::string& value) {
  std::vector<std::string> out{traceql::QuoteForQuery(value)};
  if (value == "true" || value == "false") {
    out.push_back(value);
  } else if (IsNumber<int64_t>(value)) {
    out.push_back(value);
  } else if (IsNumber<double>(value) && value.find_first_of("nN") == std::string::npos) {
    out.push_back(value.starts_with('.') ? "0" + value : value);
  }
  return out;
}

// Tags that stand for a field of OTLP; "" if it is none.
std::string FieldCondition(const std::string& key, const std::string& value) {
  const std::string quoted = traceql::QuoteForQuery(value);
  if (key == "error" && value == "true") {
    return "status = error";
  }
  if (key == "error" && value == "false") {
    return "status != error";
  }
  if (key == "otel.status_code" && (value == "ERROR" || value == "OK")) {
    return value == "ERROR" ? "status = error" : "status = ok";
  }
  if (key == "otel.status_description") {
    return "statusMessage = " + quoted;
  }
  if (key == "otel.scope.name" || key == "otel.library.name") {
    return "instrumentation:name = " + quoted;
  }
  if (key == "otel.scope.version" || key == "otel.library.version") {
    return "instrumentation:version = " + quoted;
  }
  if (key == "event") {
    return "event:name = " + quoted;
  }
  for (int64_t kind = 1; key == "span.kind" && kind < 6; ++kind) {
    if (UiKind(kind) == value) {
      return "kind = " + value;
    }
  }
  return "";
}

std::string TagCondition(const std::string& key, const std::string& value) {
  // No attribute has an empty name.
  if (key.empty()) {
    return "false";
  }
  std::string out = FieldCondition(key, value);
  for (const traceql::AttributeScope scope :
       {traceql::AttributeScope::kSpan, traceql::AttributeScope::kResource,
        traceql::AttributeScope::kEvent, traceql::AttributeScope::kLink,
        traceql::AttributeScope::kInstrumentation}) {
    const std::string name = traceql::Attribute::Scoped(scope, key).Text();
    for (const std::string& literal : LiteralsOf(value)) {
      out += out.empty() ? "" : " || ";
      out += name + " = " + literal;
    }
  }
  return "(" + out + ")";
}

uint64_t SpanKey(std::string_view trace_id, std::string_view span_id) {
  uint64_t parts[3] = {0, 0, 0};
  trace_id.copy(reinterpret_cast<char*>(parts), 16);
  span_id.copy(reinterpret_cast<char*>(parts + 2), 8);
  uint64_t hash = 0;
  for (const uint64_t part : parts) {
    hash = (hash ^ part) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 29;
  }
  return hash;
}

// Spans by their ids, and who waits for a parent.
class EdgeCounter {
 public:
  void Add(const store::EventBlock& block, const store::EventScan& scan) {
    const auto* trace = block.Find(store::kTraceIdColumn, store::ValueType::kBytes);
    const auto* span = block.Find(store::kSpanIdColumn, store::ValueType::kBytes);
    const auto* parent = block.Find(store::kParentSpanIdColumn, store::ValueType::kBytes);
    if (trace == nullptr || span == nullptr) {
      return;
    }
    for (size_t row = 0; row < block.row_count(); ++row) {
      const uint32_t service = ServiceOf(scan.stream(block.streams()[row]));
      service_of_.emplace(SpanKey(trace->texts[row], span->texts[row]), service);
      if (parent != nullptr && parent->Has(row)) {
        waiting_.emplace_back(SpanKey(trace->texts[row], parent->texts[row]), service);
      }
    }
  }
  size_t rows() const { return service_of_.size(); }

  std::vector<Dependency> Finish() const {
    std::map<std::pair<uint32_t, uint32_t>, uint64_t> edges;
    for (const auto& [parent, child_service] : waiting_) {
      const auto found = service_of_.find(parent);
      if (found != service_of_.end() && found->second != child_service) {
        ++edges[{found->second, child_service}];
      }
    }
    std::vector<Dependency> out;
    for (const auto& [edge, calls] : edges) {
      out.push_back({names_[edge.first], names_[edge.second], calls});
    }
    std::sort(out.begin(), out.end(), [](const Dependency& a, const Dependency& b) {
      return std::tie(a.parent, a.child) < std::tie(b.parent, b.child);
    });
    return out;
  }

 private:
  uint32_t ServiceOf(const store::EventStream& stream) {
    const std::string name(stream.Label(kServiceName));
    const auto [found, is_new] = ids_.try_emplace(name, static_cast<uint32_t>(names_.size()));
    if (is_new) {
      names_.push_back(name);
    }
    return found->second;
  }

  std::unordered_map<std::string, uint32_t> ids_;
  std::vector<std::string> names_;
  std::unordered_map<uint64_t, uint32_t> service_of_;
  std::vector<std::pair<uint64_t, uint32_t>> waiting_;
};

}  // namespace

std::string ToTraceql(const TraceQuery& query) {
  std::vector<std::string> all;
  if (!query.service.empty()) {
    all.push_back("resource.service.name = " + traceql::QuoteForQuery(query.service));
  }
  if (!query.operation.empty()) {
    all.push_back("name = " + traceql::QuoteForQuery(query.operation));
  }
  if (query.duration_min_ns > 0) {
    all.push_back("duration >= " + std::to_string(query.duration_min_ns) + "ns");
  }
  if (query.duration_max_ns > 0) {
    all.push_back("duration <= " + std::to_string(query.duration_max_ns) + "ns");
  }
  for (const auto& [key, value] : query.tags) {
    all.push_back(TagCondition(key, value));
  }
  std::string out;
  for (const std::string& condition : all) {
    out += out.empty() ? condition : " && " + condition;
  }
  return "{ " + out + " }";
}

base::Result<traceql::SearchResult> FindSummaries(const store::EventReader& reader,
                                                  const store::ReadContext& context,
                                                  const TraceQuery& query) {
  traceql::SearchOptions options;
  options.range.start_ns = query.start_ns;
  options.range.end_ns = query.end_ns == INT64_MAX ? INT64_MAX : query.end_ns + 1;
  options.limit = query.limit;
  options.spans_per_spanset = 1;
  return traceql::Search(reader, context, ToTraceql(query), options);
}

base::Result<std::vector<std::string>> FindTraceIds(const store::EventReader& reader,
                                                    const store::ReadContext& context,
                                                    const TraceQuery& query) {
  SB_ASSIGN_OR_RETURN(const auto found, FindSummaries(reader, context, query));
  std::vector<std::string> ids;
  for (const traceql::FoundTrace& trace : found.traces) {
    ids.push_back(trace.trace_id);
  }
  return ids;
}

base::Result<std::vector<std::string>> FetchInOrder(const store::EventReader& reader,
                                                    const store::ReadContext& context,
                                                    const std::vector<std::string>& ids) {
  SB_ASSIGN_OR_RETURN(traceql::FetchedTraces fetched, traceql::FetchTraces(reader, context, ids));
  std::vector<std::string> out;
  for (const std::string& id : ids) {
    if (const auto found = fetched.traces.find(id); found != fetched.traces.end()) {
      out.push_back(std::move(found->second));
      fetched.traces.erase(found);
    }
  }
  return out;
}

base::Result<std::vector<std::string>> FindServices(const store::EventReader& reader,
                                                    const store::ReadContext& context) {
  traceql::TagOptions options;
  options.limit = 0;
  SB_ASSIGN_OR_RETURN(
      const auto values,
      traceql::TagValues(reader, context, traceql::ParseTagName(kServiceName), options));
  std::set<std::string> names;
  for (const traceql::TagValue& value : values) {
    names.insert(value.text);
  }
  return std::vector<std::string>(names.begin(), names.end());
}

base::Result<std::vector<Operation>> FindOperations(const store::EventReader& reader,
                                                    const store::ReadContext& context,
                                                    const std::string& service,
                                                    const std::string& kind) {
  store::EventScanOptions options;
  if (!service.empty()) {
    options.matchers.push_back(model::Matcher::Equal(std::string(kServiceName), service));
  }
  options.columns = {{std::string(store::kNameColumn)}, {std::string(store::kKindColumn)}};
  options.order = store::ScanOrder::kNewestFirst;
  SB_ASSIGN_OR_RETURN(auto scan, reader.Scan(context, std::move(options)));
  std::set<Operation> found;
  for (size_t rows = 0; rows < kOperationRowsMax;) {
    SB_RETURN_IF_ERROR(context.CheckAlive());
    SB_ASSIGN_OR_RETURN(const store::EventBlock* block, scan->Next());
    if (block == nullptr) {
      break;
    }
    rows += block->row_count();
    const auto* names = block->Find(store::kNameColumn, store::ValueType::kText);
    const auto* kinds = block->Find(store::kKindColumn, store::ValueType::kInt);
    // Most rows repeat what was seen.
    std::set<std::pair<std::string_view, int64_t>> in_block;
    for (size_t row = 0; row < block->row_count(); ++row) {
      const std::string_view name =
          names != nullptr && names->Has(row) ? names->texts[row] : std::string_view();
      const int64_t number = kinds != nullptr && kinds->Has(row) ? kinds->integers[row] : 0;
      in_block.emplace(name, number);
    }
    for (const auto& [name, number] : in_block) {
      if (kind.empty() || UiKind(number) == kind) {
        found.insert({std::string(name), std::string(UiKind(number))});
      }
    }
  }
  return std::vector<Operation>(found.begin(), found.end());
}

base::Result<std::vector<Dependency>> FindDependencies(const store::EventReader& reader,
                                                       const store::ReadContext& context,
                                                       store::EventRange range) {
  store::EventScanOptions options;
  options.range = range;
  options.columns = {{std::string(store::kTraceIdColumn)},
                     {std::string(store::kSpanIdColumn)},
                     {std::string(store::kParentSpanIdColumn)}};
  options.order = store::ScanOrder::kNewestFirst;
  SB_ASSIGN_OR_RETURN(auto scan, reader.Scan(context, std::move(options)));
  EdgeCounter edges;
  while (edges.rows() < kDependencyRowsMax) {
    SB_RETURN_IF_ERROR(context.CheckAlive());
    SB_ASSIGN_OR_RETURN(const store::EventBlock* block, scan->Next());
    if (block == nullptr) {
      break;
    }
    edges.Add(*block, *scan);
  }
  return edges.Finish();
}

}  // namespace sb::api::jaeger
