// SPDX-License-Identifier: Apache-2.0
#include "alert/anomaly/band_query.h"

#include <fmt/format.h>

namespace sb::anomaly {
namespace {

constexpr int64_t kLearningStepMs = 300'000;

base::Status CheckTimes(const BandRequest& request) {
  if (request.step_ms <= 0 || request.end_ms < request.start_ms) {
    return base::InvalidArgument("the range to look at is empty");
  }
  if ((request.end_ms - request.start_ms) / request.step_ms >= kBandPointsMax) {
    return base::InvalidArgument(
        fmt::format("a band has at most {} points: take a larger step", kBandPointsMax));
  }
  return base::OkStatus();
}

BandSeries BandsOf(const query::MatrixSeries& series, const BandRequest& request) {
  BandSeries bands;
  bands.labels = series.labels.WithoutMetricName();
  SeasonalModel model(request.options);
  size_t next = 0;
  for (int64_t at = request.start_ms; at <= request.end_ms; at += request.step_ms) {
    for (; next < series.floats.size() && series.floats[next].time_ms < at; ++next) {
      model.Observe(series.floats[next].time_ms, series.floats[next].value);
    }
    if (const auto band = model.At(at)) {
      bands.points.emplace_back(at, *band);
    }
  }
  bands.hours = model.hours();
  return bands;
}

}  // namespace

base::Result<std::vector<BandSeries>> QueryBands(const base::Clock& clock,
                                                 store::QuerierFactory& store,
                                                 const promql::Engine& engine,
                                                 const BandRequest& request) {
  SB_RETURN_IF_ERROR(CheckTimes(request));
  const int64_t from = (request.start_ms / kHourMs - kHoursMax) * kHourMs;
  query::QueryContext context(clock, engine.ContextOptions());
  // Asked first: five weeks of a thousand series would be read for nothing.
  SB_ASSIGN_OR_RETURN(const query::QueryResult now,
                      engine.Instant(context, store, request.query, request.end_ms));
  const auto* rows = std::get_if<query::InstantVector>(&now.value);
  if (rows == nullptr) {
    return base::InvalidArgument("a band needs a query that gives an instant vector");
  }
  const auto check_count = [](size_t series) {
    return series <= kBandSeriesMax
               ? base::OkStatus()
               : base::InvalidArgument(
                     fmt::format("{} series: bands are made of at most {}; aggregate, or take topk",
                                 series, kBandSeriesMax));
  };
  SB_RETURN_IF_ERROR(check_count(rows->size()));
  query::QueryContext long_context(clock, engine.ContextOptions());
  SB_ASSIGN_OR_RETURN(
      const query::QueryResult history,
      engine.Range(long_context, store, request.query, {from, request.end_ms, kLearningStepMs}));
  const auto& matrix = std::get<query::Matrix>(history.value);
  SB_RETURN_IF_ERROR(check_count(matrix.size()));
  std::vector<BandSeries> all;
  for (const query::MatrixSeries& series : matrix) {
    if (BandSeries bands = BandsOf(series, request); !bands.points.empty()) {
      all.push_back(std::move(bands));
    }
  }
  return all;
}

}  // namespace sb::anomaly
