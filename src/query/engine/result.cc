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
    if (row.steps() == 0 || !row.Has(0)) {
      continue;
    }
    VectorElement element{std::move(row.labels), time_ms, row.values[0], nullptr};
    if (row.IsHistogram(0)) {
      element.histogram = std::move(row.histograms[0]);
    }
    out.push_back(std::move(element));
  }
  vector->series.clear();
  return out;
}

Matrix ToMatrix(StepVector* vector, const StepGrid& grid) {
  Matrix out;
  out.reserve(vector->series.size());
  for (StepSeries& row : vector->series) {
    MatrixSeries series;
    const auto floats = std::count(row.kinds.begin(), row.kinds.end(), PointKind::kFloat);
    series.floats.reserve(static_cast<size_t>(floats));
    for (size_t i = 0; i < row.steps(); ++i) {
      if (row.IsFloat(i)) {
        series.floats.push_back({grid.At(i), row.values[i]});
      } else if (row.IsHistogram(i)) {
        series.histograms.push_back({grid.At(i), std::move(row.histograms[i])});
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
