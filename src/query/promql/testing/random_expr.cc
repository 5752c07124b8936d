// SPDX-License-Identifier: Apache-2.0
#include "query/promql/testing/random_expr.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "model/label_set.h"

namespace sb::promql {
namespace {

// The binding strength that the parser gives an expression when it is printed as an operand.
int Precedence(BinaryOp op) {
  switch (op) {
    case BinaryOp::kOr:
      return 1;
    case BinaryOp::kAnd:
    case BinaryOp::kUnless:
      return 2;
    case BinaryOp::kAdd:
    case BinaryOp::kSub:
      return 4;
    case BinaryOp::kMul:
    case BinaryOp::kDiv:
    case BinaryOp::kMod:
    case BinaryOp::kAtan2:
      return 5;
    case BinaryOp::kPow:
      return 6;
    default:
      return 3;
  }
}

// Whether the text ends in `offset (…)`, which would take arithmetic that follows into the
// duration.
bool EndsInOpenOffset(const Expr& expr) {
  if (const auto* binary = TryAs<BinaryExpr>(&expr)) {
    return EndsInOpenOffset(*binary->rhs);
  }
  if (const auto* unary = TryAs<UnaryExpr>(&expr)) {
    return EndsInOpenOffset(*unary->expr);
  }
  if (const auto* matrix = TryAs<MatrixSelector>(&expr)) {
    return EndsInOpenOffset(*matrix->selector);
  }
  const auto* selector = TryAs<VectorSelector>(&expr);
  const auto* subquery = TryAs<SubqueryExpr>(&expr);
  return (selector != nullptr && selector->time.offset_expr != nullptr) ||
         (subquery != nullptr && subquery->time.offset_expr != nullptr);
}

bool NeedsParen(const Expr& operand, BinaryOp op, bool left) {
  if (left && EndsInOpenOffset(operand)) {
    return true;
  }
  const bool power = op == BinaryOp::kPow;
  if (const auto* number = TryAs<NumberLiteral>(&operand)) {
    return power && left && std::signbit(number->value);
  }
  if (operand.kind == ExprKind::kUnary) {
    return power && left;
  }
  const auto* binary = TryAs<BinaryExpr>(&operand);
  if (binary == nullptr) {
    return false;
  }
  const int inner = Precedence(binary->op);
  const int outer = Precedence(op);
  return inner < outer || (inner == outer && left == power);
}

double Seconds(int64_t ms) {
  return static_cast<double>(ms / 1000) + static_cast<double>(ms % 1000) / 1000;
}

std::unique_ptr<DurationExpr> NewDuration(DurationOp op, ExprPtr lhs, ExprPtr rhs) {
  auto duration = std::make_unique<DurationExpr>();
  duration->op = op;
  duration->lhs = std::move(lhs);
  duration->rhs = std::move(rhs);
  duration->wrapped = true;
  return duration;
}

}  // namespace

ExprPtr RandomExpr::Make(ValueType type) {
  return MakeAt(type, vocabulary_.height_max);
}

ExprPtr RandomExpr::MakeAt(ValueType type, int height) {
  switch (type) {
    case ValueType::kScalar:
      return Scalar(height);
    case ValueType::kVector:
      return Vector(height);
    case ValueType::kMatrix:
      return Matrix(height);
    default:
      return String();
  }
}

ExprPtr RandomExpr::Paren(ExprPtr inner) {
  auto paren = std::make_unique<ParenExpr>();
  paren->expr = std::move(inner);
  return paren;
}

ExprPtr RandomExpr::Scalar(int height) {
  if (height <= 0 || OneIn(2)) {
    return Number();
  }
  switch (Below(4)) {
    case 0:
      return CallReturning(ValueType::kScalar, height);
    case 1:
      return Unary(ValueType::kScalar, height);
    case 2:
      return Paren(Scalar(height - 1));
    default:
      return Binary(ValueType::kScalar, height);
  }
}

ExprPtr RandomExpr::Vector(int height) {
  if (height <= 0 || OneIn(6)) {
    return Selector();
  }
  switch (Below(8)) {
    case 0:
    case 1:
    case 2:
      return CallReturning(ValueType::kVector, height);
    case 3:
      return Unary(ValueType::kVector, height);
    case 4:
      return Paren(Vector(height - 1));
    case 5:
      return Aggregate(height);
    default:
      return Binary(ValueType::kVector, height);
  }
}

ExprPtr RandomExpr::Matrix(int height) {
  if (height > 0 && OneIn(3)) {
    return Subquery(height);
  }
  auto matrix = std::make_unique<MatrixSelector>();
  matrix->selector = Selector();
  FillDuration(&matrix->range_ms, &matrix->range_expr);
  return matrix;
}

ExprPtr RandomExpr::Subquery(int height) {
  auto subquery = std::make_unique<SubqueryExpr>();
  ExprPtr inner = Vector(height - 1);
  // Brackets bind to the last operand, and to a plain selector they would be a range.
  const bool closed = inner->kind == ExprKind::kCall || inner->kind == ExprKind::kAggregate ||
                      inner->kind == ExprKind::kParen || inner->kind == ExprKind::kVectorSelector;
  subquery->expr = closed ? std::move(inner) : Paren(std::move(inner));
  FillDuration(&subquery->range_ms, &subquery->range_expr);
  if (!OneIn(3)) {
    FillDuration(&subquery->step_ms, &subquery->step_expr);
  }
  FillModifiers(&subquery->time);
  return subquery;
}

ExprPtr RandomExpr::String() {
  auto literal = std::make_unique<StringLiteral>();
  literal->value = OneIn(2) ? Pick(vocabulary_.labels) : Pick(vocabulary_.values);
  return literal;
}

double RandomExpr::NumberValue() {
  static constexpr double kSpecial[] = {0,    1,     2,     0.5,  1e-7, 1e21, 1e300, 5e-324, 100,
                                        0.25, 1.1e9, 0.999, 1000, -1,   -2.5, -1e21, 3,      10};
  if (OneIn(12)) {
    return OneIn(2) ? std::numeric_limits<double>::infinity()
                    : std::numeric_limits<double>::quiet_NaN();
  }
  return kSpecial[Below(std::size(kSpecial))];
}

ExprPtr RandomExpr::Number() {
  auto number = std::make_unique<NumberLiteral>();
  number->duration = OneIn(6);
  number->value = number->duration ? Seconds(DurationMs()) : NumberValue();
  return number;
}

ExprPtr RandomExpr::CallReturning(ValueType type, int height) {
  std::vector<const Function*> candidates;
  for (const Function& function : AllFunctions()) {
    if (function.return_type == type) {
      candidates.push_back(&function);
    }
  }
  auto call = std::make_unique<Call>();
  call->function = candidates[Below(candidates.size())];
  const std::span<const ValueType> types = call->function->arg_types;
  size_t count = types.size();
  if (call->function->variadic != 0) {
    const auto most =
        call->function->variadic < 0 ? 3 : static_cast<uint64_t>(call->function->variadic);
    count = types.size() - 1 + Below(most + 1);
  }
  for (size_t i = 0; i < count; ++i) {
    const bool matchers = call->function->id == FunctionId::kInfo && i == 1;
    call->args.push_back(matchers ? MatchersForInfo()
                                  : MakeAt(types[std::min(i, types.size() - 1)], height - 1));
  }
  return call;
}

ExprPtr RandomExpr::Unary(ValueType type, int height) {
  auto unary = std::make_unique<UnaryExpr>();
  unary->op = OneIn(3) ? UnaryOp::kPlus : UnaryOp::kMinus;
  ExprPtr operand = MakeAt(type, height - 1);
  // Numbers take the sign themselves; only a power binds more tightly than a sign.
  const auto* binary = TryAs<BinaryExpr>(operand.get());
  const bool wrap = operand->kind == ExprKind::kNumberLiteral ||
                    (binary != nullptr && binary->op != BinaryOp::kPow);
  unary->expr = wrap ? Paren(std::move(operand)) : std::move(operand);
  return unary;
}

ExprPtr RandomExpr::Operand(ExprPtr operand, BinaryOp op, bool left) {
  return NeedsParen(*operand, op, left) ? Paren(std::move(operand)) : std::move(operand);
}

ExprPtr RandomExpr::Binary(ValueType type, int height) {
  static constexpr uint64_t kOpCount = static_cast<uint64_t>(BinaryOp::kTrimLower) + 1;
  auto binary = std::make_unique<BinaryExpr>();
  binary->op = static_cast<BinaryOp>(Below(kOpCount));
  const bool scalars = type == ValueType::kScalar;
  if (scalars && IsSetOperator(binary->op)) {
    binary->op = BinaryOp::kAdd;
  }
  bool left_is_vector = !scalars;
  bool right_is_vector = !scalars;
  if (!scalars && !IsSetOperator(binary->op) && OneIn(3)) {
    (OneIn(2) ? left_is_vector : right_is_vector) = false;
  }
  binary->return_bool = IsComparison(binary->op) && (scalars || OneIn(3));
  ExprPtr lhs = left_is_vector ? Vector(height - 1) : Scalar(height - 1);
  ExprPtr rhs = right_is_vector ? Vector(height - 1) : Scalar(height - 1);
  binary->lhs = Operand(std::move(lhs), binary->op, true);
  binary->rhs = Operand(std::move(rhs), binary->op, false);
  if (left_is_vector && right_is_vector) {
    FillMatching(binary.get());
  }
  return binary;
}

void RandomExpr::FillMatching(BinaryExpr* binary) {
  VectorMatching& matching = binary->matching.emplace();
  matching.on = OneIn(3);
  if (matching.on || OneIn(3)) {
    matching.labels = Labels();
  }
  if (IsSetOperator(binary->op)) {
    matching.card = MatchCardinality::kManyToMany;
    return;
  }
  if (OneIn(3)) {
    matching.card = OneIn(2) ? MatchCardinality::kManyToOne : MatchCardinality::kOneToMany;
    for (const std::string& label : Labels()) {
      if (std::find(matching.labels.begin(), matching.labels.end(), label) ==
          matching.labels.end()) {
        matching.include.push_back(label);
      }
    }
  }
  if (OneIn(4)) {
    matching.fill_left = NumberValue();
  }
  if (OneIn(4)) {
    matching.fill_right = OneIn(2) ? matching.fill_left : NumberValue();
  }
}

ExprPtr RandomExpr::Aggregate(int height) {
  static constexpr uint64_t kOpCount = static_cast<uint64_t>(AggregateOp::kTopk) + 1;
  auto aggregate = std::make_unique<AggregateExpr>();
  aggregate->op = static_cast<AggregateOp>(Below(kOpCount));
  aggregate->expr = Vector(height - 1);
  if (HasParameter(aggregate->op)) {
    aggregate->param = aggregate->op == AggregateOp::kCountValues ? String() : Scalar(height - 1);
  }
  aggregate->without = OneIn(4);
  if (!OneIn(3)) {
    aggregate->grouping = Labels();
  }
  return aggregate;
}

std::vector<std::string> RandomExpr::Labels() {
  std::vector<std::string> labels;
  for (const std::string& label : vocabulary_.labels) {
    if (OneIn(3)) {
      labels.push_back(label);
    }
  }
  return labels;
}

void RandomExpr::AddMatchers(std::vector<model::Matcher>* matchers, bool selective) {
  const uint64_t count = Below(3);
  for (uint64_t i = 0; i < count; ++i) {
    const auto type = static_cast<model::MatchType>(Below(4));
    const bool regex = type == model::MatchType::kRegex || type == model::MatchType::kNotRegex;
    // Drawn one after the other: compilers differ in which argument they evaluate first.
    const std::string& value = Pick(regex ? vocabulary_.patterns : vocabulary_.values);
    const std::string& label = Pick(vocabulary_.labels);
    matchers->push_back(*model::Matcher::Create(type, label, value));
  }
  if (selective) {
    matchers->push_back(
        *model::Matcher::Create(model::MatchType::kRegex, Pick(vocabulary_.labels), ".+"));
  }
}

ExprPtr RandomExpr::MatchersForInfo() {
  auto selector = std::make_unique<VectorSelector>();
  AddMatchers(&selector->matchers, false);
  selector->bypass_empty_matcher_check = true;
  return selector;
}

std::unique_ptr<VectorSelector> RandomExpr::Selector() {
  auto selector = std::make_unique<VectorSelector>();
  const bool named = !OneIn(5);
  AddMatchers(&selector->matchers, !named);
  if (named) {
    selector->name = Pick(vocabulary_.metrics);
    selector->matchers.push_back(
        model::Matcher::Equal(std::string(model::kMetricName), selector->name));
  }
  FillModifiers(&selector->time);
  if (vocabulary_.extended_selectors && OneIn(8)) {
    (OneIn(2) ? selector->anchored : selector->smoothed) = true;
  }
  return selector;
}

void RandomExpr::FillModifiers(TimeModifiers* time) {
  if (OneIn(5)) {
    FillDuration(&time->original_offset_ms, &time->offset_expr);
    if (time->original_offset_ms != 0 && OneIn(3)) {
      time->original_offset_ms = -time->original_offset_ms;
    }
  }
  if (OneIn(6)) {
    time->at_anchor = OneIn(2) ? AtAnchor::kStart : AtAnchor::kEnd;
  } else if (OneIn(6)) {
    time->at_ms = static_cast<int64_t>(Below(10'000'000)) - 2'000'000;
  }
}

int64_t RandomExpr::DurationMs() {
  static constexpr int64_t kCommon[] = {
      1, 500, 1000, 15'000, 60'000, 300'000, 3'600'000, 86'400'000, 1'209'600'000, 31'536'000'000};
  return OneIn(3) ? static_cast<int64_t>(Below(100'000'000)) + 1
                  : kCommon[Below(std::size(kCommon))];
}

void RandomExpr::FillDuration(int64_t* ms, std::unique_ptr<DurationExpr>* expr) {
  if (vocabulary_.duration_expressions && OneIn(6)) {
    *expr = Duration(2);
  } else {
    *ms = DurationMs();
  }
}

ExprPtr RandomExpr::DurationOperand(int height) {
  if (height > 0 && OneIn(3)) {
    return Duration(height - 1);
  }
  auto number = std::make_unique<NumberLiteral>();
  number->duration = OneIn(2);
  number->value = number->duration ? Seconds(DurationMs()) : static_cast<double>(Below(50) + 1);
  return number;
}

std::unique_ptr<DurationExpr> RandomExpr::Duration(int height) {
  switch (Below(4)) {
    case 0: {
      auto step = NewDuration(OneIn(2) ? DurationOp::kStep : DurationOp::kRange, nullptr, nullptr);
      step->wrapped = OneIn(2);
      return step;
    }
    case 1: {
      const DurationOp op = OneIn(2) ? DurationOp::kMinOf : DurationOp::kMaxOf;
      ExprPtr lhs = DurationOperand(height);
      auto choice = NewDuration(op, std::move(lhs), DurationOperand(height));
      choice->wrapped = OneIn(2);
      return choice;
    }
    default: {
      static constexpr DurationOp kOps[] = {DurationOp::kAdd, DurationOp::kSub, DurationOp::kMul,
                                            DurationOp::kDiv, DurationOp::kMod, DurationOp::kPow};
      const DurationOp op = kOps[Below(std::size(kOps))];
      ExprPtr lhs = DurationOperand(height);
      return NewDuration(op, std::move(lhs), DurationOperand(height));
    }
  }
}

}  // namespace sb::promql
