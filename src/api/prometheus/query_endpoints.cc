// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "api/http/json_writer.h"
#include "api/http/parameters.h"
#include "api/prometheus/endpoints.h"
#include "api/prometheus/envelope.h"
#include "api/prometheus/query_log.h"
#include "api/prometheus/query_stats_json.h"
#include "api/prometheus/value_json.h"
#include "query/engine/query_desk.h"
#include "query/metricsql/engine.h"
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
  QueryDialect dialect = QueryDialect::kPromql;
  promql::ExprPtr expr;         // of PromQL; null in the other dialect
  int64_t instant_step_ms = 0;  // MetricsQL's windows that are left out; 0: its default
  int64_t timeout_ms = 0;       // 0: the configured one
  int64_t lookback_ms = 0;      // 0: the configured one
  uint64_t limit = 0;           // 0: all series
  bool with_stats = false;
  bool per_step_stats = false;

  promql::QueryOptions ForEngine() const {
    promql::QueryOptions options;
    options.lookback_ms = lookback_ms;
    options.per_step_stats = per_step_stats;
    return options;
  }
};

base::Status ReadDialect(const ApiContext& api, const net::UrlParams& params, QueryRequest* out) {
  out->dialect = api.options.dialect;
  if (const std::string_view name = params.Get("dialect"); !name.empty()) {
    const std::optional<QueryDialect> dialect = QueryDialectOf(name);
    if (!dialect.has_value()) {
      return BadParameter(
          "dialect", base::InvalidArgument("neither promql nor metricsql: " + std::string(name)));
    }
    out->dialect = *dialect;
  }
  if (out->dialect == QueryDialect::kMetricsql) {
    SB_ASSIGN_OR_RETURN(const auto step, DurationParameter(params, "step"));
    out->instant_step_ms = std::max<int64_t>(0, step.value_or(0));
  }
  return base::OkStatus();
}

base::Result<QueryRequest> ReadQuery(const ApiContext& api, const net::UrlParams& params) {
  QueryRequest out;
  SB_RETURN_IF_ERROR(ReadDialect(api, params, &out));
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
  if (out.dialect == QueryDialect::kMetricsql) {
    const base::Status parsed = metricsql::Engine::Check(out.text);
    return parsed.ok() ? base::Result<QueryRequest>(std::move(out))
                       : base::Result<QueryRequest>(BadParameter("query", parsed));
  }
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

// What the points of a result hold as a matrix and then as text, which is made from it.
int64_t ReplyBytes(const query::QueryValue& value) {
  constexpr int64_t kPointBytes = 16 + 2 * 28;  // a growing string may be twice its text
  constexpr int64_t kSeriesBytes = 1024;
  const auto* matrix = std::get_if<query::Matrix>(&value);
  if (matrix == nullptr) {
    const auto* vector = std::get_if<query::InstantVector>(&value);
    return vector == nullptr ? 0 : static_cast<int64_t>(vector->size()) * kSeriesBytes;
  }
  int64_t bytes = 0;
  for (const query::MatrixSeries& series : *matrix) {
    bytes += kSeriesBytes + static_cast<int64_t>(series.floats.size()) * kPointBytes;
    for (const query::HistogramPoint& point : series.histograms) {
      bytes += query::HistogramSamples(*point.histogram) * kPointBytes;
    }
  }
  return bytes;
}

std::string ResultBody(query::QueryResult* result, const QueryRequest& wanted, int64_t waited_ns) {
  Notes notes;
  notes.warnings =
      result->annotations.Texts(query::Severity::kWarning, wanted.text, kAnnotationsMax);
  notes.infos = result->annotations.Texts(query::Severity::kInfo, wanted.text, kAnnotationsMax);
  if (Truncate(&result->value, wanted.limit)) {
    notes.warnings.emplace_back(kTruncatedWarning);
  }
  const auto write = [&](JsonWriter* json) {
    json->BeginObject();
    WriteQueryValue(result->value, json);
    if (wanted.with_stats) {
      const StatsDetail detail =
          wanted.per_step_stats ? StatsDetail::kPerStep : StatsDetail::kTotals;
      json->Key("stats");
      WriteQueryStats(result->stats, waited_ns, detail, json);
    }
    json->EndObject();
  };
  return SuccessBody(write, notes);
}

query::QueryAnswer ToAnswer(net::HttpResponse response) {
  return {response.status, std::move(response.body)};
}

// A client that waits for the answer of a query.
class HttpQueryClient final : public query::QueryClient {
 public:
  explicit HttpQueryClient(std::shared_ptr<net::ResponseWriter> writer)
      : writer_(std::move(writer)) {}
  void Answer(const query::QueryAnswer& answer) override {
    writer_->Send(net::HttpResponse(answer.code, answer.body, "application/json"));
    writer_.reset();
  }
  void WhenGone(std::function<void()> gone) override { writer_->OnCancel(std::move(gone)); }

 private:
  std::shared_ptr<net::ResponseWriter> writer_;
};

// /query and /query_range from here on: what is asked, and how the engine is asked.
struct EngineCall {
  QueryRequest wanted;
  query::QueryTraits traits;
  std::string method;
};

base::Result<query::QueryResult> Evaluate(const ApiContext& api, const EngineCall& call,
                                          query::QueryContext& context) {
  const query::QueryTraits& traits = call.traits;
  if (call.wanted.dialect == QueryDialect::kMetricsql) {
    const metricsql::Engine engine({.maybe_files = api.with.maybe_files});
    if (traits.step_ms == 0) {
      return engine.Instant(context, api.with.store, call.wanted.text, traits.start_ms,
                            call.wanted.instant_step_ms, call.wanted.lookback_ms);
    }
    return engine.Range(context, api.with.store, call.wanted.text,
                        {traits.start_ms, traits.end_ms, traits.step_ms}, call.wanted.lookback_ms);
  }
  if (traits.step_ms == 0) {
    return api.with.engine.Instant(context, api.with.store, *call.wanted.expr, traits.start_ms,
                                   call.wanted.ForEngine());
  }
  return api.with.engine.Range(context, api.with.store, *call.wanted.expr,
                               {traits.start_ms, traits.end_ms, traits.step_ms},
                               call.wanted.ForEngine());
}

query::QueryAnswer RunQuery(const ApiContext& api, const EngineCall& call,
                            query::QueryContext& context, int64_t waited_ns) {
  base::Result<query::QueryResult> result = Evaluate(api, call, context);
  base::Status status = result.status();
  query::SampleLease lease;
  if (result.ok()) {
    base::Result<query::SampleLease> held = context.LeaseBytes(ReplyBytes(result->value));
    status = held.status();
    if (held.ok()) {
      lease = *std::move(held);
    }
  }
  api.with.query_log.Write({.traits = call.traits,
                            .method = call.method,
                            .maybe_stats = result.ok() ? &result->stats : nullptr,
                            .status = status,
                            .waited_ns = waited_ns});
  return status.ok() ? query::QueryAnswer{200, ResultBody(&*result, call.wanted, waited_ns)}
                     : ToAnswer(QueryErrorResponse(status));
}

// Whatever decides the bytes of the answer. Instant queries are not shared: they are cheap, and
// their times differ. Statistics are of one execution, but as good for those who share it.
std::string ShareKey(const EngineCall& call) {
  const query::QueryTraits& traits = call.traits;
  const QueryRequest& wanted = call.wanted;
  if (traits.step_ms == 0) {
    return "";
  }
  return fmt::format("{} {} {} {} {} {} {} {} {} {}", QueryDialectName(wanted.dialect),
                     traits.start_ms, traits.end_ms, traits.step_ms, wanted.timeout_ms,
                     wanted.lookback_ms, wanted.limit, wanted.with_stats, wanted.per_step_stats,
                     wanted.text);
}

void SubmitQuery(const ApiContext& api, EngineCall call, const net::HttpRequest& request,
                 net::ResponseWriter& writer) {
  call.method = request.method;
  call.traits.language = QueryDialectName(call.wanted.dialect);
  call.traits.text = call.wanted.text;
  call.traits.client = request.peer_address;
  call.traits.path = request.path;
  query::QueryOrder order;
  order.traits = call.traits;
  order.share_key = ShareKey(call);
  order.limits = QueryLimits(api, call.wanted.timeout_ms);
  const auto shared = std::make_shared<const EngineCall>(std::move(call));
  order.run = [&api, shared](query::QueryContext& context, int64_t waited_ns) {
    return RunQuery(api, *shared, context, waited_ns);
  };
  order.refuse = [](const base::Status& why) { return ToAnswer(QueryErrorResponse(why)); };
  std::shared_ptr<net::ResponseWriter> kept = writer.Detach();
  if (kept == nullptr) {
    // Asked from within this process, on a thread for queries that waits for the answer: in the
    // queue it could wait for its own thread. Limits and memory budget hold all the same.
    query::QueryContext context(api.with.clock, order.limits);
    const query::QueryAnswer answer = order.run(context, 0);
    return writer.Send(net::HttpResponse(answer.code, answer.body, "application/json"));
  }
  api.with.desk.Submit(std::move(order), std::make_shared<HttpQueryClient>(std::move(kept)));
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
  base::Result<QueryRequest> wanted = ReadQuery(api, *params);
  if (!wanted.ok()) {
    return SendError(writer, wanted.status());
  }
  EngineCall call{.wanted = *std::move(wanted), .traits = {}, .method = ""};
  call.traits.kind = "instant";
  call.traits.start_ms = *time;
  call.traits.end_ms = *time;
  SubmitQuery(api, std::move(call), request, writer);
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
  base::Result<QueryRequest> wanted = ReadQuery(api, *params);
  if (!wanted.ok()) {
    return SendError(writer, wanted.status());
  }
  EngineCall call{.wanted = *std::move(wanted), .traits = {}, .method = ""};
  call.traits.kind = "range";
  call.traits.start_ms = range->start_ms;
  call.traits.end_ms = range->end_ms;
  call.traits.step_ms = range->step_ms;
  SubmitQuery(api, std::move(call), request, writer);
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
