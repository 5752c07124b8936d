// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/recording_rule.h"

#include <fmt/format.h>

namespace sb::rules {

base::Result<query::InstantVector> RecordingRule::Evaluate(const EvaluationContext& context) {
  const int64_t time_ms = context.time_ms - context.query_offset_ms;
  SB_ASSIGN_OR_RETURN(query::InstantVector rows, expression_->Evaluate(context.metrics, time_ms));
  for (query::VectorElement& row : rows) {
    model::LabelSetBuilder labels(row.labels);
    labels.Set(model::kMetricName, spec_.record);
    for (const auto& [name, value] : labels_) {
      labels.Set(name, value);
    }
    row.labels = labels.Build();
    row.time_ms = time_ms;
  }
  SB_RETURN_IF_ERROR(CheckDistinct(rows, "rule"));
  if (context.limit > 0 && rows.size() > static_cast<size_t>(context.limit)) {
    return base::ResourceExhausted(
        fmt::format("exceeded limit of {} with {} series", context.limit, rows.size()));
  }
  return rows;
}

}  // namespace sb::rules
