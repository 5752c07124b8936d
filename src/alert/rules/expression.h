// SPDX-License-Identifier: Apache-2.0
//
// The seam between rules and query languages: a language turns text into an expression, which gives
// a vector at a time.
//
//   PromqlLanguage promql(engine, clock);
//   SB_ASSIGN_OR_RETURN(auto expr, promql.Parse("up == 0"));
//   SB_ASSIGN_OR_RETURN(query::InstantVector rows, expr->Evaluate(store, ts_ms, &warnings));
//
// A language over logs or traces ignores the metrics store it is given and reads its own.
//
// Threads: immutable after construction; Evaluate may run several times at once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/matcher.h"
#include "query/engine/result.h"
#include "store/interface/querier.h"

namespace sb::rules {

// What an expression reads, as far as it is known without running it.
struct ExpressionInputs {
  // False: it may read anything, also what other rules write.
  bool known = false;
  // One entry per selector, all matchers of which hold for what it reads.
  std::vector<std::vector<model::Matcher>> selectors;
};

class Expression {
 public:
  virtual ~Expression() = default;
  // A scalar comes as one element without labels. kInvalidArgument "rule result is not a vector or
  // scalar"; errors of the engine else.
  virtual base::Result<query::InstantVector> Evaluate(store::QuerierFactory& metrics,
                                                      int64_t time_ms) const = 0;
  // Normalised text, as the rules API shows it.
  virtual std::string Text() const = 0;
  virtual ExpressionInputs Inputs() const = 0;
};

class ExpressionLanguage {
 public:
  virtual ~ExpressionLanguage() = default;
  // kInvalidArgument "1:5: parse error: …".
  virtual base::Result<std::unique_ptr<Expression>> Parse(std::string_view text) const = 0;
  virtual std::string_view Name() const = 0;  // "promql", "logql", "traceql"
};

}  // namespace sb::rules
