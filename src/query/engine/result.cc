// SPDX-License-Identifier: Apache-2.0
#include "query/engine/result.h"

#include <algorithm>

namespace sb::query {

std::string_view QueryValueTypeName(const QueryValue& value) {
  switch (value.index()) {
    case 0:
      return "scalar";
    case 1:
      return "string";
    case 2:
      return "vector";
    default:
      return "matrix";
  }
}

InstantVector ToInstantVector(StepVector* vector, int64_t time_ms) {
  InstantVector out;
  out.reserve(vector->series.size());
  for (StepSeries& row : vector->series) {
    if (!row.Has(0)) {
      continue;
    }
    StepPoint point = row.At(0);
    out.push_back({std::move(row.labels), time_ms, point.value, std::move(point.histogram)});
  }
  vector->series.clear();
  return out;
}

Matrix ToMatrix(StepVector* vector, const StepGrid& grid) {
  Matrix out;
  out.reserve(vector->series.size());
  for (StepSeries& row : vector->series) {
    MatrixSeries series;
    if (row.AnyFloat()) {
      series.floats.reserve(row.end() - row.first());
    }
    for (size_t i = row.first(); i < row.end(); ++i) {
      if (row.IsFloat(i)) {
        series.floats.push_back({grid.At(i), row.value(i)});
      } else if (row.IsHistogram(i)) {
        series.histograms.push_back({grid.At(i), row.histogram(i)});
      }
    }
    if (!series.floats.empty() || !series.histograms.empty()) {
      series.labels = std::move(row.labels);
      out.push_back(std::move(series));
    }
    row = StepSeries();  // frees as it goes: both forms at once would double the peak
  }
  vector->series.clear();
  return out;
}

void SortByLabels(Matrix* matrix) {
  std::stable_sort(
      matrix->begin(), matrix->end(),
      [](const MatrixSeries& a, const MatrixSeries& b) { return a.labels < b.labels; });
}

}  // namespace sb::query
