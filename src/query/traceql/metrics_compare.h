// SPDX-License-Identifier: Apache-2.0
//
// compare(): how the attributes of selected spans differ from those of the others. For each
// attribute and each of its most frequent values, how many spans per step have it:
//   {__meta_type="baseline",  resource.service.name="cart"}    spans that are not selected
//   {__meta_type="selection", resource.service.name="cart"}    spans that are
//   {__meta_type="baseline_total", resource.service.name=nil}  spans that have the attribute at all
// An attribute with more than kCompareValuesMax values is not broken down: it is one series with
// __meta_error="__too_many_values__". Threads: a function.
#pragma once

#include <vector>

#include "query/traceql/metrics.h"
#include "query/traceql/slots.h"

namespace sb::traceql {

inline constexpr size_t kCompareValuesMax = 10'000;

base::Result<std::vector<MetricsSeries>> CompareSpans(const store::EventReader& reader,
                                                      const store::ReadContext& context,
                                                      const SlotPlan& plan, const MetricsExpr& expr,
                                                      const MetricsGrid& grid,
                                                      store::EventRange range, QueryNotes* notes);

}  // namespace sb::traceql
