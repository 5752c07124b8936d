// SPDX-License-Identifier: Apache-2.0
//
// Replies of Tempo's API as JSON, in the shapes of gogo jsonpb: 64-bit integers are strings, values
// are OTLP AnyValues. Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "query/traceql/metrics.h"
#include "query/traceql/search.h"
#include "query/traceql/tags.h"

namespace sb::api::tempo {

std::string SearchJson(const traceql::SearchResult& result);
std::string TagsJson(const traceql::TagScopes& scopes);                     // v1
std::string TagScopesJson(const traceql::TagScopes& scopes);                // v2
std::string TagValuesJson(const std::vector<traceql::TagValue>& values);    // v1
std::string TagValuesV2Json(const std::vector<traceql::TagValue>& values);  // v2
std::string QueryRangeJson(const traceql::MetricsResult& result);
std::string QueryInstantJson(const traceql::MetricsResult& result);

// A trace id as search results have it: without zeros in front.
std::string ShortTraceId(std::string_view id);
// What stands for the name of a root that has not come yet.
inline constexpr std::string_view kNoRoot = "<root span not yet received>";
std::string JoinNotes(const std::vector<std::string>& messages);

}  // namespace sb::api::tempo
