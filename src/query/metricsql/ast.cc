// SPDX-License-Identifier: Apache-2.0
#include "query/metricsql/ast.h"

#include <algorithm>

namespace sb::metricsql {
namespace {

// What a new node has below it.
struct Below {
  int32_t height = 0;
  int64_t weight = 0;

  void Add(const ExprPtr& maybe_child) {
    if (maybe_child != nullptr) {
      height = std::max(height, maybe_child->height);
      weight += maybe_child->weight;
    }
  }
  void Add(const std::vector<ExprPtr>& children) {
    for (const ExprPtr& child : children) {
      Add(child);
    }
  }
};

}  // namespace

Expr::Expr(Node n, int32_t p) : node(std::move(n)), position(p) {
  Below below;
  if (const auto* rollup = As<RollupExpr>()) {
    below.Add(rollup->expr);
    below.Add(rollup->at);
  } else if (const auto* call = As<CallExpr>()) {
    below.Add(call->args);
  } else if (const auto* aggregate = As<AggregateExpr>()) {
    below.Add(aggregate->args);
  } else if (const auto* binary = As<BinaryExpr>()) {
    below.Add(binary->lhs);
    below.Add(binary->rhs);
  }
  height = below.height + 1;
  weight = static_cast<int32_t>(std::min<int64_t>(below.weight + 1, int64_t{kWeightMax} + 1));
}

}  // namespace sb::metricsql
