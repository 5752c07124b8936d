// SPDX-License-Identifier: Apache-2.0
//
// Bytes of the log never crash the reader or make it allocate without bound.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "store/tsdb/head/head_record.h"
#include "store/tsdb/head/sample_run.h"

namespace sb::tsdb {
namespace {

class Sink final : public RecordSink {
 public:
  base::Status OnSeries(uint64_t, uint32_t count, std::string_view bytes) override {
    std::vector<model::Label> labels;
    return ReadEncodedLabels(bytes, count, &labels) ? base::OkStatus()
                                                    : base::DataLoss("labels are malformed");
  }
  void OnFloat(uint32_t, int64_t, double) override {}
  void OnSample(uint32_t, const model::Sample&) override {}
  void OnExemplar(uint32_t, const model::Exemplar&) override {}
  void OnMetadata(std::string_view, const model::MetricMetadata&) override {}
};

}  // namespace
}  // namespace sb::tsdb

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  sb::tsdb::Sink sink;
  (void)sb::tsdb::ReadRecord(bytes, &sink);
  std::vector<int64_t> times;
  std::vector<double> values;
  sb::tsdb::RunCursor cursor;
  (void)sb::tsdb::ReadRun(bytes, 200, &times, &values, &cursor);
  return 0;
}
