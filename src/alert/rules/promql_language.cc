// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/promql_language.h"

#include <utility>

#include "query/promql/parser.h"
#include "query/promql/printer.h"
#include "query/promql/walk.h"

namespace sb::rules {
namespace {

class PromqlExpression final : public Expression {
 public:
  PromqlExpression(const PromqlLanguage& language, promql::ExprPtr expr)
      : engine_(language.engine()), clock_(language.clock()), expr_(std::move(expr)) {}

  base::Result<query::InstantVector> Evaluate(store::QuerierFactory& metrics,
                                              int64_t time_ms) const override {
    query::QueryContext::Options limits = engine_.ContextOptions();
    limits.rank = query::MemoryBudget::Rank::kRule;
    query::QueryContext context(clock_, limits);
    SB_ASSIGN_OR_RETURN(query::QueryResult result,
                        engine_.Instant(context, metrics, *expr_, time_ms));
    return VectorOf(std::move(result));
  }

  std::string Text() const override { return promql::Print(*expr_); }

  ExpressionInputs Inputs() const override {
    ExpressionInputs inputs;
    inputs.known = true;
    promql::Inspect(*expr_, [&](const promql::Expr& node, const promql::ExprPath&) {
      if (const auto* selector = promql::TryAs<promql::VectorSelector>(&node)) {
        inputs.selectors.push_back(selector->matchers);
      }
      // info() reads series that its text does not name.
      if (const auto* call = promql::TryAs<promql::Call>(&node);
          call != nullptr && call->function->name == "info") {
        inputs.known = false;
      }
    });
    return inputs;
  }

 private:
  const promql::Engine& engine_;
  const base::Clock& clock_;
  const promql::ExprPtr expr_;
};

}  // namespace

base::Result<std::unique_ptr<Expression>> PromqlLanguage::Parse(std::string_view text) const {
  SB_ASSIGN_OR_RETURN(promql::ExprPtr expr, promql::ParseExpr(text));
  return std::unique_ptr<Expression>(std::make_unique<PromqlExpression>(*this, std::move(expr)));
}

base::Result<query::InstantVector> VectorOf(query::QueryResult result) {
  if (auto* vector = std::get_if<query::InstantVector>(&result.value)) {
    return std::move(*vector);
  }
  if (const auto* scalar = std::get_if<query::ScalarValue>(&result.value)) {
    query::InstantVector one(1);
    one[0].time_ms = scalar->time_ms;
    one[0].value = scalar->value;
    return one;
  }
  return base::InvalidArgument("rule result is not a vector or scalar");
}

}  // namespace sb::rules
