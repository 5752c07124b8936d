// SPDX-License-Identifier: Apache-2.0
//
// ScriptRunner runs a test script against an engine over a TestStore and counts.
//
//   ScriptRunner runner("functions.test", ScriptRunner::ReferenceOptions());
//   runner.Run(*script);
//   for (const std::string& failure : runner.failures()) …
//
// Two more checks per passing instant evaluation, as the reference's own runner does: the query as
// a range query around its time, and the query with `@ time` on every selector, at other times.
#pragma once

#include <string>
#include <vector>

#include "query/promql/engine.h"
#include "query/promql/testing/test_script.h"
#include "query/promql/testing/test_store.h"

namespace sb::promql {

struct PassCount {
  int pass = 0;
  int total = 0;
  void Add(bool passed) {
    ++total;
    pass += passed ? 1 : 0;
  }
  void Add(const PassCount& other) {
    pass += other.pass;
    total += other.total;
  }
};

class ScriptRunner {
 public:
  struct Counts {
    PassCount evals;
    PassCount range_checks;
    PassCount at_checks;
    void Add(const Counts& other);
  };

  ScriptRunner(std::string name, const EngineOptions& options)
      : name_(std::move(name)), engine_(options) {}

  // What the reference's scripts assume: names removed at the end, start timestamps used.
  static EngineOptions ReferenceOptions();

  void Run(const TestScript& script);
  const Counts& counts() const { return counts_; }
  // One text per failed check or load.
  const std::vector<std::string>& failures() const { return failures_; }

 private:
  void RunEval(const EvalCommand& eval);
  void CheckAsRange(const EvalCommand& eval);
  void CheckPinned(const EvalCommand& eval);
  std::string AsRange(const EvalCommand& eval, const Expr& expr, int64_t time_ms);
  base::Result<query::QueryResult> Instant(const Expr& expr, int64_t time_ms);
  base::Result<query::QueryResult> Range(const Expr& expr, const RangeTimes& times);
  void Report(const EvalCommand& eval, std::string_view check, const std::string& problem);

  const std::string name_;
  const Engine engine_;
  TestStore store_;
  Counts counts_;
  std::vector<std::string> failures_;
};

}  // namespace sb::promql
