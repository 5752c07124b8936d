// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/tags.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "encoding/protobuf.h"
#include "query/traceql/parser.h"
#include "query/traceql/printer.h"
#include "query/traceql/pushdown.h"
#include "query/traceql/rewrite.h"
#include "query/traceql/slots.h"
#include "query/traceql/validate.h"
#include "store/interface/event_schema.h"

namespace sb::traceql {
namespace {

constexpr size_t kRowsMax = 200'000;

constexpr std::string_view kIntrinsicNames[] = {"duration",
                                                "event:name",
                                                "event:timeSinceStart",
                                                "instrumentation:name",
                                                "instrumentation:version",
                                                "kind",
                                                "link:spanID",
                                                "link:traceID",
                                                "name",
                                                "rootName",
                                                "rootServiceName",
                                                "span:childCount",
                                                "span:duration",
                                                "span:id",
                                                "span:kind",
                                                "span:name",
                                                "span:parentID",
                                                "span:status",
                                                "span:statusMessage",
                                                "status",
                                                "statusMessage",
                                                "trace:duration",
                                                "trace:id",
                                                "trace:rootName",
                                                "trace:rootService",
                                                "traceDuration"};

// The query that the readable equality conditions of a text make; {} if there are none.
Query ConditionsQuery(std::string_view text) {
  std::string conditions;
  for (const auto& [attribute, literal] : EqualityConditions(text)) {
    const std::string one = attribute.Text() + " = " + Print(literal);
    // What would not validate is left out.
    if (ParseAndValidate("{ " + one + " }").ok()) {
      conditions += conditions.empty() ? one : " && " + one;
    }
  }
  base::Result<Query> query = ParseAndValidate("{ " + conditions + " }");
  SB_CHECK(query.ok());
  Rewrite(&*query);
  return std::move(*query);
}

const FieldExpr* ConditionOf(const Query& query) {
  return query.pipeline.stages[0].spanset->filter.get();
}

TagValue Described(const Value& value) {
  switch (value.type) {
    case ValueType::kInt:
      return {"int", ValueText(value)};
    case ValueType::kFloat:
      return {"float", ValueText(value)};
    case ValueType::kBool:
      return {"bool", ValueText(value)};
    case ValueType::kDuration:
      return {"duration", ValueText(value)};
    case ValueType::kStatus:
    case ValueType::kKind:
      return {"keyword", ValueText(value)};
    default:
      return {"string", ValueText(value)};
  }
}

// Reads the rows that meet the conditions, newest first, and shows them to `sink` until it has had
// enough (false) or kRowsMax were read.
class RowWalk {
 public:
  RowWalk(const store::EventReader& reader, const store::ReadContext& context,
          const TagOptions& options)
      : reader_(reader), context_(context), options_(options) {}

  template <typename Sink>
  base::Status Run(const SlotPlan& plan, const Query& query, store::EventFilter also,
                   std::vector<store::ColumnRequest> columns, Sink&& sink) {
    const FieldExpr* condition = ConditionOf(query);
    Pushdown pushdown = PushDown(condition, plan);
    const bool trace_bound = condition != nullptr && ConditionNeedsTrace(*condition);
    store::EventScanOptions scan_options;
    scan_options.range = options_.range;
    scan_options.matchers = StreamMatchers(condition);
    std::vector<store::EventFilter> both;
    both.push_back(std::move(pushdown.filter));
    both.push_back(std::move(also));
    scan_options.filter = store::EventFilter::And(std::move(both));
    scan_options.order = store::ScanOrder::kNewestFirst;
    scan_options.columns = std::move(columns);
    for (store::ColumnRequest& column : plan.Columns()) {
      scan_options.columns.push_back(std::move(column));
    }
    SB_ASSIGN_OR_RETURN(auto scan, reader_.Scan(context_, std::move(scan_options)));
    FieldEvaluator fields;
    std::vector<Value> slots(plan.size());
    for (size_t rows = 0; rows < kRowsMax;) {
      SB_RETURN_IF_ERROR(context_.CheckAlive());
      SB_ASSIGN_OR_RETURN(const store::EventBlock* block, scan->Next());
      if (block == nullptr) {
        break;
      }
      rows += block->row_count();
      const BlockReader block_reader(plan, *block, *scan);
      for (size_t row = 0; row < block->row_count(); ++row) {
        Arena arena;
        // A condition on the whole trace cannot be decided here, and is ignored.
        if (!pushdown.exact && !trace_bound && condition != nullptr) {
          block_reader.Load(row, slots.data(), &arena);
          if (!fields.Holds(*condition, slots.data())) {
            continue;
          }
        }
        if (!sink(*block, *scan, block_reader, row, &arena)) {
          return base::OkStatus();
        }
      }
    }
    return base::OkStatus();
  }

 private:
  const store::EventReader& reader_;
  const store::ReadContext& context_;
  const TagOptions& options_;
};

// The keys of the attributes in a list of events (field 3) or links (field 4).
void CollectKeys(std::string_view list, uint32_t field, std::set<std::string>* keys) {
  encoding::ProtoReader messages(list);
  while (messages.Next()) {
    encoding::ProtoReader message(
        messages.wire_type() == encoding::WireType::kBytes ? messages.Bytes() : std::string_view());
    while (message.Next()) {
      if (message.field() != field || message.wire_type() != encoding::WireType::kBytes) {
        continue;
      }
      encoding::ProtoReader attribute(message.Bytes());
      while (attribute.Next()) {
        if (attribute.field() == 1 && attribute.wire_type() == encoding::WireType::kBytes) {
          keys->emplace(attribute.Bytes());
        }
      }
    }
  }
}

class NameCollector {
 public:
  NameCollector(const store::EventReader& reader, const store::ReadContext& context,
                const TagOptions& options)
      : reader_(reader), context_(context), options_(options) {}

  base::Result<TagScopes> Run(std::string_view scope) {
    const bool all = scope.empty() || scope == "none";
    SB_ASSIGN_OR_RETURN(const auto fields, reader_.FieldNames(context_, options_.range));
    Query query = ConditionsQuery(options_.query);
    const bool filtered = ConditionOf(query) != nullptr;
    if (all || scope == "resource" || scope == "instrumentation" || scope == "span") {
      if (filtered) {
        SB_RETURN_IF_ERROR(FromRows(fields, &query));
      } else {
        FromFields(fields);
        SB_RETURN_IF_ERROR(FromStreams());
      }
    }
    for (const auto& [name, column, field] :
         {std::tuple{"event", store::kEventsColumn, 3U}, {"link", store::kLinksColumn, 4U}}) {
      if (all || scope == name) {
        SB_RETURN_IF_ERROR(FromLists(fields, &query, name, column, field));
      }
    }
    if (all || scope == "intrinsic") {
      for (const std::string_view name : kIntrinsicNames) {
        found_["intrinsic"].emplace(name);
      }
    }
    return Answer(scope, all);
  }

 private:
  TagScopes Answer(std::string_view scope, bool all) {
    TagScopes out;
    for (const auto& [name, tags] : found_) {
      if (!tags.empty() && (all || scope == name)) {
        std::vector<std::string>& list = out[name];
        list.assign(tags.begin(), tags.end());
        if (options_.limit != 0 && list.size() > options_.limit) {
          list.resize(options_.limit);
        }
      }
    }
    return out;
  }

  void FromFields(const std::vector<store::FieldName>& fields) {
    for (const store::FieldName& field : fields) {
      if (std::string_view(field.name).starts_with(store::kSpanPrefix)) {
        found_["span"].insert(field.name.substr(store::kSpanPrefix.size()));
      }
    }
  }

  void AddStream(const store::EventStream& stream) {
    for (const store::EventAttribute& attribute : stream.attributes()) {
      for (const auto& [prefix, scope] :
           {std::pair{store::kResourcePrefix, "resource"},
            std::pair{store::kScopeAttributePrefix, "instrumentation"}}) {
        if (attribute.name.starts_with(prefix)) {
          found_[scope].emplace(attribute.name.substr(prefix.size()));
        }
      }
    }
  }

  base::Status FromStreams() {
    SB_ASSIGN_OR_RETURN(const auto streams, reader_.Streams(context_, options_.range, {}));
    for (const store::StreamInfo& info : streams) {
      AddStream(info.stream);
    }
    return base::OkStatus();
  }

  base::Status FromRows(const std::vector<store::FieldName>& fields, Query* query) {
    SlotPlan plan(fields);
    plan.Bind(query);
    std::set<uint32_t> streams;
    return RowWalk(reader_, context_, options_)
        .Run(plan, *query, store::EventFilter::All(), {{"span.*"}},
             [&](const store::EventBlock& block, const store::EventScan& scan, const BlockReader&,
                 size_t row, Arena*) {
               if (streams.insert(block.streams()[row]).second) {
                 AddStream(scan.stream(block.streams()[row]));
               }
               for (const store::EventColumn& column : block.columns()) {
                 if (std::string_view(column.name).starts_with(store::kSpanPrefix) &&
                     column.Has(row)) {
                   found_["span"].insert(column.name.substr(store::kSpanPrefix.size()));
                 }
               }
               return true;
             });
  }

  base::Status FromLists(const std::vector<store::FieldName>& fields, Query* query,
                         const std::string& scope, std::string_view column, uint32_t field) {
    SlotPlan plan(fields);
    plan.Bind(query);
    if (!plan.IsUsed(column)) {
      return base::OkStatus();
    }
    return RowWalk(reader_, context_, options_)
        .Run(plan, *query, store::EventFilter::Exists(std::string(column)), {{std::string(column)}},
             [&](const store::EventBlock&, const store::EventScan&, const BlockReader& block_reader,
                 size_t row, Arena*) {
               CollectKeys(block_reader.Bytes(column, row), field, &found_[scope]);
               return true;
             });
  }

  const store::EventReader& reader_;
  const store::ReadContext& context_;
  const TagOptions& options_;
  std::map<std::string, std::set<std::string>> found_;
};

std::vector<TagValue> Keywords(const Attribute& attribute) {
  std::vector<TagValue> out;
  const bool is_status = attribute.intrinsic == Intrinsic::kStatus;
  for (int64_t i = 0; i < (is_status ? 3 : 6); ++i) {
    out.push_back({"keyword", std::string(is_status ? StatusName(i) : KindName(i))});
  }
  return out;
}

bool IsStreamAttribute(const Attribute& attribute) {
  return (attribute.intrinsic == Intrinsic::kNone &&
          (attribute.scope == AttributeScope::kResource ||
           attribute.scope == AttributeScope::kInstrumentation)) ||
         attribute.intrinsic == Intrinsic::kScopeName ||
         attribute.intrinsic == Intrinsic::kScopeVersion;
}

// Values that are no help in an editor: every span has its own.
bool HasTooManyValues(Intrinsic intrinsic) {
  switch (intrinsic) {
    case Intrinsic::kDuration:
    case Intrinsic::kTraceDuration:
    case Intrinsic::kChildCount:
    case Intrinsic::kSpanId:
    case Intrinsic::kParentId:
    case Intrinsic::kTraceId:
    case Intrinsic::kNestedSetLeft:
    case Intrinsic::kNestedSetRight:
    case Intrinsic::kNestedSetParent:
    case Intrinsic::kEventTimeSinceStart:
    case Intrinsic::kLinkTraceId:
    case Intrinsic::kLinkSpanId:
    case Intrinsic::kParentSpan:
      return true;
    default:
      return false;
  }
}

class ValueSet {
 public:
  explicit ValueSet(size_t limit) : limit_(limit) {}
  // False once there are enough.
  bool Add(const Value& value) {
    for (const Value& element : value.elements) {
      Add(element);
    }
    if (value.type != ValueType::kArray && !value.is_nil() && !full()) {
      values_.insert(Described(value));
    }
    return !full();
  }
  std::vector<TagValue> Take() const { return {values_.begin(), values_.end()}; }

 private:
  bool full() const { return limit_ != 0 && values_.size() >= limit_; }
  const size_t limit_;
  std::set<TagValue> values_;
};

// The attribute whose values answer the question on one row: a trace's root is a row without
// parent.
Attribute RowAttribute(const Attribute& attribute) {
  if (attribute.intrinsic == Intrinsic::kTraceRootName) {
    return {AttributeScope::kAny, Intrinsic::kName, false, "name"};
  }
  if (attribute.intrinsic == Intrinsic::kTraceRootService) {
    return Attribute::Scoped(AttributeScope::kResource, "service.name");
  }
  Attribute own = attribute;
  own.of_parent = false;
  return own;
}

base::Status ValuesOfStreams(const store::EventReader& reader, const store::ReadContext& context,
                             const Attribute& attribute, const TagOptions& options,
                             ValueSet* values) {
  SlotPlan plan({});
  const uint32_t slot = plan.Add(attribute);
  const std::string& name = plan.slots()[slot].sources[0].name;
  SB_ASSIGN_OR_RETURN(const auto streams, reader.Streams(context, options.range, {}));
  Arena arena;
  for (const store::StreamInfo& info : streams) {
    if (const store::EventValue* value = info.stream.Find(name); value != nullptr) {
      values->Add(FromEvent(*value, &arena));
    }
  }
  return base::OkStatus();
}

// Rows that may have the slot's value.
store::EventFilter PresenceFilter(const SlotPlan::Slot& slot) {
  std::vector<store::EventFilter> any;
  for (const SlotSource& source : slot.sources) {
    switch (source.kind) {
      case SlotSource::Kind::kEvents:
        any.push_back(store::EventFilter::Exists(std::string(store::kEventsColumn)));
        break;
      case SlotSource::Kind::kLinks:
        any.push_back(store::EventFilter::Exists(std::string(store::kLinksColumn)));
        break;
      default:
        any.push_back(store::EventFilter::Exists(source.name));
        break;
    }
  }
  return store::EventFilter::Or(std::move(any));
}

}  // namespace

base::Result<TagScopes> TagNames(const store::EventReader& reader,
                                 const store::ReadContext& context, std::string_view scope,
                                 const TagOptions& options) {
  return NameCollector(reader, context, options).Run(scope);
}

base::Result<std::vector<TagValue>> TagValues(const store::EventReader& reader,
                                              const store::ReadContext& context,
                                              const Attribute& attribute,
                                              const TagOptions& options) {
  if (attribute.intrinsic == Intrinsic::kStatus || attribute.intrinsic == Intrinsic::kKind) {
    return Keywords(attribute);
  }
  if (HasTooManyValues(attribute.intrinsic)) {
    return std::vector<TagValue>();
  }
  ValueSet values(options.limit);
  Query query = ConditionsQuery(options.query);
  const Attribute wanted = RowAttribute(attribute);
  const bool of_root = attribute.intrinsic == Intrinsic::kTraceRootName ||
                       attribute.intrinsic == Intrinsic::kTraceRootService;
  if (!of_root && ConditionOf(query) == nullptr && IsStreamAttribute(wanted)) {
    SB_RETURN_IF_ERROR(ValuesOfStreams(reader, context, wanted, options, &values));
    return values.Take();
  }
  SB_ASSIGN_OR_RETURN(const auto fields, reader.FieldNames(context, options.range));
  SlotPlan plan(fields);
  plan.Bind(&query);
  const uint32_t slot = plan.Add(wanted);
  store::EventFilter also = of_root ? store::EventFilter::Not(store::EventFilter::Exists(
                                          std::string(store::kParentSpanIdColumn)))
                                    : PresenceFilter(plan.slots()[slot]);
  // Values repeat from row to row: the last one seen is the most likely next one.
  std::string last;
  SB_RETURN_IF_ERROR(RowWalk(reader, context, options)
                         .Run(plan, query, std::move(also), {},
                              [&](const store::EventBlock&, const store::EventScan&,
                                  const BlockReader& block_reader, size_t row, Arena* arena) {
                                const Value value = block_reader.LoadOne(slot, row, arena);
                                if (value.type == ValueType::kString) {
                                  if (value.text == last) {
                                    return true;
                                  }
                                  last = std::string(value.text);
                                }
                                return values.Add(value);
                              }));
  return values.Take();
}

}  // namespace sb::traceql
