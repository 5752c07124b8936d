// SPDX-License-Identifier: Apache-2.0
//
// One series of a head snapshot as bytes. Layout: docs/format/head-snapshot.md.
//
// A series that got samples after the snapshot's commit (its view is limited) is written as plain
// samples up to the limit; any other one as the chunks and the run that it has in memory.
//
// Failures: ReadSnapshotSeries gives false for malformed bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"
#include "encoding/bytes.h"
#include "model/sample.h"
#include "store/tsdb/head/mem_series.h"

namespace sb::tsdb {

struct SnapshotSeries {
  uint64_t ref = 0;
  uint32_t tag = 0;
  std::vector<uint32_t> pairs;
  int64_t last_time = kNoTime;
  uint64_t last_value_bits = 0;
  model::HistogramPtr last_histogram;
};

base::Status AppendSnapshotSeries(const SnapshotSeries& series, const SeriesView& view,
                                  std::string* out);
bool ReadSnapshotSeries(encoding::ByteReader* in, SnapshotSeries* series, SeriesView* view);

}  // namespace sb::tsdb
