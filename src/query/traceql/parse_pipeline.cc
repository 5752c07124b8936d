// SPDX-License-Identifier: Apache-2.0
//
// Outside of braces: stages and the operators between spansets, scalars and metrics.
#include <optional>
#include <utility>

#include "query/traceql/parser_internal.h"

namespace sb::traceql {
namespace {

using Kind = Operand::Kind;

struct Row {
  std::string_view symbol;
  int precedence;
  std::optional<SpansetOp> spanset;
  std::optional<FieldOp> scalar;
};
constexpr int kPowPrecedence = 5;
constexpr Row kOperators[] = {
    {"&&", 1, SpansetOp::kAnd, std::nullopt},
    {"||", 1, SpansetOp::kOr, std::nullopt},
    {">", 2, SpansetOp::kChild, FieldOp::kGreater},
    {"<", 2, SpansetOp::kParent, FieldOp::kLess},
    {">>", 2, SpansetOp::kDescendant, std::nullopt},
    {"<<", 2, SpansetOp::kAncestor, std::nullopt},
    {"~", 2, SpansetOp::kSibling, std::nullopt},
    {"!>", 2, SpansetOp::kNotChild, std::nullopt},
    {"!>>", 2, SpansetOp::kNotDescendant, std::nullopt},
    {"!<", 2, SpansetOp::kNotParent, std::nullopt},
    {"!<<", 2, SpansetOp::kNotAncestor, std::nullopt},
    {"!~", 2, SpansetOp::kNotSibling, std::nullopt},
    {"&>", 2, SpansetOp::kUnionChild, std::nullopt},
    {"&>>", 2, SpansetOp::kUnionDescendant, std::nullopt},
    {"&<", 2, SpansetOp::kUnionParent, std::nullopt},
    {"&<<", 2, SpansetOp::kUnionAncestor, std::nullopt},
    {"&~", 2, SpansetOp::kUnionSibling, std::nullopt},
    {"=", 2, std::nullopt, FieldOp::kEqual},
    {"!=", 2, std::nullopt, FieldOp::kNotEqual},
    {"<=", 2, std::nullopt, FieldOp::kLessEqual},
    {">=", 2, std::nullopt, FieldOp::kGreaterEqual},
    {"+", 3, std::nullopt, FieldOp::kAdd},
    {"-", 3, std::nullopt, FieldOp::kSub},
    {"*", 4, std::nullopt, FieldOp::kMul},
    {"/", 4, std::nullopt, FieldOp::kDiv},
    {"%", 4, std::nullopt, FieldOp::kMod},
    {"^", kPowPrecedence, std::nullopt, FieldOp::kPow},
};

const Row* RowOf(const Token& token) {
  for (const Row& row : kOperators) {
    if (token.Is(row.symbol)) {
      return &row;
    }
  }
  return nullptr;
}

std::optional<AggregateOp> AggregateOf(std::string_view word) {
  for (const AggregateOp op : {AggregateOp::kCount, AggregateOp::kMin, AggregateOp::kMax,
                               AggregateOp::kSum, AggregateOp::kAvg}) {
    if (AggregateOpText(op) == word) {
      return op;
    }
  }
  return std::nullopt;
}

std::optional<MetricsOp> MetricsOf(std::string_view word) {
  for (int i = 0; i <= static_cast<int>(MetricsOp::kCompare); ++i) {
    if (MetricsOpText(static_cast<MetricsOp>(i)) == word) {
      return static_cast<MetricsOp>(i);
    }
  }
  return std::nullopt;
}

bool IsScalar(Kind kind) {
  return kind == Kind::kConstant || kind == Kind::kScalar || kind == Kind::kPipelineScalar;
}

// What a pair of scalars makes: constants go with anything, the other two not with each other.
Kind JoinScalars(Kind a, Kind b) {
  if (a == Kind::kConstant) {
    return b;
  }
  return b == Kind::kConstant || a == b ? a : Kind::kNone;
}

std::string_view KindText(Kind kind) {
  switch (kind) {
    case Kind::kSpanset:
      return "a spanset";
    case Kind::kConstant:
      return "a number";
    case Kind::kScalar:
      return "an aggregate";
    case Kind::kPipelineScalar:
      return "an aggregated pipeline";
    case Kind::kFilter:
      return "a scalar filter";
    case Kind::kMetrics:
      return "metrics";
    case Kind::kNone:
      break;
  }
  return "nothing";
}

// A constant as metrics, so that arithmetic has one kind of operand.
MetricsExprPtr MetricsFromScalar(const ScalarExpr& scalar) {
  auto out = std::make_unique<MetricsExpr>();
  if (scalar.kind == ScalarExpr::Kind::kLiteral) {
    out->kind = MetricsExpr::Kind::kNumber;
    out->literal = scalar.literal;
    out->number = scalar.literal.value().AsNumber();
    return out;
  }
  out->kind = MetricsExpr::Kind::kBinary;
  out->op = scalar.op;
  out->lhs = MetricsFromScalar(*scalar.lhs);
  out->rhs = MetricsFromScalar(*scalar.rhs);
  return out;
}

// Only numbers and + - * / : no durations.
bool IsMetricsConstant(const ScalarExpr& scalar) {
  if (scalar.kind == ScalarExpr::Kind::kLiteral) {
    return scalar.literal.type == ValueType::kInt || scalar.literal.type == ValueType::kFloat;
  }
  return scalar.kind == ScalarExpr::Kind::kBinary && scalar.op >= FieldOp::kAdd &&
         scalar.op <= FieldOp::kDiv && IsMetricsConstant(*scalar.lhs) &&
         IsMetricsConstant(*scalar.rhs);
}

ScalarExprPtr NewScalarBinary(FieldOp op, ScalarExprPtr lhs, ScalarExprPtr rhs) {
  auto out = std::make_unique<ScalarExpr>();
  out->kind = ScalarExpr::Kind::kBinary;
  out->op = op;
  out->lhs = std::move(lhs);
  out->rhs = std::move(rhs);
  return out;
}

}  // namespace

bool Parser::ParseElements(Operand* out, bool in_parentheses) {
  const Depth depth(this);
  if (!depth.ok()) {
    return false;
  }
  Pipeline pipeline;
  Operand last;
  for (;;) {
    if (!ParseElement(&pipeline, &last)) {
      return false;
    }
    if (!Take("|")) {
      break;
    }
    if (last.kind == Kind::kMetrics) {
      continue;
    }
    if (last.kind == Kind::kSpanset) {
      Stage stage;
      stage.spanset = std::move(last.spanset);
      pipeline.stages.push_back(std::move(stage));
    } else if (last.kind == Kind::kFilter) {
      pipeline.stages.push_back(std::move(last.stage));
    } else if (last.kind != Kind::kNone) {
      return Fail(token_.offset, "cannot pipe " + std::string(KindText(last.kind)) +
                                     ": compare it with something first");
    }
    last = Operand();
  }
  return FinishElements(std::move(pipeline), std::move(last), in_parentheses, out);
}

// One element between pipes: a stage is added to the pipeline at once, everything else goes to
// `last`, which holds metrics if the query already is one.
bool Parser::ParseElement(Pipeline* pipeline, Operand* last) {
  if (last->kind == Kind::kMetrics) {
    return ParseSecondStage(last);
  }
  const bool is_first = pipeline->stages.empty();
  Stage stage;
  if (IsWord("by")) {
    stage.kind = Stage::Kind::kGroup;
    if (!ParseGroup(&stage)) {
      return false;
    }
    pipeline->stages.push_back(std::move(stage));
    return true;
  }
  if (IsWord("select")) {
    stage.kind = Stage::Kind::kSelect;
    Advance();
    if (!ParseAttributeList(&stage.select)) {
      return false;
    }
    pipeline->stages.push_back(std::move(stage));
    return true;
  }
  if (IsWord("coalesce") && !is_first) {
    stage.kind = Stage::Kind::kCoalesce;
    Advance();
    if (!Expect("(") || !Expect(")")) {
      return false;
    }
    pipeline->stages.push_back(std::move(stage));
    return true;
  }
  const auto metrics = token_.type == TokenType::kWord ? MetricsOf(token_.text) : std::nullopt;
  if (metrics.has_value() && !is_first) {
    Advance();
    return ParseMetricsFunction(*metrics, std::move(*pipeline), last);
  }
  return ParseOperators(0, last);
}

bool Parser::FinishElements(Pipeline pipeline, Operand last, bool in_parentheses, Operand* out) {
  if (last.kind == Kind::kMetrics) {
    *out = std::move(last);
    return true;
  }
  if (pipeline.stages.empty() &&
      (last.kind == Kind::kSpanset || (in_parentheses && IsScalar(last.kind)))) {
    *out = std::move(last);
    return true;
  }
  if (IsScalar(last.kind)) {
    if (!in_parentheses || last.kind != Kind::kScalar) {
      return FailUnexpected("a comparison after " + std::string(KindText(last.kind)));
    }
    auto scalar = std::make_unique<ScalarExpr>();
    scalar->kind = ScalarExpr::Kind::kPipeline;
    scalar->pipeline = std::make_unique<Pipeline>(std::move(pipeline));
    scalar->lhs = std::move(last.scalar);
    out->kind = Kind::kPipelineScalar;
    out->scalar = std::move(scalar);
    return true;
  }
  if (last.kind == Kind::kSpanset) {
    Stage stage;
    stage.spanset = std::move(last.spanset);
    pipeline.stages.push_back(std::move(stage));
  } else if (last.kind == Kind::kFilter) {
    pipeline.stages.push_back(std::move(last.stage));
  }
  out->kind = Kind::kSpanset;
  out->spanset = std::make_unique<SpansetExpr>();
  out->spanset->kind = SpansetExpr::Kind::kPipeline;
  out->spanset->pipeline = std::make_unique<Pipeline>(std::move(pipeline));
  return true;
}

bool Parser::ParseGroup(Stage* stage) {
  Advance();
  if (!Expect("(")) {
    return false;
  }
  stage->group = ParseField(0);
  return stage->group != nullptr && Expect(")");
}

bool Parser::ParseOperators(int min_precedence, Operand* out) {
  const Depth depth(this);
  if (!depth.ok() || !ParsePrimary(out)) {
    return false;
  }
  for (;;) {
    const Row* row = RowOf(token_);
    if (row == nullptr || row->precedence < min_precedence) {
      return true;
    }
    const Token op = token_;
    Advance();
    Operand rhs;
    if (!ParseOperators(row->precedence + (row->precedence == kPowPrecedence ? 0 : 1), &rhs) ||
        !Combine(op, out, std::move(rhs))) {
      return false;
    }
  }
}

bool Parser::ParsePrimary(Operand* out) {
  if (token_.Is("{")) {
    return ParseSpansetFilter(out);
  }
  if (token_.Is("(")) {
    return ParseParenthesised(out);
  }
  if (token_.type == TokenType::kWord) {
    if (const auto op = AggregateOf(token_.text); op.has_value()) {
      Advance();
      return ParseAggregate(*op, out);
    }
  }
  if (token_.Is("-") || token_.type == TokenType::kInt || token_.type == TokenType::kFloat ||
      token_.type == TokenType::kDuration) {
    return ParseNumber(out);
  }
  return FailUnexpected("a spanset `{…}`, an aggregate or a number");
}

bool Parser::ParseNumber(Operand* out) {
  const size_t offset = token_.offset;
  Literal literal;
  if (!ParseLiteral(&literal)) {
    return false;
  }
  if (!literal.value().IsNumeric()) {
    return Fail(offset, "expected a number");
  }
  out->kind = Kind::kConstant;
  out->scalar = std::make_unique<ScalarExpr>();
  out->scalar->literal = std::move(literal);
  return true;
}

bool Parser::ParseSpansetFilter(Operand* out) {
  Advance();
  out->kind = Kind::kSpanset;
  out->spanset = std::make_unique<SpansetExpr>();
  if (Take("}")) {
    return true;
  }
  out->spanset->filter = ParseField(0);
  return out->spanset->filter != nullptr && Expect("}");
}

bool Parser::ParseParenthesised(Operand* out) {
  Advance();
  return ParseElements(out, true) && Expect(")");
}

bool Parser::ParseAggregate(AggregateOp op, Operand* out) {
  out->kind = Kind::kScalar;
  out->scalar = std::make_unique<ScalarExpr>();
  out->scalar->kind = ScalarExpr::Kind::kAggregate;
  out->scalar->aggregate = op;
  if (!Expect("(")) {
    return false;
  }
  if (op != AggregateOp::kCount) {
    out->scalar->field = ParseField(0);
    if (out->scalar->field == nullptr) {
      return false;
    }
  }
  return Expect(")");
}

bool Parser::Combine(const Token& op, Operand* lhs, Operand rhs) {
  const Row& row = *RowOf(op);
  if (row.spanset.has_value() && lhs->kind == Kind::kSpanset && rhs.kind == Kind::kSpanset) {
    auto joined = std::make_unique<SpansetExpr>();
    joined->kind = SpansetExpr::Kind::kOperation;
    joined->op = *row.spanset;
    joined->lhs = std::move(lhs->spanset);
    joined->rhs = std::move(rhs.spanset);
    lhs->spanset = std::move(joined);
    return true;
  }
  if (row.scalar.has_value() && IsArithmetic(*row.scalar)) {
    return CombineArithmetic(op, lhs, std::move(rhs));
  }
  if (row.scalar.has_value()) {
    return CombineComparison(op, lhs, std::move(rhs));
  }
  return Fail(op.offset, "`" + std::string(op.text) + "` stands between spansets, not between " +
                             std::string(KindText(lhs->kind)) + " and " +
                             std::string(KindText(rhs.kind)));
}

bool Parser::CombineArithmetic(const Token& op, Operand* lhs, Operand rhs) {
  const FieldOp field_op = *RowOf(op)->scalar;
  if (IsScalar(lhs->kind) && IsScalar(rhs.kind)) {
    const Kind joined = JoinScalars(lhs->kind, rhs.kind);
    if (joined != Kind::kNone) {
      lhs->scalar = NewScalarBinary(field_op, std::move(lhs->scalar), std::move(rhs.scalar));
      lhs->kind = joined;
      return true;
    }
  }
  const auto is_metrics = [](const Operand& o) {
    return o.kind == Kind::kMetrics || (o.kind == Kind::kConstant && IsMetricsConstant(*o.scalar));
  };
  const bool fits = is_metrics(*lhs) && is_metrics(rhs) && field_op <= FieldOp::kDiv;
  if (!fits) {
    return Fail(op.offset, "`" + std::string(op.text) + "` cannot stand between " +
                               std::string(KindText(lhs->kind)) + " and " +
                               std::string(KindText(rhs.kind)));
  }
  auto joined = std::make_unique<MetricsExpr>();
  joined->kind = MetricsExpr::Kind::kBinary;
  joined->op = field_op;
  joined->lhs =
      lhs->kind == Kind::kMetrics ? std::move(lhs->metrics) : MetricsFromScalar(*lhs->scalar);
  joined->rhs =
      rhs.kind == Kind::kMetrics ? std::move(rhs.metrics) : MetricsFromScalar(*rhs.scalar);
  *lhs = Operand();
  lhs->kind = Kind::kMetrics;
  lhs->metrics = std::move(joined);
  return true;
}

bool Parser::CombineComparison(const Token& op, Operand* lhs, Operand rhs) {
  const FieldOp field_op = *RowOf(op)->scalar;
  if (lhs->kind == Kind::kMetrics && rhs.kind == Kind::kConstant &&
      IsMetricsConstant(*rhs.scalar)) {
    auto filter = std::make_unique<MetricsExpr>();
    filter->kind = MetricsExpr::Kind::kFilter;
    filter->op = field_op;
    filter->lhs = std::move(lhs->metrics);
    filter->rhs = MetricsFromScalar(*rhs.scalar);
    lhs->metrics = std::move(filter);
    return true;
  }
  const bool fits = IsScalar(lhs->kind) && IsScalar(rhs.kind) &&
                    JoinScalars(lhs->kind, rhs.kind) != Kind::kNone &&
                    JoinScalars(lhs->kind, rhs.kind) != Kind::kConstant;
  if (!fits) {
    return Fail(op.offset, "`" + std::string(op.text) + "` cannot compare " +
                               std::string(KindText(lhs->kind)) + " with " +
                               std::string(KindText(rhs.kind)));
  }
  Stage stage;
  stage.kind = Stage::Kind::kScalarFilter;
  stage.op = field_op;
  stage.lhs = std::move(lhs->scalar);
  stage.rhs = std::move(rhs.scalar);
  *lhs = Operand();
  lhs->kind = Kind::kFilter;
  lhs->stage = std::move(stage);
  return true;
}

}  // namespace sb::traceql
