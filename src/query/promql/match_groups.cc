// SPDX-License-Identifier: Apache-2.0
#include "query/promql/match_groups.h"

#include <algorithm>

namespace sb::promql {

LabelSelection LabelSelection::Of(std::vector<std::string> names, bool keep) {
  if (!keep) {
    names.emplace_back(model::kMetricName);
  }
  std::sort(names.begin(), names.end());
  return LabelSelection{std::move(names), keep};
}

model::LabelSet LabelSelection::Apply(const model::LabelSet& labels) const {
  return keep ? labels.Keep(names) : labels.Without(names);
}

size_t MatchGroups::GroupOf(const model::LabelSet& labels) {
  // Lengths keep the parts apart. Building the key is cheaper than building a label set, which only
  // the first series of a group needs.
  key_.clear();
  auto append = [this](std::string_view part) {
    const auto size = static_cast<uint32_t>(part.size());
    key_.append(reinterpret_cast<const char*>(&size), sizeof(size));
    key_.append(part);
  };
  for (const model::Label& label : labels) {
    const bool named = std::binary_search(selection_.names.begin(), selection_.names.end(),
                                          label.name, std::less<std::string_view>());
    if (named == selection_.keep) {
      append(label.name);
      append(label.value);
    }
  }
  const auto [at, is_new] = numbers_.emplace(key_, groups_.size());
  if (is_new) {
    groups_.push_back(selection_.Apply(labels));
  }
  return at->second;
}

}  // namespace sb::promql
