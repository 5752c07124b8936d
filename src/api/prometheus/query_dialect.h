// SPDX-License-Identifier: Apache-2.0
//
// The two dialects in which /query and /query_range can be asked: exact PromQL, which is the
// default, and MetricsQL, by `dialect=metricsql` in the request or query.dialect in signalbox.yaml.
// Rules, alerts and recording rules are always PromQL.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sb::api {

enum class QueryDialect : uint8_t { kPromql, kMetricsql };

inline std::string_view QueryDialectName(QueryDialect dialect) {
  return dialect == QueryDialect::kMetricsql ? "metricsql" : "promql";
}

inline std::optional<QueryDialect> QueryDialectOf(std::string_view name) {
  if (name == "promql") {
    return QueryDialect::kPromql;
  }
  return name == "metricsql" ? std::optional(QueryDialect::kMetricsql) : std::nullopt;
}

}  // namespace sb::api
