// SPDX-License-Identifier: Apache-2.0
//
// Requests over loopback against the real server. The peers run in threads of this process and
// speak through raw sockets; `server_us` is the CPU time of the loops and the pool alone, per
// request.
#include <benchmark/benchmark.h>
#include <pthread.h>

#include <ctime>
#include <memory>
#include <string>

#include "base/task_runner.h"
#include "net/http_server.h"
#include "net/testing/test_server.h"

namespace sb::net {
namespace {

int64_t CpuNs(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

Router MakeRouter() {
  Router router;
  const auto answer = [](const HttpRequest& request, ResponseWriter& writer) {
    writer.Send(request.method == "GET" ? HttpResponse(200, "ok", "text/plain")
                                        : HttpResponse(204));
  };
  router.Handle("GET", "/pool", answer);
  router.Handle("POST", "/pool", answer);
  router.Handle("GET", "/loop", answer, {.run_on_event_loop = true});
  router.Handle("POST", "/loop", answer, {.run_on_event_loop = true});
  return router;
}

void Run(benchmark::State& state, const std::string& request, size_t pipelined) {
  TestServer server(MakeRouter(), {}, 1);
  RawSocket socket(server.port());
  std::string batch;
  for (size_t i = 0; i < pipelined; ++i) {
    batch += request;
  }
  const int64_t process_start = CpuNs(CLOCK_PROCESS_CPUTIME_ID);
  const int64_t own_start = CpuNs(CLOCK_THREAD_CPUTIME_ID);
  for (auto _ : state) {
    socket.Send(batch);
    for (size_t i = 0; i < pipelined; ++i) {
      benchmark::DoNotOptimize(socket.ReadResponse());
    }
  }
  const int64_t server_ns = CpuNs(CLOCK_PROCESS_CPUTIME_ID) - process_start -
                            (CpuNs(CLOCK_THREAD_CPUTIME_ID) - own_start);
  const auto requests = static_cast<int64_t>(state.iterations() * pipelined);
  state.SetItemsProcessed(requests);
  state.counters["server_us"] =
      static_cast<double>(server_ns) / static_cast<double>(requests) / 1'000;
}

std::string Get(const std::string& path) {
  return "GET " + path +
         " HTTP/1.1\r\nHost: localhost:9090\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n";
}

std::string Post(const std::string& path) {
  constexpr size_t kBody = 40'000;
  return "POST " + path + " HTTP/1.1\r\nHost: localhost:9090\r\nUser-Agent: Prometheus/3.5.0\r\n" +
         "Content-Type: application/x-protobuf\r\nContent-Encoding: snappy\r\nContent-Length: " +
         std::to_string(kBody) + "\r\n\r\n" + std::string(kBody, 'x');
}

void BM_SmallGetOnLoop(benchmark::State& state) {
  Run(state, Get("/loop"), 1);
}
BENCHMARK(BM_SmallGetOnLoop)->UseRealTime();

void BM_SmallGetOnPool(benchmark::State& state) {
  Run(state, Get("/pool"), 1);
}
BENCHMARK(BM_SmallGetOnPool)->UseRealTime();

void BM_SmallGetOnLoopPipelined(benchmark::State& state) {
  Run(state, Get("/loop"), 64);
}
BENCHMARK(BM_SmallGetOnLoopPipelined)->UseRealTime();

void BM_Post40KbOnPool(benchmark::State& state) {
  Run(state, Post("/pool"), 1);
}
BENCHMARK(BM_Post40KbOnPool)->UseRealTime();

void BM_Post40KbOnLoop(benchmark::State& state) {
  Run(state, Post("/loop"), 1);
}
BENCHMARK(BM_Post40KbOnLoop)->UseRealTime();

}  // namespace
}  // namespace sb::net
