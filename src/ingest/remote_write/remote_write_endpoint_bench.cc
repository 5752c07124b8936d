// SPDX-License-Identifier: Apache-2.0
//
// Remote write from the compressed body to the store's door, with a store that only remembers the
// last time of each series: what the endpoint itself costs. Arguments: series, samples per series
// in a request; 2,000 series a request.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/env.h"
#include "encoding/compress.h"
#include "ingest/remote_write/remote_write_endpoint.h"
#include "wire/prometheus/remote_write_v1.h"
#include "wire/prometheus/remote_write_v2.h"

namespace sb::ingest {
namespace {

constexpr int64_t kSeriesPerRequest = 2000;

class LastTimeStore final : public store::AppenderFactory {
 public:
  class LastTimeAppender final : public store::Appender {
   public:
    explicit LastTimeAppender(LastTimeStore* store) : store_(store) {}
    base::Result<store::SeriesRef> Resolve(const model::LabelSet& labels) override {
      const auto [at, inserted] = store_->refs_.try_emplace(labels, store_->refs_.size() + 1);
      store_->last_.resize(store_->refs_.size() + 1);
      return store::SeriesRef{at->second};
    }
    base::Status Append(store::SeriesRef ref, const model::Sample& sample) override {
      store_->last_[static_cast<size_t>(ref)] = sample.time_ms;
      return base::OkStatus();
    }
    void AppendFloats(std::span<const store::RefSample> batch,
                      std::vector<base::Status>*) override {
      for (const store::RefSample& sample : batch) {
        store_->last_[static_cast<size_t>(sample.ref)] = sample.time_ms;
      }
    }
    base::Status AppendExemplar(store::SeriesRef, const model::Exemplar&) override {
      return base::OkStatus();
    }
    base::Status SetMetadata(store::SeriesRef, const model::MetricMetadata&) override {
      return base::OkStatus();
    }
    base::Status Commit() override { return base::OkStatus(); }
    void Rollback() override {}

   private:
    LastTimeStore* const store_;
  };

  std::unique_ptr<store::Appender> NewAppender() override {
    return std::make_unique<LastTimeAppender>(this);
  }

 private:
  std::unordered_map<model::LabelSet, uint64_t, model::LabelSetHash> refs_;
  std::vector<int64_t> last_;
};

model::LabelSet Labels(int64_t i) {
  const std::string pod = "checkout-api-7d9f8b6c5d-" + std::to_string(i);
  const std::string id = "/kubepods/burstable/pod" + std::to_string(i * 7919) +
                         "-0a1b-0a1b-0a1b2c3d4e5f/0a1b2c3d4e5f0a1b2c3d4e5f0a1b2c3d4e5f0a1b";
  return model::LabelSet::FromPairs({{"__name__", "container_network_receive_bytes_total"},
                                     {"cluster", "prod-eu-1"},
                                     {"container", "checkout-api"},
                                     {"id", id},
                                     {"instance", "10.0.3.14:10250"},
                                     {"job", "kubelet"},
                                     {"metrics_path", "/metrics/cadvisor"},
                                     {"namespace", "checkout"},
                                     {"node", "ip-10-0-14.eu-west-1.compute.internal"},
                                     {"pod", pod},
                                     {"region", "eu-west-1"}});
}

std::vector<std::string> Bodies(WriteProtocol protocol, int64_t series, int64_t samples) {
  std::vector<wire::WriteSample> values;
  for (int64_t i = 0; i < samples; ++i) {
    values.push_back({1'700'000'000'000 + i * 15'000, 1234.5 * static_cast<double>(i), 0});
  }
  std::vector<std::string> bodies;
  const wire::WriteMetadata metadata{"", model::MetricType::kCounter, "Bytes received.", "bytes"};
  for (int64_t first = 0; first < series; first += kSeriesPerRequest) {
    std::string message;
    wire::WriteRequestV1Writer v1(&message);
    wire::WriteRequestV2Writer v2;
    for (int64_t i = first; i < std::min(series, first + kSeriesPerRequest); ++i) {
      if (protocol == WriteProtocol::kV1) {
        v1.AddSeries(Labels(i), values);
      } else {
        v2.AddSeries(Labels(i), values, {}, {}, &metadata);
      }
    }
    if (protocol == WriteProtocol::kV2) {
      v2.Finish(&message);
    }
    encoding::Compress(encoding::Compression::kSnappyBlock, message, &bodies.emplace_back());
  }
  return bodies;
}

void WriteKnownSeries(benchmark::State& state, WriteProtocol protocol) {
  const std::vector<std::string> bodies = Bodies(protocol, state.range(0), state.range(1));
  const char* const type = protocol == WriteProtocol::kV1
                               ? "application/x-protobuf"
                               : "application/x-protobuf;proto=io.prometheus.write.v2.Request";
  LastTimeStore store;
  base::Registry registry;
  LossCounters losses(&registry);
  RemoteWriteEndpoint endpoint(&store, &base::Env::Real(), &losses, &registry);
  for (const std::string& body : bodies) {
    endpoint.Write({type, "snappy", body});
  }
  size_t next = 0;
  int64_t samples = 0;
  for (auto _ : state) {
    const RemoteWriteReply reply = endpoint.Write({type, "snappy", bodies[next]});
    if (reply.status != 204) {
      state.SkipWithError("a request was refused");
      return;
    }
    next = (next + 1) % bodies.size();
    samples += kSeriesPerRequest * state.range(1);
  }
  state.SetItemsProcessed(samples);
}

BENCHMARK_CAPTURE(WriteKnownSeries, V1, WriteProtocol::kV1)
    ->Args({2'000, 1})
    ->Args({100'000, 1})
    ->Args({20'000, 60});
BENCHMARK_CAPTURE(WriteKnownSeries, V2, WriteProtocol::kV2)
    ->Args({2'000, 1})
    ->Args({100'000, 1})
    ->Args({20'000, 60});

}  // namespace
}  // namespace sb::ingest
