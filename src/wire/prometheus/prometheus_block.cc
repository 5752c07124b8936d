// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/prometheus_block.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "encoding/crc32c.h"
#include "wire/prometheus/big_endian_reader.h"
#include "wire/prometheus/prometheus_chunk_reader.h"

namespace sb::wire {
namespace {

constexpr uint32_t kIndexMagic = 0xBAAAD700;
constexpr uint32_t kChunksMagic = 0x85BD40DD;
constexpr uint32_t kTombstonesMagic = 0x0130BA30;
constexpr size_t kCrcBytes = 4;
constexpr size_t kContentsBytes = 6 * 8 + kCrcBytes;
constexpr size_t kSeriesAlignment = 16;
constexpr size_t kHeaderBytes = 5;  // magic and version

base::Status Damaged(const std::string& what) {
  return base::DataLoss("Prometheus block: " + what);
}

// Hostile times may overflow.
int64_t Plus(int64_t time, uint64_t difference) {
  return static_cast<int64_t>(static_cast<uint64_t>(time) + difference);
}

bool CrcHolds(std::string_view bytes, uint64_t crc) {
  return encoding::Crc32c(bytes) == crc;
}

// What stands at `offset` as length, content and checksum of the content.
bool Framed(std::string_view file, uint64_t offset, std::string_view* content) {
  if (offset >= file.size()) {
    return false;
  }
  BigEndianReader in(file.substr(offset));
  *content = in.Bytes(in.Big(4));
  const uint64_t crc = in.Big(kCrcBytes);
  return in.ok() && CrcHolds(*content, crc);
}

}  // namespace

base::Result<std::unique_ptr<PrometheusBlock>> PrometheusBlock::Open(
    std::string_view index, std::vector<std::string_view> segments, std::string_view tombstones) {
  std::unique_ptr<PrometheusBlock> block(new PrometheusBlock(index));
  for (const std::string_view segment : segments) {
    BigEndianReader in(segment);
    if (in.Big(4) != kChunksMagic || in.Big(1) != 1) {
      return Damaged("not a segment of chunks, or of a version that is not known");
    }
  }
  block->segments_ = std::move(segments);
  SB_RETURN_IF_ERROR(block->ReadContents());
  SB_RETURN_IF_ERROR(block->ReadTombstones(tombstones));
  return block;
}

base::Status PrometheusBlock::ReadContents() {
  BigEndianReader header(index_);
  if (header.Big(4) != kIndexMagic) {
    return Damaged("index does not begin as one");
  }
  version_ = static_cast<uint8_t>(header.Big(1));
  if (version_ != 1 && version_ != 2) {
    return base::InvalidArgument("version of a Prometheus index that is not known (1, 2): " +
                                 std::to_string(version_));
  }
  if (index_.size() < kHeaderBytes + kContentsBytes) {
    return Damaged("index is too short");
  }
  const std::string_view contents = index_.substr(index_.size() - kContentsBytes);
  BigEndianReader in(contents);
  const uint64_t symbols = in.Big(8);
  in.Bytes(4 * size_t{8});  // series, label indices, their table, postings
  const uint64_t postings_table = in.Big(8);
  if (!CrcHolds(contents.substr(0, contents.size() - kCrcBytes), in.Big(kCrcBytes))) {
    return Damaged("table of contents of the index");
  }
  SB_RETURN_IF_ERROR(ReadSymbols(symbols));
  return FindAllSeries(postings_table);
}

base::Status PrometheusBlock::ReadSymbols(uint64_t offset) {
  std::string_view content;
  if (!Framed(index_, offset, &content)) {
    return Damaged("symbols of the index");
  }
  BigEndianReader in(content);
  const uint64_t count = in.Big(4);
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    const uint64_t at = offset + 4 + in.at();
    const std::string_view symbol = in.Bytes(in.Uvarint());
    if (version_ == 1) {
      symbols_by_offset_.emplace(at, symbol);
    } else {
      symbols_.push_back(symbol);
    }
  }
  return in.ok() ? base::OkStatus() : Damaged("symbols of the index");
}

// The postings of the empty label are all series, in the order of their labels.
base::Status PrometheusBlock::FindAllSeries(uint64_t table_offset) {
  std::string_view content;
  if (!Framed(index_, table_offset, &content)) {
    return Damaged("table of postings of the index");
  }
  BigEndianReader in(content);
  const uint64_t count = in.Big(4);
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    const uint64_t keys = in.Uvarint();
    const std::string_view name = in.Bytes(in.Uvarint());
    const std::string_view value = in.Bytes(in.Uvarint());
    const uint64_t offset = in.Uvarint();
    if (keys != 2 || !in.ok()) {
      break;
    }
    if (name.empty() && value.empty()) {
      return ReadPostings(offset);
    }
  }
  return Damaged("the index lists no series");
}

base::Status PrometheusBlock::ReadPostings(uint64_t offset) {
  std::string_view content;
  if (!Framed(index_, offset, &content)) {
    return Damaged("list of all series of the index");
  }
  BigEndianReader in(content);
  const uint64_t count = in.Big(4);
  if (count > in.left() / 4) {
    return Damaged("list of all series of the index");
  }
  for (uint64_t i = 0; i < count; ++i) {
    refs_.push_back(static_cast<uint32_t>(in.Big(4)));
  }
  return base::OkStatus();
}

bool PrometheusBlock::Symbol(uint64_t ref, std::string_view* symbol) const {
  if (version_ == 1) {
    const auto found = symbols_by_offset_.find(ref);
    if (found == symbols_by_offset_.end()) {
      return false;
    }
    *symbol = found->second;
    return true;
  }
  if (ref >= symbols_.size()) {
    return false;
  }
  *symbol = symbols_[ref];
  return true;
}

base::Status PrometheusBlock::ReadSeries(size_t i, PrometheusSeries* series) const {
  const uint64_t ref = refs_.at(i);
  const uint64_t offset = version_ == 1 ? ref : ref * kSeriesAlignment;
  const auto damaged = [offset] { return Damaged("series at " + std::to_string(offset)); };
  if (offset >= index_.size()) {
    return damaged();
  }
  BigEndianReader frame(index_.substr(offset));
  const std::string_view content = frame.Bytes(frame.Uvarint());
  if (const uint64_t crc = frame.Big(kCrcBytes); !frame.ok() || !CrcHolds(content, crc)) {
    return damaged();
  }
  BigEndianReader in(content);
  std::vector<model::Label> labels;
  for (uint64_t left = in.Uvarint(); left > 0 && in.ok(); --left) {
    model::Label label;
    const uint64_t name = in.Uvarint();
    if (!Symbol(name, &label.name) || !Symbol(in.Uvarint(), &label.value)) {
      return damaged();
    }
    labels.push_back(label);
  }
  series->labels = model::LabelSet::FromLabels(labels);
  series->chunks.clear();
  PrometheusChunkRef chunk;
  const uint64_t chunks = in.Uvarint();
  for (uint64_t n = 0; n < chunks && in.ok(); ++n) {
    chunk.first_ms = n == 0 ? in.Varint() : Plus(chunk.last_ms, in.Uvarint());
    chunk.last_ms = Plus(chunk.first_ms, in.Uvarint());
    chunk.ref = n == 0 ? in.Uvarint() : chunk.ref + static_cast<uint64_t>(in.Varint());
    series->chunks.push_back(chunk);
  }
  const auto deleted = deleted_.find(ref);
  series->deleted = deleted == deleted_.end() ? decltype(series->deleted)() : deleted->second;
  return in.ok() ? base::OkStatus() : damaged();
}

base::Status PrometheusBlock::ReadChunk(const PrometheusChunkRef& chunk,
                                        model::SampleColumns* out) const {
  const uint64_t segment = chunk.ref >> 32;
  const uint64_t offset = chunk.ref & 0xFFFFFFFF;
  const auto where = [&] {
    return "chunk at " + std::to_string(offset) + " of segment " + std::to_string(segment + 1);
  };
  if (segment >= segments_.size() || offset >= segments_[segment].size()) {
    return Damaged(where() + " is not there");
  }
  const std::string_view bytes = segments_[segment].substr(offset);
  BigEndianReader in(bytes);
  const uint64_t size = in.Uvarint();
  if (size >= in.left()) {
    return Damaged(where());
  }
  const std::string_view checked = in.Bytes(size + 1);
  if (const uint64_t crc = in.Big(kCrcBytes); !in.ok() || !CrcHolds(checked, crc)) {
    return Damaged(where());
  }
  return ReadPrometheusChunk(static_cast<uint8_t>(checked[0]), checked.substr(1), out)
      .WithPrefix(where());
}

base::Status PrometheusBlock::ReadTombstones(std::string_view bytes) {
  if (bytes.empty()) {
    return base::OkStatus();
  }
  BigEndianReader header(bytes);
  if (header.Big(4) != kTombstonesMagic || bytes.size() < kHeaderBytes + kCrcBytes) {
    return Damaged("tombstones");
  }
  if (header.Big(1) != 1) {
    return base::InvalidArgument("version of Prometheus tombstones that is not known");
  }
  const std::string_view checked =
      bytes.substr(kHeaderBytes, bytes.size() - kHeaderBytes - kCrcBytes);
  BigEndianReader crc(bytes.substr(bytes.size() - kCrcBytes));
  if (!CrcHolds(checked, crc.Big(kCrcBytes))) {
    return Damaged("tombstones");
  }
  BigEndianReader in(checked);
  while (in.HasMore()) {
    const uint64_t ref = in.Uvarint();
    const int64_t first = in.Varint();
    const int64_t last = in.Varint();
    deleted_[ref].push_back({first, last});
  }
  return in.ok() ? base::OkStatus() : Damaged("tombstones");
}

}  // namespace sb::wire
