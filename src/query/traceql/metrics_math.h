// SPDX-License-Identifier: Apache-2.0
//
// What can be done with series of metrics: arithmetic, filters, topk. Threads: pure functions.
#pragma once

#include <optional>
#include <vector>

#include "query/traceql/ast.h"
#include "query/traceql/metrics.h"

namespace sb::traceql {

// The value of arithmetic between numbers; nothing if there is a query in it.
std::optional<double> ConstantOf(const MetricsExpr& expr);

// Drops points that do not compare.
void KeepWhere(FieldOp op, double number, std::vector<MetricsSeries>* series);
// Of each step only the k largest (or smallest) points; of equal ones those of the first series.
void KeepTop(size_t k, bool largest, std::vector<MetricsSeries>* series);
// number op point, or point op number. Division by zero drops the point.
void ApplyConstant(FieldOp op, double number, bool number_first,
                   std::vector<MetricsSeries>* series);
// Point by point, of series whose labels but for __name__ are equal; the others are dropped.
std::vector<MetricsSeries> JoinSeries(FieldOp op, std::vector<MetricsSeries> lhs,
                                      const std::vector<MetricsSeries>& rhs);

}  // namespace sb::traceql
