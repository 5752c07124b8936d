// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a chunk of each encoding, and as index, segment and tombstones of a block.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/prometheus/prometheus_block.h"
#include "wire/prometheus/prometheus_chunk_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const uint8_t encoding : {uint8_t{1}, uint8_t{2}, uint8_t{3}}) {
    sb::model::SampleColumns columns;
    (void)sb::wire::ReadPrometheusChunk(encoding, bytes, &columns);
  }
  const auto block = sb::wire::PrometheusBlock::Open(bytes, {bytes}, {});
  const auto index_only = sb::wire::PrometheusBlock::Open(bytes, {}, {});
  for (const auto* opened : {&block, &index_only}) {
    if (!opened->ok()) {
      continue;
    }
    for (size_t i = 0; i < (**opened)->series_count(); ++i) {
      sb::wire::PrometheusSeries series;
      (void)(**opened)->ReadSeries(i, &series);
    }
  }
  return 0;
}
