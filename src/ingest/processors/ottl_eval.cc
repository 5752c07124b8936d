// SPDX-License-Identifier: Apache-2.0
#include "ingest/processors/ottl.h"

namespace sb::ingest {
namespace {

base::Result<bool> Truth(const OttlExpr& expr, const OttlTarget& target) {
  SB_ASSIGN_OR_RETURN(const OttlValue value, Evaluate(expr, target));
  if (value.kind != OttlValue::Kind::kBool) {
    return base::InvalidArgument("a condition is no boolean: " + value.Text());
  }
  return value.boolean;
}

// and, or: what decides first decides.
base::Result<OttlValue> EvaluateChain(const OttlExpr& expr, const OttlTarget& target) {
  const bool is_or = expr.kind == OttlExpr::Kind::kOr;
  for (const OttlExpr& part : expr.args) {
    SB_ASSIGN_OR_RETURN(const bool truth, Truth(part, target));
    if (truth == is_or) {
      return OttlValue::Bool(is_or);
    }
  }
  return OttlValue::Bool(!is_or);
}

}  // namespace

base::Result<OttlValue> Evaluate(const OttlExpr& expr, const OttlTarget& target) {
  switch (expr.kind) {
    case OttlExpr::Kind::kLiteral:
      return expr.literal;
    case OttlExpr::Kind::kPath:
      return ReadOttlPath(expr.path, target);
    case OttlExpr::Kind::kCall:
      return Convert(expr, target);
    case OttlExpr::Kind::kList:
      return base::InvalidArgument("a list is no value here");
    case OttlExpr::Kind::kAnd:
    case OttlExpr::Kind::kOr:
      return EvaluateChain(expr, target);
    case OttlExpr::Kind::kNot: {
      SB_ASSIGN_OR_RETURN(const bool truth, Truth(expr.args[0], target));
      return OttlValue::Bool(!truth);
    }
    case OttlExpr::Kind::kCompare: {
      SB_ASSIGN_OR_RETURN(const OttlValue left, Evaluate(expr.args[0], target));
      SB_ASSIGN_OR_RETURN(const OttlValue right, Evaluate(expr.args[1], target));
      return OttlValue::Bool(Compare(left, expr.op, right));
    }
  }
  return OttlValue::Nil();
}

base::Result<bool> Holds(const OttlExpr& condition, const OttlTarget& target) {
  return Truth(condition, target);
}

}  // namespace sb::ingest
