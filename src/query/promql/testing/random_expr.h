// SPDX-License-Identifier: Apache-2.0
//
// Random queries that are well typed: for the law that printing and parsing undo each other, and
// for comparing evaluators. Trees are as the parser builds them, with parentheses where the text
// needs them, so that Print and ParseExpr give the same tree back.
//
//   RandomExpr random(seed, {});
//   ExprPtr expr = random.Make(ValueType::kVector);
//
// The same seed and vocabulary give the same queries everywhere.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "query/promql/ast.h"

namespace sb::promql {

struct RandomVocabulary {
  std::vector<std::string> metrics = {"up", "http_requests_total", "latency_bucket", "a:b:c"};
  std::vector<std::string> labels = {"job", "instance", "le", "a.b"};
  std::vector<std::string> values = {"", "a", "b", "0.5", "+Inf", "with \"quotes\" and \\"};
  std::vector<std::string> patterns = {"a|b", ".*", ".+", "a.*"};
  int height_max = 6;
  bool extended_selectors = true;  // anchored, smoothed
  bool duration_expressions = true;
};

class RandomExpr {
 public:
  RandomExpr(uint64_t seed, RandomVocabulary vocabulary)
      : vocabulary_(std::move(vocabulary)), random_(seed) {}

  // kScalar, kVector, kMatrix or kString.
  ExprPtr Make(ValueType type);

 private:
  uint64_t Below(uint64_t n) { return random_() % n; }
  bool OneIn(uint64_t n) { return Below(n) == 0; }
  const std::string& Pick(const std::vector<std::string>& from) { return from[Below(from.size())]; }

  ExprPtr MakeAt(ValueType type, int height);
  ExprPtr Scalar(int height);
  ExprPtr Vector(int height);
  ExprPtr Matrix(int height);
  ExprPtr String();
  ExprPtr Number();
  double NumberValue();
  ExprPtr CallReturning(ValueType type, int height);
  ExprPtr Unary(ValueType type, int height);
  ExprPtr Binary(ValueType type, int height);
  void FillMatching(BinaryExpr* binary);
  ExprPtr Aggregate(int height);
  ExprPtr Paren(ExprPtr inner);
  ExprPtr Operand(ExprPtr operand, BinaryOp op, bool left);
  std::unique_ptr<VectorSelector> Selector();
  ExprPtr MatchersForInfo();
  void AddMatchers(std::vector<model::Matcher>* matchers, bool selective);
  void FillModifiers(TimeModifiers* time);
  ExprPtr Subquery(int height);
  std::vector<std::string> Labels();
  int64_t DurationMs();
  void FillDuration(int64_t* ms, std::unique_ptr<DurationExpr>* expr);
  ExprPtr DurationOperand(int height);
  std::unique_ptr<DurationExpr> Duration(int height);

  const RandomVocabulary vocabulary_;
  std::mt19937_64 random_;
};

}  // namespace sb::promql
