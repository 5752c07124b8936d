// SPDX-License-Identifier: Apache-2.0
//
// The first byte chooses: a segment, or one record.
#include "wire/prometheus/prometheus_wal.h"

namespace sb::wire {
namespace {

class Ignoring final : public PrometheusWalSink {
 public:
  base::Status Series(uint64_t, std::vector<model::Label> labels) override {
    (void)model::LabelSet::FromLabels(std::move(labels)).Hash();
    return base::OkStatus();
  }
  base::Status Sample(uint64_t, const model::Sample&) override { return base::OkStatus(); }
  base::Status Deleted(uint64_t, int64_t, int64_t) override { return base::OkStatus(); }
};

}  // namespace
}  // namespace sb::wire

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  sb::wire::Ignoring sink;
  if (bytes.empty() || bytes[0] != 'S') {
    (void)sb::wire::ReadPrometheusWalRecord(bytes, &sink);
    return 0;
  }
  sb::wire::PrometheusWalSegment segment(bytes.substr(1));
  std::string record;
  while (segment.Next(&record)) {
    (void)sb::wire::ReadPrometheusWalRecord(record, &sink);
  }
  return 0;
}
