// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/chunk/chunk.h"

#include "base/check.h"
#include "encoding/bytes.h"
#include "encoding/int_column.h"
#include "store/tsdb/chunk/sample_body.h"
#include "store/tsdb/chunk/time_column.h"

namespace sb::tsdb {

namespace {

constexpr uint8_t kVersion = 1;

void AppendHeader(std::span<const int64_t> times, const ChunkOptions& options, std::string* out) {
  SB_CHECK(!times.empty() && times.size() <= kChunkSamplesMax);
  out->push_back(static_cast<char>(kVersion));
  std::string bytes;
  AppendTimeColumn(times, options.page_values, options.effort == Effort::kThorough, &bytes);
  encoding::AppendVarint(out, bytes.size());
  out->append(bytes);
}

base::Status Damaged(const char* what) {
  return base::DataLoss(std::string("chunk: ") + what);
}

// The parts of a chunk. `body` is parsed on demand, since its directory is large.
struct Parts {
  encoding::IntColumn times;
  std::string_view body;
};

base::Status Parse(std::string_view chunk, Parts* parts) {
  encoding::ByteReader in(chunk);
  if (in.Byte() != kVersion) {
    return Damaged("unknown version");
  }
  const std::string_view times = in.LengthPrefixed();
  if (!in.ok()) {
    return Damaged("cut off");
  }
  SB_RETURN_IF_ERROR(parts->times.Parse(times));
  if (parts->times.count() == 0 || parts->times.count() > kChunkSamplesMax) {
    return Damaged("bad number of samples");
  }
  parts->body = in.rest();
  return base::OkStatus();
}

// Takes back what a failed read has appended.
void Shrink(size_t size, bool had_start_times, bool had_histograms, model::SampleColumns* columns) {
  columns->times.resize(size);
  columns->values.resize(size);
  columns->start_times.resize(had_start_times ? size : 0);
  columns->histograms.resize(had_histograms ? size : 0);
}

}  // namespace

void EncodeChunk(const model::SampleColumns& columns, size_t begin, size_t end,
                 const ChunkOptions& options, std::string* out) {
  SB_CHECK(begin < end && end <= columns.size());
  AppendHeader({columns.times.data() + begin, end - begin}, options, out);
  AppendSampleBody(columns, begin, end, options, out);
}

void EncodeFloatChunk(std::span<const int64_t> times, std::span<const double> values,
                      const ChunkOptions& options, std::string* out) {
  SB_CHECK(times.size() == values.size());
  AppendHeader(times, options, out);
  (void)AppendFloatBody(values, options, out);
}

base::Result<ChunkInfo> InspectChunk(std::string_view chunk) {
  Parts parts;
  SB_RETURN_IF_ERROR(Parse(chunk, &parts));
  SampleBody body;
  SB_RETURN_IF_ERROR(body.Parse(parts.body, parts.times.count()));
  ChunkInfo info;
  info.samples = static_cast<uint32_t>(parts.times.count());
  SB_RETURN_IF_ERROR(parts.times.Decode(0, 1, &info.first_time_ms));
  SB_RETURN_IF_ERROR(parts.times.Decode(info.samples - 1, info.samples, &info.last_time_ms));
  info.has_floats = body.has_floats();
  info.has_histograms = body.has_histograms();
  info.has_start_times = body.has_start_times();
  return info;
}

base::Status DecodeChunk(std::string_view chunk, base::TimeRange range, model::SampleColumns* out) {
  Parts parts;
  SB_RETURN_IF_ERROR(Parse(chunk, &parts));
  const size_t old_size = out->times.size();
  const bool had_start_times = !out->start_times.empty();
  const bool had_histograms = !out->histograms.empty();
  SB_ASSIGN_OR_RETURN(const Positions positions, ReadTimes(parts.times, range, &out->times));
  if (positions.empty()) {
    return base::OkStatus();
  }
  SampleBody body;
  base::Status status = body.Parse(parts.body, parts.times.count());
  if (status.ok()) {
    status = body.Read(positions, out);
  }
  if (!status.ok()) {
    Shrink(old_size, had_start_times, had_histograms, out);
  }
  return status;
}

base::Status DecodeChunk(std::string_view chunk, model::SampleColumns* out) {
  // [Min, Max) leaves out the last representable millisecond, which no sample has.
  return DecodeChunk(chunk, {base::TimestampMs::Min(), base::TimestampMs::Max()}, out);
}

}  // namespace sb::tsdb
