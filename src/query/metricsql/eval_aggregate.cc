// SPDX-License-Identifier: Apache-2.0
//
// Aggregations: groups of rows become one row (sum), some of their rows (topk), or rows with a
// further label (quantiles).
#include <algorithm>
#include <map>
#include <utility>

#include "query/metricsql/aggregate_fold.h"
#include "query/metricsql/aggregate_select.h"
#include "query/metricsql/evaluator.h"
#include "query/metricsql/vmrange.h"

namespace sb::metricsql {
namespace {

struct Group {
  model::LabelSet labels;
  std::vector<Row> rows;
};

model::LabelSet GroupLabels(const model::LabelSet& labels, const AggregateExpr& expr) {
  return expr.without ? labels.Without(expr.grouping).WithoutMetricName()
                      : labels.Keep(expr.grouping);
}

// In the order in which they first appear, at most `limit` of them if that is set.
std::vector<Group> GroupRows(RowSet input, const AggregateExpr& expr) {
  std::vector<Group> groups;
  std::map<model::LabelSet, size_t> index;
  for (Row& row : input.rows) {
    if (row.AllNan()) {
      continue;
    }
    model::LabelSet labels = GroupLabels(row.labels, expr);
    auto it = index.find(labels);
    if (it == index.end()) {
      if (expr.limit > 0 && groups.size() >= static_cast<size_t>(expr.limit)) {
        continue;
      }
      it = index.emplace(labels, groups.size()).first;
      groups.push_back({std::move(labels), {}});
    }
    groups[it->second].rows.push_back(std::move(row));
  }
  return groups;
}

Values Fold(const std::vector<Row>& rows, const Grid& grid, FoldFn fold, double param) {
  Values out(grid.count, kNan);
  Values column;
  for (size_t step = 0; step < grid.count; ++step) {
    column.clear();
    for (const Row& row : rows) {
      if (!std::isnan(row.values[step])) {
        column.push_back(row.values[step]);
      }
    }
    out[step] = column.empty() ? kNan : fold(&column, param);
  }
  return out;
}

// count_values("label", q) and histogram(q): a row per value or bucket.
void CountGroupValues(const Group& group, const Grid& grid, const std::string& label,
                      std::vector<Row>* out) {
  std::map<std::string, Values> rows;
  for (const Row& row : group.rows) {
    for (size_t step = 0; step < grid.count; ++step) {
      const double v = row.values[step];
      const std::string text = label == kVmRange ? VmRangeOf(v) : BoundText(v);
      if (std::isnan(v) || text.empty()) {
        continue;
      }
      Values& counts = rows.try_emplace(text, Values(grid.count, kNan)).first->second;
      counts[step] = std::isnan(counts[step]) ? 1 : counts[step] + 1;
    }
  }
  for (auto& [text, values] : rows) {
    out->push_back({WithLabel(group.labels, label, text), std::move(values)});
  }
}

base::Status Problem(const AggregateExpr& expr, std::string_view message) {
  return base::InvalidArgument(expr.name + "(): " + std::string(message));
}

// How many arguments stand before the series, and whether the first of them is a label's name.
struct Leading {
  size_t numbers = 0;
  bool text = false;
};

Leading LeadingOf(const AggregateExpr& expr) {
  if (expr.name == "count_values") {
    return {0, true};
  }
  if (expr.name == "quantiles") {
    return {expr.args.size() < 2 ? 1 : expr.args.size() - 2, true};
  }
  return {FoldHasParam(expr.name) || FindSelecting(expr.name) != nullptr ? size_t{1} : size_t{0},
          false};
}

// Rows of the groups that a selecting aggregation leaves; topk_avg(3, q, "rest=others") has one
// more for the sum of what was left out.
base::Status SelectRows(const AggregateExpr& expr, const SelectArgs& args, Group* group,
                        std::vector<Row>* out) {
  SB_ASSIGN_OR_RETURN(std::vector<Row> kept,
                      FindSelecting(expr.name)(args, std::move(group->rows)));
  for (Row& row : kept) {
    if (!row.AllNan()) {
      out->push_back(std::move(row));
    }
  }
  return base::OkStatus();
}

}  // namespace

base::Result<RowSet> Evaluator::EvalAggregate(const AggregateExpr& expr, int32_t /*position*/,
                                              const Grid& grid) {
  const Leading leading = LeadingOf(expr);
  size_t at = 0;
  std::string label;
  if (leading.text) {
    const auto* text = expr.args[0]->As<StringExpr>();
    if (text == nullptr) {
      return Problem(expr, "the first argument must be the name of a label");
    }
    label = text->value;
    at = 1;
  }
  std::vector<Values> numbers;
  for (size_t i = 0; i < leading.numbers; ++i, ++at) {
    if (at + 1 >= expr.args.size()) {
      return Problem(expr, "too few arguments");
    }
    base::Result<Values> number = EvalScalar(*expr.args[at], grid);
    if (!number.ok()) {
      return Problem(expr, number.status().message());
    }
    numbers.push_back(*std::move(number));
  }
  RowSet input;
  SelectArgs select{expr.name, grid, numbers.empty() ? Values() : numbers[0], ""};
  for (; at < expr.args.size(); ++at) {
    const auto* text = expr.args[at]->As<StringExpr>();
    if (text != nullptr && expr.name.find("k_") != std::string::npos) {
      select.rest = text->value;
      continue;
    }
    SB_ASSIGN_OR_RETURN(RowSet rows, Eval(*expr.args[at], grid));
    std::move(rows.rows.begin(), rows.rows.end(), std::back_inserter(input.rows));
    SB_RETURN_IF_ERROR(input.Charge(with_.context));
  }
  RowSet out;
  for (Group& group : GroupRows(std::move(input), expr)) {
    SB_RETURN_IF_ERROR(with_.context.CheckAlive());
    if (expr.name == "count_values" || expr.name == "histogram") {
      CountGroupValues(group, grid, label.empty() ? std::string(kVmRange) : label, &out.rows);
    } else if (expr.name == "quantiles") {
      for (const Values& phi : numbers) {
        out.rows.push_back({WithLabel(group.labels, label, BoundText(phi[0])),
                            Fold(group.rows, grid, FindFold("quantile"), phi[0])});
      }
    } else if (FindSelecting(expr.name) != nullptr) {
      SB_RETURN_IF_ERROR(SelectRows(expr, select, &group, &out.rows));
    } else if (IsSelecting(expr.name)) {
      SB_RETURN_IF_ERROR(SelectWithoutParam(select, &group.rows, &out.rows));
    } else {
      const double param = numbers.empty() || numbers[0].empty() ? kNan : numbers[0][0];
      out.rows.push_back({group.labels, Fold(group.rows, grid, FindFold(expr.name), param)});
    }
  }
  return expr.name == "histogram" ? ToCumulative(std::move(out)) : std::move(out);
}

}  // namespace sb::metricsql
