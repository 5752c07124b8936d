// SPDX-License-Identifier: Apache-2.0
#include "query/logql/line_matcher.h"

#include <utility>

namespace sb::logql {

base::Result<LineMatcher> LineMatcher::Compile(const LineFilter& filter) {
  LineMatcher matcher;
  matcher.negative_ = IsNegative(filter.op);
  for (const LineFilter::Alternative& alternative : filter.alternatives) {
    SB_RETURN_IF_ERROR(matcher.Add(filter.op, alternative));
  }
  return matcher;
}

base::Status LineMatcher::Add(LineOp op, const LineFilter::Alternative& alternative) {
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

bool LineMatcher::Finds(std::string_view text) const {
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

}  // namespace sb::logql
