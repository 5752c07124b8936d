// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/traceql_language.h"

#include <cmath>
#include <utility>

#include "config/duration.h"
#include "query/engine/query_context.h"
#include "query/traceql/metrics.h"
#include "query/traceql/parser.h"
#include "query/traceql/printer.h"
#include "query/traceql/value.h"

namespace sb::rules {
namespace {

constexpr int64_t kWindowMs = 5 * 60'000;
constexpr int64_t kNsPerMs = 1'000'000;

// "resource.service.name" -> "service_name".
std::string LabelName(std::string_view attribute) {
  for (const std::string_view scope : {"resource.", "span.", "event.", "link.",
                                       "instrumentation.", "."}) {
    if (attribute.starts_with(scope)) {
      attribute.remove_prefix(scope.size());
      break;
    }
  }
  std::string name;
  for (const char c : attribute) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
                      (c >= '0' && c <= '9' && !name.empty());
    name += fits ? c : '_';
  }
  return name;
}

model::LabelSet LabelsOf(const traceql::OwnedAttributes& attributes) {
  std::vector<model::Label> labels;
  std::vector<std::string> texts;  // what the labels look at
  texts.reserve(2 * attributes.size());
  for (const auto& [key, value] : attributes) {
    if (key != "__name__" && !value.is_array) {
      texts.push_back(LabelName(key));
      texts.push_back(traceql::ValueText(value.scalar.value()));
      labels.push_back({texts[texts.size() - 2], texts.back()});
    }
  }
  return model::LabelSet::FromLabels(std::move(labels));
}

class TraceqlExpression final : public Expression {
 public:
  TraceqlExpression(const store::EventReader& spans, const base::Clock& clock, std::string text,
                    std::string printed, int64_t window_ms)
      : spans_(spans),
        clock_(clock),
        text_(std::move(text)),
        printed_(std::move(printed)),
        window_ms_(window_ms) {}

  base::Result<query::InstantVector> Evaluate(store::QuerierFactory& /*metrics*/,
                                              int64_t time_ms) const override {
    query::QueryContext context(clock_, {});
    traceql::MetricsOptions options;
    options.end_ns = time_ms * kNsPerMs;
    // The start counts with an instant query, and the window is open there.
    options.start_ns = (time_ms - window_ms_) * kNsPerMs + 1;
    options.step_ns = window_ms_ * kNsPerMs;
    options.instant = true;
    SB_ASSIGN_OR_RETURN(const traceql::MetricsResult result,
                        traceql::QueryMetrics(spans_, context, text_, options));
    query::InstantVector rows;
    for (const traceql::MetricsSeries& series : result.series) {
      if (!series.values.empty() && !std::isnan(series.values.back())) {
        query::VectorElement row;
        row.labels = LabelsOf(series.labels);
        row.time_ms = time_ms;
        row.value = series.values.back();
        rows.push_back(std::move(row));
      }
    }
    return rows;
  }

  std::string Text() const override { return printed_; }

  // It reads spans, so that no rule's series can be among its inputs.
  ExpressionInputs Inputs() const override { return {.known = true, .selectors = {}}; }

 private:
  const store::EventReader& spans_;
  const base::Clock& clock_;
  const std::string text_;
  const std::string printed_;
  const int64_t window_ms_;
};

}  // namespace

base::Result<std::unique_ptr<Expression>> TraceqlLanguage::Parse(std::string_view text) const {
  SB_ASSIGN_OR_RETURN(const traceql::Query query, traceql::ParseAndValidate(text));
  if (query.metrics == nullptr) {
    return base::InvalidArgument(
        "a rule needs a metrics query, such as { status = error } | rate(); this one finds traces");
  }
  int64_t window_ms = kWindowMs;
  if (const traceql::Literal* hint = query.FindHint("window"); hint != nullptr) {
    const auto window = config::ParseDuration(traceql::ValueText(hint->value()));
    if (!window.ok() || window->Value() <= 0) {
      return base::InvalidArgument("the hint window must be a duration such as \"10m\"");
    }
    window_ms = window->Value();
  }
  return std::unique_ptr<Expression>(std::make_unique<TraceqlExpression>(
      spans_, clock_, std::string(text), traceql::Print(query), window_ms));
}

}  // namespace sb::rules
