// SPDX-License-Identifier: Apache-2.0
//
// query, query_range, format_query, and Signalbox' own search over all streams.
#include <fmt/format.h>

#include <algorithm>

#include "api/http/json_writer.h"
#include "api/loki/endpoints.h"
#include "api/loki/loki_json.h"
#include "model/regex_meta.h"
#include "query/logql/lexer.h"
#include "query/logql/printer.h"

namespace sb::api::loki {
namespace {

constexpr uint32_t kDefaultLimit = 100;

LabelStyle StyleOf(const net::HttpRequest& request) {
  return request.headers.HasToken(kEncodingFlagsHeader, kCategorizeLabels)
             ? LabelStyle::kCategorized
             : LabelStyle::kMerged;
}

// Runs a query that has been read and answers; measures how long it took.
class Answer {
 public:
  Answer(const LokiContext& api, const net::HttpRequest& request, net::ResponseWriter& writer)
      : api_(api),
        request_(request),
        writer_(writer),
        context_(StartQuery(api, writer)),
        start_ns_(api.with.clock.MonotonicNs()) {}

  void Logs(const logql::LogExpr& log, const logql::LogQueryOptions& options) {
    logql::ReadStats stats;
    const auto answer = api_.with.engine.Logs(*context_, api_.with.reader, log, options, &stats);
    if (!answer.ok()) {
      return SendFailure(writer_, answer.status());
    }
    SendJson(writer_, LogAnswerJson(*answer, StyleOf(request_), stats, Times()));
  }

  void Metric(const base::Result<logql::MetricAnswer>& answer) {
    if (!answer.ok()) {
      return SendFailure(writer_, answer.status());
    }
    SendJson(writer_, MetricAnswerJson(answer->value, answer->stats, Times()));
  }

  query::QueryContext& context() { return *context_; }

 private:
  StatsTimes Times() const { return {api_.with.clock.MonotonicNs() - start_ns_}; }

  const LokiContext& api_;
  const net::HttpRequest& request_;
  net::ResponseWriter& writer_;
  const std::shared_ptr<query::QueryContext> context_;
  const int64_t start_ns_;
};

base::Result<logql::LogQueryOptions> ReadLogOptions(const LokiContext& api,
                                                    const net::UrlParams& params,
                                                    const Bounds& bounds) {
  logql::LogQueryOptions options;
  options.start_ns = bounds.start_ns;
  options.end_ns = bounds.end_ns;
  SB_ASSIGN_OR_RETURN(const uint32_t limit, ReadLimit(params, "limit", kDefaultLimit));
  options.limit = std::min(limit, api.options.entries_max);
  SB_ASSIGN_OR_RETURN(options.direction, ReadDirection(params));
  SB_ASSIGN_OR_RETURN(options.interval_ns, ParseIntervalNs(params.Get("interval")));
  return options;
}

base::Status RunInstant(const LokiContext& api, const net::HttpRequest& request,
                        net::ResponseWriter& writer) {
  SB_ASSIGN_OR_RETURN(const net::UrlParams params, request.FormParams());
  SB_RETURN_IF_ERROR(ReadLimit(params, "limit", kDefaultLimit).status());
  SB_RETURN_IF_ERROR(ReadDirection(params).status());
  int64_t time_ns = NowNs(api);
  if (const std::string_view time = params.Get("time"); !time.empty()) {
    SB_ASSIGN_OR_RETURN(time_ns, ParseTimestampNs(time));
  }
  SB_ASSIGN_OR_RETURN(const logql::ExprPtr expr,
                      logql::Parse(params.Get("query"), ParseOptionsOf(params)));
  if (expr->kind == logql::ExprKind::kLog) {
    return base::InvalidArgument(
        "log queries are not supported as an instant query type, please change your query to a "
        "range query type");
  }
  Answer answer(api, request, writer);
  answer.Metric(api.with.engine.Instant(answer.context(), api.with.reader, *expr, time_ns));
  return base::OkStatus();
}

base::Status RunRange(const LokiContext& api, const net::HttpRequest& request,
                      net::ResponseWriter& writer) {
  SB_ASSIGN_OR_RETURN(const net::UrlParams params, request.FormParams());
  SB_ASSIGN_OR_RETURN(const Bounds bounds, ReadBounds(params, NowNs(api)));
  if (bounds.end_ns <= bounds.start_ns) {
    return base::InvalidArgument("end timestamp must not be before or equal to start time");
  }
  SB_ASSIGN_OR_RETURN(const logql::LogQueryOptions options, ReadLogOptions(api, params, bounds));
  SB_RETURN_IF_ERROR(ReadUint32(params, "line_limit").status());
  SB_ASSIGN_OR_RETURN(const int64_t step_ns, ReadStep(params, bounds));
  SB_ASSIGN_OR_RETURN(const logql::ExprPtr expr,
                      logql::Parse(params.Get("query"), ParseOptionsOf(params)));
  Answer answer(api, request, writer);
  if (expr->kind == logql::ExprKind::kLog) {
    answer.Logs(static_cast<const logql::LogExpr&>(*expr), options);
    return base::OkStatus();
  }
  answer.Metric(api.with.engine.Range(answer.context(), api.with.reader, *expr,
                                      {bounds.start_ns, bounds.end_ns, step_ns}));
  return base::OkStatus();
}

// Plain words: `timeout "connection refused" -debug` are lines that contain the first two and not
// the third, in any case. A text that starts with '{' is LogQL.
std::string QueryOfWords(std::string_view text) {
  std::string query = "{}";
  while (!text.empty()) {
    if (text[0] == ' ') {
      text.remove_prefix(1);
      continue;
    }
    const bool negative = text[0] == '-' && text.size() > 1;
    text.remove_prefix(negative ? 1 : 0);
    const bool quoted = text[0] == '"';
    const size_t end = text.find(quoted ? '"' : ' ', 1);
    std::string_view word = text.substr(quoted ? 1 : 0, end == std::string_view::npos
                                                            ? std::string_view::npos
                                                            : end - (quoted ? 1 : 0));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (word.empty()) {
      continue;
    }
    const std::string escaped = model::QuoteRegexMeta(word);
    query += fmt::format(" {} {}", negative ? "!~" : "|~",
                         logql::QuoteGoString(quoted ? escaped : "(?i)" + escaped));
  }
  return query;
}

base::Status RunSearch(const LokiContext& api, const net::HttpRequest& request,
                       net::ResponseWriter& writer) {
  SB_ASSIGN_OR_RETURN(const net::UrlParams params, request.FormParams());
  SB_ASSIGN_OR_RETURN(const Bounds bounds, ReadBounds(params, NowNs(api)));
  SB_ASSIGN_OR_RETURN(const logql::LogQueryOptions options, ReadLogOptions(api, params, bounds));
  const std::string_view text = params.Get("q");
  const std::string query = text.starts_with('{') ? std::string(text) : QueryOfWords(text);
  SB_ASSIGN_OR_RETURN(const auto log, logql::ParseLogQuery(query, {.allow_all_streams = true}));
  Answer(api, request, writer).Logs(*log, options);
  return base::OkStatus();
}

using Run = base::Status (*)(const LokiContext&, const net::HttpRequest&, net::ResponseWriter&);

void Serve(Run run, const LokiContext& api, const net::HttpRequest& request,
           net::ResponseWriter& writer) {
  if (const base::Status status = run(api, request, writer); !status.ok()) {
    SendFailure(writer, status);
  }
}

}  // namespace

void HandleQuery(const LokiContext& api, const net::HttpRequest& request,
                 net::ResponseWriter& writer) {
  Serve(RunInstant, api, request, writer);
}

void HandleQueryRange(const LokiContext& api, const net::HttpRequest& request,
                      net::ResponseWriter& writer) {
  Serve(RunRange, api, request, writer);
}

void HandleSearch(const LokiContext& api, const net::HttpRequest& request,
                  net::ResponseWriter& writer) {
  Serve(RunSearch, api, request, writer);
}

void HandleFormatQuery(const LokiContext& /*api*/, const net::HttpRequest& request,
                       net::ResponseWriter& writer) {
  const auto params = request.FormParams();
  const auto expr = params.ok() ? logql::Parse(params->Get("query"), ParseOptionsOf(*params))
                                : base::Result<logql::ExprPtr>(params.status());
  JsonWriter json;
  if (!expr.ok()) {
    json.BeginObject().Key("status").String("invalid-query");
    json.Key("error").String(expr.status().message()).EndObject();
    writer.Send(net::HttpResponse(400, std::move(json).Take(), "application/json"));
    return;
  }
  json.String(logql::PrintPretty(**expr));
  SendData(writer, std::move(json).Take());
}

}  // namespace sb::api::loki
