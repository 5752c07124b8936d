// SPDX-License-Identifier: Apache-2.0
//
// Parse turns LogQL text into a tree and checks everything that can be known without data.
//
//   SB_ASSIGN_OR_RETURN(ExprPtr expr, Parse(query));
//   SB_RETURN_IF_ERROR(CheckStages(*expr));              // before running it
//
// Parse checks grammar, types and parameters; CheckStages what a pipeline needs to be built
// (regular expressions, templates, JSON paths): a query that fails only there can be formatted.
//
// Errors are kInvalidArgument in the reference's words: "parse error at line 1, col 4: syntax
// error: unexpected $end, expecting STRING" or, without a place, "parse error : …".
// Bounded: text by kQueryBytesMax, nesting by kDepthMax. Threads: pure functions.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/label_set.h"
#include "model/matcher.h"
#include "query/logql/ast.h"

namespace sb::logql {

inline constexpr size_t kQueryBytesMax = 128 << 10;

struct ParseOptions {
  // `{}` and `{app=~".*"}` select all streams: Signalbox' own search over everything. The Loki API
  // refuses them.
  bool allow_all_streams = false;
};

base::Result<ExprPtr> Parse(std::string_view query, const ParseOptions& options = {});

// Only `{…}`, as /series and /index/stats take it; may be empty (`{}`).
base::Result<std::vector<model::Matcher>> ParseSelector(std::string_view text);
// A selector with stages: `{…} | json`.
base::Result<std::unique_ptr<LogExpr>> ParseLogQuery(std::string_view query,
                                                     const ParseOptions& options = {});
// The label string of a push request: a selector of equality matchers. Empty values are left out.
base::Result<model::LabelSet> ParsePushLabels(std::string_view text);

base::Status CheckStages(const Expr& expr);

// Whether no line of a stream is held back by the filters of `log`.
bool HasNoFilter(const LogExpr& log);

}  // namespace sb::logql
