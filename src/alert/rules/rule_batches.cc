// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/rule_batches.h"

#include <algorithm>

namespace sb::rules {

bool MayRead(const ExpressionInputs& inputs, const Rule& writer) {
  if (!inputs.known) {
    return true;
  }
  const auto outputs = writer.Outputs();
  return std::any_of(inputs.selectors.begin(), inputs.selectors.end(), [&](const auto& matchers) {
    return std::any_of(outputs.begin(), outputs.end(), [&](const std::string& name) {
      return std::all_of(matchers.begin(), matchers.end(), [&](const model::Matcher& matcher) {
        return matcher.name() != model::kMetricName || matcher.Matches(name);
      });
    });
  });
}

std::vector<size_t> IndependentRuns(const std::vector<std::unique_ptr<Rule>>& rules) {
  std::vector<size_t> runs{0};
  for (size_t i = 1; i < rules.size(); ++i) {
    const ExpressionInputs inputs = rules[i]->Inputs();
    for (size_t j = runs.back(); j < i; ++j) {
      if (MayRead(inputs, *rules[j])) {
        runs.push_back(i);
        break;
      }
    }
  }
  if (!rules.empty()) {
    runs.push_back(rules.size());
  }
  return runs;
}

}  // namespace sb::rules
