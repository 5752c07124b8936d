// SPDX-License-Identifier: Apache-2.0
//
// /tail: the newest lines, then live, over a WebSocket.
#include <algorithm>

#include "api/loki/endpoints.h"
#include "api/loki/tail_session.h"

namespace sb::api::loki {
namespace {

constexpr uint32_t kDelaySecondsMax = 5;
constexpr uint32_t kDefaultLimit = 100;

// The last lines before now, oldest first as a tail reads.
base::Result<logql::LogAnswer> Backlog(const LokiContext& api, query::QueryContext& context,
                                       const logql::LogExpr& log, int64_t start_ns,
                                       uint32_t limit) {
  logql::LogQueryOptions options;
  options.start_ns = start_ns;
  options.end_ns = NowNs(api) + 1;
  options.limit = std::min<uint32_t>(limit, 5000);
  logql::ReadStats stats;
  SB_ASSIGN_OR_RETURN(logql::LogAnswer answer,
                      api.with.engine.Logs(context, api.with.reader, log, options, &stats));
  for (logql::LogStreamResult& stream : answer.streams) {
    std::reverse(stream.entries.begin(), stream.entries.end());
  }
  return answer;
}

base::Status StartTail(const LokiContext& api, const net::HttpRequest& request,
                       net::ResponseWriter& writer) {
  SB_ASSIGN_OR_RETURN(const net::UrlParams params, request.FormParams());
  SB_ASSIGN_OR_RETURN(const auto delay, ReadUint32(params, "delay_for"));
  if (delay.value_or(0) > kDelaySecondsMax) {
    return base::InvalidArgument("delay_for can't be greater than 5");
  }
  SB_ASSIGN_OR_RETURN(const uint32_t limit, ReadLimit(params, "limit", kDefaultLimit));
  SB_ASSIGN_OR_RETURN(const auto log,
                      logql::ParseLogQuery(params.Get("query"), ParseOptionsOf(params)));
  SB_RETURN_IF_ERROR(logql::CheckStages(*log));
  int64_t start_ns = NowNs(api) - int64_t{3600} * 1'000'000'000;
  if (const std::string_view start = params.Get("start"); !start.empty()) {
    SB_ASSIGN_OR_RETURN(start_ns, ParseTimestampNs(start));
  }
  const bool categorized =
      request.headers.HasToken(kEncodingFlagsHeader, kCategorizeLabels) ||
      params.Get("encoding_flags") == kCategorizeLabels;
  query::QueryContext context(api.with.clock, api.with.engine.ContextOptions());
  auto copy = logql::ParseLogQuery(params.Get("query"), ParseOptionsOf(params));
  SB_RETURN_IF_ERROR(copy.status());
  const auto session = std::make_shared<TailSession>(
      *std::move(copy), categorized ? LabelStyle::kCategorized : LabelStyle::kMerged,
      &api.with.tail_pool);
  SB_RETURN_IF_ERROR(session->Prepare(NowNs(api)));
  // Before the backlog is read: what is written meanwhile must not fall between.
  session->Subscribe(api.with.reader);
  SB_ASSIGN_OR_RETURN(const logql::LogAnswer backlog,
                      Backlog(api, context, *log, start_ns, limit));
  net::WebSocketOptions options;
  options.ping_interval_ms = 10'000;
  net::WebSocketCallbacks callbacks;
  callbacks.on_close = [session](net::WebSocket&, uint16_t, std::string_view) { session->Stop(); };
  SB_ASSIGN_OR_RETURN(std::shared_ptr<net::WebSocket> socket,
                      writer.AcceptWebSocket(options, std::move(callbacks)));
  session->Start(std::move(socket), backlog);
  return base::OkStatus();
}

}  // namespace

void HandleTail(const LokiContext& api, const net::HttpRequest& request,
                net::ResponseWriter& writer) {
  if (const base::Status status = StartTail(api, request, writer); !status.ok()) {
    SendFailure(writer, status);
  }
}

}  // namespace sb::api::loki
