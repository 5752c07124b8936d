// SPDX-License-Identifier: Apache-2.0
#include "query/logql/testing/slow_oracle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/env.h"
#include "query/logql/parser.h"
#include "query/logql/window_functions.h"

namespace sb::logql {
namespace {

bool Near(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::fabs(a - b) <= 1e-9 * std::max({1.0, std::fabs(a), std::fabs(b)});
}

bool StreamFits(const LogExpr& log, const std::vector<model::Label>& stream) {
  return std::all_of(log.matchers.begin(), log.matchers.end(), [&](const model::Matcher& matcher) {
    std::string_view value;
    for (const model::Label& label : stream) {
      value = label.name == matcher.name() ? label.value : value;
    }
    return matcher.Matches(value);
  });
}

const RangeExpr& RangeOf(const Expr& expr) {
  return expr.kind == ExprKind::kRange ? static_cast<const RangeExpr&>(expr)
                                       : RangeOf(*static_cast<const AggregateExpr&>(expr).operand);
}

}  // namespace

std::vector<SlowOracle::Sample> SlowOracle::Samples(const LogExpr& log,
                                                    const Unwrap* unwrap) const {
  std::vector<Sample> samples;
  auto pipeline = Pipeline::Compile(log.stages);
  EXPECT_TRUE(pipeline.ok()) << pipeline.status().ToString();
  std::optional<UnwrapRunner> runner;
  if (unwrap != nullptr) {
    runner.emplace(*UnwrapRunner::Compile(*unwrap));
  }
  for (const LogRow& row : rows_) {
    std::vector<model::Label> stream;
    for (const auto& [name, value] : row.stream) {
      stream.push_back({name, value});
    }
    LogLine line;
    line.labels.SetStream(&stream);
    line.labels.StartLine();
    line.text = row.line;
    line.time_ns = row.time_ns;
    for (const auto& [name, value] : row.metadata) {
      line.labels.AddMetadata(name, value);
    }
    double value = 1;
    if (StreamFits(log, stream) && pipeline->Run(&line) &&
        (!runner.has_value() || runner->Run(&line, &value))) {
      std::vector<model::Label> labels;
      line.labels.AppendSorted(&labels);
      samples.push_back(
          {line.time_ns, model::LabelSet::FromLabels(labels), std::string(line.text), value});
    }
  }
  return samples;
}

SlowOracle::Answer SlowOracle::Metric(const Expr& expr, const RangeTimes& times) const {
  const RangeExpr& range = RangeOf(expr);
  const std::vector<Sample> samples =
      Samples(*range.log, range.unwrap.has_value() ? &*range.unwrap : nullptr);
  Answer answer;
  for (int64_t t = times.start_ns; t <= times.end_ns; t += times.step_ns) {
    for (const auto& [labels, value] : At(expr, samples, t)) {
      answer[labels.ToString()][t] = value;
    }
  }
  return answer;
}

SlowOracle::Vector SlowOracle::At(const Expr& expr, const std::vector<Sample>& samples,
                                  int64_t t) const {
  if (expr.kind == ExprKind::kRange) {
    return RangeAt(static_cast<const RangeExpr&>(expr), samples, t);
  }
  const auto& aggregate = static_cast<const AggregateExpr&>(expr);
  std::map<model::LabelSet, std::vector<double>> groups;
  for (const auto& [labels, value] : At(*aggregate.operand, samples, t)) {
    const model::LabelSet group = aggregate.grouping.has_value()
                                      ? labels.Keep(aggregate.grouping->labels)
                                      : model::LabelSet();
    groups[group].push_back(value);
  }
  Vector out;
  for (const auto& [labels, values] : groups) {
    double sum = 0;
    double most = values[0];
    for (const double value : values) {
      sum += value;
      most = std::max(most, value);
    }
    out[labels] = aggregate.op == AggregateOp::kSum   ? sum
                  : aggregate.op == AggregateOp::kMax ? most
                                                      : static_cast<double>(values.size());
  }
  return out;
}

SlowOracle::Vector SlowOracle::RangeAt(const RangeExpr& expr, const std::vector<Sample>& samples,
                                       int64_t t) {
  const int64_t end = t - expr.offset_ns;
  const bool bytes = expr.op == RangeOp::kBytes || expr.op == RangeOp::kBytesRate;
  std::map<model::LabelSet, std::vector<LineSample>> windows;
  for (const Sample& sample : samples) {
    if (sample.time_ns <= end - expr.range_ns || sample.time_ns > end) {
      continue;
    }
    model::LabelSet labels = sample.labels;
    if (expr.grouping.has_value()) {
      labels = expr.grouping->without ? labels.Without(expr.grouping->labels)
                                      : labels.Keep(expr.grouping->labels);
    }
    if (expr.unwrap.has_value() && (!expr.grouping.has_value() || expr.grouping->without)) {
      labels = labels.Without({expr.unwrap->label});
    }
    windows[labels].push_back(
        {sample.time_ns, bytes ? static_cast<double>(sample.line.size()) : sample.value});
  }
  Vector out;
  for (auto& [labels, window] : windows) {
    std::stable_sort(window.begin(), window.end(), [](const LineSample& a, const LineSample& b) {
      return a.time_ns < b.time_ns;
    });
    const bool per_second = expr.op == RangeOp::kRate || expr.op == RangeOp::kBytesRate;
    const bool adds = per_second || expr.op == RangeOp::kCount || expr.op == RangeOp::kBytes;
    const double value = WindowValue(adds ? RangeOp::kSum : expr.op, expr.parameter.value_or(0),
                                     expr.range_ns, end, window);
    out[labels] = per_second ? value / (static_cast<double>(expr.range_ns) / 1e9) : value;
  }
  return out;
}

void SlowOracle::CheckMetric(const std::string& query, const store::EventReader& reader,
                             const RangeTimes& times) const {
  const auto expr = Parse(query);
  ASSERT_TRUE(expr.ok()) << query << " " << expr.status().ToString();
  const Engine engine{EngineOptions()};
  query::QueryContext context(base::Env::Real().clock(), engine.ContextOptions());
  const auto got = engine.Range(context, reader, **expr, times);
  ASSERT_TRUE(got.ok()) << query << " " << got.status().ToString();
  const Answer want = Metric(**expr, times);
  Answer have;
  for (const query::MatrixSeries& series : std::get<query::Matrix>(got->value)) {
    for (const query::FloatPoint& point : series.floats) {
      have[series.labels.ToString()][point.time_ms * 1'000'000] = point.value;
    }
  }
  for (const auto& [labels, points] : have) {
    ASSERT_TRUE(want.contains(labels)) << query << " answers for " << labels;
  }
  for (const auto& [labels, points] : want) {
    ASSERT_EQ(have[labels].size(), points.size()) << query << " " << labels;
    for (const auto& [time, value] : points) {
      ASSERT_TRUE(Near(have[labels][time], value))
          << query << " " << labels << " " << time << " got " << have[labels][time] << " want "
          << value;
    }
  }
}

void SlowOracle::CheckLogs(const std::string& query, size_t limit, Direction direction,
                           store::EventRange range, const store::EventReader& reader) const {
  const auto log = ParseLogQuery(query);
  ASSERT_TRUE(log.ok()) << query << " " << log.status().ToString();
  const Engine engine{EngineOptions()};
  query::QueryContext context(base::Env::Real().clock(), engine.ContextOptions());
  LogQueryOptions options;
  options.start_ns = range.start_ns;
  options.end_ns = range.end_ns;
  options.limit = limit;
  options.direction = direction;
  ReadStats stats;
  const auto got = engine.Logs(context, reader, **log, options, &stats);
  ASSERT_TRUE(got.ok()) << query << " " << got.status().ToString();
  std::multimap<int64_t, std::string> all;  // "labels line", by time
  std::vector<int64_t> want_times;
  for (const Sample& sample : Samples(**log, nullptr)) {
    if (range.Contains(sample.time_ns)) {
      all.emplace(sample.time_ns, sample.labels.ToString() + " " + sample.line);
      want_times.push_back(sample.time_ns);
    }
  }
  std::sort(want_times.begin(), want_times.end());
  if (direction == Direction::kBackward) {
    std::reverse(want_times.begin(), want_times.end());
  }
  want_times.resize(std::min(want_times.size(), limit));
  std::vector<int64_t> times;
  for (const LogStreamResult& stream : got->streams) {
    for (const LogEntry& entry : stream.entries) {
      times.push_back(entry.time_ns);
      const std::string text = stream.labels.ToString() + " " + entry.line;
      auto [at, end] = all.equal_range(entry.time_ns);
      at = std::find_if(at, end, [&text](const auto& one) { return one.second == text; });
      ASSERT_NE(at, end) << query << " " << text;
      all.erase(at);  // so that no line can be answered twice
    }
  }
  std::sort(times.begin(), times.end());
  std::sort(want_times.begin(), want_times.end());
  ASSERT_EQ(times, want_times) << query;
}

}  // namespace sb::logql
