// SPDX-License-Identifier: Apache-2.0
//
// Grouping of series by some of their labels: the match groups of binary operators and the groups
// of aggregations. Each distinct value combination gets a number, in order of first appearance.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "model/label_set.h"

namespace sb::promql {

// Which labels count.
struct LabelSelection {
  std::vector<std::string> names;  // sorted
  bool keep = true;                // these, or all but these

  // `without` also leaves the metric name out.
  static LabelSelection Of(std::vector<std::string> names, bool keep);
  model::LabelSet Apply(const model::LabelSet& labels) const;
};

class MatchGroups {
 public:
  explicit MatchGroups(LabelSelection selection) : selection_(std::move(selection)) {}

  size_t GroupOf(const model::LabelSet& labels);
  size_t size() const { return groups_.size(); }
  // The labels that all series of the group have in common by definition.
  const model::LabelSet& labels(size_t group) const { return groups_[group]; }

 private:
  const LabelSelection selection_;
  std::string key_;
  std::unordered_map<std::string, size_t> numbers_;
  std::vector<model::LabelSet> groups_;
};

}  // namespace sb::promql
