// SPDX-License-Identifier: Apache-2.0
//
// Traces from the protobuf body to the store's door, with a store that drops what it is given: what
// decoding and building a batch cost. A shop of 12 services, 8 spans a trace, 64 traces a request,
// 8 resource and 12 span attributes.
#include <benchmark/benchmark.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/env.h"
#include "ingest/otlp/otlp_traces_endpoint.h"
#include "ingest/pipeline/span_writer.h"
#include "wire/otlp/trace_writer.h"

namespace sb::ingest {
namespace {

constexpr int kServices = 12;
constexpr int kSpansPerRequest = 512;

class NullStore final : public store::EventWriter {
 public:
  base::Status Write(store::EventBatch batch) override {
    benchmark::DoNotOptimize(batch.row_count());
    return base::OkStatus();
  }
};

std::string RandomId(std::mt19937_64* random, size_t bytes) {
  std::string id(bytes, '\0');
  for (char& c : id) {
    c = static_cast<char>((*random)() | 1);
  }
  return id;
}

void PutSpan(std::mt19937_64* random, const std::string& trace, int k, wire::TraceWriter* out) {
  out->BeginSpan();
  out->Ids(trace, RandomId(random, 8), k == 0 ? "" : RandomId(random, 8));
  out->NameKindTimes(k == 0  ? "GET /cart"
                     : k < 5 ? "shop.cart/GetCart"
                             : "pg.query",
                     wire::OtlpSpanKind::kServer, 1'700'000'000'000'000'000 + (*random)() % 1000,
                     1'700'000'000'100'000'000 + (*random)() % 1'000'000);
  out->Int("thread.id", static_cast<int64_t>((*random)() % 64));
  out->Text("thread.name", "worker-" + std::to_string((*random)() % 64));
  out->Text("net.peer.ip", "10.0.3." + std::to_string((*random)() % 256));
  out->Int("net.peer.port", static_cast<int64_t>((*random)() % 60'000));
  out->Int("user.id", static_cast<int64_t>((*random)() % 50'000));
  out->Text("request.id", std::to_string((*random)()) + std::to_string((*random)()));
  const char* const kind = k == 0 ? "http" : k < 5 ? "rpc" : "db";
  for (const char* part : {".system", ".name", ".statement", ".operation", ".target"}) {
    out->Text(std::string(kind) + part, "SELECT id, price, stock FROM inventory");
  }
  out->Int(std::string(kind) + ".rows", static_cast<int64_t>((*random)() % 100));
  out->EndSpan();
}

std::string Request(uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string request;
  wire::TraceWriter out(&request);
  const std::string trace = RandomId(&random, 16);
  for (int group = 0; group < 4 * kServices; ++group) {
    out.BeginResource();
    out.Text("service.name", "service-" + std::to_string(group % kServices));
    out.Text("service.version", "1.4.3");
    out.Text("deployment.environment", "production");
    out.Text("k8s.namespace.name", "shop");
    out.Text("k8s.pod.name", "service-7d9f8b6c5d-" + std::to_string(group));
    out.Text("host.name", "ip-10-0-0-" + std::to_string(group));
    out.Text("telemetry.sdk.language", "go");
    out.Text("k8s.cluster.name", "prod-eu-1");
    out.BeginScope("io.opentelemetry.shop", "2.4.0");
    for (int i = group; i < kSpansPerRequest; i += 4 * kServices) {
      PutSpan(&random, trace, i % 8, &out);
    }
    out.EndScope();
    out.EndResource();
  }
  return request;
}

void ExportTraces(benchmark::State& state) {
  std::vector<std::string> requests;
  for (uint64_t seed = 1; seed <= 32; ++seed) {
    requests.push_back(Request(seed));
  }
  NullStore store;
  base::Registry registry;
  LossCounters losses(&registry);
  SpanWriter writer(&store, &base::Env::Real(), &losses, &registry);
  OtlpTracesEndpoint endpoint(&writer, &losses, &registry);
  size_t next = 0;
  int64_t spans = 0;
  int64_t bytes = 0;
  for (auto _ : state) {
    const std::string& request = requests[next++ % requests.size()];
    if (!endpoint.Export(wire::OtlpEncoding::kProtobuf, request).status.ok()) {
      state.SkipWithError("a request was refused");
      return;
    }
    spans += kSpansPerRequest;
    bytes += static_cast<int64_t>(request.size());
  }
  state.SetItemsProcessed(spans);
  state.SetBytesProcessed(bytes);
}
BENCHMARK(ExportTraces);

}  // namespace
}  // namespace sb::ingest
