// SPDX-License-Identifier: Apache-2.0
//
// Stages of line filters.
#include <utility>

#include "query/logql/line_matcher.h"
#include "query/logql/stage_runners.h"

namespace sb::logql {
namespace {

class LineFilterRunner final : public StageRunner {
 public:
  explicit LineFilterRunner(LineMatcher matcher) : matcher_(std::move(matcher)) {}
  bool Run(LogLine* line) override { return matcher_.Matches(line->text); }

 private:
  const LineMatcher matcher_;
};

}  // namespace

RunnerResult MakeLineFilter(const LineFilter& filter) {
  SB_ASSIGN_OR_RETURN(LineMatcher matcher, LineMatcher::Compile(filter));
  return RunnerResult(std::make_unique<LineFilterRunner>(std::move(matcher)));
}

}  // namespace sb::logql
