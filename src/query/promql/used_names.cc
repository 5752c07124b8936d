// SPDX-License-Identifier: Apache-2.0
#include "query/promql/used_names.h"

#include <algorithm>

#include "model/label_set.h"
#include "query/promql/walk.h"

namespace sb::promql {
namespace {

void Append(const std::vector<std::string>& from, std::vector<std::string>* to) {
  to->insert(to->end(), from.begin(), from.end());
}

void SortAndUnite(std::vector<std::string>* names) {
  std::sort(names->begin(), names->end());
  names->erase(std::unique(names->begin(), names->end()), names->end());
}

void AddMatchers(const VectorSelector& selector, UsedNames* used) {
  for (const model::Matcher& matcher : selector.matchers) {
    if (matcher.name() != model::kMetricName) {
      used->labels.push_back(matcher.name());
    } else if (matcher.type() == model::MatchType::kEqual && !matcher.value().empty()) {
      used->metrics.push_back(matcher.value());
    }
  }
}

}  // namespace

UsedNames FindUsedNames(const Expr& expr) {
  UsedNames used;
  Inspect(expr, [&](const Expr& node, const ExprPath&) {
    if (const auto* selector = TryAs<VectorSelector>(&node)) {
      AddMatchers(*selector, &used);
    } else if (const auto* aggregate = TryAs<AggregateExpr>(&node)) {
      Append(aggregate->grouping, &used.labels);
    } else if (const auto* binary = TryAs<BinaryExpr>(&node);
               binary != nullptr && binary->matching.has_value()) {
      Append(binary->matching->labels, &used.labels);
      Append(binary->matching->include, &used.labels);
    }
  });
  SortAndUnite(&used.metrics);
  SortAndUnite(&used.labels);
  return used;
}

}  // namespace sb::promql
