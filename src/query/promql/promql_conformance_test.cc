// SPDX-License-Identifier: Apache-2.0
//
// Runs the reference's test scripts, unchanged, and counts. They are reached through
// SIGNALBOX_CONFORMANCE_DIR and not part of this repository; without it the test is skipped.
//
// Two more checks per evaluation, as the reference's own runner does: an instant query as a range
// query around its time, and the query with `@ time` on every selector, at other times.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "base/env.h"
#include "query/promql/engine.h"
#include "query/promql/parser.h"
#include "query/promql/testing/expectation.h"
#include "query/promql/testing/test_script.h"
#include "query/promql/testing/test_store.h"
#include "query/promql/walk.h"

namespace sb::promql {
namespace {

// Raised with every evaluation that comes to pass, never lowered.
constexpr int kPassingMin = 2214;
constexpr int kEvaluations = 2214;

struct Count {
  int pass = 0;
  int total = 0;
  void Add(bool passed) {
    ++total;
    pass += passed ? 1 : 0;
  }
  void Add(const Count& other) {
    pass += other.pass;
    total += other.total;
  }
};

struct Counts {
  Count evals;
  Count range_checks;
  Count at_checks;
};

EngineOptions ConformanceOptions() {
  EngineOptions options;
  options.samples_max = 10'000;
  options.delayed_name_removal = true;
  options.use_start_timestamps = true;
  return options;
}

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

class FileRunner {
 public:
  explicit FileRunner(std::string name) : name_(std::move(name)) {}

  void Run(const TestScript& script) {
    for (const TestCommand& command : script.commands) {
      if (std::holds_alternative<ClearCommand>(command)) {
        store_.Clear();
      } else if (const auto* load = std::get_if<LoadCommand>(&command)) {
        const base::Status status = store_.Load(*load);
        EXPECT_TRUE(status.ok()) << name_ << ":" << load->line << " " << status.ToString();
      } else {
        RunEval(std::get<EvalCommand>(command));
      }
    }
  }
  const Counts& counts() const { return counts_; }

 private:
  void Report(const EvalCommand& eval, std::string_view check, const std::string& problem) const {
    if (!problem.empty()) {
      fmt::print("{}:{} [{}] {}\n    {}\n", name_, eval.line, check, eval.query, problem);
    }
  }

  base::Result<query::QueryResult> Instant(const Expr& expr, int64_t time_ms) {
    query::QueryContext context(base::Env::Real().clock(), engine_.ContextOptions());
    return engine_.Instant(context, store_, expr, time_ms);
  }
  base::Result<query::QueryResult> Range(const Expr& expr, const RangeTimes& times) {
    query::QueryContext context(base::Env::Real().clock(), engine_.ContextOptions());
    return engine_.Range(context, store_, expr, times);
  }

  void RunEval(const EvalCommand& eval) {
    std::string problem;
    if (eval.range) {
      problem = CheckResult(eval, Range(*eval.expr, {eval.start_ms, eval.end_ms, eval.step_ms}),
                            eval.query);
    } else {
      problem = CheckResult(eval, Instant(*eval.expr, eval.start_ms), eval.query);
    }
    counts_.evals.Add(problem.empty());
    Report(eval, "eval", problem);
    if (eval.range || !problem.empty()) {
      return;
    }
    CheckAsRange(eval);
    CheckPinned(eval);
  }

  // "" if the check passed or does not apply.
  std::string AsRange(const EvalCommand& eval, const Expr& expr, int64_t time_ms) {
    constexpr int64_t kMinute = 60'000;
    auto result = Range(expr, {time_ms - kMinute, time_ms + kMinute, kMinute});
    if (!result.ok()) {
      return "failed as a range query: " + result.status().ToString();
    }
    const auto& matrix = std::get<query::Matrix>(result->value);
    const std::string unsorted = CheckSorted(matrix);
    return unsorted.empty() && !eval.ordered ? CheckPoints(eval, matrix, time_ms) : unsorted;
  }

  static bool HasRangeCheck(const EvalCommand& eval) {
    return !eval.fail.has_value() && !eval.string_result.has_value() &&
           !eval.range_vector.has_value() && !DependsOnQueryRange(eval.query);
  }

  void CheckAsRange(const EvalCommand& eval) {
    if (HasRangeCheck(eval)) {
      const std::string problem = AsRange(eval, *eval.expr, eval.start_ms);
      counts_.range_checks.Add(problem.empty());
      Report(eval, "range", problem);
    }
  }

  void CheckPinned(const EvalCommand& eval) {
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

  const std::string name_;
  const Engine engine_{ConformanceOptions()};
  TestStore store_;
  Counts counts_;
};

TEST(PromqlConformanceTest, AnswersTheReferenceScripts) {
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (folder == nullptr) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const std::string path = base::JoinPath(folder, "promql");
  base::FileSystem& files = base::Env::Real().files();
  const auto names = files.List(path);
  ASSERT_TRUE(names.ok()) << names.status().ToString();
  Counts all;
  std::string table;
  for (const std::string& name : *names) {
    if (!name.ends_with(".test")) {
      continue;
    }
    const auto text = files.ReadFile(base::JoinPath(path, name));
    ASSERT_TRUE(text.ok()) << text.status().ToString();
    const auto script = ReadTestScript(*text, CombineForScript);
    EXPECT_TRUE(script.ok()) << name << ": " << script.status().ToString();
    if (!script.ok()) {
      continue;
    }
    FileRunner runner(name);
    runner.Run(*script);
    const Counts& c = runner.counts();
    table += fmt::format("  {:<28} {:>4}/{:<4} range {:>4}/{:<4} @ {:>5}/{:<5}\n", name,
                         c.evals.pass, c.evals.total, c.range_checks.pass, c.range_checks.total,
                         c.at_checks.pass, c.at_checks.total);
    all.evals.Add(c.evals);
    all.range_checks.Add(c.range_checks);
    all.at_checks.Add(c.at_checks);
  }
  fmt::print("{}", table);
  fmt::print("PromQL conformance: {} of {} evaluations pass\n", all.evals.pass, kEvaluations);
  fmt::print("PromQL cross-checks: range {} of {}, @ {} of {}\n", all.range_checks.pass,
             all.range_checks.total, all.at_checks.pass, all.at_checks.total);
  EXPECT_EQ(all.evals.total, kEvaluations);
  EXPECT_GE(all.evals.pass, kPassingMin);
  EXPECT_EQ(all.range_checks.pass, all.range_checks.total);
  EXPECT_EQ(all.at_checks.pass, all.at_checks.total);
}

}  // namespace
}  // namespace sb::promql
