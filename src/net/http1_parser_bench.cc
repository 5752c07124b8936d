// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <string>

#include "net/http1_parser.h"
#include "net/router.h"

namespace sb::net {
namespace {

const std::string& BrowserRequest() {
  static const std::string text =
      "GET /api/v1/query_range?query=rate%28http_requests_total%5B5m%5D%29&start=1&end=2&step=15 "
      "HTTP/1.1\r\nHost: localhost:9090\r\nConnection: keep-alive\r\n"
      "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 "
      "Safari/537.36\r\n"
      "Accept: application/json\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"
      "Accept-Language: en-GB,en;q=0.9\r\nReferer: http://localhost:9090/graph\r\n"
      "Cookie: theme=dark; session=0123456789abcdef\r\n\r\n";
  return text;
}

void BM_ParseHead(benchmark::State& state) {
  Http1HeadParser parser({});
  for (auto _ : state) {
    parser.Reset();
    size_t used = 0;
    benchmark::DoNotOptimize(parser.Feed(BrowserRequest(), &used));
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * BrowserRequest().size()));
}
BENCHMARK(BM_ParseHead);

void BM_Route(benchmark::State& state) {
  Router router;
  const auto nothing = [](const HttpRequest&, ResponseWriter&) {};
  for (int i = 0; i < 100; ++i) {
    router.Handle("GET", "/api/v1/thing" + std::to_string(i) + "/{name}", nothing);
  }
  router.Handle("GET", "/api/v1/label/{name}/values", nothing);
  for (auto _ : state) {
    benchmark::DoNotOptimize(router.Find("GET", "/api/v1/label/job/values"));
  }
}
BENCHMARK(BM_Route);

}  // namespace
}  // namespace sb::net
