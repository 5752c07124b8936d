// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/metrics_math.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace sb::traceql {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double Calculate(FieldOp op, double a, double b) {
  switch (op) {
    case FieldOp::kAdd:
      return a + b;
    case FieldOp::kSub:
      return a - b;
    case FieldOp::kMul:
      return a * b;
    default:
      return b == 0 ? kNone : a / b;
  }
}

bool Holds(FieldOp op, double a, double b) {
  switch (op) {
    case FieldOp::kEqual:
      return a == b;
    case FieldOp::kNotEqual:
      return a != b;
    case FieldOp::kLess:
      return a < b;
    case FieldOp::kLessEqual:
      return a <= b;
    case FieldOp::kGreater:
      return a > b;
    default:
      return a >= b;
  }
}

// Labels but for the name, as a key.
std::string KeyOf(const OwnedAttributes& labels) {
  std::string key;
  for (const auto& [name, value] : labels) {
    if (name == "__name__") {
      continue;
    }
    key += name + '\0' + std::to_string(static_cast<int>(value.scalar.type)) +
           ValueText(value.scalar.value()) + '\0';
    for (const Literal& element : value.elements) {
      key += ValueText(element.value()) + '\0';
    }
  }
  return key;
}

}  // namespace

std::optional<double> ConstantOf(const MetricsExpr& expr) {
  if (expr.kind == MetricsExpr::Kind::kNumber) {
    return expr.number;
  }
  if (expr.kind != MetricsExpr::Kind::kBinary) {
    return std::nullopt;
  }
  const auto lhs = ConstantOf(*expr.lhs);
  const auto rhs = ConstantOf(*expr.rhs);
  if (!lhs.has_value() || !rhs.has_value()) {
    return std::nullopt;
  }
  return Calculate(expr.op, *lhs, *rhs);
}

void KeepWhere(FieldOp op, double number, std::vector<MetricsSeries>* series) {
  for (MetricsSeries& one : *series) {
    for (double& value : one.values) {
      value = Holds(op, value, number) ? value : kNone;
    }
  }
}

void KeepTop(size_t k, bool largest, std::vector<MetricsSeries>* series) {
  const size_t steps = series->empty() ? 0 : series->front().values.size();
  std::vector<size_t> order;
  for (size_t step = 0; step < steps; ++step) {
    order.clear();
    for (size_t i = 0; i < series->size(); ++i) {
      if (!std::isnan((*series)[i].values[step])) {
        order.push_back(i);
      }
    }
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      const double x = (*series)[a].values[step];
      const double y = (*series)[b].values[step];
      return largest ? x > y : x < y;
    });
    for (size_t i = k; i < order.size(); ++i) {
      (*series)[order[i]].values[step] = kNone;
    }
  }
}

void ApplyConstant(FieldOp op, double number, bool number_first,
                   std::vector<MetricsSeries>* series) {
  for (MetricsSeries& one : *series) {
    for (double& value : one.values) {
      value = number_first ? Calculate(op, number, value) : Calculate(op, value, number);
    }
  }
}

std::vector<MetricsSeries> JoinSeries(FieldOp op, std::vector<MetricsSeries> lhs,
                                      const std::vector<MetricsSeries>& rhs) {
  std::map<std::string, const MetricsSeries*> by_key;
  for (const MetricsSeries& series : rhs) {
    by_key.emplace(KeyOf(series.labels), &series);
  }
  std::vector<MetricsSeries> out;
  for (MetricsSeries& series : lhs) {
    const auto found = by_key.find(KeyOf(series.labels));
    if (found == by_key.end()) {
      continue;
    }
    for (size_t i = 0; i < series.values.size(); ++i) {
      series.values[i] = Calculate(op, series.values[i], found->second->values[i]);
    }
    // A sum of a rate and a count is neither.
    const bool same_name = !series.labels.empty() && !found->second->labels.empty() &&
                           ValueText(series.labels[0].second.scalar.value()) ==
                               ValueText(found->second->labels[0].second.scalar.value());
    if (!same_name) {
      std::erase_if(series.labels, [](const auto& label) { return label.first == "__name__"; });
    }
    series.exemplars.clear();
    out.push_back(std::move(series));
  }
  return out;
}

}  // namespace sb::traceql
