// SPDX-License-Identifier: Apache-2.0
//
// Search, by TraceQL or by the tags of older clients.
#include <algorithm>
#include <array>

#include "api/tempo/endpoints.h"
#include "api/tempo/request_parameters.h"
#include "api/tempo/tempo_json.h"

namespace sb::api::tempo {
namespace {

constexpr std::array<std::string_view, 12> kKnownParameters = {
    "q",     "tags", "minDuration", "maxDuration", "limit", "spss",
    "start", "end",  "mode",        "blockID",     "query", "recent"};

}  // namespace

base::Result<SearchRequest> ReadSearch(const net::UrlParams& params) {
  SearchRequest out;
  SB_ASSIGN_OR_RETURN(out.options.range, Range(params));
  SB_ASSIGN_OR_RETURN(const auto limit, Count(params, "limit"));
  if (limit == uint64_t{0}) {
    return base::InvalidArgument("invalid limit: must be a positive number");
  }
  out.options.limit = std::min<uint64_t>(limit.value_or(20), kSearchLimitMax);
  SB_ASSIGN_OR_RETURN(const auto spss, Count(params, "spss"));
  out.options.spans_per_spanset = std::min<uint64_t>(spss.value_or(3), kSpansPerSpansetMax);
  SB_ASSIGN_OR_RETURN(const auto min_duration, DurationNs(params, "minDuration"));
  SB_ASSIGN_OR_RETURN(const auto max_duration, DurationNs(params, "maxDuration"));
  out.query = std::string(params.Get("q"));
  SB_ASSIGN_OR_RETURN(auto tags, ParseLogfmt(params.Get("tags")));
  if (!out.query.empty()) {
    if (!tags.empty()) {
      return base::InvalidArgument("invalid request: can't specify tags and q in the same query");
    }
    return out;
  }
  for (const auto& [name, value] : params) {
    if (std::find(kKnownParameters.begin(), kKnownParameters.end(), name) ==
        kKnownParameters.end()) {
      tags.emplace_back(name, value);
    }
  }
  out.query = QueryOfTags(tags, min_duration, max_duration);
  return out;
}

void HandleSearch(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  if (!in.query_error.ok()) {
    return SendError(in.query_error, out);
  }
  const base::Result<SearchRequest> request = ReadSearch(in.query);
  if (!request.ok()) {
    return SendError(request.status(), out);
  }
  const auto context = StartQuery(api, out);
  const base::Result<traceql::SearchResult> result =
      traceql::Search(api.with.spans, *context, request->query, request->options);
  if (!result.ok()) {
    return SendError(result.status(), out);
  }
  SendJson(SearchJson(*result), result->notes, out);
}

}  // namespace sb::api::tempo
