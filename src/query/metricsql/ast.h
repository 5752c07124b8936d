// SPDX-License-Identifier: Apache-2.0
//
// The syntax tree of MetricsQL. Nodes are immutable and shared: a WITH template that is used twice
// has its arguments in two places. WITH itself leaves no node; the parser expands it.
//
// Threads: immutable after parsing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "model/matcher.h"

namespace sb::metricsql {

struct Expr;
using ExprPtr = std::shared_ptr<const Expr>;

// Milliseconds plus a multiple of the step: `5m`, `2i`.
struct Duration {
  double ms = 0;
  double steps = 0;
  int64_t At(int64_t step_ms) const {
    return static_cast<int64_t>(ms + steps * static_cast<double>(step_ms));
  }
};

struct NumberExpr {
  double value = 0;
};

struct StringExpr {
  std::string value;
};

// A duration as an argument; in arithmetic it is a number of seconds.
struct DurationExpr {
  Duration value;
};

// A series is selected if all matchers of one alternative hold.
struct SelectorExpr {
  std::vector<std::vector<model::Matcher>> alternatives;
};

// Anything with a window, an offset or an @.
struct RollupExpr {
  ExprPtr expr;
  std::optional<Duration> window;
  bool subquery = false;         // [window:step], also with both left out
  std::optional<Duration> step;  // of the subquery
  std::optional<Duration> offset;
  ExprPtr at;  // may be null
};

struct CallExpr {
  std::string name;  // in lower case; a rollup or transform function
  std::vector<ExprPtr> args;
  bool keep_metric_names = false;
};

struct AggregateExpr {
  std::string name;  // in lower case
  std::vector<ExprPtr> args;
  std::vector<std::string> grouping;
  bool without = false;  // else by(grouping)
  int64_t limit = 0;     // of output series; 0: none
};

enum class BinaryOp : uint8_t {
  kDefault,
  kIf,
  kIfNot,
  kOr,
  kAnd,
  kUnless,
  kEqual,
  kNotEqual,
  kGreater,
  kLess,
  kGreaterOrEqual,
  kLessOrEqual,
  kAdd,
  kSub,
  kMul,
  kDiv,
  kMod,
  kAtan2,
  kPow,
};

inline bool IsComparison(BinaryOp op) {
  return op >= BinaryOp::kEqual && op <= BinaryOp::kLessOrEqual;
}
// The operators whose answer are series of one side as they are.
inline bool IsSetOperator(BinaryOp op) {
  return op <= BinaryOp::kUnless;
}

enum class Join : uint8_t { kNone, kGroupLeft, kGroupRight };

struct BinaryExpr {
  BinaryOp op = BinaryOp::kAdd;
  ExprPtr lhs;
  ExprPtr rhs;
  bool return_bool = false;
  bool on = false;  // match on `labels`; else on all but these
  std::vector<std::string> labels;
  Join join = Join::kNone;
  std::vector<std::string> include;  // of the join; "*" alone: all labels
  std::string prefix;                // of the labels that the join adds
  bool keep_metric_names = false;
};

struct Expr {
  using Node = std::variant<NumberExpr, StringExpr, DurationExpr, SelectorExpr, RollupExpr,
                            CallExpr, AggregateExpr, BinaryExpr>;
  Expr(Node n, int32_t p);

  template <typename T>
  const T* As() const {
    return std::get_if<T>(&node);
  }

  Node node;
  int32_t position = 0;  // byte offset in the query
  int32_t height = 1;    // of the tree below, itself included
  int32_t weight = 1;    // number of nodes, shared ones as often as they are used; saturates
};

inline constexpr int32_t kHeightMax = 150;
inline constexpr int32_t kWeightMax = 20'000;

template <typename T>
ExprPtr MakeExpr(T node, int32_t position) {
  return std::make_shared<const Expr>(Expr::Node(std::move(node)), position);
}

}  // namespace sb::metricsql
