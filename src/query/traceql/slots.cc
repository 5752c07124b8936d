// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/slots.h"

#include <algorithm>

#include "encoding/hex.h"
#include "query/traceql/aliases.h"
#include "query/traceql/span_events.h"
#include "store/interface/event_schema.h"

namespace sb::traceql {
namespace {

constexpr store::ValueType kAllTypes[] = {store::ValueType::kText,  store::ValueType::kInt,
                                          store::ValueType::kFloat, store::ValueType::kBool,
                                          store::ValueType::kBytes, store::ValueType::kAny};

bool IsEventIntrinsic(Intrinsic intrinsic) {
  return intrinsic == Intrinsic::kEventName || intrinsic == Intrinsic::kEventTimeSinceStart;
}
bool IsLinkIntrinsic(Intrinsic intrinsic) {
  return intrinsic == Intrinsic::kLinkTraceId || intrinsic == Intrinsic::kLinkSpanId;
}

}  // namespace

std::string_view IntrinsicColumn(Intrinsic intrinsic) {
  switch (intrinsic) {
    case Intrinsic::kDuration:
      return store::kDurationColumn;
    case Intrinsic::kName:
      return store::kNameColumn;
    case Intrinsic::kStatus:
      return store::kStatusColumn;
    case Intrinsic::kStatusMessage:
      return store::kStatusMessageColumn;
    case Intrinsic::kKind:
      return store::kKindColumn;
    case Intrinsic::kSpanId:
      return store::kSpanIdColumn;
    case Intrinsic::kParentId:
    case Intrinsic::kParentSpan:
      return store::kParentSpanIdColumn;
    case Intrinsic::kTraceId:
      return store::kTraceIdColumn;
    default:
      return "";
  }
}

SlotPlan::SlotPlan(const std::vector<store::FieldName>& fields) {
  for (const store::FieldName& field : fields) {
    used_[field.name].insert(field.type);
  }
}

bool SlotPlan::IsUsed(std::string_view column, store::ValueType type) const {
  const auto found = used_.find(column);
  return found != used_.end() && found->second.contains(type);
}

void SlotPlan::AddScoped(AttributeScope scope, std::string_view name, Slot* slot) {
  using Kind = SlotSource::Kind;
  switch (scope) {
    case AttributeScope::kSpan: {
      std::string column = std::string(store::kSpanPrefix).append(name);
      if (IsUsed(column)) {
        slot->sources.push_back({Kind::kColumn, std::move(column)});
      }
      break;
    }
    case AttributeScope::kResource:
      slot->sources.push_back({Kind::kStream, std::string(store::kResourcePrefix).append(name)});
      break;
    case AttributeScope::kEvent:
      if (IsUsed(store::kEventsColumn)) {
        slot->sources.push_back({Kind::kEvents, std::string(name)});
      }
      break;
    case AttributeScope::kLink:
      if (IsUsed(store::kLinksColumn)) {
        slot->sources.push_back({Kind::kLinks, std::string(name)});
      }
      break;
    case AttributeScope::kInstrumentation:
      slot->sources.push_back(
          {Kind::kStream, std::string(store::kScopeAttributePrefix).append(name)});
      break;
    case AttributeScope::kAny:
      for (const AttributeScope each :
           {AttributeScope::kSpan, AttributeScope::kResource, AttributeScope::kEvent,
            AttributeScope::kLink, AttributeScope::kInstrumentation}) {
        AddScoped(each, name, slot);
      }
      break;
  }
}

void SlotPlan::AddSources(Slot* slot) {
  using Kind = SlotSource::Kind;
  const Attribute& attribute = slot->attribute;
  if (attribute.intrinsic == Intrinsic::kNone) {
    AddScoped(attribute.scope, attribute.name, slot);
    if (attribute.scope != AttributeScope::kAny) {
      return;
    }
    for (const std::string_view alias : Aliases(attribute.name)) {
      AddScoped(AttributeScope::kAny, alias, slot);
      if (IsUsed(std::string(store::kSpanPrefix).append(alias))) {
        alias_notes_.push_back(attribute.Text() + " also reads " + std::string(alias));
      }
    }
    return;
  }
  if (attribute.intrinsic == Intrinsic::kScopeName) {
    slot->sources.push_back({Kind::kStream, std::string(store::kScopeName)});
  } else if (attribute.intrinsic == Intrinsic::kScopeVersion) {
    slot->sources.push_back({Kind::kStream, std::string(store::kScopeVersion)});
  } else if (IsEventIntrinsic(attribute.intrinsic)) {
    slot->sources.push_back({Kind::kIntrinsic, std::string(store::kEventsColumn)});
  } else if (IsLinkIntrinsic(attribute.intrinsic)) {
    slot->sources.push_back({Kind::kIntrinsic, std::string(store::kLinksColumn)});
  } else if (const auto column = IntrinsicColumn(attribute.intrinsic); !column.empty()) {
    slot->sources.push_back({Kind::kIntrinsic, std::string(column)});
  }
}

uint32_t SlotPlan::Add(const Attribute& attribute) {
  for (size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].attribute == attribute) {
      return static_cast<uint32_t>(i);
    }
  }
  Slot slot;
  slot.attribute = attribute;
  if (attribute.of_parent) {
    Attribute own = attribute;
    own.of_parent = false;
    slot.parent_slot = static_cast<int>(Add(own));
  } else {
    AddSources(&slot);
  }
  slots_.push_back(std::move(slot));
  return static_cast<uint32_t>(slots_.size() - 1);
}

void SlotPlan::BindField(FieldExpr* expr) {
  if (expr == nullptr) {
    return;
  }
  if (expr->kind == FieldExpr::Kind::kAttribute) {
    expr->slot = Add(expr->attribute);
  }
  BindField(expr->lhs.get());
  BindField(expr->rhs.get());
}

void SlotPlan::BindSpanset(SpansetExpr* expr) {
  if (expr == nullptr) {
    return;
  }
  BindField(expr->filter.get());
  BindSpanset(expr->lhs.get());
  BindSpanset(expr->rhs.get());
  if (expr->pipeline != nullptr) {
    BindPipeline(expr->pipeline.get());
  }
}

void SlotPlan::BindScalar(ScalarExpr* expr) {
  if (expr == nullptr) {
    return;
  }
  BindField(expr->field.get());
  BindScalar(expr->lhs.get());
  BindScalar(expr->rhs.get());
  if (expr->pipeline != nullptr) {
    BindPipeline(expr->pipeline.get());
  }
}

void SlotPlan::BindPipeline(Pipeline* pipeline) {
  for (Stage& stage : pipeline->stages) {
    BindSpanset(stage.spanset.get());
    BindScalar(stage.lhs.get());
    BindScalar(stage.rhs.get());
    BindField(stage.group.get());
    for (const Attribute& attribute : stage.select) {
      Add(attribute);
    }
  }
}

void SlotPlan::BindMetrics(MetricsExpr* expr) {
  if (expr == nullptr) {
    return;
  }
  BindMetrics(expr->lhs.get());
  BindMetrics(expr->rhs.get());
  if (expr->kind != MetricsExpr::Kind::kQuery) {
    return;
  }
  BindPipeline(&expr->pipeline);
  BindSpanset(expr->function.selection.get());
  for (const Attribute& attribute : expr->function.by) {
    Add(attribute);
  }
  if (expr->function.field.has_value()) {
    Add(*expr->function.field);
  }
}

void SlotPlan::Bind(Query* query) {
  BindPipeline(&query->pipeline);
  BindMetrics(query->metrics.get());
}

std::vector<store::ColumnRequest> SlotPlan::Columns() const {
  std::set<std::string> names;
  for (const Slot& slot : slots_) {
    for (const SlotSource& source : slot.sources) {
      switch (source.kind) {
        case SlotSource::Kind::kColumn:
        case SlotSource::Kind::kIntrinsic:
          names.insert(source.name);
          break;
        case SlotSource::Kind::kEvents:
          names.insert(std::string(store::kEventsColumn));
          break;
        case SlotSource::Kind::kLinks:
          names.insert(std::string(store::kLinksColumn));
          break;
        case SlotSource::Kind::kStream:
          break;
      }
    }
  }
  std::vector<store::ColumnRequest> columns;
  for (const std::string& name : names) {
    columns.push_back({name});
  }
  return columns;
}

bool SlotPlan::NeedsTrace() const {
  return std::any_of(slots_.begin(), slots_.end(),
                     [](const Slot& slot) { return slot.attribute.NeedsTrace(); });
}

BlockReader::BlockReader(const SlotPlan& plan, const store::EventBlock& block,
                         const store::EventScan& scan)
    : plan_(plan), block_(block), scan_(scan), bound_(plan.size()) {
  for (size_t i = 0; i < plan.size(); ++i) {
    for (const SlotSource& source : plan.slots()[i].sources) {
      Bound bound;
      bound.kind = source.kind;
      bound.name = &source.name;
      const std::string_view column =
          source.kind == SlotSource::Kind::kEvents  ? store::kEventsColumn
          : source.kind == SlotSource::Kind::kLinks ? store::kLinksColumn
                                                    : std::string_view(source.name);
      if (source.kind != SlotSource::Kind::kStream) {
        for (const store::ValueType type : kAllTypes) {
          if (const store::EventColumn* found = block.Find(column, type); found != nullptr) {
            bound.columns.push_back(found);
          }
        }
      }
      bound_[i].push_back(std::move(bound));
    }
  }
}

Value BlockReader::FromIntrinsic(Intrinsic intrinsic, const Bound& bound, size_t row,
                                 Arena* arena) const {
  const store::EventColumn* column = bound.columns.empty() ? nullptr : bound.columns[0];
  const bool has = column != nullptr && column->Has(row);
  const int64_t integer = has && !column->integers.empty() ? column->integers[row] : 0;
  const std::string_view text = has && !column->texts.empty() ? column->texts[row] : "";
  switch (intrinsic) {
    case Intrinsic::kDuration:
      return Value::Duration(integer);
    case Intrinsic::kStatus:
      return Value::Status(StatusFromOtlp(integer));
    case Intrinsic::kKind:
      return Value::Kind(integer);
    case Intrinsic::kName:
    case Intrinsic::kStatusMessage:
      return Value::Text(text);
    case Intrinsic::kSpanId:
    case Intrinsic::kTraceId:
      return Value::Text(arena->Copy(encoding::HexOf(text)));
    case Intrinsic::kParentId:
    case Intrinsic::kParentSpan:
      return text.empty() ? Value::Nil() : Value::Text(arena->Copy(encoding::HexOf(text)));
    case Intrinsic::kEventName:
      return EventNames(text, arena);
    case Intrinsic::kEventTimeSinceStart:
      return EventTimes(text, block_.times()[row], arena);
    case Intrinsic::kLinkTraceId:
      return LinkIds(text, 1, arena);
    case Intrinsic::kLinkSpanId:
      return LinkIds(text, 2, arena);
    default:
      return Value::Nil();
  }
}

Value BlockReader::FromSource(const Bound& bound, const SlotPlan::Slot& slot, size_t row,
                              Arena* arena) const {
  switch (bound.kind) {
    case SlotSource::Kind::kStream: {
      const store::EventValue* found = scan_.stream(block_.streams()[row]).Find(*bound.name);
      return found == nullptr ? Value::Nil() : FromEvent(*found, arena);
    }
    case SlotSource::Kind::kIntrinsic:
      return FromIntrinsic(slot.attribute.intrinsic, bound, row, arena);
    default:
      break;
  }
  for (const store::EventColumn* column : bound.columns) {
    if (!column->Has(row)) {
      continue;
    }
    if (bound.kind == SlotSource::Kind::kColumn) {
      return FromEvent(column->At(row), arena);
    }
    return bound.kind == SlotSource::Kind::kEvents
               ? EventAttributes(column->texts[row], *bound.name, arena)
               : LinkAttributes(column->texts[row], *bound.name, arena);
  }
  return Value::Nil();
}

Value BlockReader::LoadOne(size_t slot, size_t row, Arena* arena) const {
  for (const Bound& bound : bound_[slot]) {
    const Value value = FromSource(bound, plan_.slots()[slot], row, arena);
    if (!value.is_nil()) {
      return value;
    }
  }
  return Value::Nil();
}

void BlockReader::Load(size_t row, Value* slots, Arena* arena) const {
  for (size_t i = 0; i < bound_.size(); ++i) {
    slots[i] = LoadOne(i, row, arena);
  }
}

int64_t BlockReader::Integer(std::string_view column, size_t row) const {
  const store::EventColumn* found = block_.Find(column, store::ValueType::kInt);
  return found != nullptr && found->Has(row) ? found->integers[row] : 0;
}

std::string_view BlockReader::Bytes(std::string_view column, size_t row) const {
  for (const store::ValueType type : {store::ValueType::kBytes, store::ValueType::kText}) {
    const store::EventColumn* found = block_.Find(column, type);
    if (found != nullptr && found->Has(row)) {
      return found->texts[row];
    }
  }
  return {};
}

}  // namespace sb::traceql
