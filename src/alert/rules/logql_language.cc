// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/logql_language.h"

#include <utility>

#include "alert/rules/promql_language.h"
#include "query/logql/parser.h"
#include "query/logql/printer.h"

namespace sb::rules {
namespace {

class LogqlExpression final : public Expression {
 public:
  LogqlExpression(const logql::Engine& engine, const store::EventReader& logs,
                  const base::Clock& clock, logql::ExprPtr expr)
      : engine_(engine), logs_(logs), clock_(clock), expr_(std::move(expr)) {}

  base::Result<query::InstantVector> Evaluate(store::QuerierFactory& /*metrics*/,
                                              int64_t time_ms) const override {
    query::QueryContext context(clock_, engine_.ContextOptions());
    SB_ASSIGN_OR_RETURN(logql::MetricAnswer answer,
                        engine_.Instant(context, logs_, *expr_, time_ms * 1'000'000));
    query::QueryResult result;
    result.value = std::move(answer.value);
    return VectorOf(std::move(result));
  }

  std::string Text() const override { return logql::Print(*expr_); }

  // It reads logs, so that no rule's series can be among its inputs.
  ExpressionInputs Inputs() const override { return {.known = true, .selectors = {}}; }

 private:
  const logql::Engine& engine_;
  const store::EventReader& logs_;
  const base::Clock& clock_;
  const logql::ExprPtr expr_;
};

}  // namespace

base::Result<std::unique_ptr<Expression>> LogqlLanguage::Parse(std::string_view text) const {
  SB_ASSIGN_OR_RETURN(logql::ExprPtr expr, logql::Parse(text));
  if (expr->kind == logql::ExprKind::kLog) {
    return base::InvalidArgument(
        "a rule needs a metric query, such as count_over_time({…}[5m]); this one yields lines");
  }
  SB_RETURN_IF_ERROR(logql::CheckStages(*expr));
  return std::unique_ptr<Expression>(
      std::make_unique<LogqlExpression>(engine_, logs_, clock_, std::move(expr)));
}

}  // namespace sb::rules
