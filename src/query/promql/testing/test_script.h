// SPDX-License-Identifier: Apache-2.0
//
// Reader of query test scripts (`load`, `eval`, `clear`, `expect`), in the syntax of the
// reference's .test files, which run unchanged. It only reads: queries are parsed, series expanded;
// running them is the business of whoever has an engine.
//
//   base::Result<TestScript> script = ReadTestScript(text, AddHistograms);
//   for (const TestCommand& command : script->commands) { … }
//
// Any malformed line or unparsable query fails the whole file, with its line number.
// Source: promql/promqltest of the reference.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/status.h"
#include "query/promql/ast.h"
#include "query/promql/series_notation.h"

namespace sb::promql {

// Empties the storage.
struct ClearCommand {
  int line = 0;
};

// Value i of a series stands at i * step_ms after the epoch.
struct LoadCommand {
  struct Series {
    int line = 0;
    model::LabelSet labels;
    std::vector<SequenceValue> values;
    std::vector<std::optional<int64_t>> start_offsets_ms;  // empty, or as long as values
  };
  int line = 0;
  int64_t step_ms = 0;
  bool with_nhcb = false;  // also store classic histograms as native ones with custom buckets
  std::vector<Series> series;
};

// One `expect fail|warn|info` line: matches any text, this text, or an unanchored RE2 pattern.
struct MessageExpectation {
  enum class Kind { kAny, kText, kRegex };
  Kind kind = Kind::kAny;
  std::string text;
};

struct EvalCommand {
  struct Series {
    int line = 0;
    model::LabelSet labels;
    std::vector<SequenceValue> values;
  };
  int line = 0;
  bool range = false;
  int64_t start_ms = 0;  // instant: start == end, the evaluation time
  int64_t end_ms = 0;
  int64_t step_ms = 0;  // instant: 0
  std::string query;
  ExprPtr expr;

  std::optional<MessageExpectation> fail;
  std::vector<MessageExpectation> warn;
  std::vector<MessageExpectation> info;
  bool no_warn = false;
  bool no_info = false;
  bool ordered = false;
  // `expect range vector from a to b step s`: the instant query's result is a matrix of these
  // times; start_ms and end_ms are b then.
  struct RangeVector {
    int64_t start_ms = 0;
    int64_t end_ms = 0;
    int64_t step_ms = 0;
  };
  std::optional<RangeVector> range_vector;
  std::optional<std::string> string_result;
  std::optional<double> scalar_result;
  std::vector<Series> series;  // expected result; empty: nothing
};

using TestCommand = std::variant<ClearCommand, LoadCommand, EvalCommand>;

struct TestScript {
  std::vector<TestCommand> commands;
};

base::Result<TestScript> ReadTestScript(std::string_view text, const CombineHistograms& combine);

}  // namespace sb::promql
