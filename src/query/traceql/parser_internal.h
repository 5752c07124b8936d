// SPDX-License-Identifier: Apache-2.0
//
// The parser's inside, shared by parse_field.cc (within braces), parse_pipeline.cc (stages and
// operators between them) and parse_metrics.cc.
//
// What stands between operators outside of braces may be a spanset, a scalar, metrics, …; an
// Operand says which, and the operators accept only what they are defined for. Functions answer
// false (or null) after Fail(); the first error wins.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "query/traceql/ast.h"
#include "query/traceql/lexer.h"
#include "query/traceql/parser.h"

namespace sb::traceql {

struct Operand {
  enum class Kind : uint8_t {
    kNone,
    kSpanset,         // spanset
    kConstant,        // scalar: numbers only
    kScalar,          // scalar: with aggregates of the current spanset
    kPipelineScalar,  // scalar: ( pipeline | aggregate )
    kFilter,          // stage: a comparison of scalars; nothing can be done with it but to pipe it
    kMetrics,         // metrics
  };
  Kind kind = Kind::kNone;
  SpansetExprPtr spanset;
  ScalarExprPtr scalar;
  MetricsExprPtr metrics;
  Stage stage;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), lexer_(text) { Advance(); }

  base::Result<Query> ParseQuery();

 private:
  class Depth;

  void Advance() { token_ = lexer_.Next(); }
  bool Take(std::string_view symbol);
  bool Expect(std::string_view symbol);
  bool IsWord(std::string_view word) const {
    return token_.type == TokenType::kWord && token_.text == word;
  }
  bool TakeWord(std::string_view word);
  bool Fail(size_t offset, std::string message);
  bool FailUnexpected(std::string_view wanted);
  base::Status ErrorStatus() const;

  // parse_field.cc
  FieldExprPtr ParseField(int min_precedence);
  FieldExprPtr ParseFieldUnary();
  FieldExprPtr ParseFieldPrimary();
  bool ParseAttribute(Attribute* out);
  bool ParseLiteral(Literal* out);
  bool ParseAttributeList(std::vector<Attribute>* out);

  // parse_pipeline.cc. The content of a query or of parentheses: either stages, or, when there is
  // but one element, that element.
  bool ParseElements(Operand* out, bool in_parentheses);
  bool ParseElement(Pipeline* pipeline, Operand* out);
  bool ParseGroup(Stage* stage);
  bool ParseOperators(int min_precedence, Operand* out);
  bool ParsePrimary(Operand* out);
  bool ParseSpansetFilter(Operand* out);
  bool ParseParenthesised(Operand* out);
  bool ParseNumber(Operand* out);
  bool ParseAggregate(AggregateOp op, Operand* out);
  bool Combine(const Token& op, Operand* lhs, Operand rhs);
  bool CombineArithmetic(const Token& op, Operand* lhs, Operand rhs);
  bool CombineComparison(const Token& op, Operand* lhs, Operand rhs);
  bool FinishElements(Pipeline pipeline, Operand last, bool in_parentheses, Operand* out);

  // parse_metrics.cc
  bool ParseMetricsFunction(MetricsOp op, Pipeline pipeline, Operand* out);
  bool ParseMetricsArguments(MetricsFunction* function);
  bool ParseQuantiles(MetricsFunction* function);
  bool ParseCompare(MetricsFunction* function);
  bool ParseSecondStage(Operand* metrics);
  bool ParseMetricsFilters(Operand* metrics);
  bool ParseHints(std::vector<Hint>* out);
  bool ParseSignedNumber(double* out);
  bool ParseSignedInt(int64_t* out);

  const std::string_view text_;
  Lexer lexer_;
  Token token_;
  int depth_ = 0;
  bool failed_ = false;
  size_t error_offset_ = 0;
  std::string error_;
};

// Counts nesting; !ok() once there is too much of it, with the error set.
class Parser::Depth {
 public:
  explicit Depth(Parser* parser) : parser_(parser) {
    if (++parser_->depth_ > kDepthMax) {
      parser_->Fail(parser_->token_.offset, "the query is nested too deeply");
    }
  }
  ~Depth() { --parser_->depth_; }
  Depth(const Depth&) = delete;
  Depth& operator=(const Depth&) = delete;
  bool ok() const { return !parser_->failed_; }

 private:
  Parser* const parser_;
};

}  // namespace sb::traceql
