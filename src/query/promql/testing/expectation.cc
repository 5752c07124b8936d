// SPDX-License-Identifier: Apache-2.0
#include "query/promql/testing/expectation.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "model/histogram_buckets.h"
#include "model/histogram_layout.h"

namespace sb::promql {
namespace {

using model::Histogram;

bool SameSide(const std::vector<model::HistogramSpan>& spans_a, const std::vector<double>& a,
              const std::vector<model::HistogramSpan>& spans_b, const std::vector<double>& b) {
  model::BucketList x = model::Unroll(spans_a, a);
  model::BucketList y = model::Unroll(spans_b, b);
  model::DropEmpty(&x);
  model::DropEmpty(&y);
  return std::equal(x.begin(), x.end(), y.begin(), y.end(),
                    [](const model::IndexedBucket& p, const model::IndexedBucket& q) {
                      return p.index == q.index && AlmostEqual(p.count, q.count);
                    });
}

bool SameHistogram(const SequenceValue& expected, const Histogram& b) {
  const Histogram& a = *expected.histogram;
  if (expected.counter_reset_hint_set && a.counter_reset_hint != b.counter_reset_hint) {
    return false;
  }
  return a.schema == b.schema && a.zero_threshold == b.zero_threshold &&
         a.custom_values == b.custom_values && AlmostEqual(a.count, b.count) &&
         AlmostEqual(a.sum, b.sum) && AlmostEqual(a.zero_count, b.zero_count) &&
         SameSide(a.positive_spans, a.positive_buckets, b.positive_spans, b.positive_buckets) &&
         SameSide(a.negative_spans, a.negative_buckets, b.negative_spans, b.negative_buckets);
}

std::string Describe(const SequenceValue& v) {
  if (v.histogram == nullptr) {
    return fmt::format("{}", v.value);
  }
  return fmt::format("hint {} schema {} {}", static_cast<int>(v.histogram->counter_reset_hint),
                     v.histogram->schema, model::ToString(*v.histogram));
}

SequenceValue Point(double value, model::HistogramPtr histogram) {
  SequenceValue out;
  out.value = value;
  out.histogram = std::move(histogram);
  return out;
}

std::string CheckPoint(const model::LabelSet& labels, const SequenceValue& expected,
                       const SequenceValue& actual) {
  const bool kinds = (expected.histogram == nullptr) == (actual.histogram == nullptr);
  const bool same =
      kinds && (expected.histogram == nullptr ? AlmostEqual(expected.value, actual.value)
                                              : SameHistogram(expected, *actual.histogram));
  return same ? ""
              : fmt::format("{}: expected {}, got {}", labels.ToString(), Describe(expected),
                            Describe(actual));
}

std::string CheckVector(const EvalCommand& eval, const query::InstantVector& vector) {
  std::map<model::LabelSet, size_t> expected;
  for (size_t i = 0; i < eval.series.size(); ++i) {
    expected[eval.series[i].labels] = i;
  }
  std::vector<bool> seen(eval.series.size(), false);
  for (size_t i = 0; i < vector.size(); ++i) {
    const query::VectorElement& element = vector[i];
    const auto at = expected.find(element.labels);
    if (at == expected.end()) {
      return "unexpected series " + element.labels.ToString();
    }
    if (seen[at->second]) {
      return "series twice: " + element.labels.ToString();
    }
    if (eval.ordered && at->second != i) {
      return fmt::format("{} stands at {}, expected {}", element.labels.ToString(), i, at->second);
    }
    seen[at->second] = true;
    const EvalCommand::Series& wanted = eval.series[at->second];
    if (wanted.values.size() != 1) {
      return "expectation has not one value: " + element.labels.ToString();
    }
    const std::string problem =
        CheckPoint(element.labels, wanted.values[0], Point(element.value, element.histogram));
    if (!problem.empty()) {
      return problem;
    }
  }
  for (size_t i = 0; i < seen.size(); ++i) {
    if (!seen[i]) {
      return "missing series " + eval.series[i].labels.ToString();
    }
  }
  return "";
}

std::map<int64_t, SequenceValue> PointsByTime(const query::MatrixSeries& series) {
  std::map<int64_t, SequenceValue> out;
  for (const query::FloatPoint& p : series.floats) {
    out[p.time_ms] = Point(p.value, nullptr);
  }
  for (const query::HistogramPoint& p : series.histograms) {
    out[p.time_ms] = Point(0, p.histogram);
  }
  return out;
}

std::string CheckSeries(const EvalCommand::Series& wanted, const query::MatrixSeries& series,
                        int64_t start_ms, int64_t step_ms) {
  std::map<int64_t, SequenceValue> actual = PointsByTime(series);
  for (size_t i = 0; i < wanted.values.size(); ++i) {
    if (wanted.values[i].omitted) {
      continue;
    }
    const int64_t t = start_ms + static_cast<int64_t>(i) * step_ms;
    const auto at = actual.find(t);
    if (at == actual.end()) {
      return fmt::format("{}: no point at {}", series.labels.ToString(), t);
    }
    const std::string problem = CheckPoint(series.labels, wanted.values[i], at->second);
    if (!problem.empty()) {
      return fmt::format("at {}: {}", t, problem);
    }
    actual.erase(at);
  }
  if (!actual.empty()) {
    return fmt::format("{}: unexpected point {} at {}", series.labels.ToString(),
                       Describe(actual.begin()->second), actual.begin()->first);
  }
  return "";
}

std::string CheckMatrix(const EvalCommand& eval, const query::Matrix& matrix) {
  const int64_t start = eval.range_vector.has_value() ? eval.range_vector->start_ms : eval.start_ms;
  const int64_t step = eval.range_vector.has_value() ? eval.range_vector->step_ms : eval.step_ms;
  std::map<model::LabelSet, const EvalCommand::Series*> expected;
  for (const EvalCommand::Series& series : eval.series) {
    expected[series.labels] = &series;
  }
  for (const query::MatrixSeries& series : matrix) {
    const auto at = expected.find(series.labels);
    if (at == expected.end()) {
      return "unexpected series " + series.labels.ToString();
    }
    const std::string problem = CheckSeries(*at->second, series, start, step);
    if (!problem.empty()) {
      return problem;
    }
    expected.erase(at);
  }
  for (const auto& [labels, series] : expected) {
    const bool any = std::any_of(series->values.begin(), series->values.end(),
                                 [](const SequenceValue& v) { return !v.omitted; });
    if (any) {
      return "missing series " + labels.ToString();
    }
  }
  return CheckSorted(matrix);
}

bool Fits(const MessageExpectation& expectation, const std::string& text) {
  switch (expectation.kind) {
    case MessageExpectation::Kind::kAny:
      return true;
    case MessageExpectation::Kind::kText:
      return text == expectation.text;
    case MessageExpectation::Kind::kRegex:
      return RE2::PartialMatch(text, expectation.text);
  }
  return false;
}

std::string CheckAnnotations(const std::vector<MessageExpectation>& expected, bool none,
                             const std::vector<std::string>& texts, std::string_view level) {
  if (none && !texts.empty()) {
    return fmt::format("unexpected {}: {}", level, texts[0]);
  }
  if (expected.empty()) {
    return "";
  }
  if (texts.empty()) {
    return fmt::format("no {}", level);
  }
  for (const MessageExpectation& e : expected) {
    if (std::none_of(texts.begin(), texts.end(), [&](const auto& t) { return Fits(e, t); })) {
      return fmt::format("no {} fits {:?}, got {:?}", level, e.text, texts[0]);
    }
  }
  for (const std::string& text : texts) {
    if (std::none_of(expected.begin(), expected.end(),
                     [&](const auto& e) { return Fits(e, text); })) {
      return fmt::format("unexpected {}: {}", level, text);
    }
  }
  return "";
}

std::string CheckValue(const EvalCommand& eval, const query::QueryValue& value) {
  if (eval.string_result.has_value()) {
    const auto* string = std::get_if<query::StringValue>(&value);
    return string != nullptr && string->value == *eval.string_result ? "" : "not that string";
  }
  if (eval.scalar_result.has_value()) {
    const auto* scalar = std::get_if<query::ScalarValue>(&value);
    if (scalar == nullptr) {
      return "not a scalar";
    }
    return AlmostEqual(scalar->value, *eval.scalar_result)
               ? ""
               : fmt::format("expected {}, got {}", *eval.scalar_result, scalar->value);
  }
  if (const auto* matrix = std::get_if<query::Matrix>(&value)) {
    return eval.range || eval.range_vector.has_value() ? CheckMatrix(eval, *matrix)
                                                       : "unexpected matrix";
  }
  const auto* vector = std::get_if<query::InstantVector>(&value);
  return vector != nullptr ? CheckVector(eval, *vector) : "not a vector";
}

}  // namespace

bool AlmostEqual(double a, double b) {
  if (model::IsStaleNan(a) || model::IsStaleNan(b)) {
    return model::IsStaleNan(a) && model::IsStaleNan(b);
  }
  if (std::isnan(a) && std::isnan(b)) {
    return true;
  }
  if (a == b) {
    return true;
  }
  constexpr double kTolerance = 1e-6;
  constexpr double kMinNormal = 2.2250738585072014e-308;
  const double sum = std::fabs(a) + std::fabs(b);
  const double difference = std::fabs(a - b);
  if (a == 0 || b == 0 || sum < kMinNormal) {
    return difference < kTolerance * kMinNormal;
  }
  return difference / std::min(sum, std::numeric_limits<double>::max()) < kTolerance;
}

std::string CheckSorted(const query::Matrix& matrix) {
  for (size_t i = 1; i < matrix.size(); ++i) {
    if (!(matrix[i - 1].labels < matrix[i].labels)) {
      return "result is not sorted by labels";
    }
  }
  return "";
}

std::string CheckResult(const EvalCommand& eval, const base::Result<query::QueryResult>& result,
                        std::string_view query) {
  if (eval.fail.has_value()) {
    if (result.ok()) {
      return "should have failed";
    }
    const std::string message(result.status().message());
    return Fits(*eval.fail, message) ? "" : "failed with: " + message;
  }
  if (!result.ok()) {
    return "failed: " + result.status().ToString();
  }
  std::string problem =
      CheckAnnotations(eval.warn, eval.no_warn,
                       result->annotations.Texts(query::Severity::kWarning, query), "warning");
  if (problem.empty()) {
    problem = CheckAnnotations(eval.info, eval.no_info,
                               result->annotations.Texts(query::Severity::kInfo, query), "info");
  }
  return problem.empty() ? CheckValue(eval, result->value) : problem;
}

std::string CheckPoints(const EvalCommand& eval, const query::Matrix& matrix, int64_t time_ms) {
  query::InstantVector vector;
  for (const query::MatrixSeries& series : matrix) {
    const std::map<int64_t, SequenceValue> points = PointsByTime(series);
    const auto at = points.find(time_ms);
    if (at != points.end()) {
      vector.push_back({series.labels, time_ms, at->second.value, at->second.histogram});
    }
  }
  if (eval.scalar_result.has_value()) {
    if (vector.size() != 1) {
      return "not one series";
    }
    return AlmostEqual(vector[0].value, *eval.scalar_result) ? "" : "another scalar";
  }
  return CheckVector(eval, vector);
}

}  // namespace sb::promql
