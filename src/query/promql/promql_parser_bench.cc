// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include "query/promql/parser.h"
#include "query/promql/printer.h"

namespace sb::promql {
namespace {

constexpr const char* kQueries[] = {
    "up",
    "sum by (job, instance) (rate(http_requests_total{job=\"api\",code!~\"5..\"}[5m]))",
    "histogram_quantile(0.99, sum by (le, cluster) "
    "(rate(request_seconds_bucket{env=\"prod\"}[5m]))) "
    "> on (cluster) group_left (team) (max by (cluster, team) (slo_target_seconds) * 1.5) and on "
    "() "
    "vector(1)",
};

void BM_Parse(benchmark::State& state) {
  const std::string_view query = kQueries[state.range(0)];
  for (auto _ : state) {
    benchmark::DoNotOptimize(ParseExpr(query));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(query.size()));
}
BENCHMARK(BM_Parse)->DenseRange(0, 2);

void BM_Print(benchmark::State& state) {
  const ExprPtr expr = *ParseExpr(kQueries[state.range(0)]);
  for (auto _ : state) {
    benchmark::DoNotOptimize(Print(*expr));
  }
}
BENCHMARK(BM_Print)->DenseRange(0, 2);

}  // namespace
}  // namespace sb::promql
