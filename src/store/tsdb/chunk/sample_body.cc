// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/chunk/sample_body.h"

#include <algorithm>

#include "base/check.h"
#include "encoding/bytes.h"
#include "store/tsdb/chunk/histogram_column.h"

namespace sb::tsdb {

namespace {

constexpr uint8_t kFloats = 1;
constexpr uint8_t kHistograms = 2;
constexpr uint8_t kStartTimes = 4;
constexpr uint8_t kSummary = 8;
constexpr uint8_t kKnownContents = 15;

encoding::FloatColumnOptions FloatOptions(const ChunkOptions& options) {
  return {.page_values = options.page_values, .thorough = options.effort == Effort::kThorough};
}

void AppendWithLength(const std::string& bytes, std::string* out) {
  encoding::AppendVarint(out, bytes.size());
  out->append(bytes);
}

base::Status Damaged(const char* what) {
  return base::DataLoss(std::string("sample body: ") + what);
}

}  // namespace

size_t AppendFloatBody(std::span<const double> values, const ChunkOptions& options,
                       std::string* out) {
  const std::optional<FloatSummary> summary =
      options.summary_values_min > 0 && values.size() >= options.summary_values_min
          ? Summarise(values)
          : std::nullopt;
  out->push_back(static_cast<char>(kFloats | (summary.has_value() ? kSummary : 0)));
  if (summary.has_value()) {
    AppendFloatSummary(*summary, values.size(), out);
  }
  const size_t begin = out->size();
  encoding::AppendFloatColumn(values, FloatOptions(options), out);
  return begin;
}

bool ReplaceByDifferences(std::span<const double> values, const encoding::WholeColumn& whole,
                          std::span<const int64_t> reference, const ChunkOptions& options,
                          size_t saving_min, size_t column_at, std::string* body) {
  thread_local std::string differences;
  differences.clear();
  encoding::AppendFloatColumnWithReference(values, whole, reference, FloatOptions(options),
                                           &differences);
  if (differences.size() + saving_min >= body->size() - column_at) {
    return false;
  }
  body->replace(column_at, std::string::npos, differences);
  return true;
}

void AppendSampleBody(const model::SampleColumns& columns, size_t begin, size_t end,
                      const ChunkOptions& options, std::string* out) {
  const std::span<const double> values(columns.values.data() + begin, end - begin);
  const auto some_start_time = [&] {
    return std::any_of(columns.start_times.begin() + static_cast<ptrdiff_t>(begin),
                       columns.start_times.begin() + static_cast<ptrdiff_t>(end),
                       [](int64_t time) { return time != 0; });
  };
  const bool start_times = !columns.start_times.empty() && some_start_time();
  bool floats = columns.histograms.empty();
  bool histograms = false;
  for (size_t i = begin; !columns.histograms.empty() && i < end; ++i) {
    (columns.histograms[i] == nullptr ? floats : histograms) = true;
  }
  if (!start_times && !histograms) {
    (void)AppendFloatBody(values, options, out);
    return;
  }
  out->push_back(static_cast<char>((floats ? kFloats : 0) | (histograms ? kHistograms : 0) |
                                   (start_times ? kStartTimes : 0)));
  const bool thorough = options.effort == Effort::kThorough;
  std::string bytes;
  if (start_times) {
    encoding::AppendIntColumn({columns.start_times.data() + begin, end - begin},
                              {.page_values = options.page_values, .thorough = thorough}, &bytes);
    AppendWithLength(bytes, out);
  }
  if (histograms) {
    bytes.clear();
    AppendHistogramColumn({columns.histograms.data() + begin, end - begin}, thorough, &bytes);
    AppendWithLength(bytes, out);
  }
  if (floats) {
    encoding::AppendFloatColumn(values, FloatOptions(options), out);
  }
}

base::Status SampleBody::Parse(std::string_view bytes, size_t count) {
  encoding::ByteReader in(bytes);
  const uint8_t contents = in.Byte();
  count_ = count;
  has_floats_ = (contents & kFloats) != 0;
  start_times_ = (contents & kStartTimes) != 0 ? in.LengthPrefixed() : std::string_view();
  histograms_ = (contents & kHistograms) != 0 ? in.LengthPrefixed() : std::string_view();
  if (!in.ok() || (contents & ~kKnownContents) != 0 || (contents & (kFloats | kHistograms)) == 0 ||
      ((contents & kStartTimes) != 0 && start_times_.empty()) ||
      ((contents & kHistograms) != 0 && histograms_.empty()) ||
      ((contents & kSummary) != 0 && (contents & ~kSummary) != kFloats)) {
    return Damaged("bad header");
  }
  if ((contents & kSummary) != 0) {
    FloatSummary summary;
    SB_RETURN_IF_ERROR(ReadFloatSummary(&in, count, &summary));
  }
  if (has_floats_) {
    SB_RETURN_IF_ERROR(floats_.Parse(in.rest()));
    if (floats_.count() != count) {
      return Damaged("another number of values than times");
    }
  } else if (!in.empty()) {
    return Damaged("surplus bytes");
  }
  return base::OkStatus();
}

base::Result<std::optional<FloatSummary>> SampleBody::ParseSummary(std::string_view bytes,
                                                                   size_t count) {
  encoding::ByteReader in(bytes);
  if (in.Byte() != (kFloats | kSummary)) {
    return std::optional<FloatSummary>();
  }
  FloatSummary summary;
  SB_RETURN_IF_ERROR(ReadFloatSummary(&in, count, &summary));
  return std::optional<FloatSummary>(summary);
}

base::Status SampleBody::ReadStartTimes(Positions positions, size_t old_size,
                                        model::SampleColumns* out) const {
  encoding::IntColumn column;
  SB_RETURN_IF_ERROR(column.Parse(start_times_));
  if (column.count() != count_) {
    return Damaged("another number of start times than times");
  }
  return column.Decode(positions.begin, positions.end, out->start_times.data() + old_size);
}

base::Status SampleBody::Read(Positions positions, model::SampleColumns* out) const {
  const size_t old_size = out->values.size();
  const size_t new_size = old_size + positions.size();
  SB_DCHECK(out->times.size() == new_size && positions.end <= count_);
  out->values.resize(new_size);
  if (has_start_times() || !out->start_times.empty()) {
    out->start_times.resize(new_size);
  }
  if (has_histograms() || !out->histograms.empty()) {
    out->histograms.resize(new_size);
  }
  if (has_floats_) {
    SB_RETURN_IF_ERROR(
        floats_.Decode(positions.begin, positions.end, out->values.data() + old_size));
  }
  if (has_start_times()) {
    SB_RETURN_IF_ERROR(ReadStartTimes(positions, old_size, out));
  }
  if (has_histograms()) {
    SB_RETURN_IF_ERROR(ReadHistogramColumn(histograms_, count_, positions.begin, positions.end,
                                           out->histograms.data() + old_size));
  }
  return base::OkStatus();
}

}  // namespace sb::tsdb
