// SPDX-License-Identifier: Apache-2.0
//
// The syntax tree of TraceQL.
//
//   Query               one query: a pipeline, or metrics; hints
//     Pipeline          stages, from left to right
//       Stage           spanset expression | scalar filter | by() | coalesce() | select()
//         SpansetExpr   { field expression }, operators between spansets, ( pipeline )
//         ScalarExpr    numbers, aggregates of a spanset, arithmetic, ( pipeline | aggregate )
//           FieldExpr   attributes, literals, operators: evaluated span by span
//     MetricsExpr       pipeline | rate() …, arithmetic between them, topk, bottomk, filters
//
// Trees own everything in them. Their depth is bounded by the parser. Threads: immutable once
// parsed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/traceql/attribute.h"
#include "query/traceql/value.h"

namespace re2 {
class RE2;
}

namespace sb::traceql {

struct Pipeline;

// A literal.
struct Literal {
  ValueType type = ValueType::kNil;
  int64_t integer = 0;
  double number = 0;
  std::string text;

  // A view into the literal.
  Value value() const { return {type, integer, number, text, {}}; }
  friend bool operator==(const Literal&, const Literal&) = default;
};

enum class FieldOp : uint8_t {
  kAnd,
  kOr,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kRegex,
  kNotRegex,
  kAdd,
  kSub,
  kMul,
  kDiv,
  kMod,
  kPow,
  kNot,     // unary
  kNegate,  // unary
};
std::string_view FieldOpText(FieldOp op);
bool IsComparison(FieldOp op);  // = != < <= > >=, not the regular expressions
bool IsArithmetic(FieldOp op);  // the binary ones

struct FieldExpr;
using FieldExprPtr = std::unique_ptr<FieldExpr>;

struct FieldExpr {
  enum class Kind : uint8_t { kLiteral, kAttribute, kUnary, kBinary };
  Kind kind = Kind::kLiteral;
  Literal literal;
  Attribute attribute;
  uint32_t slot = 0;  // of the attribute, in the plan to which the tree is bound (slots.h)
  FieldOp op = FieldOp::kEqual;
  FieldExprPtr lhs;  // kUnary: the operand
  FieldExprPtr rhs;
  // Of =~ and !~ with a literal on the right: compiled by Validate, anchored.
  std::shared_ptr<const re2::RE2> regex;
};

enum class SpansetOp : uint8_t {
  kAnd,
  kOr,
  kChild,       // >
  kDescendant,  // >>
  kParent,      // <
  kAncestor,    // <<
  kSibling,     // ~
  kNotChild,
  kNotDescendant,
  kNotParent,
  kNotAncestor,
  kNotSibling,
  kUnionChild,
  kUnionDescendant,
  kUnionParent,
  kUnionAncestor,
  kUnionSibling,
};
std::string_view SpansetOpText(SpansetOp op);

struct SpansetExpr;
using SpansetExprPtr = std::unique_ptr<SpansetExpr>;

struct SpansetExpr {
  enum class Kind : uint8_t { kFilter, kOperation, kPipeline };
  Kind kind = Kind::kFilter;
  FieldExprPtr filter;  // null: {}
  SpansetOp op = SpansetOp::kAnd;
  SpansetExprPtr lhs;
  SpansetExprPtr rhs;
  std::unique_ptr<Pipeline> pipeline;
};

enum class AggregateOp : uint8_t { kCount, kMin, kMax, kSum, kAvg };
std::string_view AggregateOpText(AggregateOp op);

struct ScalarExpr;
using ScalarExprPtr = std::unique_ptr<ScalarExpr>;

struct ScalarExpr {
  enum class Kind : uint8_t { kLiteral, kAggregate, kBinary, kPipeline };
  Kind kind = Kind::kLiteral;
  Literal literal;
  AggregateOp aggregate = AggregateOp::kCount;
  FieldExprPtr field;  // of an aggregate; null for count()
  FieldOp op = FieldOp::kAdd;
  ScalarExprPtr lhs;  // kPipeline: the scalar at its end
  ScalarExprPtr rhs;
  std::unique_ptr<Pipeline> pipeline;
};

struct Stage {
  enum class Kind : uint8_t { kSpanset, kScalarFilter, kGroup, kCoalesce, kSelect };
  Kind kind = Kind::kSpanset;
  SpansetExprPtr spanset;
  ScalarExprPtr lhs;  // kScalarFilter
  FieldOp op = FieldOp::kEqual;
  ScalarExprPtr rhs;
  FieldExprPtr group;
  std::vector<Attribute> select;
};

struct Pipeline {
  std::vector<Stage> stages;
};

enum class MetricsOp : uint8_t {
  kRate,
  kCountOverTime,
  kMinOverTime,
  kMaxOverTime,
  kAvgOverTime,
  kSumOverTime,
  kQuantileOverTime,
  kHistogramOverTime,
  kCompare,
};
std::string_view MetricsOpText(MetricsOp op);

struct MetricsFunction {
  MetricsOp op = MetricsOp::kRate;
  std::optional<Attribute> field;
  std::vector<double> quantiles;
  std::vector<Attribute> by;
  SpansetExprPtr selection;  // compare
  int64_t compare_top = 10;
  int64_t compare_start_ns = 0;  // 0 and 0: the whole range
  int64_t compare_end_ns = 0;
};

struct MetricsExpr;
using MetricsExprPtr = std::unique_ptr<MetricsExpr>;

struct MetricsExpr {
  enum class Kind : uint8_t { kQuery, kNumber, kBinary, kTopK, kBottomK, kFilter };
  Kind kind = Kind::kQuery;
  Pipeline pipeline;
  MetricsFunction function;
  double number = 0;           // kNumber
  Literal literal;             // of kNumber, as written
  FieldOp op = FieldOp::kAdd;  // kBinary: + - * /; kFilter: a comparison
  MetricsExprPtr lhs;          // kTopK, kBottomK, kFilter: what it applies to
  MetricsExprPtr rhs;          // kFilter: constant
  int64_t k = 0;
};

struct Hint {
  std::string name;
  Literal value;
  friend bool operator==(const Hint&, const Hint&) = default;
};

struct Query {
  Pipeline pipeline;       // unless metrics
  MetricsExprPtr metrics;  // or null
  std::vector<Hint> hints;

  const Literal* FindHint(std::string_view name) const;
};

}  // namespace sb::traceql
