// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/rule.h"

#include <unordered_set>
#include <utility>

namespace sb::rules {
namespace {

LabelMap Merge(const LabelMap& own, const LabelMap& of_group) {
  LabelMap merged = own;
  merged.insert(of_group.begin(), of_group.end());
  return merged;
}

model::LabelSet ToLabelSet(const LabelMap& labels) {
  std::vector<model::Label> list;
  for (const auto& [name, value] : labels) {
    list.push_back({name, value});
  }
  return model::LabelSet::FromLabels(std::move(list));
}

}  // namespace

std::string_view AlertStateName(AlertState state) {
  static constexpr std::string_view kNames[] = {"inactive", "pending", "firing"};
  return kNames[static_cast<size_t>(state)];
}

std::string_view RuleHealthName(RuleHealth health) {
  static constexpr std::string_view kNames[] = {"unknown", "ok", "err"};
  return kNames[static_cast<size_t>(health)];
}

Rule::Rule(RuleSpec spec, std::unique_ptr<Expression> expression, const LabelMap& group_labels)
    : spec_(std::move(spec)),
      expression_(std::move(expression)),
      labels_(Merge(spec_.labels, group_labels)) {}

RuleView Rule::View() const {
  RuleView view;
  view.spec = spec_;
  view.query = expression_->Text();
  view.labels = ToLabelSet(labels_);
  base::MutexLock lock(mutex_);
  view.health = health_;
  view.last_error = last_error_;
  view.evaluated_at_ms = evaluated_at_ms_;
  view.evaluation_s = evaluation_s_;
  return view;
}

void Rule::Record(const base::Status& outcome, int64_t time_ms, double seconds) {
  base::MutexLock lock(mutex_);
  health_ = outcome.ok() ? RuleHealth::kOk : RuleHealth::kError;
  last_error_ = std::string(outcome.message());
  evaluated_at_ms_ = time_ms;
  evaluation_s_ = seconds;
}

base::Status CheckDistinct(const query::InstantVector& rows, std::string_view where) {
  if (rows.size() < 2) {
    return base::OkStatus();
  }
  std::unordered_set<model::LabelSet, model::LabelSetHash> seen;
  for (const query::VectorElement& row : rows) {
    if (!seen.insert(row.labels).second) {
      return base::FailedPrecondition(
          "vector contains metrics with the same labelset after applying " + std::string(where) +
          " labels");
    }
  }
  return base::OkStatus();
}

}  // namespace sb::rules
