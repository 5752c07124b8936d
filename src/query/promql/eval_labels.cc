// SPDX-License-Identifier: Apache-2.0
//
// label_replace() and label_join(): they change the rows' labels, not their points.
#include <re2/re2.h>

#include "model/label_name.h"
#include "query/promql/evaluator.h"
#include "query/promql/label_template.h"

namespace sb::promql {
namespace {

using query::StepSeries;
using query::StepVector;

const std::string& StringArg(const Call& call, size_t i) {
  return As<StringLiteral>(*call.args[i]).value;
}

// A name in UTF-8 of any characters, but not empty.
bool IsValidLabelName(std::string_view name) {
  return !name.empty() && model::IsValidUtf8(name);
}

void SetLabel(const std::string& name, std::string_view value, StepSeries* row) {
  row->labels = model::LabelSetBuilder(row->labels).Set(name, value).Build();
  if (name == model::kMetricName) {
    row->drop_name = false;
  }
}

}  // namespace

Evaluator::Rows Evaluator::EvalLabelReplace(const Call& call, const Grid& grid) {
  const std::string& target = StringArg(call, 1);
  const std::string& pattern = StringArg(call, 4);
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 regex("^(?s:" + pattern + ")$", options);
  if (!regex.ok()) {
    return base::FailedPrecondition("invalid regular expression in label_replace(): " + pattern);
  }
  if (!IsValidLabelName(target)) {
    return base::FailedPrecondition("invalid destination label name in label_replace(): " + target);
  }
  SB_ASSIGN_OR_RETURN(StepVector rows, EvalVector(*call.args[0], grid));
  for (StepSeries& row : rows.series) {
    const std::string source(row.labels.Get(StringArg(call, 3)));
    std::string replacement;
    if (ExpandMatch(regex, source, StringArg(call, 2), &replacement)) {
      SetLabel(target, replacement, &row);
    }
  }
  SB_RETURN_IF_ERROR(query::MergeSameLabels(&rows));
  return rows;
}

Evaluator::Rows Evaluator::EvalLabelJoin(const Call& call, const Grid& grid) {
  const std::string& target = StringArg(call, 1);
  const std::string& separator = StringArg(call, 2);
  for (size_t i = 3; i < call.args.size(); ++i) {
    if (!IsValidLabelName(StringArg(call, i))) {
      return base::FailedPrecondition("invalid source label name in label_join(): " +
                                      StringArg(call, i));
    }
  }
  if (!IsValidLabelName(target)) {
    return base::FailedPrecondition("invalid destination label name in label_join(): " + target);
  }
  SB_ASSIGN_OR_RETURN(StepVector rows, EvalVector(*call.args[0], grid));
  for (StepSeries& row : rows.series) {
    std::string joined;
    for (size_t i = 3; i < call.args.size(); ++i) {
      joined += i > 3 ? separator : "";
      joined += row.labels.Get(StringArg(call, i));
    }
    SetLabel(target, joined, &row);
  }
  SB_RETURN_IF_ERROR(query::MergeSameLabels(&rows));
  return rows;
}

}  // namespace sb::promql
