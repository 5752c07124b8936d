// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/block/chunk_frames.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/check.h"
#include "encoding/bytes.h"
#include "encoding/crc32c.h"
#include "store/tsdb/block/block_format.h"
#include "store/tsdb/chunk/time_column.h"

namespace sb::tsdb {

namespace {

using encoding::ByteReader;

// Decoded timestamps kept per block: 16 MB are a day of 350 targets at 15 s.
constexpr size_t kDecodedTimesBytesMax = 16u << 20;
// The bitmap of checked frames tells frames apart by eighths of their offset.
constexpr uint64_t kBytesPerBit = 8;
constexpr size_t kFrameBytesMin = 8;

void AppendFrame(std::string_view head, std::string_view rest, std::string* out) {
  const size_t begin = out->size();
  encoding::AppendLe<uint32_t>(out, 0);
  out->append(head);
  out->append(rest);
  // Two frames never share a bit of the bitmap.
  SB_CHECK(out->size() - begin >= kFrameBytesMin);
  encoding::StoreLe(out->data() + begin,
                    encoding::Crc32c(std::string_view(*out).substr(begin + kFrameChecksumBytes)));
}

}  // namespace

void AppendTimeFrame(std::string_view column, std::string* out) {
  AppendFrame({}, column, out);
}

void AppendBodyFrame(std::string_view body, uint64_t reference_distance,
                     uint32_t reference_size_bytes, std::string* out) {
  std::string head;
  encoding::AppendVarint(&head, reference_distance);
  if (reference_distance > 0) {
    encoding::AppendVarint(&head, reference_size_bytes);
  }
  AppendFrame(head, body, out);
}

void ChunkFrames::FreeMemory::operator()(void* memory) const {
  std::free(memory);  // NOLINT(cppcoreguidelines-no-malloc): calloc, see below
}

ChunkFrames::ChunkFrames(std::unique_ptr<base::RandomAccessFile> file, const std::string& path,
                         std::span<const TimePlace> times)
    : file_(std::move(file)),
      path_(path),
      bytes_(reinterpret_cast<const char*>(file_->bytes().data()), file_->bytes().size()),
      times_(times),
      // calloc gives pages that are not there until they are touched; a vector would touch them
      // all.
      checked_(static_cast<uint64_t*>(
          std::calloc(bytes_.size() / (kBytesPerBit * 64) + 1, sizeof(uint64_t)))) {
  SB_CHECK(checked_ != nullptr);
  base::MutexLock lock(times_mutex_);
  decoded_times_.resize(times_.size());
  narrow_times_.resize(times_.size());
}

ChunkFrames::~ChunkFrames() = default;

base::Result<std::unique_ptr<ChunkFrames>> ChunkFrames::Open(
    std::unique_ptr<base::RandomAccessFile> file, const std::string& path,
    std::span<const TimePlace> times) {
  std::unique_ptr<ChunkFrames> frames(new ChunkFrames(std::move(file), path, times));
  if (!frames->bytes_.starts_with(kChunksMagic)) {
    return base::DataLoss("not a chunks file: " + path);
  }
  return frames;
}

base::Status ChunkFrames::Located(base::Status status, uint64_t offset) const {
  if (status.ok()) {
    return status;
  }
  damaged_.fetch_add(1, std::memory_order_relaxed);
  return base::DataLoss(std::string(status.message()) + ", in the frame at offset " +
                        std::to_string(offset) + " of " + path_);
}

base::Result<std::string_view> ChunkFrames::Frame(uint64_t offset, uint64_t size_bytes) const {
  if (size_bytes < kFrameBytesMin || offset < kChunksMagic.size() || offset > bytes_.size() ||
      size_bytes > bytes_.size() - offset) {
    return Located(base::DataLoss("a frame lies outside of the file"), offset);
  }
  const std::string_view frame = bytes_.substr(offset, size_bytes);
  const std::string_view rest = frame.substr(kFrameChecksumBytes);
  const uint64_t bit = offset / kBytesPerBit;
  const std::atomic_ref<uint64_t> word(checked_.get()[bit / 64]);
  const uint64_t mask = uint64_t{1} << (bit % 64);
  if ((word.load(std::memory_order_relaxed) & mask) == 0) {
    if (encoding::LoadLe<uint32_t>(frame.data()) != encoding::Crc32c(rest)) {
      return Located(base::DataLoss("wrong checksum"), offset);
    }
    word.fetch_or(mask, std::memory_order_relaxed);
  }
  return rest;
}

base::Result<ChunkFrames::BodyFrame> ChunkFrames::ParseBodyFrame(uint64_t offset,
                                                                 uint64_t size_bytes) const {
  SB_ASSIGN_OR_RETURN(const std::string_view frame, Frame(offset, size_bytes));
  ByteReader in(frame);
  BodyFrame parsed;
  const uint64_t distance = in.Varint();
  if (distance > 0) {
    parsed.reference_size_bytes = static_cast<uint32_t>(in.Varint());
    parsed.reference_offset = distance < offset ? offset - distance : 0;
  }
  if (!in.ok() || (distance > 0 && parsed.reference_offset == 0)) {
    return Located(base::DataLoss("bad reference"), offset);
  }
  parsed.body = in.rest();
  return parsed;
}

base::Result<ChunkFrames::Times> ChunkFrames::DecodedTimes(uint32_t time_column) const {
  {
    base::MutexLock lock(times_mutex_);
    if (decoded_times_[time_column] != nullptr) {
      return decoded_times_[time_column];
    }
  }
  const TimePlace& place = times_[time_column];
  SB_ASSIGN_OR_RETURN(const std::string_view frame, Frame(place.offset, place.size_bytes));
  encoding::IntColumn column;
  SB_RETURN_IF_ERROR(Located(column.Parse(frame), place.offset));
  auto times = std::make_shared<std::vector<int64_t>>();
  base::Result<Positions> positions =
      ReadTimes(column, {base::TimestampMs::Min(), base::TimestampMs::Max()}, times.get());
  SB_RETURN_IF_ERROR(Located(positions.status(), place.offset));
  if (times->size() != place.samples) {
    return Located(base::DataLoss("another number of times than the index says"), place.offset);
  }
  const size_t bytes = times->size() * sizeof(int64_t);
  base::MutexLock lock(times_mutex_);
  if (decoded_times_[time_column] == nullptr) {
    MakeRoomForTimes(bytes);
  }
  decoded_times_[time_column] = times;
  return Times(std::move(times));
}

void ChunkFrames::MakeRoomForTimes(size_t bytes) const {
  if (decoded_bytes_ + bytes > kDecodedTimesBytesMax) {
    std::fill(decoded_times_.begin(), decoded_times_.end(), nullptr);
    std::fill(narrow_times_.begin(), narrow_times_.end(), nullptr);
    decoded_bytes_ = 0;
  }
  decoded_bytes_ += bytes;
}

base::Result<Positions> ChunkFrames::AppendNarrowTimes(uint32_t time_column, base::TimeRange range,
                                                       std::vector<int64_t>* times) const {
  std::shared_ptr<const NarrowTimes> known;
  {
    base::MutexLock lock(times_mutex_);
    known = narrow_times_[time_column];
  }
  if (known == nullptr || !(known->range == range)) {
    const TimePlace& place = times_[time_column];
    SB_ASSIGN_OR_RETURN(const std::string_view frame, Frame(place.offset, place.size_bytes));
    encoding::IntColumn column;
    SB_RETURN_IF_ERROR(Located(column.Parse(frame), place.offset));
    if (column.count() != place.samples) {
      return Located(base::DataLoss("another number of times than the index says"), place.offset);
    }
    auto narrow = std::make_shared<NarrowTimes>();
    narrow->range = range;
    base::Result<Positions> positions = ReadTimes(column, range, &narrow->times);
    SB_RETURN_IF_ERROR(Located(positions.status(), place.offset));
    narrow->positions = *positions;
    base::MutexLock lock(times_mutex_);
    MakeRoomForTimes(sizeof(NarrowTimes) + narrow->times.size() * sizeof(int64_t));
    narrow_times_[time_column] = narrow;
    known = std::move(narrow);
  }
  times->insert(times->end(), known->times.begin(), known->times.end());
  return known->positions;
}

base::Result<Positions> ChunkFrames::AppendTimes(uint32_t time_column, base::TimeRange range,
                                                 std::vector<int64_t>* times) const {
  const TimePlace& place = times_[time_column];
  const base::TimeRange all{base::TimestampMs(place.first_ms), base::TimestampMs(place.last_ms)};
  if (range.end <= all.start || range.start > all.end) {
    return Positions{};
  }
  // A point read decodes one page; who wants much will want it again for the target's other series.
  const int64_t wanted =
      std::min(range.end, all.end).Value() - std::max(range.start, all.start).Value();
  if (wanted * 8 < all.end.Value() - all.start.Value()) {
    return AppendNarrowTimes(time_column, range, times);
  }
  SB_ASSIGN_OR_RETURN(const Times decoded, DecodedTimes(time_column));
  const Positions found = FindTimes(*decoded, range);
  times->insert(times->end(), decoded->begin() + static_cast<ptrdiff_t>(found.begin),
                decoded->begin() + static_cast<ptrdiff_t>(found.end));
  return found;
}

base::Status ChunkFrames::ReadChunk(const ChunkPlace& place, base::TimeRange range,
                                    model::SampleColumns* out) const {
  const size_t old_size = out->times.size();
  const bool had_start_times = !out->start_times.empty();
  const bool had_histograms = !out->histograms.empty();
  SB_ASSIGN_OR_RETURN(const Positions positions,
                      AppendTimes(place.time_column, range, &out->times));
  if (positions.empty()) {
    return base::OkStatus();
  }
  base::Status status = ReadBody(place, times_[place.time_column].samples, positions, out);
  if (!status.ok()) {
    out->times.resize(old_size);
    out->values.resize(old_size);
    out->start_times.resize(had_start_times ? old_size : 0);
    out->histograms.resize(had_histograms ? old_size : 0);
  }
  return status;
}

base::Result<std::optional<FloatSummary>> ChunkFrames::ReadSummary(const ChunkPlace& place) const {
  SB_ASSIGN_OR_RETURN(const BodyFrame frame, ParseBodyFrame(place.offset, place.size_bytes));
  auto summary = SampleBody::ParseSummary(frame.body, times_[place.time_column].samples);
  if (!summary.ok()) {
    return Located(summary.status(), place.offset);
  }
  return summary;
}

base::Status ChunkFrames::ReadBody(const ChunkPlace& place, size_t count, Positions positions,
                                   model::SampleColumns* out) const {
  SB_ASSIGN_OR_RETURN(const BodyFrame frame, ParseBodyFrame(place.offset, place.size_bytes));
  SampleBody body;
  SB_RETURN_IF_ERROR(Located(body.Parse(frame.body, count), place.offset));
  if (!body.has_reference()) {
    return Located(body.Read(positions, out), place.offset);
  }
  if (body.has_histograms() || body.has_start_times()) {
    return Located(base::DataLoss("a reference where none can be"), place.offset);
  }
  const size_t old_size = out->values.size();
  const size_t new_size = old_size + positions.size();
  out->values.resize(new_size);
  if (!out->start_times.empty()) {
    out->start_times.resize(new_size);
  }
  if (!out->histograms.empty()) {
    out->histograms.resize(new_size);
  }
  return ReadDifferences(body, frame, place.offset, count, positions,
                         out->values.data() + old_size);
}

base::Status ChunkFrames::ReadDifferences(const SampleBody& body, BodyFrame frame, uint64_t offset,
                                          size_t count, Positions positions, double* out) const {
  // The chain of columns whose integers add up to the values.
  std::vector<std::unique_ptr<SampleBody>> chain;
  while (frame.reference_offset != 0) {
    const uint64_t at = frame.reference_offset;
    SB_ASSIGN_OR_RETURN(frame, ParseBodyFrame(at, frame.reference_size_bytes));
    chain.push_back(std::make_unique<SampleBody>());
    SB_RETURN_IF_ERROR(Located(chain.back()->Parse(frame.body, count), at));
    const bool good = chain.back()->has_floats() && chain.back()->floats().whole_numbers() &&
                      chain.back()->has_reference() == (frame.reference_offset != 0);
    if (!good || chain.size() > kReferenceDepthLimit) {
      return Located(base::DataLoss("a reference to a column that cannot be one"), at);
    }
  }
  if (chain.empty()) {
    return Located(base::DataLoss("a reference is missing"), offset);
  }
  const encoding::FloatColumn& floats = body.floats();
  std::array<int64_t, encoding::kDecodeStride> sums;
  std::array<int64_t, encoding::kDecodeStride> terms;
  for (size_t begin = positions.begin; begin < positions.end;) {
    const size_t end = std::min(positions.end, floats.pages().StrideEnd(begin));
    SB_RETURN_IF_ERROR(Located(floats.DecodeIntegers(begin, end, sums.data()), offset));
    for (const std::unique_ptr<SampleBody>& referenced : chain) {
      SB_RETURN_IF_ERROR(
          Located(referenced->floats().DecodeIntegers(begin, end, terms.data()), offset));
      for (size_t i = 0; i < end - begin; ++i) {
        sums[i] =
            static_cast<int64_t>(static_cast<uint64_t>(sums[i]) + static_cast<uint64_t>(terms[i]));
      }
    }
    floats.ToDoubles(begin, end, sums.data(), out);
    out += end - begin;
    begin = end;
  }
  return base::OkStatus();
}

}  // namespace sb::tsdb
