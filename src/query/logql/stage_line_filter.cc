// SPDX-License-Identifier: Apache-2.0
//
// |= != |~ !~ |> !>, with `or` and ip().
#include <string>
#include <utility>
#include <vector>

#include "query/logql/ip_range.h"
#include "query/logql/line_regex.h"
#include "query/logql/pattern.h"
#include "query/logql/stage_runners.h"

namespace sb::logql {
namespace {

class LineFilterRunner final : public StageRunner {
 public:
  static RunnerResult Make(const LineFilter& filter) {
    auto runner = std::make_unique<LineFilterRunner>();
    runner->negative_ = IsNegative(filter.op);
    for (const LineFilter::Alternative& alternative : filter.alternatives) {
      SB_RETURN_IF_ERROR(runner->Add(filter.op, alternative));
    }
    return std::unique_ptr<StageRunner>(std::move(runner));
  }

  bool Run(LogLine* line) override { return Finds(line->text) != negative_; }

 private:
  base::Status Add(LineOp op, const LineFilter::Alternative& alternative) {
    if (alternative.is_ip) {
      if (op != LineOp::kContains && op != LineOp::kNotContains) {
        return base::InvalidArgument("ip: invalid operation");
      }
      SB_ASSIGN_OR_RETURN(IpRange range, IpRange::Parse(alternative.text));
      ips_.push_back(range);
      return base::OkStatus();
    }
    switch (op) {
      case LineOp::kContains:
      case LineOp::kNotContains:
        texts_.push_back(alternative.text);
        break;
      case LineOp::kMatch:
      case LineOp::kNotMatch: {
        SB_ASSIGN_OR_RETURN(LineRegex regex, LineRegex::Compile(alternative.text));
        regexes_.push_back(std::move(regex));
        break;
      }
      case LineOp::kPattern:
      case LineOp::kNotPattern: {
        SB_ASSIGN_OR_RETURN(Pattern pattern, Pattern::ForFilter(alternative.text));
        patterns_.push_back(std::move(pattern));
        break;
      }
    }
    return base::OkStatus();
  }

  bool Finds(std::string_view text) const {
    for (const std::string& wanted : texts_) {
      if (text.find(wanted) != std::string_view::npos) {
        return true;
      }
    }
    for (const LineRegex& regex : regexes_) {
      if (regex.Matches(text)) {
        return true;
      }
    }
    for (const Pattern& pattern : patterns_) {
      if (pattern.Matches(text)) {
        return true;
      }
    }
    for (const IpRange& range : ips_) {
      if (range.FindsIn(text)) {
        return true;
      }
    }
    return false;
  }

  bool negative_ = false;
  std::vector<std::string> texts_;
  std::vector<LineRegex> regexes_;
  std::vector<Pattern> patterns_;
  std::vector<IpRange> ips_;
};

}  // namespace

RunnerResult MakeLineFilter(const LineFilter& filter) {
  return LineFilterRunner::Make(filter);
}

}  // namespace sb::logql
