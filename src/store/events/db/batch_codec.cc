// SPDX-License-Identifier: Apache-2.0
#include "store/events/db/batch_codec.h"

#include <bit>
#include <utility>

#include "encoding/bytes.h"
#include "encoding/compress.h"

namespace sb::events {
namespace {

using store::EventBatch;
using store::ValueType;

constexpr uint8_t kVersion = 1;
constexpr size_t kCompressMin = 512;
// LZ4 cannot do better.
constexpr uint64_t kRatioMax = 256;

template <typename T>
void AppendArray(const std::vector<T>& values, std::string* out) {
  out->append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

template <typename T>
std::vector<T> ReadArray(encoding::ByteReader& in, size_t count) {
  std::vector<T> values;
  if (count > in.left() / sizeof(T)) {
    in.Fail();
    return values;
  }
  const std::string_view bytes = in.Bytes(count * sizeof(T));
  values.resize(count);
  if (!bytes.empty()) {
    std::memcpy(values.data(), bytes.data(), bytes.size());
  }
  return values;
}

void AppendColumn(const EventBatch::ColumnData& column, size_t rows, std::string* out) {
  encoding::AppendVarint(out, column.name.size());
  out->append(column.name);
  out->push_back(static_cast<char>(column.type));
  encoding::AppendVarint(out, column.rows.size());
  if (column.rows.size() != rows) {
    AppendArray(column.rows, out);
  }
  AppendArray(column.integers, out);
  AppendArray(column.numbers, out);
  AppendArray(column.ends, out);
  out->append(column.bytes);
}

EventBatch::ColumnData ReadColumn(encoding::ByteReader& in, size_t rows) {
  EventBatch::ColumnData column;
  column.name = in.LengthPrefixed();
  const uint8_t type = in.Byte();
  const uint64_t count = in.Varint();
  if (type > static_cast<uint8_t>(ValueType::kAny) || count > rows) {
    in.Fail();
    return column;
  }
  column.type = static_cast<ValueType>(type);
  if (count == rows) {
    column.rows.resize(rows);
    for (uint32_t row = 0; row < rows; ++row) {
      column.rows[row] = row;
    }
  } else {
    column.rows = ReadArray<uint32_t>(in, count);
  }
  if (column.type == ValueType::kFloat) {
    column.numbers = ReadArray<double>(in, count);
  } else if (column.type == ValueType::kInt || column.type == ValueType::kBool) {
    column.integers = ReadArray<int64_t>(in, count);
  } else {
    column.ends = ReadArray<uint32_t>(in, count);
    column.bytes = in.Bytes(column.ends.empty() ? 0 : column.ends.back());
  }
  return column;
}

}  // namespace

std::string EncodeBatch(const EventBatch& batch) {
  std::string raw;
  raw.reserve(batch.SizeBytes());
  encoding::AppendVarint(&raw, batch.streams().size());
  for (const store::EventStream& stream : batch.streams()) {
    encoding::AppendVarint(&raw, stream.encoded().size());
    raw.append(stream.encoded());
  }
  encoding::AppendVarint(&raw, batch.row_count());
  AppendArray(batch.times(), &raw);
  AppendArray(batch.stream_indexes(), &raw);
  encoding::AppendVarint(&raw, batch.columns().size());
  for (const EventBatch::ColumnData& column : batch.columns()) {
    AppendColumn(column, batch.row_count(), &raw);
  }
  std::string record;
  std::string compressed;
  if (raw.size() >= kCompressMin) {
    encoding::Compress(encoding::Compression::kLz4Block, raw, &compressed);
  }
  const bool pays = !compressed.empty() && compressed.size() < raw.size();
  record.push_back(static_cast<char>(kVersion));
  record.push_back(pays ? 1 : 0);
  encoding::AppendVarint(&record, raw.size());
  record.append(pays ? compressed : raw);
  return record;
}

base::Result<EventBatch> DecodeBatch(std::string_view record) {
  encoding::ByteReader outer(record);
  const uint8_t version = outer.Byte();
  const uint8_t codec = outer.Byte();
  const uint64_t size = outer.Varint();
  const std::string_view stored = outer.rest();
  if (!outer.ok() || version != kVersion || codec > 1 || size > kBatchBytesMax ||
      (codec == 0 ? size != stored.size() : size / kRatioMax > stored.size())) {
    return base::DataLoss("a record of the log is no batch");
  }
  std::string raw;
  if (codec == 1) {
    const base::Status status =
        encoding::Decompress(encoding::Compression::kLz4Block, stored, size, &raw);
    if (!status.ok()) {
      return base::DataLoss("a record of the log cannot be decompressed");
    }
  }
  encoding::ByteReader in(codec == 1 ? std::string_view(raw) : stored);
  std::vector<store::EventStream> streams;
  for (uint64_t i = in.Varint(); i > 0 && in.ok(); --i) {
    SB_ASSIGN_OR_RETURN(store::EventStream stream,
                        store::EventStream::FromEncoded(std::string(in.LengthPrefixed())));
    streams.push_back(std::move(stream));
  }
  const uint64_t rows = in.Varint();
  std::vector<int64_t> times = ReadArray<int64_t>(in, rows);
  std::vector<uint32_t> row_streams = ReadArray<uint32_t>(in, rows);
  std::deque<EventBatch::ColumnData> columns;
  for (uint64_t i = in.Varint(); i > 0 && in.ok(); --i) {
    columns.push_back(ReadColumn(in, times.size()));
  }
  if (!in.ok() || !in.empty()) {
    return base::DataLoss("a record of the log is damaged");
  }
  base::Result<EventBatch> batch = EventBatch::FromColumns(
      std::move(streams), std::move(times), std::move(row_streams), std::move(columns));
  return batch.ok() ? std::move(batch)
                    : base::DataLoss(std::string(batch.status().message()) + ", in the log");
}

}  // namespace sb::events
