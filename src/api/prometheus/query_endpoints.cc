// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "api/http/json_writer.h"
#include "api/http/parameters.h"
#include "api/prometheus/endpoints.h"
#include "api/prometheus/envelope.h"
#include "api/prometheus/value_json.h"
#include "query/promql/ast_json.h"
#include "query/promql/engine.h"
#include "query/promql/parser.h"
#include "query/promql/printer.h"
#include "query/promql/walk.h"

namespace sb::api {

namespace {

// What /query and /query_range have in common.
struct QueryRequest {
  std::string text;
  promql::ExprPtr expr;
  int64_t timeout_ms = 0;   // 0: the configured one
  int64_t lookback_ms = 0;  // 0: the configured one
  uint64_t limit = 0;       // 0: all series
  bool with_stats = false;
  bool per_step_stats = false;

  promql::QueryOptions ForEngine() const {
    promql::QueryOptions options;
    options.lookback_ms = lookback_ms;
    options.per_step_stats = per_step_stats;
    return options;
  }
};

base::Result<QueryRequest> ReadQuery(const net::UrlParams& params) {
  QueryRequest out;
  SB_ASSIGN_OR_RETURN(const auto limit,
                      CountParameter(params, "limit", std::numeric_limits<uint32_t>::max()));
  out.limit = limit.value_or(0);
  SB_ASSIGN_OR_RETURN(const auto timeout, DurationParameter(params, "timeout"));
  out.timeout_ms = timeout.value_or(0);
  SB_ASSIGN_OR_RETURN(const auto lookback, DurationParameter(params, "lookback_delta"));
  if (lookback.has_value() && *lookback <= 0) {
    return base::InvalidArgument(
        "error parsing lookback delta duration: zero or negative duration is not accepted");
  }
  out.lookback_ms = lookback.value_or(0);
  const std::string_view stats = params.Get("stats");
  out.with_stats = !stats.empty();
  out.per_step_stats = stats == "all";
  out.text = std::string(params.Get("query"));
  base::Result<promql::ExprPtr> expr = promql::ParseExpr(out.text);
  if (!expr.ok()) {
    return BadParameter("query", expr.status());
  }
  out.expr = std::move(expr).value();
  return out;
}

struct RangeRequest {
  int64_t start_ms = 0;
  int64_t end_ms = 0;
  int64_t step_ms = 0;
};

base::Result<RangeRequest> ReadRange(const net::UrlParams& params, int64_t steps_max) {
  RangeRequest out;
  for (const auto& [name, field] : {std::pair{"start", &out.start_ms}, {"end", &out.end_ms}}) {
    const base::Result<int64_t> time = ParseTime(params.Get(name));
    if (!time.ok()) {
      return BadParameter(name, time.status());
    }
    *field = *time;
  }
  if (out.end_ms < out.start_ms) {
    return base::InvalidArgument(
        "invalid parameter \"end\": end timestamp must not be before start time");
  }
  const base::Result<int64_t> step = ParseDuration(params.Get("step"));
  if (!step.ok()) {
    return BadParameter("step", step.status());
  }
  out.step_ms = *step;
  if (out.step_ms <= 0) {
    return base::InvalidArgument(
        "invalid parameter \"step\": zero or negative query resolution step widths are not "
        "accepted. Try a positive integer");
  }
  if ((out.end_ms - out.start_ms) / out.step_ms > steps_max) {
    return base::InvalidArgument(
        "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query "
        "resolution (?step=XX)");
  }
  return out;
}

void WriteStats(const query::QueryStats& stats, bool per_step, JsonWriter* json) {
  const auto seconds = [](int64_t ns) { return static_cast<double>(ns) / 1e9; };
  json->Key("stats").BeginObject().Key("timings").BeginObject();
  json->Key("evalTotalTime")
      .Double(seconds(stats.preparation_ns + stats.evaluation_ns + stats.sort_ns));
  json->Key("resultSortTime").Double(seconds(stats.sort_ns));
  json->Key("queryPreparationTime").Double(seconds(stats.preparation_ns));
  json->Key("innerEvalTime").Double(seconds(stats.evaluation_ns));
  json->Key("execQueueTime").Double(0);
  json->Key("execTotalTime")
      .Double(seconds(stats.preparation_ns + stats.evaluation_ns + stats.sort_ns));
  json->EndObject().Key("samples").BeginObject();
  if (per_step) {
    json->Key("totalQueryableSamplesPerStep").BeginArray();
    for (size_t i = 0; i < stats.queryable_samples_per_step.size(); ++i) {
      json->BeginArray().Double(static_cast<double>(stats.grid.At(i)) / 1000);
      json->Int(stats.queryable_samples_per_step[i]).EndArray();
    }
    json->EndArray();
  }
  json->Key("totalQueryableSamples").Int(stats.total_queryable_samples);
  json->Key("samplesRead").Int(stats.samples_read);
  json->Key("peakSamples").Int(stats.peak_samples).EndObject().EndObject();
}

// Cuts the result to `limit` series; true if it was longer.
bool Truncate(query::QueryValue* value, uint64_t limit) {
  if (limit == 0) {
    return false;
  }
  if (auto* vector = std::get_if<query::InstantVector>(value);
      vector != nullptr && vector->size() > limit) {
    vector->resize(limit);
    return true;
  }
  if (auto* matrix = std::get_if<query::Matrix>(value);
      matrix != nullptr && matrix->size() > limit) {
    matrix->resize(limit);
    return true;
  }
  return false;
}

void SendResult(base::Result<query::QueryResult> result, const QueryRequest& wanted,
                net::ResponseWriter& writer) {
  if (!result.ok()) {
    return SendQueryError(writer, result.status());
  }
  Notes notes;
  notes.warnings =
      result->annotations.Texts(query::Severity::kWarning, wanted.text, kAnnotationsMax);
  notes.infos = result->annotations.Texts(query::Severity::kInfo, wanted.text, kAnnotationsMax);
  if (Truncate(&result->value, wanted.limit)) {
    notes.warnings.emplace_back(kTruncatedWarning);
  }
  JsonWriter json;
  json.BeginObject();
  WriteQueryValue(result->value, &json);
  if (wanted.with_stats) {
    WriteStats(result->stats, wanted.per_step_stats, &json);
  }
  json.EndObject();
  SendSuccess(writer, std::move(json).Take(), notes);
}

base::Result<promql::ExprPtr> ReadExpression(const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const net::UrlParams params, request.FormParams());
  base::Result<promql::ExprPtr> expr = promql::ParseExpr(params.Get("query"));
  return expr.ok() ? std::move(expr)
                   : base::Result<promql::ExprPtr>(BadParameter("query", expr.status()));
}

}  // namespace

void HandleQuery(const ApiContext& api, const net::HttpRequest& request,
                 net::ResponseWriter& writer) {
  const base::Result<net::UrlParams> params = request.FormParams();
  if (!params.ok()) {
    return SendError(writer, params.status());
  }
  const base::Result<int64_t> time = TimeParameter(*params, "time", api.with.clock.NowMs().Value());
  if (!time.ok()) {
    return SendError(writer, time.status());
  }
  base::Result<QueryRequest> wanted = ReadQuery(*params);
  if (!wanted.ok()) {
    return SendError(writer, wanted.status());
  }
  const auto context = StartQuery(api, wanted->timeout_ms, writer);
  SendResult(
      api.with.engine.Instant(*context, api.with.store, *wanted->expr, *time, wanted->ForEngine()),
      *wanted, writer);
}

void HandleQueryRange(const ApiContext& api, const net::HttpRequest& request,
                      net::ResponseWriter& writer) {
  const base::Result<net::UrlParams> params = request.FormParams();
  if (!params.ok()) {
    return SendError(writer, params.status());
  }
  const base::Result<RangeRequest> range = ReadRange(*params, api.options.steps_max);
  if (!range.ok()) {
    return SendError(writer, range.status());
  }
  base::Result<QueryRequest> wanted = ReadQuery(*params);
  if (!wanted.ok()) {
    return SendError(writer, wanted.status());
  }
  const auto context = StartQuery(api, wanted->timeout_ms, writer);
  SendResult(
      api.with.engine.Range(*context, api.with.store, *wanted->expr,
                            {range->start_ms, range->end_ms, range->step_ms}, wanted->ForEngine()),
      *wanted, writer);
}

void HandleQueryExemplars(const ApiContext& api, const net::HttpRequest& request,
                          net::ResponseWriter& writer) {
  const base::Result<net::UrlParams> params = request.FormParams();
  if (!params.ok()) {
    return SendError(writer, params.status());
  }
  const auto start = TimeParameter(*params, "start", kTimeMinMs);
  const auto end = TimeParameter(*params, "end", kTimeMaxMs);
  for (const base::Status& status : {start.status(), end.status()}) {
    if (!status.ok()) {
      return SendError(writer, status);
    }
  }
  if (*end < *start) {
    return SendError(writer, ErrorType::kBadData,
                     "end timestamp must not be before start timestamp");
  }
  const base::Result<promql::ExprPtr> expr = ReadExpression(request);
  if (!expr.ok()) {
    return SendError(writer, expr.status());
  }
  std::vector<std::vector<model::Matcher>> selectors;
  for (const promql::VectorSelector* selector : promql::Selectors(**expr)) {
    selectors.push_back(selector->matchers);
  }
  if (selectors.empty()) {
    return SendSuccess(writer, "[]");
  }
  const auto context = StartQuery(api, 0, writer);
  const auto querier =
      api.with.store.NewQuerier({base::TimestampMs(*start), base::TimestampMs(*end + 1)});
  if (!querier.ok()) {
    return SendError(writer, querier.status());
  }
  const auto exemplars = (*querier)->Exemplars(*context, selectors);
  if (!exemplars.ok()) {
    return SendQueryError(writer, exemplars.status());
  }
  JsonWriter json;
  WriteExemplars(*exemplars, &json);
  SendSuccess(writer, std::move(json).Take());
}

void HandleFormatQuery(const ApiContext& /*api*/, const net::HttpRequest& request,
                       net::ResponseWriter& writer) {
  const base::Result<promql::ExprPtr> expr = ReadExpression(request);
  if (!expr.ok()) {
    return SendError(writer, expr.status());
  }
  JsonWriter json;
  json.String(promql::PrintPretty(**expr));
  SendSuccess(writer, std::move(json).Take());
}

void HandleParseQuery(const ApiContext& /*api*/, const net::HttpRequest& request,
                      net::ResponseWriter& writer) {
  const base::Result<promql::ExprPtr> expr = ReadExpression(request);
  if (!expr.ok()) {
    return SendError(writer, expr.status());
  }
  SendSuccess(writer, promql::AstToJson(**expr));
}

}  // namespace sb::api
