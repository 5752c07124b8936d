// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/db/retention_rules.h"

#include <algorithm>

#include "model/match_all.h"

namespace sb::tsdb {
namespace {

int64_t Before(int64_t newest, base::DurationMs keep) {
  return keep.Value() <= 0 || newest == INT64_MIN ? INT64_MIN : newest - keep.Value();
}

}  // namespace

int64_t RetentionRules::OldestKept(const model::LabelSet& labels, int64_t newest) const {
  for (const RetentionRule& rule : rules_) {
    if (model::MatchesAll(rule.matchers, labels)) {
      return Before(newest, rule.keep);
    }
  }
  return Before(newest, otherwise_);
}

base::DurationMs RetentionRules::Longest() const {
  base::DurationMs longest = otherwise_;
  for (const RetentionRule& rule : rules_) {
    if (rule.keep.Value() == 0 || longest.Value() == 0) {
      return base::DurationMs(0);
    }
    longest = std::max(longest, rule.keep);
  }
  return longest;
}

std::string RetentionRules::NoteFor(int64_t end, int64_t newest) const {
  std::string note;
  for (const RetentionRule& rule : rules_) {
    if (end <= Before(newest, rule.keep)) {
      for (const model::Matcher& matcher : rule.matchers) {
        note += (note.empty() ? "" : " ") + matcher.ToString();
      }
      note += " kept " + std::to_string(rule.keep.Value()) + " ms;";
    }
  }
  if (end <= Before(newest, otherwise_)) {
    note += " others kept " + std::to_string(otherwise_.Value()) + " ms;";
  }
  return note.empty() ? note : "retention: " + note;
}

}  // namespace sb::tsdb
