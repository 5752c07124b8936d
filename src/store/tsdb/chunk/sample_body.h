// SPDX-License-Identifier: Apache-2.0
//
// SampleBody: everything of a chunk but its timestamps, so that series which share their timestamps
// can keep them once.
//
//   AppendSampleBody(columns, begin, end, options, &bytes);
//   SampleBody body;
//   SB_RETURN_IF_ERROR(body.Parse(bytes, /*count=*/end - begin));
//   SB_RETURN_IF_ERROR(body.Read({from, to}, &columns));       // appends to all columns but times
//
// Layout:  1 byte contents (bit 0 floats, bit 1 histograms, bit 2 start times, bit 3 summary);
//          summary (floats alone): float_summary.h;
//          start times: varint length, IntColumn; histograms: varint length, histogram column;
//          floats: FloatColumn (of all samples; 0 where a sample is a histogram).
//
// Threads: values; borrow the bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"
#include "encoding/float_column.h"
#include "encoding/int_column.h"
#include "model/sample.h"
#include "store/tsdb/chunk/chunk.h"
#include "store/tsdb/chunk/float_summary.h"
#include "store/tsdb/chunk/time_column.h"

namespace sb::tsdb {

// Encodes samples [begin, end).
void AppendSampleBody(const model::SampleColumns& columns, size_t begin, size_t end,
                      const ChunkOptions& options, std::string* out);
// Floats only. Returns where their column begins in `out`.
size_t AppendFloatBody(std::span<const double> values, const ChunkOptions& options,
                       std::string* out);
// Puts differences to `reference` in the place of the column at `column_at`, if that saves more
// than `saving_min` bytes; `whole` are the numbers found in `values`. True if it did.
bool ReplaceByDifferences(std::span<const double> values, const encoding::WholeColumn& whole,
                          std::span<const int64_t> reference, const ChunkOptions& options,
                          size_t saving_min, size_t column_at, std::string* body);

class SampleBody {
 public:
  SampleBody() {}  // NOLINT(modernize-use-equals-default): as IntColumn
  base::Status Parse(std::string_view bytes, size_t count);
  // The summary alone, which costs much less than Parse; empty if the body has none.
  static base::Result<std::optional<FloatSummary>> ParseSummary(std::string_view bytes,
                                                                size_t count);

  bool has_floats() const { return has_floats_; }
  bool has_histograms() const { return !histograms_.empty(); }
  bool has_start_times() const { return !start_times_.empty(); }
  // True if the floats are differences: then only floats() may be used.
  bool has_reference() const { return has_floats_ && floats_.has_reference(); }
  const encoding::FloatColumn& floats() const { return floats_; }

  // Appends the samples at `positions` to values, start_times and histograms of `out`, whose times
  // have been appended already (times.size() == values.size() + positions.size() before the call).
  base::Status Read(Positions positions, model::SampleColumns* out) const;

 private:
  base::Status ReadStartTimes(Positions positions, size_t old_size,
                              model::SampleColumns* out) const;

  size_t count_ = 0;
  bool has_floats_ = false;
  std::string_view start_times_;
  std::string_view histograms_;
  encoding::FloatColumn floats_;
};

}  // namespace sb::tsdb
