// SPDX-License-Identifier: Apache-2.0
#include "query/promql/testing/oracle.h"

#include <map>

#include "base/check.h"
#include "query/promql/testing/oracle_evaluation.h"
#include "query/promql/walk.h"

namespace sb::promql {
namespace oracle {

using model::Sample;

namespace {

// Series of points, ordered by labels.
query::Matrix ToMatrix(const Steps& steps, const Grid& grid) {
  std::map<model::LabelSet, query::MatrixSeries> series;
  for (size_t i = 0; i < steps.size(); ++i) {
    for (const Element& e : steps[i]) {
      query::MatrixSeries& s = series[e.labels];
      s.labels = e.labels;
      if (e.histogram != nullptr) {
        s.histograms.push_back({grid.At(i), e.histogram});
      } else {
        s.floats.push_back({grid.At(i), e.value});
      }
    }
  }
  query::Matrix out;
  for (auto& [labels, s] : series) {
    out.push_back(std::move(s));
  }
  return out;
}

// A range vector of one step. Two samples of equal labels at one time are a failure.
query::Matrix ToMatrix(const std::vector<Window>& windows) {
  std::map<model::LabelSet, std::map<int64_t, Sample>> series;
  for (const Window& window : windows) {
    const model::LabelSet labels = window.drop_name ? DropMetadata(window.labels) : window.labels;
    for (const Sample& sample : window.samples) {
      if (!series[labels].emplace(sample.time_ms, sample).second) {
        throw Failure{"same labels twice: " + labels.ToString()};
      }
    }
  }
  query::Matrix out;
  for (const auto& [labels, samples] : series) {
    query::MatrixSeries& s = out.emplace_back();
    s.labels = labels;
    for (const auto& [time_ms, sample] : samples) {
      if (sample.histogram != nullptr) {
        s.histograms.push_back({time_ms, sample.histogram});
      } else {
        s.floats.push_back({time_ms, sample.value});
      }
    }
  }
  return out;
}

}  // namespace

query::QueryValue Evaluation::Run(const Expr& expr) {
  CheckDurations(expr);
  const bool instant = times_.step_ms == 0;
  const Grid grid = Grid::Between(times_.start_ms, times_.end_ms, instant ? 1 : times_.step_ms);
  if (expr.type() == ValueType::kString) {
    return query::StringValue{times_.start_ms, As<StringLiteral>(Unwrapped(expr)).value};
  }
  if (expr.type() == ValueType::kScalar) {
    const std::vector<double> values = EvalScalar(expr, grid);
    if (instant) {
      return query::ScalarValue{times_.start_ms, values[0]};
    }
    query::Matrix out(1);
    for (size_t i = 0; i < grid.count; ++i) {
      out[0].floats.push_back({grid.At(i), values[i]});
    }
    return out;
  }
  if (expr.type() == ValueType::kMatrix) {
    std::vector<Window> windows = EvalRange(Unwrapped(expr), grid)[0];
    for (Window& window : windows) {
      if (window.extension != Extension::kNone) {
        ExtendPoints(&window);
      }
    }
    std::erase_if(windows, [](const Window& window) { return window.samples.empty(); });
    return ToMatrix(windows);
  }
  const Steps steps = FinishNames(EvalVector(expr, grid));
  if (!instant) {
    return ToMatrix(steps, grid);
  }
  query::InstantVector out;
  for (const Element& e : steps[0]) {
    out.push_back({e.labels, times_.start_ms, e.value, e.histogram});
  }
  return out;
}

namespace {

class AnyTime : public store::ReadContext {
 public:
  base::Status CheckAlive() const override { return base::OkStatus(); }
};

std::vector<StoredSeries> ReadAll(store::QuerierFactory& store) {
  constexpr int64_t kFar = int64_t{1} << 52;
  const base::TimeRange range{base::TimestampMs(-kFar), base::TimestampMs(kFar)};
  const auto querier = store.NewQuerier(range);
  SB_CHECK(querier.ok());
  store::SelectHints hints;
  hints.range = range;
  const AnyTime context;
  auto all = (*querier)->Select(context, hints, {});
  SB_CHECK(all.ok());
  std::vector<StoredSeries> out;
  for (auto& series : *all) {
    model::SampleColumns columns;
    SB_CHECK(series->Read(range, &columns).ok());
    StoredSeries& stored = out.emplace_back();
    stored.labels = series->labels();
    for (size_t i = 0; i < columns.size(); ++i) {
      stored.samples.push_back(columns.At(i));
    }
  }
  return out;
}

OracleAnswer Answer(store::QuerierFactory& store, const EngineOptions& options, const Expr& expr,
                    const Times& times) {
  const std::vector<StoredSeries> series = ReadAll(store);
  Evaluation evaluation(series, options, times);
  OracleAnswer out;
  try {
    out.value = evaluation.Run(expr);
  } catch (const Failure& failure) {
    out.failure = failure.what;
  }
  out.warnings = evaluation.notes().warnings;
  out.infos = evaluation.notes().infos;
  return out;
}

}  // namespace
}  // namespace oracle

OracleAnswer Oracle::Instant(const Expr& expr, int64_t time_ms) const {
  return oracle::Answer(store_, options_, expr, {time_ms, time_ms, 0});
}

OracleAnswer Oracle::Range(const Expr& expr, const RangeTimes& times) const {
  return oracle::Answer(store_, options_, expr, {times.start_ms, times.end_ms, times.step_ms});
}

}  // namespace sb::promql
