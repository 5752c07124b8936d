// SPDX-License-Identifier: Apache-2.0
#include "query/promql/absent_labels.h"

#include <set>

namespace sb::promql {

model::LabelSet AbsentLabels(const Expr& arg) {
  const VectorSelector* selector = TryAs<VectorSelector>(&arg);
  if (const auto* matrix = TryAs<MatrixSelector>(&arg)) {
    selector = matrix->selector.get();
  }
  if (selector == nullptr) {
    return {};
  }
  model::LabelSetBuilder builder;
  std::set<std::string_view> seen;
  for (const model::Matcher& matcher : selector->matchers) {
    if (matcher.name() == model::kMetricName) {
      continue;
    }
    if (matcher.type() == model::MatchType::kEqual && seen.insert(matcher.name()).second) {
      builder.Set(matcher.name(), matcher.value());
    } else {
      builder.Delete(matcher.name());
    }
  }
  return builder.Build();
}

}  // namespace sb::promql
