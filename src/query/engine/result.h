// SPDX-License-Identifier: Apache-2.0
//
// What a query answers: a scalar, a string, an instant vector or a matrix, with annotations and
// statistics. Times are milliseconds since the epoch.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/label_set.h"
#include "model/sample.h"
#include "query/engine/annotations.h"
#include "query/engine/step_vector.h"

namespace sb::query {

struct ScalarValue {
  int64_t time_ms = 0;
  double value = 0;
};

struct StringValue {
  int64_t time_ms = 0;
  std::string value;
};

// One element of an instant vector: a float, or a histogram if it is set.
struct VectorElement {
  model::LabelSet labels;
  int64_t time_ms = 0;
  double value = 0;
  model::HistogramPtr histogram;
};
using InstantVector = std::vector<VectorElement>;

struct FloatPoint {
  int64_t time_ms = 0;
  double value = 0;
};
struct HistogramPoint {
  int64_t time_ms = 0;
  model::HistogramPtr histogram;
};
struct MatrixSeries {
  model::LabelSet labels;
  std::vector<FloatPoint> floats;
  std::vector<HistogramPoint> histograms;
};
using Matrix = std::vector<MatrixSeries>;

using QueryValue = std::variant<ScalarValue, StringValue, InstantVector, Matrix>;

// "scalar", "string", "vector", "matrix": the resultType of the HTTP API.
std::string_view QueryValueTypeName(const QueryValue& value);

// What the query has cost. Samples: total_queryable counts a sample at every step that uses it,
// samples_read once; the per-step lists are filled on request only.
struct QueryStats {
  int64_t total_queryable_samples = 0;
  int64_t samples_read = 0;
  int64_t peak_samples = 0;
  std::vector<int64_t> queryable_samples_per_step;
  StepGrid grid;
  int64_t preparation_ns = 0;
  int64_t evaluation_ns = 0;
  int64_t sort_ns = 0;
};

struct QueryResult {
  QueryValue value;
  Annotations annotations;
  QueryStats stats;
};

// Rows of a step vector without any point are left out. Drains `*vector`.
InstantVector ToInstantVector(StepVector* vector, int64_t time_ms);
Matrix ToMatrix(StepVector* vector, const StepGrid& grid);
void SortByLabels(Matrix* matrix);

}  // namespace sb::query
