// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/rewrite.h"

#include <algorithm>

namespace sb::traceql {
namespace {

size_t IdDigits(const FieldExpr& expr) {
  if (expr.kind != FieldExpr::Kind::kAttribute) {
    return 0;
  }
  switch (expr.attribute.intrinsic) {
    case Intrinsic::kTraceId:
    case Intrinsic::kLinkTraceId:
      return 32;
    case Intrinsic::kSpanId:
    case Intrinsic::kParentId:
    case Intrinsic::kParentSpan:
    case Intrinsic::kLinkSpanId:
      return 16;
    default:
      return 0;
  }
}

void PadId(size_t digits, FieldExpr* literal) {
  std::string& text = literal->literal.text;
  const bool is_id = literal->kind == FieldExpr::Kind::kLiteral &&
                     literal->literal.type == ValueType::kString && !text.empty() &&
                     text.size() <= digits &&
                     text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  if (!is_id) {
    return;
  }
  text.insert(0, digits - text.size(), '0');
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
}

// Whether the comparison holds for the parent number of roots (-1) and for none other (0 and
// above).
bool MeansRoot(const FieldExpr& expr) {
  if (expr.lhs->kind != FieldExpr::Kind::kAttribute ||
      expr.lhs->attribute.intrinsic != Intrinsic::kNestedSetParent ||
      expr.lhs->attribute.of_parent || expr.rhs->kind != FieldExpr::Kind::kLiteral ||
      expr.rhs->literal.type != ValueType::kInt) {
    return false;
  }
  const int64_t value = expr.rhs->literal.integer;
  return (expr.op == FieldOp::kLess && value == 0) ||
         ((expr.op == FieldOp::kLessEqual || expr.op == FieldOp::kEqual) && value == -1);
}

void RewriteField(FieldExpr* expr) {
  if (expr == nullptr) {
    return;
  }
  RewriteField(expr->lhs.get());
  RewriteField(expr->rhs.get());
  if (expr->kind != FieldExpr::Kind::kBinary) {
    return;
  }
  if (MeansRoot(*expr)) {
    expr->op = FieldOp::kEqual;
    expr->lhs->attribute = {AttributeScope::kAny, Intrinsic::kParentId, false, "span:parentID"};
    expr->rhs->literal = Literal();
    return;
  }
  if (IsComparison(expr->op)) {
    for (auto [id, literal] : {std::pair{expr->lhs.get(), expr->rhs.get()},
                               std::pair{expr->rhs.get(), expr->lhs.get()}}) {
      if (const size_t digits = IdDigits(*id); digits > 0) {
        PadId(digits, literal);
      }
    }
  }
}

void RewritePipeline(Pipeline* pipeline);

void RewriteSpanset(SpansetExpr* expr) {
  if (expr == nullptr) {
    return;
  }
  RewriteField(expr->filter.get());
  RewriteSpanset(expr->lhs.get());
  RewriteSpanset(expr->rhs.get());
  if (expr->pipeline != nullptr) {
    RewritePipeline(expr->pipeline.get());
  }
}

void RewriteScalar(ScalarExpr* expr) {
  if (expr == nullptr) {
    return;
  }
  RewriteField(expr->field.get());
  RewriteScalar(expr->lhs.get());
  RewriteScalar(expr->rhs.get());
  if (expr->pipeline != nullptr) {
    RewritePipeline(expr->pipeline.get());
  }
}

void RewritePipeline(Pipeline* pipeline) {
  for (Stage& stage : pipeline->stages) {
    RewriteSpanset(stage.spanset.get());
    RewriteScalar(stage.lhs.get());
    RewriteScalar(stage.rhs.get());
  }
}

void RewriteMetrics(MetricsExpr* expr) {
  if (expr == nullptr) {
    return;
  }
  RewriteMetrics(expr->lhs.get());
  RewriteMetrics(expr->rhs.get());
  RewritePipeline(&expr->pipeline);
  RewriteSpanset(expr->function.selection.get());
}

}  // namespace

void Rewrite(Query* query) {
  RewritePipeline(&query->pipeline);
  RewriteMetrics(query->metrics.get());
}

}  // namespace sb::traceql
