// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/record_selector.h"

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
  }
  selector.matchers_ = std::move((*log)->matchers);
  if (!(*log)->stages.empty()) {
    selector.filters_ = std::make_shared<Filters>();
    selector.filters_->stages = std::move((*log)->stages);
    SB_ASSIGN_OR_RETURN(logql::Pipeline pipeline,
                        logql::Pipeline::Compile(selector.filters_->stages));
    const base::MutexLock lock(selector.filters_->mutex);
    selector.filters_->idle.push_back(std::move(pipeline));
  }
  return selector;
}

bool RecordSelector::Matches(const LogEdit& edit) const {
  for (const model::Matcher& matcher : matchers_) {
    if (!matcher.Matches(edit.Label(matcher.name()))) {
      return false;
    }
  }
  if (filters_ == nullptr) {
    return true;
  }
  logql::Pipeline pipeline;
  {
    const base::MutexLock lock(filters_->mutex);
    if (!filters_->idle.empty()) {
      pipeline = std::move(filters_->idle.back());
      filters_->idle.pop_back();
    }
  }
  if (pipeline.empty()) {
    pipeline = *logql::Pipeline::Compile(filters_->stages);  // as in Parse
  }
  const std::vector<model::Label> no_labels;
  logql::LogLine line;
  line.labels.SetStream(&no_labels);
  line.labels.StartLine();
  line.text = edit.record.line;
  const bool matches = pipeline.Run(&line);
  const base::MutexLock lock(filters_->mutex);
  filters_->idle.push_back(std::move(pipeline));
  return matches;
}

}  // namespace sb::ingest
