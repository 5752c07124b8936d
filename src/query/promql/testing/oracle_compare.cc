// SPDX-License-Identifier: Apache-2.0
#include "query/promql/testing/oracle_compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/env.h"
#include "model/histogram_buckets.h"
#include "model/histogram_layout.h"
#include "query/promql/parser.h"
#include "query/promql/printer.h"
#include "query/promql/testing/oracle.h"
#include "query/promql/walk.h"

namespace sb::promql {
namespace {

using model::Histogram;

bool SameFloat(double a, double b) {
  if (std::isnan(a) && std::isnan(b)) {
    return model::IsStaleNan(a) == model::IsStaleNan(b);
  }
  return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}

bool SameSide(const std::vector<model::HistogramSpan>& spans_a, const std::vector<double>& a,
              const std::vector<model::HistogramSpan>& spans_b, const std::vector<double>& b) {
  model::BucketList x = model::Unroll(spans_a, a);
  model::BucketList y = model::Unroll(spans_b, b);
  model::DropEmpty(&x);
  model::DropEmpty(&y);
  return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](const auto& p, const auto& q) {
    return p.index == q.index && SameFloat(p.count, q.count);
  });
}

bool SameHistogram(const Histogram& a, const Histogram& b) {
  return a.schema == b.schema && a.custom_values == b.custom_values &&
         a.counter_reset_hint == b.counter_reset_hint &&
         SameFloat(a.zero_threshold, b.zero_threshold) && SameFloat(a.zero_count, b.zero_count) &&
         SameFloat(a.count, b.count) && SameFloat(a.sum, b.sum) &&
         SameSide(a.positive_spans, a.positive_buckets, b.positive_spans, b.positive_buckets) &&
         SameSide(a.negative_spans, a.negative_buckets, b.negative_spans, b.negative_buckets);
}

std::string Show(const Histogram& h) {
  return fmt::format("hint {} schema {} zero {} {}", static_cast<int>(h.counter_reset_hint),
                     h.schema, h.zero_threshold, model::ToString(h));
}

std::string CompareFloats(double engine, double oracle) {
  return SameFloat(engine, oracle) ? "" : fmt::format("engine {}, oracle {}", engine, oracle);
}

std::string CompareHistograms(const Histogram& engine, const Histogram& oracle) {
  return SameHistogram(engine, oracle)
             ? ""
             : fmt::format("engine {}, oracle {}", Show(engine), Show(oracle));
}

std::string CompareSeries(const query::MatrixSeries& engine, const query::MatrixSeries& oracle) {
  if (engine.floats.size() != oracle.floats.size() ||
      engine.histograms.size() != oracle.histograms.size()) {
    return fmt::format("engine {} floats and {} histograms, oracle {} and {}", engine.floats.size(),
                       engine.histograms.size(), oracle.floats.size(), oracle.histograms.size());
  }
  for (size_t i = 0; i < engine.floats.size(); ++i) {
    if (engine.floats[i].time_ms != oracle.floats[i].time_ms) {
      return fmt::format("time: engine {}, oracle {}", engine.floats[i].time_ms,
                         oracle.floats[i].time_ms);
    }
    const std::string problem = CompareFloats(engine.floats[i].value, oracle.floats[i].value);
    if (!problem.empty()) {
      return fmt::format("at {}: {}", engine.floats[i].time_ms, problem);
    }
  }
  for (size_t i = 0; i < engine.histograms.size(); ++i) {
    if (engine.histograms[i].time_ms != oracle.histograms[i].time_ms) {
      return fmt::format("time: engine {}, oracle {}", engine.histograms[i].time_ms,
                         oracle.histograms[i].time_ms);
    }
    const std::string problem =
        CompareHistograms(*engine.histograms[i].histogram, *oracle.histograms[i].histogram);
    if (!problem.empty()) {
      return fmt::format("at {}: {}", engine.histograms[i].time_ms, problem);
    }
  }
  return "";
}

std::string CompareMatrices(const query::Matrix& engine, const query::Matrix& oracle) {
  for (size_t i = 0; i < std::max(engine.size(), oracle.size()); ++i) {
    if (i >= oracle.size() || (i < engine.size() && engine[i].labels < oracle[i].labels)) {
      return "only the engine has " + engine[i].labels.ToString();
    }
    if (i >= engine.size() || oracle[i].labels < engine[i].labels) {
      return "only the oracle has " + oracle[i].labels.ToString();
    }
    const std::string problem = CompareSeries(engine[i], oracle[i]);
    if (!problem.empty()) {
      return engine[i].labels.ToString() + " " + problem;
    }
  }
  return "";
}

std::string CompareVectors(query::InstantVector engine, query::InstantVector oracle, bool sorted) {
  auto as_matrix = [](const query::InstantVector& vector) {
    query::Matrix out;
    for (const query::VectorElement& e : vector) {
      query::MatrixSeries& series = out.emplace_back();
      series.labels = e.labels;
      if (e.histogram != nullptr) {
        series.histograms.push_back({e.time_ms, e.histogram});
      } else {
        series.floats.push_back({e.time_ms, e.value});
      }
    }
    return out;
  };
  query::Matrix a = as_matrix(engine);
  query::Matrix b = as_matrix(oracle);
  if (!sorted) {
    query::SortByLabels(&a);
    query::SortByLabels(&b);
    return CompareMatrices(a, b);
  }
  if (a.size() != b.size()) {
    return fmt::format("engine {} elements, oracle {}", a.size(), b.size());
  }
  for (size_t i = 0; i < a.size(); ++i) {
    const std::string problem = a[i].labels == b[i].labels ? CompareSeries(a[i], b[i]) : "order";
    if (!problem.empty()) {
      return fmt::format("element {}, engine {}, oracle {}: {}", i, a[i].labels.ToString(),
                         b[i].labels.ToString(), problem);
    }
  }
  return "";
}

std::string CompareValues(const query::QueryValue& engine, const query::QueryValue& oracle,
                          bool sorted) {
  if (engine.index() != oracle.index()) {
    return fmt::format("engine {}, oracle {}", query::QueryValueTypeName(engine),
                       query::QueryValueTypeName(oracle));
  }
  if (const auto* scalar = std::get_if<query::ScalarValue>(&engine)) {
    return CompareFloats(scalar->value, std::get<query::ScalarValue>(oracle).value);
  }
  if (const auto* string = std::get_if<query::StringValue>(&engine)) {
    return string->value == std::get<query::StringValue>(oracle).value ? "" : "another string";
  }
  if (const auto* matrix = std::get_if<query::Matrix>(&engine)) {
    return CompareMatrices(*matrix, std::get<query::Matrix>(oracle));
  }
  return CompareVectors(std::get<query::InstantVector>(engine),
                        std::get<query::InstantVector>(oracle), sorted);
}

bool IsSort(const Expr& expr) {
  const auto* call = TryAs<Call>(&Unwrapped(expr));
  return call != nullptr && call->function->name.starts_with("sort");
}

// Where only count and sum of histograms are asked for, the reference reads only these, and says of
// each whether there was a reset before it: then the bounds of buckets cannot be found to differ,
// but resets that are known can be found in conflict.
bool ReadsNoBuckets(std::string_view query) {
  return query.find("histogram_count") != std::string_view::npos ||
         query.find("histogram_sum") != std::string_view::npos ||
         query.find("histogram_avg") != std::string_view::npos;
}

std::string CompareNotes(const query::QueryResult& engine, const OracleAnswer& oracle,
                         std::string_view query) {
  auto warnings = engine.annotations.Texts(query::Severity::kWarning, query);
  auto oracle_warnings = oracle.warnings;
  auto infos = engine.annotations.Texts(query::Severity::kInfo, query);
  auto oracle_infos = oracle.infos;
  if (ReadsNoBuckets(query)) {
    auto about_bounds = [](const std::string& text) {
      return text.find("reconciled") != std::string::npos;
    };
    std::erase_if(infos, about_bounds);
    std::erase_if(oracle_infos, about_bounds);
    auto about_resets = [](const std::string& text) {
      return text.find("conflicting counter resets") != std::string::npos ||
             text.find("reset collision") != std::string::npos;
    };
    std::erase_if(warnings, about_resets);
    std::erase_if(oracle_warnings, about_resets);
  }
  if (warnings.size() == oracle_warnings.size() && infos.size() == oracle_infos.size()) {
    return "";
  }
  return fmt::format("engine warns [{}] and informs [{}], oracle [{}] and [{}]",
                     fmt::join(warnings, "; "), fmt::join(infos, "; "),
                     fmt::join(oracle.warnings, "; "), fmt::join(oracle.infos, "; "));
}

}  // namespace

std::string CompareWithOracle(TestStore& store, const RandomQuery& query) {
  const auto expr = ParseExpr(query.text);
  if (!expr.ok()) {
    return "does not parse: " + expr.status().ToString();
  }
  const Engine engine(query.options);
  query::QueryContext context(base::Env::Real().clock(), engine.ContextOptions());
  const Oracle oracle(store, query.options);
  const bool instant = query.times.step_ms == 0;
  const auto result = instant ? engine.Instant(context, store, query.text, query.times.start_ms)
                              : engine.Range(context, store, query.text, query.times);
  const OracleAnswer answer =
      instant ? oracle.Instant(**expr, query.times.start_ms) : oracle.Range(**expr, query.times);
  if (!result.ok()) {
    if (result.status().code() == base::StatusCode::kInternal) {
      return "engine: " + result.status().ToString();
    }
    return answer.failure.empty() ? "only the engine fails: " + result.status().ToString() : "";
  }
  if (!answer.failure.empty()) {
    return "only the oracle fails: " + answer.failure;
  }
  const std::string problem = CompareValues(result->value, answer.value, IsSort(**expr));
  return problem.empty() ? CompareNotes(*result, answer, query.text) : problem;
}

namespace {

// Every place in a tree where an expression may be replaced, parents first.
void CollectSlots(ExprPtr* slot, std::vector<ExprPtr*>* out) {
  if (*slot == nullptr) {
    return;
  }
  out->push_back(slot);
  Expr& expr = **slot;
  switch (expr.kind) {
    case ExprKind::kAggregate:
      CollectSlots(&As<AggregateExpr>(expr).expr, out);
      CollectSlots(&As<AggregateExpr>(expr).param, out);
      return;
    case ExprKind::kBinary:
      CollectSlots(&As<BinaryExpr>(expr).lhs, out);
      CollectSlots(&As<BinaryExpr>(expr).rhs, out);
      return;
    case ExprKind::kCall:
      for (ExprPtr& arg : As<Call>(expr).args) {
        CollectSlots(&arg, out);
      }
      return;
    case ExprKind::kSubquery:
      return CollectSlots(&As<SubqueryExpr>(expr).expr, out);
    case ExprKind::kParen:
      return CollectSlots(&As<ParenExpr>(expr).expr, out);
    case ExprKind::kUnary:
      return CollectSlots(&As<UnaryExpr>(expr).expr, out);
    default:
      return;
  }
}

std::vector<ExprPtr*> Slots(ExprPtr* root) {
  std::vector<ExprPtr*> out;
  CollectSlots(root, &out);
  return out;
}

// Simplifications of one node that keep its operands. False if there is no such one.
bool Simplify(size_t which, Expr* expr) {
  if (auto* aggregate = TryAs<AggregateExpr>(expr)) {
    if (which < aggregate->grouping.size()) {
      aggregate->grouping.erase(aggregate->grouping.begin() + static_cast<ptrdiff_t>(which));
      return true;
    }
    return false;
  }
  TimeModifiers* time = nullptr;
  if (auto* selector = TryAs<VectorSelector>(expr)) {
    if (which >= 2 && which - 2 < selector->matchers.size() && selector->matchers.size() > 1 &&
        selector->matchers[which - 2].name() != model::kMetricName) {
      selector->matchers.erase(selector->matchers.begin() + static_cast<ptrdiff_t>(which - 2));
      return true;
    }
    time = &selector->time;
  } else if (auto* matrix = TryAs<MatrixSelector>(expr)) {
    return Simplify(which, matrix->selector.get());
  } else if (auto* subquery = TryAs<SubqueryExpr>(expr)) {
    time = &subquery->time;
  }
  if (time == nullptr) {
    return false;
  }
  if (which == 0 && (time->original_offset_ms != 0 || time->offset_expr != nullptr)) {
    time->original_offset_ms = 0;
    time->offset_expr = nullptr;
    return true;
  }
  if (which == 1 && (time->at_ms.has_value() || time->at_anchor != AtAnchor::kNone)) {
    time->at_ms.reset();
    time->at_anchor = AtAnchor::kNone;
    return true;
  }
  return false;
}

bool StillDiffers(TestStore& store, const RandomQuery& query, RandomQuery* smaller) {
  return smaller->text.size() < query.text.size() && ParseExpr(smaller->text).ok() &&
         !CompareWithOracle(store, *smaller).empty();
}

// The first smaller query that still differs.
bool ShrinkOnce(TestStore& store, RandomQuery* query) {
  ExprPtr root = std::move(*ParseExpr(query->text));
  const size_t count = Slots(&root).size();
  for (size_t i = 0; i < count; ++i) {
    // By a part of it.
    ExprPtr whole = Clone(**Slots(&root)[i]);
    const std::vector<ExprPtr*> parts = Slots(&whole);
    for (size_t p = 1; p < parts.size(); ++p) {
      if ((*parts[p])->type() != whole->type()) {
        continue;
      }
      ExprPtr copy = Clone(*root);
      *Slots(&copy)[i] = Clone(**parts[p]);
      RandomQuery smaller = *query;
      smaller.text = Print(*copy);
      if (StillDiffers(store, *query, &smaller)) {
        *query = std::move(smaller);
        return true;
      }
    }
    constexpr size_t kSimplifications = 8;
    for (size_t which = 0; which < kSimplifications; ++which) {
      ExprPtr copy = Clone(*root);
      RandomQuery smaller = *query;
      if (!Simplify(which, Slots(&copy)[i]->get())) {
        continue;
      }
      smaller.text = Print(*copy);
      if (StillDiffers(store, *query, &smaller)) {
        *query = std::move(smaller);
        return true;
      }
    }
  }
  return false;
}

}  // namespace

RandomQuery ShrinkQuery(TestStore& store, const RandomQuery& query) {
  RandomQuery out = query;
  while (ShrinkOnce(store, &out)) {
  }
  // Fewer steps, too.
  while (out.times.step_ms != 0 && out.times.end_ms >= out.times.start_ms + out.times.step_ms) {
    RandomQuery smaller = out;
    smaller.times.end_ms -= out.times.step_ms;
    if (CompareWithOracle(store, smaller).empty()) {
      smaller = out;
      smaller.times.start_ms += out.times.step_ms;
      if (CompareWithOracle(store, smaller).empty()) {
        break;
      }
    }
    out = smaller;
  }
  return out;
}

}  // namespace sb::promql
