// SPDX-License-Identifier: Apache-2.0
//
// Painless is one expression of Elasticsearch's script language, as bucket_script and moving_fn
// have it: numbers, + - * / %, comparisons, && || !, ?:, parentheses, params.NAME and
// params['NAME'], Math.abs ceil floor log log10 max min pow round sqrt, and
// MovingFunctions.max min sum unweightedAvg stdDev linearWeightedAvg ewma holt over `values`.
//
//   SB_ASSIGN_OR_RETURN(Painless script, Painless::Parse("params.a / params.b"));
//   double value = script.Evaluate({.params = {{"a", 1}, {"b", 2}}});
//
// Truth is a number: not zero. Statements, loops and documents (`doc[…]`) are refused by name:
// kInvalidArgument. Nesting and length are bounded. Threads: immutable.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace sb::api {

class Painless {
 public:
  struct Scope {
    std::map<std::string, double> params;
    std::span<const double> values;
  };
  struct Term;

  static base::Result<Painless> Parse(std::string_view text);
  // NaN where something is missing.
  double Evaluate(const Scope& scope) const;
  // The params that it reads.
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::shared_ptr<const Term> root_;
  std::vector<std::string> names_;
};

}  // namespace sb::api
