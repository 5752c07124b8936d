// SPDX-License-Identifier: Apache-2.0
//
// Hostile sections of a block's index and hostile frames, with checksums made right, since a fuzzer
// cannot guess those: every answer is a Status or data within bounds.
//
// Input: per section a little-endian 16-bit length and its bytes; what is left is the chunks file.
#include <cstdint>
#include <memory>

#include "encoding/bytes.h"
#include "encoding/crc32c.h"
#include "store/tsdb/block/block_format.h"
#include "store/tsdb/block/chunk_frames.h"
#include "store/tsdb/block/index_reader.h"
#include "store/tsdb/block/series_selection.h"

namespace {

using namespace sb::tsdb;  // NOLINT(google-build-using-namespace)

class MemoryFile final : public sb::base::RandomAccessFile {
 public:
  explicit MemoryFile(std::string bytes) : bytes_(std::move(bytes)) {}
  std::span<const uint8_t> bytes() const override {
    return {reinterpret_cast<const uint8_t*>(bytes_.data()), bytes_.size()};
  }

 private:
  const std::string bytes_;
};

void MakeChecksumRight(uint64_t offset, uint64_t size_bytes, std::string* file) {
  if (offset >= kChunksMagic.size() && size_bytes >= 8 && offset < file->size() &&
      size_bytes <= file->size() - offset) {
    const std::string_view rest = std::string_view(*file).substr(offset + kFrameChecksumBytes,
                                                                 size_bytes - kFrameChecksumBytes);
    sb::encoding::StoreLe(file->data() + offset, sb::encoding::Crc32c(rest));
  }
}

void TryNames(const IndexReader& index) {
  for (size_t name = 0; name < index.names().size(); ++name) {
    const auto table = index.Values(name);
    for (size_t value = 0; table.ok() && value < (*table)->values.size(); ++value) {
      std::vector<uint32_t> series;
      (void)index.Postings(**table, value, &series).ok();
    }
  }
  const auto matcher = sb::model::Matcher::Create(sb::model::MatchType::kRegex, "a", "b.*|c");
  (void)SelectSeries(index, {&*matcher, 1}).ok();
}

void TrySeries(const IndexReader& index, const std::string& chunks) {
  SeriesCursor cursor(index);
  for (uint32_t i = 0; i < std::min(index.series(), 1000u); ++i) {
    if (!cursor.Seek(i).ok()) {
      continue;
    }
    (void)cursor.Labels().ok();
    std::vector<sb::model::Exemplar> exemplars;
    (void)index.Exemplars(i, &exemplars).ok();
    sb::model::MetricMetadata metadata;
    (void)index.Metadata(i, &metadata);
    for (const ChunkPlace& place : cursor.chunks()) {
      std::string file = chunks;
      const TimePlace& time = index.times()[place.time_column];
      MakeChecksumRight(time.offset, time.size_bytes, &file);
      MakeChecksumRight(place.offset, place.size_bytes, &file);
      const auto frames =
          ChunkFrames::Open(std::make_unique<MemoryFile>(file), "chunks", index.times());
      sb::model::SampleColumns columns;
      if (frames.ok()) {
        (void)(*frames)
            ->ReadChunk(place, {sb::base::TimestampMs::Min(), sb::base::TimestampMs::Max()},
                        &columns)
            .ok();
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sb::encoding::ByteReader in({reinterpret_cast<const char*>(data), size});
  std::string file(kIndexMagic);
  SectionTable table;
  for (size_t i = 0; i < kSectionCount; ++i) {
    const std::string_view section = in.Bytes(in.Fixed16());
    table[i] = sb::store::AppendPage(sb::store::PageType{static_cast<uint8_t>(i + 1)},
                                     kSectionVersion, section, &file);
  }
  file += EncodeIndexFooter(table);
  const auto index =
      IndexReader::Open({reinterpret_cast<const uint8_t*>(file.data()), file.size()}, "index");
  if (index.ok()) {
    TryNames(**index);
    TrySeries(**index, std::string(in.rest()));
  }
  return 0;
}
