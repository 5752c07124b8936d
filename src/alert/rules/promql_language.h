// SPDX-License-Identifier: Apache-2.0
//
// PromQL for rules. Threads: immutable.
#pragma once

#include "alert/rules/expression.h"
#include "base/env.h"
#include "query/promql/engine.h"

namespace sb::rules {

class PromqlLanguage final : public ExpressionLanguage {
 public:
  // Both must outlive the language and what it parses.
  PromqlLanguage(const promql::Engine& engine, const base::Clock& clock)
      : engine_(engine), clock_(clock) {}

  base::Result<std::unique_ptr<Expression>> Parse(std::string_view text) const override;
  std::string_view Name() const override { return "promql"; }

  const promql::Engine& engine() const { return engine_; }
  const base::Clock& clock() const { return clock_; }

 private:
  const promql::Engine& engine_;
  const base::Clock& clock_;
};

// The elements of an instant vector, a scalar as one without labels; kInvalidArgument else.
base::Result<query::InstantVector> VectorOf(query::QueryResult result);

}  // namespace sb::rules
