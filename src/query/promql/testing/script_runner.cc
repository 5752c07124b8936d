// SPDX-License-Identifier: Apache-2.0
#include "query/promql/testing/script_runner.h"

#include <fmt/format.h>

#include <set>

#include "base/env.h"
#include "query/promql/testing/expectation.h"
#include "query/promql/walk.h"

namespace sb::promql {
namespace {

// Whether a call of one of these functions is in the query.
bool Calls(const Expr& expr, const std::set<std::string_view>& names) {
  bool found = false;
  Inspect(expr, [&](const Expr& node, const ExprPath&) {
    const auto* call = TryAs<Call>(&node);
    found = found || (call != nullptr && names.contains(call->function->name));
  });
  return found;
}

bool DependsOnQueryRange(std::string_view query) {
  for (const std::string_view word : {"start()", "end()", "range()", "step()"}) {
    if (query.find(word) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

bool HasRangeCheck(const EvalCommand& eval) {
  return !eval.fail.has_value() && !eval.string_result.has_value() &&
         !eval.range_vector.has_value() && !DependsOnQueryRange(eval.query);
}

// Puts `@ time` on every selector and subquery that has none and is not below one that has.
void PinTimes(Expr& expr, int64_t time_ms) {
  auto pin = [time_ms](TimeModifiers* time) {
    const bool pinned = time->at_ms.has_value() || time->at_anchor != AtAnchor::kNone;
    if (!pinned) {
      time->at_ms = time_ms;
    }
  };
  if (auto* selector = TryAs<VectorSelector>(&expr)) {
    return pin(&selector->time);
  }
  if (auto* subquery = TryAs<SubqueryExpr>(&expr)) {
    return pin(&subquery->time);
  }
  ForEachChild(expr, [time_ms](Expr& child) { PinTimes(child, time_ms); });
}

}  // namespace

void ScriptRunner::Counts::Add(const Counts& other) {
  evals.Add(other.evals);
  range_checks.Add(other.range_checks);
  at_checks.Add(other.at_checks);
}

EngineOptions ScriptRunner::ReferenceOptions() {
  EngineOptions options;
  options.samples_max = 10'000;
  options.delayed_name_removal = true;
  options.use_start_timestamps = true;
  return options;
}

void ScriptRunner::Run(const TestScript& script) {
  for (const TestCommand& command : script.commands) {
    if (std::holds_alternative<ClearCommand>(command)) {
      store_.Clear();
    } else if (const auto* load = std::get_if<LoadCommand>(&command)) {
      const base::Status status = store_.Load(*load);
      if (!status.ok()) {
        failures_.push_back(fmt::format("{}:{} {}", name_, load->line, status.ToString()));
      }
    } else {
      RunEval(std::get<EvalCommand>(command));
    }
  }
}

void ScriptRunner::Report(const EvalCommand& eval, std::string_view check,
                          const std::string& problem) {
  if (!problem.empty()) {
    failures_.push_back(
        fmt::format("{}:{} [{}] {}\n    {}", name_, eval.line, check, eval.query, problem));
  }
}

base::Result<query::QueryResult> ScriptRunner::Instant(const Expr& expr, int64_t time_ms) {
  query::QueryContext context(base::Env::Real().clock(), engine_.ContextOptions());
  return engine_.Instant(context, store_, expr, time_ms);
}

base::Result<query::QueryResult> ScriptRunner::Range(const Expr& expr, const RangeTimes& times) {
  query::QueryContext context(base::Env::Real().clock(), engine_.ContextOptions());
  return engine_.Range(context, store_, expr, times);
}

void ScriptRunner::RunEval(const EvalCommand& eval) {
  const auto result = eval.range ? Range(*eval.expr, {eval.start_ms, eval.end_ms, eval.step_ms})
                                 : Instant(*eval.expr, eval.start_ms);
  const std::string problem = CheckResult(eval, result, eval.query);
  counts_.evals.Add(problem.empty());
  Report(eval, "eval", problem);
  if (eval.range || !problem.empty()) {
    return;
  }
  CheckAsRange(eval);
  CheckPinned(eval);
}

std::string ScriptRunner::AsRange(const EvalCommand& eval, const Expr& expr, int64_t time_ms) {
  constexpr int64_t kMinute = 60'000;
  auto result = Range(expr, {time_ms - kMinute, time_ms + kMinute, kMinute});
  if (!result.ok()) {
    return "failed as a range query: " + result.status().ToString();
  }
  const auto& matrix = std::get<query::Matrix>(result->value);
  const std::string unsorted = CheckSorted(matrix);
  return unsorted.empty() && !eval.ordered ? CheckPoints(eval, matrix, time_ms) : unsorted;
}

void ScriptRunner::CheckAsRange(const EvalCommand& eval) {
  if (HasRangeCheck(eval)) {
    const std::string problem = AsRange(eval, *eval.expr, eval.start_ms);
    counts_.range_checks.Add(problem.empty());
    Report(eval, "range", problem);
  }
}

void ScriptRunner::CheckPinned(const EvalCommand& eval) {
  static const auto& unsafe = *new std::set<std::string_view>{
      "days_in_month", "day_of_month", "day_of_week", "day_of_year",    "hour",
      "minute",        "month",        "year",        "predict_linear", "time",
      "timestamp",     "start",        "end",         "range",          "step"};
  if (Calls(*eval.expr, unsafe)) {
    return;
  }
  const ExprPtr pinned = Clone(*eval.expr);
  PinTimes(*pinned, eval.start_ms);
  const int64_t t = eval.start_ms;
  std::vector<int64_t> times = {-10 * t, 0, t / 5, t, 10 * t};
  if (t == 0) {
    times = {-1000, 0, 1000};
  }
  for (const int64_t at : times) {
    std::string problem = CheckResult(eval, Instant(*pinned, at), eval.query);
    if (problem.empty() && HasRangeCheck(eval)) {
      problem = AsRange(eval, *pinned, at);
    }
    counts_.at_checks.Add(problem.empty());
    Report(eval, fmt::format("@ at {}", at), problem);
  }
}

}  // namespace sb::promql
