// SPDX-License-Identifier: Apache-2.0
//
// Random queries over random lines, compared with a slow and obvious evaluation: every line through
// the whole pipeline, every window from scratch. This checks what makes the engine fast: filters
// moved into the store, labels left out, lines counted into steps, early stop. The seed is printed;
// SIGNALBOX_SEED repeats a run.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/env.h"
#include "query/logql/engine.h"
#include "query/logql/parser.h"
#include "query/logql/pipeline.h"
#include "query/logql/window_functions.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::logql {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kStart = 1'700'000'000 * kSecond;

struct Row {
  std::vector<std::pair<std::string, std::string>> stream;
  std::vector<std::pair<std::string, std::string>> metadata;
  int64_t time_ns = 0;
  std::string line;
};

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  int Below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  template <typename... Text>
  std::string One(Text... options) {
    const std::vector<std::string> all = {options...};
    return all[static_cast<size_t>(Below(static_cast<int>(all.size())))];
  }

  std::vector<Row> Rows(int count) {
    std::vector<Row> rows;
    for (int i = 0; i < count; ++i) {
      Row row;
      row.stream = {{"app", One("a", "b", "c")}, {"env", One("prod", "dev")}};
      if (Below(2) == 0) {
        row.metadata.emplace_back("level", One("info", "warn", "error"));
      }
      if (Below(4) == 0) {
        row.metadata.emplace_back("env", "shadowed");  // clashes with the stream's
      }
      row.time_ns = kStart + Below(600) * kSecond + Below(3) * 500'000'000;
      const std::string level = One("info", "warn", "error");
      const int took = Below(1000);
      row.line = Below(2) == 0
                     ? fmt::format(R"({{"level":"{}","took":{},"user":"u{}","msg":"m \u0065{}"}})",
                                   level, took, Below(4), i)
                     : fmt::format("level={} took={} user=u{} n={}", level, took, Below(4), i);
      rows.push_back(std::move(row));
    }
    return rows;
  }

  std::string Stages() {
    std::string out;
    for (int n = Below(4); n > 0; --n) {
      out += " " + One(R"(|= "error")", R"(!= "user=u1")", R"(|~ "took.{1,3}[5-9]")",
                       R"x(|~ "(?i)LEVEL=(info|warn)")x", R"(|= "u1" or "u2")", R"(!~ "u[03]")",
                       R"(| env="prod")", R"(| level="error")", R"(| level=~"warn|error")",
                       R"(| level=~"er.*")", R"(| app!="a" or level="info")",
                       R"(|> "level=<_> took=<_> user=<_> n=<_>")");
    }
    out += One("", "", " | json", " | logfmt", R"( | json | logfmt)",
               R"( | regexp `level=(?P<level>\w+)`)", R"( | pattern `<_>took=<took> <_>`)");
    for (int n = Below(3); n > 0; --n) {
      out += " " + One(R"(| level="error")", R"(| user="u1" or took > 500)", "| took >= 250",
                       R"(| user=~"u[12]")", R"(| level!="info")", R"(| env_extracted="shadowed")",
                       "| drop user", R"(| label_format lvl=level)",
                       R"(| label_format who="{{.user}}!")", R"(|= "error")", "| keep app, level");
    }
    return out + R"( | __error__="")";
  }

  std::string Selector() {
    return One(R"({app=~".+"})", R"({app="a"})", R"({env!="x", app=~"a|b"})");
  }

  std::string Metric() {
    const std::string range = One("[30s]", "[1m]", "[90s] offset 30s", "[10s]");
    const std::string log = Selector() + Stages();
    std::string expr;
    if (Below(2) == 0) {
      expr = fmt::format("{}({} {})", One("count_over_time", "rate", "bytes_over_time",
                                          "bytes_rate"),
                         log, range);
    } else {
      const std::string op = One("sum_over_time", "avg_over_time", "min_over_time",
                                 "max_over_time", "quantile_over_time", "stdvar_over_time");
      const std::string by =
          op == "sum_over_time" ? "" : One("", " by (level)", " without (user, msg, n)", " by ()");
      expr = fmt::format(R"({}({}{} | unwrap took | __error__="" {}){})", op,
                         op == "quantile_over_time" ? "0.9, " : "", log, range, by);
    }
    const std::string outer = One("", "sum by (level)", "sum by (app, level)", "sum",
                                  "sum by (env_extracted)", "max by (app)", "count");
    return outer.empty() ? expr : fmt::format("{}({})", outer, expr);
  }

 private:
  std::mt19937_64 random_;
};

void Fill(const std::vector<Row>& rows, store::MemoryEventStore* events) {
  store::EventBatch batch;
  for (const Row& row : rows) {
    store::EventStreamBuilder labels;
    for (const auto& [name, value] : row.stream) {
      labels.Add(name, store::EventValue::Text(value));
    }
    batch.AddRow(batch.AddStream(labels.Build()), row.time_ns);
    batch.Set("line", store::EventValue::Text(row.line));
    for (const auto& [name, value] : row.metadata) {
      batch.Set("meta." + name, store::EventValue::Text(value));
    }
  }
  ASSERT_TRUE(events->Write(std::move(batch)).ok());
}

// Everything from the rows themselves, without any store.
class Oracle {
 public:
  explicit Oracle(const std::vector<Row>& rows) : rows_(rows) {}

  // Lines that pass, as "time labels line", by time.
  std::multimap<int64_t, std::string> Logs(const LogExpr& log) const {
    std::multimap<int64_t, std::string> out;
    Each(log, nullptr, [&out](const LogLine& line, const model::LabelSet& labels, double) {
      out.emplace(line.time_ns, labels.ToString() + " " + std::string(line.text));
    });
    return out;
  }

  // labels -> step -> value
  using Answer = std::map<std::string, std::map<int64_t, double>>;

  Answer Metric(const Expr& expr, const RangeTimes& times) const {
    Answer answer;
    for (int64_t t = times.start_ns; t <= times.end_ns; t += times.step_ns) {
      for (const auto& [labels, value] : At(expr, t)) {
        answer[labels.ToString()][t] = value;
      }
    }
    return answer;
  }

 private:
  using Vector = std::map<model::LabelSet, double>;

  template <typename Visit>
  void Each(const LogExpr& log, const Unwrap* unwrap, const Visit& visit) const {
    auto pipeline = Pipeline::Compile(log.stages);
    ASSERT_TRUE(pipeline.ok());
    std::optional<UnwrapRunner> runner;
    if (unwrap != nullptr) {
      runner.emplace(*UnwrapRunner::Compile(*unwrap));
    }
    for (const Row& row : rows_) {
      std::vector<model::Label> stream;
      for (const auto& [name, value] : row.stream) {
        stream.push_back({name, value});
      }
      bool fits = true;
      for (const model::Matcher& matcher : log.matchers) {
        std::string_view value;
        for (const model::Label& label : stream) {
          value = label.name == matcher.name() ? label.value : value;
        }
        fits = fits && matcher.Matches(value);
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
      if (fits && pipeline->Run(&line) && (!runner.has_value() || runner->Run(&line, &value))) {
        std::vector<model::Label> labels;
        line.labels.AppendSorted(&labels);
        visit(line, model::LabelSet::FromLabels(labels), value);
      }
    }
  }

  Vector At(const Expr& expr, int64_t t) const {
    if (expr.kind == ExprKind::kRange) {
      return RangeAt(static_cast<const RangeExpr&>(expr), t);
    }
    const auto& aggregate = static_cast<const AggregateExpr&>(expr);
    std::map<model::LabelSet, std::vector<double>> groups;
    for (const auto& [labels, value] : At(*aggregate.operand, t)) {
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

  Vector RangeAt(const RangeExpr& expr, int64_t t) const {
    const int64_t end = t - expr.offset_ns;
    std::map<model::LabelSet, std::vector<LineSample>> windows;
    const Unwrap* unwrap = expr.unwrap.has_value() ? &*expr.unwrap : nullptr;
    Each(*expr.log, unwrap, [&](const LogLine& line, model::LabelSet labels, double value) {
      if (line.time_ns <= end - expr.range_ns || line.time_ns > end) {
        return;
      }
      if (expr.grouping.has_value()) {
        labels = expr.grouping->without ? labels.Without(expr.grouping->labels)
                                        : labels.Keep(expr.grouping->labels);
      }
      if (unwrap != nullptr && (!expr.grouping.has_value() || expr.grouping->without)) {
        labels = labels.Without({unwrap->label});
      }
      const bool bytes = expr.op == RangeOp::kBytes || expr.op == RangeOp::kBytesRate;
      windows[labels].push_back(
          {line.time_ns, bytes ? static_cast<double>(line.text.size()) : value});
    });
    Vector out;
    for (auto& [labels, samples] : windows) {
      std::stable_sort(
          samples.begin(), samples.end(),
          [](const LineSample& a, const LineSample& b) { return a.time_ns < b.time_ns; });
      const bool per_second = expr.op == RangeOp::kRate || expr.op == RangeOp::kBytesRate;
      const bool adds = per_second || expr.op == RangeOp::kCount || expr.op == RangeOp::kBytes;
      const double value = WindowValue(adds ? RangeOp::kSum : expr.op,
                                       expr.parameter.value_or(0), expr.range_ns, end, samples);
      out[labels] = per_second ? value / (static_cast<double>(expr.range_ns) / 1e9) : value;
    }
    return out;
  }

  const std::vector<Row>& rows_;
};

bool Near(double a, double b) {
  return std::fabs(a - b) <= 1e-9 * std::max({1.0, std::fabs(a), std::fabs(b)});
}

void CheckMetric(const std::string& query, const Oracle& oracle,
                 const store::EventReader& reader) {
  const auto expr = Parse(query);
  ASSERT_TRUE(expr.ok()) << query << " " << expr.status().ToString();
  const Engine engine{EngineOptions()};
  query::QueryContext context(base::Env::Real().clock(), engine.ContextOptions());
  const RangeTimes times{kStart + 7 * kSecond, kStart + 640 * kSecond, 45 * kSecond};
  const auto got = engine.Range(context, reader, **expr, times);
  ASSERT_TRUE(got.ok()) << query << " " << got.status().ToString();
  const Oracle::Answer want = oracle.Metric(**expr, times);
  Oracle::Answer have;
  for (const query::MatrixSeries& series : std::get<query::Matrix>(got->value)) {
    for (const query::FloatPoint& point : series.floats) {
      have[series.labels.ToString()][point.time_ms * 1'000'000] = point.value;
    }
  }
  ASSERT_EQ(have.size(), want.size()) << query;
  for (const auto& [labels, points] : want) {
    ASSERT_EQ(have[labels].size(), points.size()) << query << " " << labels;
    for (const auto& [time, value] : points) {
      ASSERT_TRUE(Near(have[labels][time], value))
          << query << " " << labels << " " << time << " got " << have[labels][time] << " want "
          << value;
    }
  }
}

void CheckLogs(const std::string& query, size_t limit, Direction direction, const Oracle& oracle,
               const store::EventReader& reader) {
  const auto log = ParseLogQuery(query);
  ASSERT_TRUE(log.ok()) << query << " " << log.status().ToString();
  const Engine engine{EngineOptions()};
  query::QueryContext context(base::Env::Real().clock(), engine.ContextOptions());
  LogQueryOptions options;
  options.start_ns = kStart;
  options.end_ns = kStart + 1000 * kSecond;
  options.limit = limit;
  options.direction = direction;
  ReadStats stats;
  const auto got = engine.Logs(context, reader, **log, options, &stats);
  ASSERT_TRUE(got.ok()) << query << " " << got.status().ToString();
  const std::multimap<int64_t, std::string> all = oracle.Logs(**log);
  std::vector<int64_t> want_times;
  for (const auto& [time, text] : all) {
    want_times.push_back(time);
  }
  if (direction == Direction::kBackward) {
    std::reverse(want_times.begin(), want_times.end());
  }
  want_times.resize(std::min(want_times.size(), limit));
  std::vector<int64_t> times;
  for (const LogStreamResult& stream : got->streams) {
    for (const LogEntry& entry : stream.entries) {
      times.push_back(entry.time_ns);
      const std::string text = stream.labels.ToString() + " " + entry.line;
      bool found = false;
      for (auto [at, end] = all.equal_range(entry.time_ns); at != end; ++at) {
        found = found || at->second == text;
      }
      ASSERT_TRUE(found) << query << " " << text;
    }
  }
  std::sort(times.begin(), times.end());
  std::sort(want_times.begin(), want_times.end());
  ASSERT_EQ(times, want_times) << query;
}

TEST(LogqlOracleTest, RandomQueriesAnswerAsTheSlowEvaluation) {
  const char* text = std::getenv("SIGNALBOX_SEED");
  const uint64_t seed = text != nullptr ? std::strtoull(text, nullptr, 10) : 20261126;
  fmt::print("seed {}\n", seed);
  Generator random(seed);
  for (int round = 0; round < 3; ++round) {
    std::vector<Row> rows = random.Rows(150);
    std::set<std::string> seen;  // a store keeps equal rows once
    std::erase_if(rows, [&seen](const Row& row) {
      return !seen.insert(fmt::format("{} {} {}", row.time_ns, row.stream[0].second, row.line))
                  .second;
    });
    store::MemoryEventStore small(3);
    store::MemoryEventStore large(1000);
    Fill(rows, &small);
    Fill(rows, &large);
    const Oracle oracle(rows);
    for (int i = 0; i < 12; ++i) {
      const std::string metric = random.Metric();
      CheckMetric(metric, oracle, large);
      CheckMetric(metric, oracle, small);
      const std::string logs = random.Selector() + random.Stages();
      const auto limit = static_cast<size_t>(1 + random.Below(60));
      const Direction direction = random.Below(2) == 0 ? Direction::kForward
                                                       : Direction::kBackward;
      CheckLogs(logs, limit, direction, oracle, large);
      CheckLogs(logs, limit, direction, oracle, small);
      if (testing::Test::HasFatalFailure()) {
        return;
      }
    }
  }
}

}  // namespace
}  // namespace sb::logql
