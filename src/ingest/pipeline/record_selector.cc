// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/record_selector.h"

#include <algorithm>
#include <string>
#include <utility>

#include "query/logql/parser.h"

namespace sb::ingest {

base::Result<RecordSelector> RecordSelector::Parse(std::string_view text) {
  RecordSelector selector;
  if (text.find_first_not_of(" \t") == std::string_view::npos) {
    return selector;
  }
  auto log = logql::ParseLogQuery(text, {.allow_all_streams = true});
  if (!log.ok()) {
    return base::InvalidArgument(std::string(log.status().message()) + ": " + std::string(text));
  }
  for (const logql::Stage& stage : (*log)->stages) {
    if (stage.kind != logql::Stage::Kind::kLineFilter) {
      return base::InvalidArgument(
          "a selector of records has line filters (|= \"x\", !~ \"y\") and no other stages: " +
          std::string(text));
    }
    SB_ASSIGN_OR_RETURN(logql::LineMatcher filter, logql::LineMatcher::Compile(stage.line));
    selector.filters_.push_back(std::move(filter));
  }
  selector.matchers_ = std::move((*log)->matchers);
  return selector;
}

bool RecordSelector::Matches(const LogEdit& edit) const {
  return std::all_of(matchers_.begin(), matchers_.end(),
                     [&edit](const model::Matcher& matcher) {
                       return matcher.Matches(edit.Label(matcher.name()));
                     }) &&
         std::all_of(filters_.begin(), filters_.end(),
                     [line = edit.record.line](const logql::LineMatcher& filter) {
                       return filter.Matches(line);
                     });
}

}  // namespace sb::ingest
