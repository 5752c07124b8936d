// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/pushdown.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "encoding/hex.h"
#include "store/interface/event_schema.h"

namespace sb::traceql {
namespace {

using store::EventFilter;
using store::EventValue;
using store::FilterOp;

// Never an array: what identifies a service is a text.
constexpr std::string_view kServiceName = "resource.service.name";

Pushdown Everything() {
  return {EventFilter::All(), false, false};
}
Pushdown Nothing() {
  return {EventFilter::Or({}), true, true};
}
Pushdown Exactly(EventFilter filter) {
  return {std::move(filter), true, false};
}

FilterOp StoreOp(FieldOp op) {
  switch (op) {
    case FieldOp::kEqual:
      return FilterOp::kEqual;
    case FieldOp::kNotEqual:
      return FilterOp::kNotEqual;
    case FieldOp::kLess:
      return FilterOp::kLess;
    case FieldOp::kLessEqual:
      return FilterOp::kLessEqual;
    case FieldOp::kGreater:
      return FilterOp::kGreater;
    case FieldOp::kGreaterEqual:
      return FilterOp::kGreaterEqual;
    default:
      return FilterOp::kMatchRegex;
  }
}

FieldOp Mirror(FieldOp op) {
  switch (op) {
    case FieldOp::kLess:
      return FieldOp::kGreater;
    case FieldOp::kLessEqual:
      return FieldOp::kGreaterEqual;
    case FieldOp::kGreater:
      return FieldOp::kLess;
    case FieldOp::kGreaterEqual:
      return FieldOp::kLessEqual;
    default:
      return op;
  }
}

EventFilter NotFilter(EventFilter filter) {
  return EventFilter::Not(std::move(filter));
}

EventFilter AndFilter(EventFilter a, EventFilter b) {
  std::vector<EventFilter> both;
  both.push_back(std::move(a));
  both.push_back(std::move(b));
  return EventFilter::And(std::move(both));
}

EventFilter OrFilter(EventFilter a, EventFilter b) {
  std::vector<EventFilter> both;
  both.push_back(std::move(a));
  both.push_back(std::move(b));
  return EventFilter::Or(std::move(both));
}

// `name op literal` for a value under that name; arrays are not seen.
EventFilter NameFilter(const std::string& name, FieldOp op, const Literal& literal) {
  if (op == FieldOp::kNotRegex) {
    // Every text is at least "", so this asks for a text that does not match.
    return AndFilter(EventFilter::Compare(name, FilterOp::kGreaterEqual, EventValue::Text("")),
                     NotFilter(EventFilter::Compare(name, FilterOp::kMatchRegex,
                                                    EventValue::Text(literal.text))));
  }
  switch (literal.type) {
    case ValueType::kString:
      return EventFilter::Compare(name, StoreOp(op), EventValue::Text(literal.text));
    case ValueType::kFloat:
      return EventFilter::Compare(name, StoreOp(op), EventValue::Float(literal.number));
    case ValueType::kBool:
      return EventFilter::Compare(name, StoreOp(op), EventValue::Bool(literal.integer != 0));
    default:
      return EventFilter::Compare(name, StoreOp(op), EventValue::Int(literal.integer));
  }
}

// Holds for arrays (and key-value lists, bytes, NaN): there, but no text, number or bool.
EventFilter ArrayFilter(const std::string& name) {
  store::FilterOperand no;
  no.value = EventValue::Bool(false);
  store::FilterOperand yes;
  yes.value = EventValue::Bool(true);
  std::vector<EventFilter> all;
  all.push_back(EventFilter::Exists(name));
  all.push_back(
      NotFilter(EventFilter::Compare(name, FilterOp::kGreaterEqual, EventValue::Text(""))));
  all.push_back(NotFilter(EventFilter::Compare(
      name, FilterOp::kGreaterEqual, EventValue::Float(-std::numeric_limits<double>::infinity()))));
  all.push_back(NotFilter(EventFilter::In(name, {no, yes})));
  return EventFilter::And(std::move(all));
}

// A column that is absent where its value is 0.
EventFilter NumberedFilter(std::string_view column, FieldOp op, int64_t value) {
  const std::string name(column);
  const EventValue operand = EventValue::Int(value);
  if (op == FieldOp::kEqual) {
    EventFilter equal = EventFilter::Compare(name, FilterOp::kEqual, operand);
    return value == 0 ? OrFilter(std::move(equal), NotFilter(EventFilter::Exists(name)))
                      : std::move(equal);
  }
  EventFilter different = EventFilter::Compare(name, FilterOp::kNotEqual, operand);
  return value == 0 ? std::move(different)
                    : OrFilter(std::move(different), NotFilter(EventFilter::Exists(name)));
}

Pushdown IdFilter(std::string_view column, FieldOp op, const Literal& literal, size_t bytes) {
  std::string id;
  if (op != FieldOp::kEqual || literal.type != ValueType::kString ||
      literal.text.size() != bytes * 2 || !encoding::ParseHex(literal.text, &id)) {
    return Everything();
  }
  return Exactly(
      EventFilter::Compare(std::string(column), FilterOp::kEqual, EventValue::Bytes(id)));
}

Pushdown IntrinsicFilter(const Attribute& attribute, FieldOp op, const Literal& literal) {
  const std::string column(IntrinsicColumn(attribute.intrinsic));
  const bool equality = op == FieldOp::kEqual || op == FieldOp::kNotEqual;
  const bool is_parent =
      attribute.intrinsic == Intrinsic::kParentId || attribute.intrinsic == Intrinsic::kParentSpan;
  if (literal.type == ValueType::kNil && !is_parent) {
    return Everything();
  }
  switch (attribute.intrinsic) {
    case Intrinsic::kDuration:
      // Always there, so exact but for nil.
      return literal.value().IsNumeric() ? Exactly(NameFilter(column, op, literal)) : Everything();
    case Intrinsic::kStatus:
      return equality && literal.type == ValueType::kStatus
                 ? Exactly(NumberedFilter(column, op, StatusToOtlp(literal.integer)))
                 : Everything();
    case Intrinsic::kKind:
      return equality && literal.type == ValueType::kKind
                 ? Exactly(NumberedFilter(column, op, literal.integer))
                 : Everything();
    case Intrinsic::kName:
    case Intrinsic::kStatusMessage:
      // Absent means "": only conditions that "" does not meet can be decided on the column.
      return literal.type == ValueType::kString && !literal.text.empty() && op == FieldOp::kEqual
                 ? Exactly(NameFilter(column, op, literal))
                 : (attribute.intrinsic == Intrinsic::kName && op == FieldOp::kRegex
                        ? Pushdown{OrFilter(NameFilter(column, op, literal),
                                            NotFilter(EventFilter::Exists(column))),
                                   false, false}
                        : Everything());
    case Intrinsic::kTraceId:
      return IdFilter(column, op, literal, 16);
    case Intrinsic::kSpanId:
      return IdFilter(column, op, literal, 8);
    case Intrinsic::kParentSpan:
      if (literal.type != ValueType::kNil && literal.type != ValueType::kString) {
        return Everything();
      }
      [[fallthrough]];
    case Intrinsic::kParentId:
      if (literal.type == ValueType::kNil && equality) {
        EventFilter exists = EventFilter::Exists(column);
        return Exactly(op == FieldOp::kNotEqual ? std::move(exists) : NotFilter(std::move(exists)));
      }
      return IdFilter(column, op, literal, 8);
    case Intrinsic::kScopeName:
      return Exactly(NameFilter(std::string(store::kScopeName), op, literal));
    case Intrinsic::kScopeVersion:
      return Exactly(NameFilter(std::string(store::kScopeVersion), op, literal));
    case Intrinsic::kEventName:
    case Intrinsic::kEventTimeSinceStart:
      return {EventFilter::Exists(std::string(store::kEventsColumn)), false, false};
    case Intrinsic::kLinkTraceId:
    case Intrinsic::kLinkSpanId:
      return {EventFilter::Exists(std::string(store::kLinksColumn)), false, false};
    default:
      return Everything();
  }
}

// The condition on one source; `earlier` are the sources that would be read first.
Pushdown SourceFilter(const SlotSource& source, FieldOp op, const Literal& literal,
                      const std::vector<const SlotSource*>& earlier, const SlotPlan& plan) {
  const bool is_list =
      source.kind == SlotSource::Kind::kEvents || source.kind == SlotSource::Kind::kLinks;
  if (is_list) {
    // Events are asked only if no earlier source has the name.
    std::vector<EventFilter> all;
    all.push_back(EventFilter::Exists(std::string(
        source.kind == SlotSource::Kind::kEvents ? store::kEventsColumn : store::kLinksColumn)));
    for (const SlotSource* other : earlier) {
      if (other->kind == SlotSource::Kind::kColumn || other->kind == SlotSource::Kind::kStream) {
        all.push_back(NotFilter(EventFilter::Exists(other->name)));
      }
    }
    return {EventFilter::And(std::move(all)), false, false};
  }
  if (literal.type == ValueType::kNil) {
    // Bytes and key-value lists exist for the store but not in the language.
    const bool exact = source.kind == SlotSource::Kind::kColumn &&
                       !plan.IsUsed(source.name, store::ValueType::kAny) &&
                       !plan.IsUsed(source.name, store::ValueType::kBytes);
    return {EventFilter::Exists(source.name), exact, false};
  }
  EventFilter filter = NameFilter(source.name, op, literal);
  const bool numbered = literal.type == ValueType::kStatus || literal.type == ValueType::kKind;
  const bool is_service = source.name == kServiceName;
  const bool may_be_array = !is_service && (source.kind == SlotSource::Kind::kStream ||
                                            plan.IsUsed(source.name, store::ValueType::kAny));
  if (!may_be_array) {
    return {std::move(filter), !numbered, false};
  }
  // Arrays are decided when the row is read.
  return {OrFilter(std::move(filter), ArrayFilter(source.name)), false, false};
}

Pushdown AttributeFilter(const FieldExpr& expr, FieldOp op, const Literal& literal,
                         const SlotPlan& plan) {
  const Attribute& attribute = expr.attribute;
  if (attribute.of_parent) {
    return Everything();
  }
  if (attribute.intrinsic != Intrinsic::kNone) {
    return IntrinsicFilter(attribute, op, literal);
  }
  const bool is_nil = literal.type == ValueType::kNil;
  if (is_nil && op != FieldOp::kNotEqual) {
    return Everything();
  }
  const std::vector<SlotSource>& sources = plan.slots()[expr.slot].sources;
  std::vector<const SlotSource*> earlier;
  std::vector<EventFilter> any;
  bool exact = true;
  for (const SlotSource& source : sources) {
    Pushdown one = SourceFilter(source, op, literal, earlier, plan);
    exact = exact && one.exact;
    any.push_back(std::move(one.filter));
    earlier.push_back(&source);
  }
  if (any.empty()) {
    return Nothing();
  }
  if (any.size() == 1) {
    return {std::move(any[0]), exact, false};
  }
  // The first source that is there decides, not any; but to exist in one is to exist.
  return {EventFilter::Or(std::move(any)), exact && is_nil, false};
}

Pushdown OfComparison(const FieldExpr& expr, const SlotPlan& plan) {
  const FieldExpr& lhs = *expr.lhs;
  const FieldExpr& rhs = *expr.rhs;
  if (lhs.kind == FieldExpr::Kind::kAttribute && rhs.kind == FieldExpr::Kind::kLiteral) {
    return AttributeFilter(lhs, expr.op, rhs.literal, plan);
  }
  if (rhs.kind == FieldExpr::Kind::kAttribute && lhs.kind == FieldExpr::Kind::kLiteral &&
      IsComparison(expr.op)) {
    return AttributeFilter(rhs, Mirror(expr.op), lhs.literal, plan);
  }
  return Everything();
}

Pushdown OfCondition(const FieldExpr& expr, const SlotPlan& plan) {
  static const Literal kTrue{ValueType::kBool, 1, 0, ""};
  if (expr.kind == FieldExpr::Kind::kLiteral) {
    return expr.literal.integer != 0 ? Exactly(EventFilter::All()) : Nothing();
  }
  if (expr.kind == FieldExpr::Kind::kAttribute) {
    return AttributeFilter(expr, FieldOp::kEqual, kTrue, plan);
  }
  if (expr.kind == FieldExpr::Kind::kUnary || IsArithmetic(expr.op)) {
    return Everything();
  }
  if (expr.op != FieldOp::kAnd && expr.op != FieldOp::kOr) {
    return OfComparison(expr, plan);
  }
  Pushdown lhs = OfCondition(*expr.lhs, plan);
  Pushdown rhs = OfCondition(*expr.rhs, plan);
  const bool exact = lhs.exact && rhs.exact;
  if (expr.op == FieldOp::kAnd) {
    if (lhs.never || rhs.never) {
      return Nothing();
    }
    if (lhs.filter.kind == EventFilter::Kind::kAll) {
      return {std::move(rhs.filter), exact, false};
    }
    if (rhs.filter.kind == EventFilter::Kind::kAll) {
      return {std::move(lhs.filter), exact, false};
    }
    return {AndFilter(std::move(lhs.filter), std::move(rhs.filter)), exact, false};
  }
  if (lhs.never || rhs.never) {
    return lhs.never ? std::move(rhs) : std::move(lhs);
  }
  if (lhs.filter.kind == EventFilter::Kind::kAll || rhs.filter.kind == EventFilter::Kind::kAll) {
    return {EventFilter::All(), exact, false};
  }
  return {OrFilter(std::move(lhs.filter), std::move(rhs.filter)), exact, false};
}

void CollectMatchers(const FieldExpr& expr, std::vector<model::Matcher>* matchers) {
  if (expr.kind != FieldExpr::Kind::kBinary) {
    return;
  }
  if (expr.op == FieldOp::kAnd) {
    CollectMatchers(*expr.lhs, matchers);
    CollectMatchers(*expr.rhs, matchers);
    return;
  }
  const FieldExpr& lhs = *expr.lhs;
  const FieldExpr& rhs = *expr.rhs;
  if (expr.op == FieldOp::kEqual && lhs.kind == FieldExpr::Kind::kAttribute &&
      lhs.attribute.IsServiceName() && rhs.kind == FieldExpr::Kind::kLiteral &&
      rhs.literal.type == ValueType::kString && !rhs.literal.text.empty()) {
    matchers->push_back(model::Matcher::Equal(std::string(kServiceName), rhs.literal.text));
  }
}

}  // namespace

namespace {

bool HasPipeline(const ScalarExpr& expr) {
  return expr.kind == ScalarExpr::Kind::kPipeline ||
         (expr.kind == ScalarExpr::Kind::kBinary &&
          (HasPipeline(*expr.lhs) || HasPipeline(*expr.rhs)));
}

}  // namespace

bool ConditionNeedsTrace(const FieldExpr& expr) {
  if (expr.kind == FieldExpr::Kind::kAttribute) {
    return expr.attribute.NeedsTrace();
  }
  return (expr.lhs != nullptr && ConditionNeedsTrace(*expr.lhs)) ||
         (expr.rhs != nullptr && ConditionNeedsTrace(*expr.rhs));
}

Pushdown PushDown(const FieldExpr* condition, const SlotPlan& plan) {
  return condition == nullptr ? Exactly(EventFilter::All()) : OfCondition(*condition, plan);
}

std::vector<model::Matcher> StreamMatchers(const FieldExpr* condition) {
  std::vector<model::Matcher> matchers;
  if (condition != nullptr) {
    CollectMatchers(*condition, &matchers);
  }
  return matchers;
}

CandidatePlan::Need CandidatePlan::NewLeaf(const FieldExpr* condition) {
  Need need;
  if (leaves_.size() >= kLeavesMax) {
    // Too many to tell apart: they share the last one, which holds for every row.
    leaves_.back() = {nullptr, false, Exactly(EventFilter::All())};
  } else {
    Leaf leaf;
    leaf.condition = condition;
    leaf.needs_trace = condition != nullptr && ConditionNeedsTrace(*condition);
    leaf.pushdown = PushDown(condition, plan_);
    leaves_.push_back(std::move(leaf));
  }
  need.kind = Need::Kind::kLeaf;
  need.leaf = leaves_.size() - 1;
  return need;
}

CandidatePlan::Need CandidatePlan::OfSpanset(const SpansetExpr& expr) {
  if (expr.kind == SpansetExpr::Kind::kFilter) {
    return NewLeaf(expr.filter.get());
  }
  if (expr.kind == SpansetExpr::Kind::kPipeline) {
    return OfPipeline(*expr.pipeline);
  }
  Need lhs = OfSpanset(*expr.lhs);
  Need rhs = OfSpanset(*expr.rhs);
  if (expr.op >= SpansetOp::kNotChild && expr.op < SpansetOp::kUnionChild) {
    return rhs;
  }
  Need need;
  need.kind = expr.op == SpansetOp::kOr ? Need::Kind::kOr : Need::Kind::kAnd;
  need.children.push_back(std::move(lhs));
  need.children.push_back(std::move(rhs));
  return need;
}

CandidatePlan::Need CandidatePlan::OfScalar(const ScalarExpr& expr) {
  Need need;
  need.kind = Need::Kind::kOr;
  if (expr.kind == ScalarExpr::Kind::kPipeline) {
    need.children.push_back(OfPipeline(*expr.pipeline));
  } else if (expr.kind == ScalarExpr::Kind::kBinary) {
    need.children.push_back(OfScalar(*expr.lhs));
    need.children.push_back(OfScalar(*expr.rhs));
  }
  return need;
}

CandidatePlan::Need CandidatePlan::OfPipeline(const Pipeline& pipeline) {
  Need need;
  need.kind = Need::Kind::kAnd;
  for (size_t i = 0; i < pipeline.stages.size(); ++i) {
    const Stage& stage = pipeline.stages[i];
    if (stage.kind == Stage::Kind::kSpanset) {
      need.children.push_back(OfSpanset(*stage.spanset));
    } else if (stage.kind == Stage::Kind::kScalarFilter &&
               (HasPipeline(*stage.lhs) || HasPipeline(*stage.rhs))) {
      // The result is spans of one of the pipelines.
      Need either;
      either.kind = Need::Kind::kOr;
      either.children.push_back(OfScalar(*stage.lhs));
      either.children.push_back(OfScalar(*stage.rhs));
      need.children.push_back(std::move(either));
    } else if (i == 0) {
      need.children.push_back(NewLeaf(nullptr));
    }
  }
  return need;
}

bool CandidatePlan::Worth(const Need& need, uint64_t mask) {
  const auto worth = [mask](const Need& child) { return Worth(child, mask); };
  switch (need.kind) {
    case Need::Kind::kAlways:
      return true;
    case Need::Kind::kLeaf:
      return (mask >> need.leaf & 1) != 0;
    case Need::Kind::kAnd:
      return std::all_of(need.children.begin(), need.children.end(), worth);
    case Need::Kind::kOr:
      break;
  }
  return std::any_of(need.children.begin(), need.children.end(), worth);
}

CandidatePlan::CandidatePlan(const Pipeline& pipeline, const SlotPlan& plan) : plan_(plan) {
  need_ = OfPipeline(pipeline);
  std::vector<EventFilter> any;
  bool all = false;
  for (const Leaf& leaf : leaves_) {
    all = all || leaf.pushdown.filter.kind == EventFilter::Kind::kAll;
    any.push_back(leaf.pushdown.filter);
  }
  if (leaves_.size() == 1) {
    row_filter = leaves_[0].pushdown.filter;
    matchers = StreamMatchers(leaves_[0].condition);
    rows_are_matches = leaves_[0].pushdown.exact;
  } else if (!all) {
    row_filter = EventFilter::Or(std::move(any));
  }
  needs_rows = !rows_are_matches;
}

uint64_t CandidatePlan::MaskOf(const Value* slots, FieldEvaluator* fields) const {
  uint64_t mask = 0;
  for (size_t i = 0; i < leaves_.size(); ++i) {
    const Leaf& leaf = leaves_[i];
    // What depends on the whole trace may hold.
    if (leaf.condition == nullptr || leaf.needs_trace || fields->Holds(*leaf.condition, slots)) {
      mask |= uint64_t{1} << i;
    }
  }
  return mask;
}

}  // namespace sb::traceql
