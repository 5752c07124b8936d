// SPDX-License-Identifier: Apache-2.0
//
// What the parts of the oracle (oracle.h) work on. An instant vector is a list of elements, a range
// vector a list of windows; both are values of one step. A failing query throws Failure, which the
// oracle catches.
#pragma once

#include <array>
#include <set>
#include <string>
#include <vector>

#include "model/histogram.h"
#include "model/label_set.h"
#include "model/sample.h"
#include "query/engine/step_vector.h"
#include "query/promql/ast.h"

namespace sb::promql::oracle {

struct Failure {
  std::string what;
};

struct Notes {
  std::set<std::string> warnings;
  std::set<std::string> infos;
  void Warn(std::string key) { warnings.insert(std::move(key)); }
  void Inform(std::string key) { infos.insert(std::move(key)); }
};

// Where an element stands: first by the series it comes from, then by what it was combined with. An
// operator numbers its rows anew over all steps of the query, so that a step's order does not
// depend on which series happen to have a value at it.
using RowKey = std::array<size_t, 3>;
inline constexpr size_t kLastRow = static_cast<size_t>(-1);

// A float, or a histogram if there is one.
struct Element {
  model::LabelSet labels;
  double value = 0;
  model::HistogramPtr histogram;
  RowKey row = {0, 0, 0};
  bool drop_name = false;  // with delayed name removal: the name goes at the end
};
using Vector = std::vector<Element>;

enum class Extension { kNone, kAnchored, kSmoothed };

// The samples of one series with start < time <= end, in time order, without stale markers; with an
// extension also those of the look-back before, and for smoothed after the range.
struct Window {
  model::LabelSet labels;
  std::vector<model::Sample> samples;
  int64_t start_ms = 0;
  int64_t end_ms = 0;
  int64_t eval_ms = 0;
  RowKey row = {0, 0, 0};
  bool drop_name = false;
  Extension extension = Extension::kNone;

  std::vector<model::Sample> Floats() const;
  std::vector<model::Sample> Histograms() const;
  std::string Name() const { return std::string(labels.metric_name()); }
};

// One entry per step.
using Steps = std::vector<Vector>;
using RangeSteps = std::vector<std::vector<Window>>;
using Grid = query::StepGrid;

// Numbers the rows of all steps anew by their keys and puts each step into that order. If `merge`,
// elements with equal labels are one row, and two of them at one step are a failure.
void OrderRows(Steps* steps, bool merge);

model::LabelSet DropMetadata(const model::LabelSet& labels);
// What `on (…)`, `ignoring (…)`, `by (…)` and `without (…)` leave of labels.
model::LabelSet GroupLabels(const model::LabelSet& labels, const std::vector<std::string>& names,
                            bool only_these);

// Arithmetic as the language defines it.
double GoMaximum(double a, double b);
double GoMinimum(double a, double b);
struct Kahan {
  double sum = 0;
  double compensation = 0;
  void Add(double v);
};
double Sum(const std::vector<double>& values);
double Mean(const std::vector<double>& values);
double Quantile(double q, std::vector<double> values);
std::string Text(double v);  // equal for equal doubles, for keys of annotations
// The fewest digits that give the number back: never with an exponent, and with one below 1e-4 and
// from 1e6 on.
std::string PlainNumber(double v);
std::string ShortNumber(double v);

// Sum or mean of histograms. Null if they cannot be combined; `*combined` says how many were.
struct HistogramTotal {
  model::HistogramPtr value;
  size_t combined = 0;
  bool bounds_reconciled = false;
  bool reset_collision = false;
};
HistogramTotal Total(const std::vector<model::HistogramPtr>& histograms, bool mean);

// oracle_range.cc: a function over one window; false if there is no result.
struct RangeArguments {
  FunctionId function = FunctionId::kRate;
  int64_t range_ms = 0;
  std::vector<double> scalars;
  bool use_start_times = false;
};
bool ApplyRangeFunction(const RangeArguments& arguments, const Window& window, Notes* notes,
                        double* value, model::HistogramPtr* histogram);

// oracle_extended.cc: rate, increase and delta of an extended window.
bool ExtendedRate(const RangeArguments& arguments, const Window& window, Notes* notes,
                  double* value, model::HistogramPtr* histogram);
// resets and changes of an anchored window: leaves the samples to compare; false if there is
// nothing to measure.
bool AnchorTransitions(Window* window);
// The points of a plain `x[5m] anchored` or `smoothed`.
void ExtendPoints(Window* window);
// A smoothed instant selector; false if there is no result.
bool SmoothAt(const Window& around, int64_t time_ms, Notes* notes, Element* out);

// oracle_histogram.cc
double QuantileOfNative(double q, const model::Histogram& h, const std::string& metric,
                        Notes* notes);
double FractionOfNative(double lower, double upper, const model::Histogram& h,
                        const std::string& metric, Notes* notes);
double VarianceOfNative(const model::Histogram& h);
struct CumulativeBucket {
  double upper = 0;
  double count = 0;
};
double QuantileOfClassic(double q, std::vector<CumulativeBucket> buckets, bool* forced);
double FractionOfClassic(double lower, double upper, std::vector<CumulativeBucket> buckets);

// oracle_vector.cc: one step each.
bool CombineFloats(BinaryOp op, double lhs, double rhs, double* out);
Vector CombineVectors(const BinaryExpr& expr, const Vector& lhs, const Vector& rhs, bool delayed,
                      Notes* notes);
Vector CombineSets(const BinaryExpr& expr, const Vector& lhs, const Vector& rhs);
Vector CombineWithScalar(const BinaryExpr& expr, const Vector& vector, double scalar,
                         bool scalar_left, bool delayed, Notes* notes);

// oracle_aggregate.cc: one step.
Vector Aggregate(const AggregateExpr& expr, const Vector& input, double param, Notes* notes);
// Whole-query rules for the parameter. False if the aggregation has no result at any step.
bool CheckParameter(const AggregateExpr& expr, const std::vector<double>& param, Notes* notes);

// oracle_functions.cc: functions of one float.
bool ApplyFloatFunction(FunctionId id, double v, double* out);
bool ApplyDateFunction(FunctionId id, double seconds, double* out);

}  // namespace sb::promql::oracle
