// SPDX-License-Identifier: Apache-2.0
//
// Oracle is a second evaluator of PromQL, slow and obvious, to compare the engine with: every step
// by itself, every function straight from its definition over the samples of one window, nothing
// carried from step to step, nothing prepared or cached.
//
//   Oracle oracle(store, engine.options());
//   OracleAnswer answer = oracle.Range(*expr, {start_ms, end_ms, step_ms});
//
// It shares with the engine the syntax tree, the model and the algebra of histograms, and one
// arbitrary choice: the hash of limit_ratio. Its messages are not the reference's; annotations are
// keys that are equal where the reference's texts are. Not covered: per-query limits,
// statistics.
//
// The order of the elements of a vector is defined as the engine documents it: by row of the range
// query, see RowKey. Threads: none. Source: the language's documentation and promql/engine.go of
// the reference.
#pragma once

#include <set>
#include <string>

#include "query/engine/result.h"
#include "query/promql/engine.h"
#include "store/interface/querier.h"

namespace sb::promql {

struct OracleAnswer {
  std::string failure;  // why there is no result; "" if there is one
  query::QueryValue value;
  std::set<std::string> warnings;
  std::set<std::string> infos;
};

class Oracle {
 public:
  // `store` is only read; it must not change while the oracle lives.
  Oracle(store::QuerierFactory& store, const EngineOptions& options)
      : store_(store), options_(options) {}

  OracleAnswer Instant(const Expr& expr, int64_t time_ms) const;
  OracleAnswer Range(const Expr& expr, const RangeTimes& times) const;

 private:
  store::QuerierFactory& store_;
  const EngineOptions options_;
};

}  // namespace sb::promql
