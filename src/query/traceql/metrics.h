// SPDX-License-Identifier: Apache-2.0
//
// Metrics of spans: `{ … } | rate() by (…)` and what can be computed with its series.
//
//   MetricsOptions options{.start_ns = from, .end_ns = to, .step_ns = 60'000'000'000};
//   SB_ASSIGN_OR_RETURN(MetricsResult result, QueryMetrics(reader, context, query, options));
//
// Intervals are open on the left and closed on the right: the sample at time T is about the spans
// that started in (T - step, T]. Start is aligned down to the step and end up, so a sample does not
// depend on the range it is asked in. An instant query has one interval, the whole range.
//
// Quantiles are exact, with linear interpolation between the two nearest values. Results of
// `duration` are in seconds. Failures: kInvalidArgument (the query, the range), those of store and
// context, kResourceExhausted (too many series or values).
//
// A pipeline that is one filter of single spans is evaluated block by block on columns; any other
// one on whole traces. Threads: functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "query/traceql/search.h"

namespace sb::traceql {

struct MetricsOptions {
  int64_t start_ns = 0;
  int64_t end_ns = 0;
  int64_t step_ns = 0;
  bool instant = false;
  size_t exemplars = 0;
};

struct MetricsExemplar {
  OwnedAttributes labels;  // trace:id, span:id
  double value = 0;
  int64_t time_ns = 0;
};

struct MetricsSeries {
  OwnedAttributes labels;
  std::vector<double> values;  // per step; NaN: none
  std::vector<MetricsExemplar> exemplars;
};

struct MetricsGrid {
  int64_t first_ns = 0;
  int64_t step_ns = 1;
  size_t count = 1;
  int64_t At(size_t i) const { return first_ns + static_cast<int64_t>(i) * step_ns; }
};

struct MetricsResult {
  MetricsGrid grid;
  std::vector<MetricsSeries> series;  // by number of labels, then keys and values
  QueryNotes notes;
};

base::Result<MetricsResult> QueryMetrics(const store::EventReader& reader,
                                         const store::ReadContext& context, std::string_view query,
                                         const MetricsOptions& options);

// A step for a range nobody chose one for: about 240 points, a round number of seconds.
int64_t DefaultStepNs(int64_t range_ns);

}  // namespace sb::traceql
