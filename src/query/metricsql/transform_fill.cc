// SPDX-License-Identifier: Apache-2.0
//
// Functions that fill holes or smooth along the steps of a row.
#include <algorithm>
#include <utility>

#include "query/metricsql/function_kind.h"
#include "query/metricsql/rollup.h"

namespace sb::metricsql {
namespace {

using Answer = base::Result<RowSet>;

template <typename Fn>
Answer EachRow(const TransformArgs& args, Fn fn) {
  SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(0));
  for (Row& row : rows.rows) {
    fn(&row.values);
  }
  return rows;
}

Answer KeepLastValue(const TransformArgs& args) {
  return EachRow(args, [](Values* values) {
    double last = kNan;
    for (double& v : *values) {
      last = std::isnan(v) ? last : v;
      v = last;
    }
  });
}

Answer KeepNextValue(const TransformArgs& args) {
  return EachRow(args, [](Values* values) {
    double next = kNan;
    for (size_t i = values->size(); i-- > 0;) {
      double& v = (*values)[i];
      next = std::isnan(v) ? next : v;
      v = next;
    }
  });
}

// Holes between two values are filled linearly; those at the ends stay.
void Interpolate(Values* values) {
  size_t before = values->size();
  for (size_t i = 0; i < values->size(); ++i) {
    if (std::isnan((*values)[i])) {
      continue;
    }
    if (before < i) {
      const double slope = ((*values)[i] - (*values)[before]) / static_cast<double>(i - before);
      for (size_t hole = before + 1; hole < i; ++hole) {
        (*values)[hole] = (*values)[before] + slope * static_cast<double>(hole - before);
      }
    }
    before = i;
  }
}

Answer InterpolateRows(const TransformArgs& args) {
  return EachRow(args, Interpolate);
}

// A hole does not count as a reset.
Answer RemoveResetsOfRows(const TransformArgs& args) {
  return EachRow(args, [](Values* values) {
    Values dense = WithoutNan(*values);
    RemoveResets(&dense);
    size_t next = 0;
    for (double& v : *values) {
      v = std::isnan(v) ? kNan : dense[next++];
    }
  });
}

Answer SmoothExponential(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(const Values factors, args.Scalar(1));
  return EachRow(args, [&](Values* values) {
    double average = kNan;
    for (size_t i = 0; i < values->size(); ++i) {
      double& v = (*values)[i];
      if (std::isnan(v) || std::isinf(v)) {
        v = std::isnan(average) ? v : average;
        continue;
      }
      const double factor = std::clamp(factors[i], 0.0, 1.0);
      average = std::isnan(average) ? v : average * (1 - factor) + v * factor;
      v = average;
    }
  });
}

constexpr TransformFunction kFunctions[] = {
    {"interpolate", InterpolateRows},
    {"keep_last_value", KeepLastValue},
    {"keep_next_value", KeepNextValue},
    {"remove_resets", RemoveResetsOfRows},
    {"smooth_exponential", SmoothExponential, 2, 2},
};

}  // namespace

std::span<const TransformFunction> FillFunctions() {
  return kFunctions;
}

}  // namespace sb::metricsql
