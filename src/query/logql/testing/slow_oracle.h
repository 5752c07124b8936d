// SPDX-License-Identifier: Apache-2.0
//
// What a LogQL query answers over given rows, worked out the slow and obvious way: every line
// through the whole pipeline, every window from scratch, no store. Knows range aggregations and,
// around them, sum, max and count.
//
//   SlowOracle oracle(&rows);
//   oracle.CheckMetric(query, reader, times);     // the engine over `reader` must agree
//   oracle.CheckLogs(query, limit, direction, range, reader);
//
// Both are gtest assertions: look at HasFatalFailure(). Threads: none.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "query/logql/ast.h"
#include "query/logql/engine.h"
#include "query/logql/pipeline.h"
#include "query/logql/testing/random_logs.h"

namespace sb::logql {

class SlowOracle {
 public:
  // `rows` outlive the oracle.
  explicit SlowOracle(const std::vector<LogRow>* rows) : rows_(*rows) {}

  void CheckMetric(const std::string& query, const store::EventReader& reader,
                   const RangeTimes& times) const;
  void CheckLogs(const std::string& query, size_t limit, Direction direction,
                 store::EventRange range, const store::EventReader& reader) const;

 private:
  struct Sample {
    int64_t time_ns = 0;
    model::LabelSet labels;
    std::string line;
    double value = 0;
  };
  // labels -> step -> value
  using Answer = std::map<std::string, std::map<int64_t, double>>;
  using Vector = std::map<model::LabelSet, double>;

  // What passes the pipeline, in the order of the rows.
  std::vector<Sample> Samples(const LogExpr& log, const Unwrap* unwrap) const;
  Answer Metric(const Expr& expr, const RangeTimes& times) const;
  Vector At(const Expr& expr, const std::vector<Sample>& samples, int64_t t) const;
  static Vector RangeAt(const RangeExpr& expr, const std::vector<Sample>& samples, int64_t t);

  const std::vector<LogRow>& rows_;
};

}  // namespace sb::logql
