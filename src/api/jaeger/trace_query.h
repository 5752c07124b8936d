// SPDX-License-Identifier: Apache-2.0
//
// A search as Jaeger's APIs ask for it, and its answer. One span must meet service, operation,
// duration and every tag; a tag may stand in the span, its resource, scope, events or links, and
// its value is compared as text, whatever its type. Most recent traces first.
//
//   TraceQuery query{.service = "cart", .tags = {{"http.status_code", "500"}}};
//   SB_ASSIGN_OR_RETURN(auto ids, FindTraceIds(reader, context, query));
//
// Threads: functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "query/traceql/search.h"
#include "store/interface/event_store.h"

namespace sb::api::jaeger {

struct TraceQuery {
  std::string service;
  std::string operation;
  std::vector<std::pair<std::string, std::string>> tags;
  int64_t start_ns = INT64_MIN;
  int64_t end_ns = INT64_MAX;  // inclusive
  int64_t duration_min_ns = 0;
  int64_t duration_max_ns = 0;  // 0: no limit
  size_t limit = 100;
};

// The same search in TraceQL.
std::string ToTraceql(const TraceQuery& query);
base::Result<traceql::SearchResult> FindSummaries(const store::EventReader& reader,
                                                  const store::ReadContext& context,
                                                  const TraceQuery& query);
// 16-byte ids.
base::Result<std::vector<std::string>> FindTraceIds(const store::EventReader& reader,
                                                    const store::ReadContext& context,
                                                    const TraceQuery& query);
// Encoded TracesData each, in the order of `ids`; unknown ones are left out.
base::Result<std::vector<std::string>> FetchInOrder(const store::EventReader& reader,
                                                    const store::ReadContext& context,
                                                    const std::vector<std::string>& ids);

struct Operation {
  std::string name;
  std::string kind;  // "server", …; "" if unspecified
  friend auto operator<=>(const Operation&, const Operation&) = default;
};
// Operations of a service seen in its newest spans, sorted; `kind` "" means all.
base::Result<std::vector<Operation>> FindOperations(const store::EventReader& reader,
                                                    const store::ReadContext& context,
                                                    const std::string& service,
                                                    const std::string& kind);
base::Result<std::vector<std::string>> FindServices(const store::EventReader& reader,
                                                    const store::ReadContext& context);

struct Dependency {
  std::string parent;
  std::string child;
  uint64_t calls = 0;
};
// How often spans of one service were children of spans of another, both within [start, end).
base::Result<std::vector<Dependency>> FindDependencies(const store::EventReader& reader,
                                                       const store::ReadContext& context,
                                                       store::EventRange range);

}  // namespace sb::api::jaeger
