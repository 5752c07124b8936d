// SPDX-License-Identifier: Apache-2.0
//
// Raw line bytes per second through the push endpoint: decompression, decoding, levels and trace
// ids, columns; the store throws them away.
#include <benchmark/benchmark.h>

#include <string>

#include "encoding/compress.h"
#include "ingest/loki/loki_push_endpoint.h"
#include "wire/loki/push_reader.h"

namespace sb::ingest {
namespace {

class Nowhere : public store::EventWriter {
 public:
  base::Status Write(store::EventBatch batch) override {
    benchmark::DoNotOptimize(batch.row_count());
    return base::OkStatus();
  }
};

std::string LineOf(int kind, int i) {
  const std::string n = std::to_string(i * 7919 % 100'000);
  switch (kind) {
    case 0:
      return R"({"ts":"2025-11-20T10:00:00.123456Z","level":"info","logger":"shop.http","msg":)"
             R"("request completed","method":"GET","path":"/api/v1/users/)" +
             n + R"(","status":200,"duration_ms":12.345,"bytes":)" + n + R"(,"user_id":)" + n +
             R"(,"client_ip":"10.1.2.3","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736",)"
             R"("span_id":"00f067aa0ba902b7"})";
    case 1:
      return "10.1.2.3 - - [20/Nov/2025:10:00:00 +0000] \"GET /api/v1/users/" + n +
             " HTTP/1.1\" 200 4711 \"https://shop.example.com/login\" \"Mozilla/5.0 (X11; Linux "
             "x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36\" "
             "rt=0.012";
    default:
      return "ts=2025-11-20T10:00:00.123456Z level=info caller=handler.go:17 component=auth "
             "msg=\"cache miss\" duration=0.000123s traceID=a3ce929d0e0e4736 tenant=t-" +
             n;
  }
}

void BM_PushProtobuf(benchmark::State& state) {
  std::string bytes;
  wire::LokiPushWriter out(&bytes);
  size_t raw = 0;
  std::vector<std::string> lines;
  lines.reserve(4'000);
  for (int stream = 0; stream < 20; ++stream) {
    std::vector<wire::LokiEntry> entries;
    for (int i = 0; i < 200; ++i) {
      lines.push_back(
          LineOf(state.range(0) < 3 ? static_cast<int>(state.range(0)) : stream % 3, i));
      raw += lines.back().size();
      entries.push_back({1763632800000000000 + i * 1'000'000, lines.back(), {}});
    }
    out.AddStream("{app=\"a" + std::to_string(stream) + "\", pod=\"p\"}", entries);
  }
  std::string body;
  encoding::Compress(encoding::Compression::kSnappyBlock, bytes, &body);
  base::Registry registry;
  LossCounters losses(&registry);
  Nowhere store;
  LogWriter writer(&store, &losses, &registry);
  LokiPushEndpoint endpoint(&writer, &registry);
  for (auto _ : state) {
    if (!endpoint.Push({"application/x-protobuf", "", body}).ok()) {
      state.SkipWithError("refused");
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(raw) * state.iterations());
}
BENCHMARK(BM_PushProtobuf)->DenseRange(0, 3);

}  // namespace
}  // namespace sb::ingest
