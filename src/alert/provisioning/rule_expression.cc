// SPDX-License-Identifier: Apache-2.0
//
// A Grafana rule as an expression of the rule engine: queries, then expressions in the order of
// their references, then the elements for which the condition is not zero.
#include <algorithm>
#include <cmath>
#include <set>

#include "alert/provisioning/grafana_rule.h"
#include "alert/provisioning/math_expression.h"
#include "alert/provisioning/node_read.h"
#include "alert/provisioning/pipeline.h"
#include "alert/rules/alerting_rule.h"
#include "config/duration.h"
#include "query/promql/parser.h"

namespace sb::provisioning {
namespace {

using config::Node;

constexpr int64_t kScrapeMs = 15'000;

std::string Replaced(std::string text, std::string_view what, const std::string& by) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
  return text;
}

// A query of the metrics store.
struct MetricQuery {
  std::string ref;
  promql::ExprPtr expr;
  std::string text;
  bool instant = true;
  int64_t from_ms = 0;
  int64_t to_ms = 0;
  int64_t step_ms = kScrapeMs;
};

struct Step {
  std::string ref;
  std::string type;
  std::string input;
  config::NodePtr model;
  std::shared_ptr<const MathExpression> math;
};

base::Result<MetricQuery> ReadMetricQuery(const GrafanaQuery& query) {
  MetricQuery out;
  out.ref = query.ref;
  out.from_ms = query.from_s * 1000;
  out.to_ms = query.to_s * 1000;
  const bool instant = TextAt(*query.model, "instant") == "true";
  out.instant = instant && TextAt(*query.model, "range") != "true";
  out.step_ms = std::max(IntAt(*query.model, "intervalMs", 1000), kScrapeMs);
  const int64_t points = std::max<int64_t>(1, IntAt(*query.model, "maxDataPoints", 43'200));
  out.step_ms = std::max(out.step_ms, (out.from_ms - out.to_ms) / points);
  const std::string rate =
      config::FormatDuration(base::DurationMs(std::max(out.step_ms + kScrapeMs, 4 * kScrapeMs)));
  const std::string step = config::FormatDuration(base::DurationMs(out.step_ms));
  std::string text = TextAt(*query.model, "expr");
  for (const auto& [name, value] :
       {std::pair("$__rate_interval", rate), std::pair("${__rate_interval}", rate),
        std::pair("$__interval", step), std::pair("${__interval}", step)}) {
    text = Replaced(std::move(text), name, value);
  }
  SB_ASSIGN_OR_RETURN(out.expr, promql::ParseExpr(text));
  out.text = text;
  return out;
}

base::Result<Step> ReadStep(const GrafanaQuery& query) {
  Step step;
  step.ref = query.ref;
  step.model = query.model;
  step.type = TextAt(*query.model, "type");
  step.input = TextAt(*query.model, "expression");
  if (step.input.starts_with("$")) {
    step.input.erase(0, 1);
  }
  static constexpr std::string_view kTypes[] = {"reduce", "resample", "threshold",
                                                "classic_conditions", "math"};
  if (std::find(std::begin(kTypes), std::end(kTypes), step.type) == std::end(kTypes)) {
    return base::InvalidArgument("unknown type of expression: " + step.type);
  }
  if (step.type == "math") {
    SB_ASSIGN_OR_RETURN(step.math, MathExpression::Parse(TextAt(*query.model, "expression")));
  }
  return step;
}

class GrafanaExpression final : public rules::Expression {
 public:
  GrafanaExpression(const GrafanaRule& rule, const promql::Engine& engine, const base::Clock& clock)
      : rule_(rule), engine_(engine), clock_(clock) {}

  base::Status Prepare() {
    for (const GrafanaQuery& query : rule_.queries) {
      if (query.datasource == "__expr__" || query.datasource == "-100") {
        SB_ASSIGN_OR_RETURN(Step step, ReadStep(query));
        steps_.push_back(std::move(step));
      } else {
        auto metric = ReadMetricQuery(query);
        if (!metric.ok()) {
          return metric.status().WithPrefix("query " + query.ref + " of rule " + rule_.title);
        }
        queries_.push_back(*std::move(metric));
      }
    }
    return base::OkStatus();
  }

  base::Result<query::InstantVector> Evaluate(store::QuerierFactory& metrics,
                                              int64_t time_ms) const override {
    FramesByRef frames;
    base::Status status = RunQueries(metrics, time_ms, &frames);
    if (status.ok()) {
      const bool empty = std::all_of(queries_.begin(), queries_.end(),
                                     [&](const auto& query) { return frames[query.ref].empty(); });
      if (!queries_.empty() && empty) {
        return Special(rule_.no_data, "DatasourceNoData", time_ms);
      }
      status = RunSteps(&frames);
    }
    if (!status.ok()) {
      if (rule_.on_error == OutcomeState::kOk) {
        return query::InstantVector();
      }
      return Special(rule_.on_error, "DatasourceError", time_ms);
    }
    query::InstantVector rows;
    for (const Frame& frame : frames[rule_.condition]) {
      if (frame.is_series) {
        return base::InvalidArgument("the condition must give numbers: " + rule_.condition);
      }
      if (frame.value != 0 && !std::isnan(frame.value)) {
        rows.push_back({frame.labels, time_ms, frame.shown, nullptr});
      }
    }
    return rows;
  }

  std::string Text() const override {
    return queries_.empty() ? rule_.condition : queries_.front().text;
  }
  rules::ExpressionInputs Inputs() const override { return {}; }

 private:
  query::InstantVector Special(OutcomeState state, const char* name, int64_t time_ms) const {
    if (state == OutcomeState::kOk) {
      return {};
    }
    model::LabelSetBuilder labels;
    if (state == OutcomeState::kState) {
      labels.Set(rules::kOwnAlertName, name);
      labels.Set("rulename", rule_.title);
      labels.Set("ref_id", queries_.empty() ? rule_.condition : queries_.front().ref);
    }
    return {{labels.Build(), time_ms, 0, nullptr}};
  }

  base::Status RunQueries(store::QuerierFactory& metrics, int64_t time_ms,
                          FramesByRef* frames) const {
    for (const MetricQuery& query : queries_) {
      query::QueryContext context(clock_, engine_.ContextOptions());
      auto result =
          query.instant
              ? engine_.Instant(context, metrics, *query.expr, time_ms - query.to_ms)
              : engine_.Range(context, metrics, *query.expr,
                              {time_ms - query.from_ms, time_ms - query.to_ms, query.step_ms});
      SB_RETURN_IF_ERROR(result.status());
      Frames& out = (*frames)[query.ref];
      if (auto* matrix = std::get_if<query::Matrix>(&result->value)) {
        for (const query::MatrixSeries& series : *matrix) {
          Frame frame;
          frame.labels = series.labels;
          frame.is_series = true;
          for (const query::FloatPoint& point : series.floats) {
            frame.points.emplace_back(point.time_ms, point.value);
          }
          out.push_back(std::move(frame));
        }
        continue;
      }
      if (const auto* scalar = std::get_if<query::ScalarValue>(&result->value)) {
        Frame frame;
        frame.value = frame.shown = scalar->value;
        out.push_back(std::move(frame));
      } else if (const auto* vector = std::get_if<query::InstantVector>(&result->value)) {
        for (const query::VectorElement& element : *vector) {
          Frame frame;
          frame.labels = element.labels;
          frame.value = frame.shown = element.value;
          out.push_back(std::move(frame));
        }
      }
    }
    return base::OkStatus();
  }

  // Expressions may stand in any order: each waits for what it refers to.
  base::Status RunSteps(FramesByRef* frames) const {
    std::vector<const Step*> left;
    for (const Step& step : steps_) {
      left.push_back(&step);
    }
    base::Status first_error;
    while (!left.empty()) {
      const size_t before = left.size();
      for (auto at = left.begin(); at != left.end();) {
        const Step& step = **at;
        auto result = RunStep(step, *frames);
        if (result.ok()) {
          (*frames)[step.ref] = *std::move(result);
          at = left.erase(at);
        } else {
          first_error = result.status();
          ++at;
        }
      }
      if (left.size() == before) {
        return first_error;
      }
    }
    return base::OkStatus();
  }

  static base::Result<Frames> RunStep(const Step& step, const FramesByRef& frames) {
    if (step.math != nullptr) {
      return step.math->Evaluate(frames);
    }
    if (step.type == "classic_conditions") {
      return RunClassic(*step.model, frames);
    }
    const auto input = frames.find(step.input);
    if (input == frames.end()) {
      return base::InvalidArgument("expression " + step.ref +
                                   " refers to an unknown query: " + step.input);
    }
    return step.type == "reduce"     ? RunReduce(*step.model, input->second)
           : step.type == "resample" ? RunResample(*step.model, input->second)
                                     : RunThreshold(*step.model, input->second);
  }

  const GrafanaRule rule_;
  const promql::Engine& engine_;
  const base::Clock& clock_;
  std::vector<MetricQuery> queries_;
  std::vector<Step> steps_;
};

}  // namespace

base::Result<std::unique_ptr<rules::Expression>> CompileRule(const GrafanaRule& rule,
                                                             const promql::Engine& engine,
                                                             const base::Clock& clock) {
  auto expression = std::make_unique<GrafanaExpression>(rule, engine, clock);
  SB_RETURN_IF_ERROR(expression->Prepare());
  return std::unique_ptr<rules::Expression>(std::move(expression));
}

}  // namespace sb::provisioning
