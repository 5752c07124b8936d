// SPDX-License-Identifier: Apache-2.0
//
// LineMatcher says whether a line passes a line filter: |= != |~ !~ |> !>, with `or` and ip().
//
//   SB_ASSIGN_OR_RETURN(LineMatcher matcher, LineMatcher::Compile(stage.line));
//   matcher.Matches(line)
//
// Threads: immutable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "query/logql/ast.h"
#include "query/logql/ip_range.h"
#include "query/logql/line_regex.h"
#include "query/logql/pattern.h"

namespace sb::logql {

class LineMatcher {
 public:
  static base::Result<LineMatcher> Compile(const LineFilter& filter);

  bool Matches(std::string_view line) const { return Finds(line) != negative_; }

 private:
  base::Status Add(LineOp op, const LineFilter::Alternative& alternative);
  bool Finds(std::string_view text) const;

  bool negative_ = false;
  std::vector<std::string> texts_;
  std::vector<LineRegex> regexes_;
  std::vector<Pattern> patterns_;
  std::vector<IpRange> ips_;
};

}  // namespace sb::logql
