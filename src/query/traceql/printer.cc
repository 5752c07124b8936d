// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/printer.h"

#include "query/traceql/unquote.h"

namespace sb::traceql {
namespace {

std::string Wrapped(const std::string& text) {
  return "(" + text + ")";
}

std::string Spaced(const std::string& lhs, std::string_view op, const std::string& rhs) {
  return lhs + " " + std::string(op) + " " + rhs;
}

std::string PrintOperand(const FieldExpr& expr) {
  const bool is_operation =
      expr.kind == FieldExpr::Kind::kBinary || expr.kind == FieldExpr::Kind::kUnary;
  return is_operation ? Wrapped(Print(expr)) : Print(expr);
}

std::string PrintOperand(const SpansetExpr& expr) {
  return expr.kind == SpansetExpr::Kind::kOperation ? Wrapped(Print(expr)) : Print(expr);
}

std::string PrintOperand(const ScalarExpr& expr) {
  return expr.kind == ScalarExpr::Kind::kBinary ? Wrapped(Print(expr)) : Print(expr);
}

std::string PrintOperand(const MetricsExpr& expr) {
  return expr.kind == MetricsExpr::Kind::kNumber ? Print(expr) : Wrapped(Print(expr));
}

std::string PrintAttributes(const std::vector<Attribute>& attributes) {
  std::string out = "(";
  for (size_t i = 0; i < attributes.size(); ++i) {
    out += i > 0 ? ", " : "";
    out += attributes[i].Text();
  }
  return out + ")";
}

std::string PrintStage(const Stage& stage) {
  switch (stage.kind) {
    case Stage::Kind::kSpanset:
      return Print(*stage.spanset);
    case Stage::Kind::kScalarFilter:
      return Spaced(PrintOperand(*stage.lhs), FieldOpText(stage.op), PrintOperand(*stage.rhs));
    case Stage::Kind::kGroup:
      return "by(" + Print(*stage.group) + ")";
    case Stage::Kind::kCoalesce:
      return "coalesce()";
    case Stage::Kind::kSelect:
      break;
  }
  return "select" + PrintAttributes(stage.select);
}

std::string PrintFunction(const MetricsFunction& function) {
  std::string out = std::string(MetricsOpText(function.op)) + "(";
  if (function.field.has_value()) {
    out += function.field->Text();
  }
  for (const double quantile : function.quantiles) {
    out += ", " + FloatText(quantile);
  }
  if (function.selection != nullptr) {
    out += Print(*function.selection) + ", " + std::to_string(function.compare_top);
    if (function.compare_start_ns != 0 || function.compare_end_ns != 0) {
      out += ", " + std::to_string(function.compare_start_ns) + ", " +
             std::to_string(function.compare_end_ns);
    }
  }
  out += ")";
  if (!function.by.empty()) {
    out += " by" + PrintAttributes(function.by);
  }
  return out;
}

}  // namespace

std::string Print(const Literal& literal) {
  switch (literal.type) {
    case ValueType::kString:
      return QuoteForQuery(literal.text);
    case ValueType::kFloat: {
      std::string text = FloatText(literal.number);
      const bool looks_whole = text.find_first_of(".eIN") == std::string::npos;
      return looks_whole ? text + ".0" : text;
    }
    case ValueType::kDuration:
      if (literal.integer == INT64_MIN) {
        return "-9223372036854775808ns";
      }
      return literal.integer < 0 ? "-" + std::to_string(-literal.integer) + "ns"
                                 : std::to_string(literal.integer) + "ns";
    case ValueType::kInt:
      return literal.integer == INT64_MIN ? "minInt" : std::to_string(literal.integer);
    default:
      return ValueText(literal.value());
  }
}

std::string Print(const FieldExpr& expr) {
  switch (expr.kind) {
    case FieldExpr::Kind::kLiteral:
      return Print(expr.literal);
    case FieldExpr::Kind::kAttribute:
      return expr.attribute.Text();
    case FieldExpr::Kind::kUnary:
      return std::string(FieldOpText(expr.op)) + PrintOperand(*expr.lhs);
    case FieldExpr::Kind::kBinary:
      break;
  }
  return Spaced(PrintOperand(*expr.lhs), FieldOpText(expr.op), PrintOperand(*expr.rhs));
}

std::string Print(const SpansetExpr& expr) {
  switch (expr.kind) {
    case SpansetExpr::Kind::kFilter:
      return expr.filter == nullptr ? "{ }" : "{ " + Print(*expr.filter) + " }";
    case SpansetExpr::Kind::kPipeline:
      return Wrapped(Print(*expr.pipeline));
    case SpansetExpr::Kind::kOperation:
      break;
  }
  return Spaced(PrintOperand(*expr.lhs), SpansetOpText(expr.op), PrintOperand(*expr.rhs));
}

std::string Print(const ScalarExpr& expr) {
  switch (expr.kind) {
    case ScalarExpr::Kind::kLiteral:
      return Print(expr.literal);
    case ScalarExpr::Kind::kAggregate:
      return std::string(AggregateOpText(expr.aggregate)) + "(" +
             (expr.field == nullptr ? "" : Print(*expr.field)) + ")";
    case ScalarExpr::Kind::kPipeline:
      return Wrapped(Print(*expr.pipeline) + " | " + Print(*expr.lhs));
    case ScalarExpr::Kind::kBinary:
      break;
  }
  return Spaced(PrintOperand(*expr.lhs), FieldOpText(expr.op), PrintOperand(*expr.rhs));
}

std::string Print(const Pipeline& pipeline) {
  std::string out;
  for (const Stage& stage : pipeline.stages) {
    out += out.empty() ? "" : " | ";
    out += PrintStage(stage);
  }
  return out;
}

std::string Print(const MetricsExpr& expr) {
  switch (expr.kind) {
    case MetricsExpr::Kind::kQuery:
      return Print(expr.pipeline) + " | " + PrintFunction(expr.function);
    case MetricsExpr::Kind::kNumber:
      return Print(expr.literal);
    case MetricsExpr::Kind::kTopK:
    case MetricsExpr::Kind::kBottomK: {
      // A binary operation may stand before a pipe as it is; so may everything else.
      const std::string_view word = expr.kind == MetricsExpr::Kind::kTopK ? "topk" : "bottomk";
      return Print(*expr.lhs) + " | " + std::string(word) + "(" + std::to_string(expr.k) + ")";
    }
    case MetricsExpr::Kind::kFilter:
      return Spaced(PrintOperand(*expr.lhs), FieldOpText(expr.op), PrintOperand(*expr.rhs));
    case MetricsExpr::Kind::kBinary:
      break;
  }
  return Spaced(PrintOperand(*expr.lhs), FieldOpText(expr.op), PrintOperand(*expr.rhs));
}

std::string Print(const Query& query) {
  std::string out = query.metrics != nullptr ? Print(*query.metrics) : Print(query.pipeline);
  if (query.hints.empty()) {
    return out;
  }
  out += " with(";
  for (size_t i = 0; i < query.hints.size(); ++i) {
    out += i > 0 ? ", " : "";
    out += query.hints[i].name + "=" + Print(query.hints[i].value);
  }
  return out + ")";
}

}  // namespace sb::traceql
