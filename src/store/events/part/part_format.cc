// SPDX-License-Identifier: Apache-2.0
#include "store/events/part/part_format.h"

#include <bit>
#include <string>
#include <utility>

#include "encoding/bytes.h"
#include "encoding/crc32c.h"
#include "store/events/column/blob.h"

namespace sb::events {
namespace {

constexpr std::string_view kTailMagic = "SBEVPART";
constexpr uint32_t kFileVersion = 1;
constexpr int kDirectoryLevel = 3;

void AppendRef(store::PageRef ref, std::string* out) {
  encoding::AppendVarint(out, ref.offset);
  encoding::AppendVarint(out, ref.size_bytes);
}

store::PageRef ReadRef(encoding::ByteReader& in) {
  store::PageRef ref;
  ref.offset = in.Varint();
  ref.size_bytes = in.Varint();
  return ref;
}

void AppendRange(const ValueRange& range, std::string* out) {
  out->push_back(static_cast<char>(range.kind));
  if (range.kind == ValueRange::Kind::kIntegers) {
    encoding::AppendZigZag(out, range.low);
    encoding::AppendZigZag(out, range.high);
  } else if (range.kind == ValueRange::Kind::kNumbers) {
    encoding::AppendLe(out, std::bit_cast<uint64_t>(range.low_number));
    encoding::AppendLe(out, std::bit_cast<uint64_t>(range.high_number));
  }
}

ValueRange ReadRange(encoding::ByteReader& in) {
  ValueRange range;
  const uint8_t kind = in.Byte();
  if (kind > static_cast<uint8_t>(ValueRange::Kind::kNumbers)) {
    in.Fail();
    return range;
  }
  range.kind = static_cast<ValueRange::Kind>(kind);
  if (range.kind == ValueRange::Kind::kIntegers) {
    range.low = in.ZigZag();
    range.high = in.ZigZag();
  } else if (range.kind == ValueRange::Kind::kNumbers) {
    range.low_number = in.Double();
    range.high_number = in.Double();
  }
  return range;
}

void AppendGroup(const RowGroup& group, std::string* out) {
  encoding::AppendVarint(out, group.rows);
  encoding::AppendZigZag(out, group.first_ns);
  encoding::AppendZigZag(out, group.last_ns);
  AppendRef(group.times, out);
  AppendRef(group.stream_numbers, out);
  encoding::AppendVarint(out, group.streams.size());
  for (const GroupStream& stream : group.streams) {
    encoding::AppendVarint(out, stream.stream);
    encoding::AppendVarint(out, stream.rows);
    encoding::AppendVarint(out, stream.bytes);
    encoding::AppendZigZag(out, stream.first_ns);
    encoding::AppendZigZag(out, stream.last_ns);
  }
  encoding::AppendVarint(out, group.presences.size());
  for (const store::PageRef& ref : group.presences) {
    AppendRef(ref, out);
  }
  encoding::AppendVarint(out, group.columns.size());
  for (const GroupColumn& column : group.columns) {
    encoding::AppendVarint(out, column.column);
    encoding::AppendVarint(out, column.count);
    encoding::AppendVarint(out, column.presence);
    AppendRef(column.page, out);
    AppendRef(column.bloom, out);
    AppendRange(column.range, out);
  }
}

// A number of things that follow, each of at least one byte.
size_t ReadCount(encoding::ByteReader& in) {
  const uint64_t count = in.Varint();
  if (count > in.left()) {
    in.Fail();
    return 0;
  }
  return static_cast<size_t>(count);
}

uint32_t ReadBelow(encoding::ByteReader& in, uint64_t limit) {
  const uint64_t number = in.Varint();
  if (number >= limit) {
    in.Fail();
    return 0;
  }
  return static_cast<uint32_t>(number);
}

RowGroup ReadGroup(encoding::ByteReader& in, const PartDirectory& directory) {
  RowGroup group;
  group.rows = ReadBelow(in, uint64_t{kGroupRowsMax} + 1);
  group.first_ns = in.ZigZag();
  group.last_ns = in.ZigZag();
  group.times = ReadRef(in);
  group.stream_numbers = ReadRef(in);
  for (size_t i = ReadCount(in); i > 0 && in.ok(); --i) {
    GroupStream& stream = group.streams.emplace_back();
    stream.stream = ReadBelow(in, directory.streams.size());
    stream.rows = ReadBelow(in, uint64_t{group.rows} + 1);
    stream.bytes = in.Varint();
    stream.first_ns = in.ZigZag();
    stream.last_ns = in.ZigZag();
  }
  for (size_t i = ReadCount(in); i > 0 && in.ok(); --i) {
    group.presences.push_back(ReadRef(in));
  }
  for (size_t i = ReadCount(in); i > 0 && in.ok(); --i) {
    GroupColumn& column = group.columns.emplace_back();
    column.column = ReadBelow(in, directory.columns.size());
    column.count = ReadBelow(in, uint64_t{group.rows} + 1);
    column.presence = ReadBelow(in, group.presences.size() + 1);
    column.page = ReadRef(in);
    column.bloom = ReadRef(in);
    column.range = ReadRange(in);
    if (column.presence == kAllRows && column.count != group.rows) {
      in.Fail();
    }
  }
  return group;
}

}  // namespace

std::string EncodeDirectory(const PartDirectory& directory) {
  std::string raw;
  encoding::AppendVarint(&raw, directory.sources.size());
  for (const uint64_t source : directory.sources) {
    encoding::AppendVarint(&raw, source);
  }
  encoding::AppendVarint(&raw, directory.streams.size());
  for (const store::EventStream& stream : directory.streams) {
    encoding::AppendVarint(&raw, stream.encoded().size());
    raw.append(stream.encoded());
  }
  encoding::AppendVarint(&raw, directory.columns.size());
  for (const PartColumn& column : directory.columns) {
    raw.push_back(static_cast<char>(column.type));
    encoding::AppendVarint(&raw, column.name.size());
    raw.append(column.name);
  }
  encoding::AppendVarint(&raw, directory.groups.size());
  for (const RowGroup& group : directory.groups) {
    AppendGroup(group, &raw);
  }
  std::string bytes;
  AppendBlob(raw, kDirectoryLevel, &bytes);
  return bytes;
}

base::Result<PartDirectory> DecodeDirectory(std::string_view bytes) {
  encoding::ByteReader outer(bytes);
  Blob blob;
  SB_RETURN_IF_ERROR(blob.Parse(outer));
  std::string raw;
  SB_RETURN_IF_ERROR(blob.ReadInto(&raw));
  encoding::ByteReader in(raw);
  PartDirectory directory;
  for (size_t i = ReadCount(in); i > 0 && in.ok(); --i) {
    directory.sources.push_back(in.Varint());
  }
  for (size_t i = ReadCount(in); i > 0 && in.ok(); --i) {
    SB_ASSIGN_OR_RETURN(store::EventStream stream,
                        store::EventStream::FromEncoded(std::string(in.LengthPrefixed())));
    directory.streams.push_back(std::move(stream));
  }
  for (size_t i = ReadCount(in); i > 0 && in.ok(); --i) {
    PartColumn& column = directory.columns.emplace_back();
    const uint8_t type = in.Byte();
    if (type > static_cast<uint8_t>(store::ValueType::kAny)) {
      in.Fail();
    }
    column.type = static_cast<store::ValueType>(type);
    column.name = in.LengthPrefixed();
  }
  for (size_t i = ReadCount(in); i > 0 && in.ok(); --i) {
    directory.groups.push_back(ReadGroup(in, directory));
  }
  if (!in.ok() || !in.empty()) {
    return base::DataLoss("the directory of a part is damaged");
  }
  return directory;
}

std::string EncodeTail(store::PageRef directory) {
  std::string tail(kTailMagic);
  encoding::AppendLe(&tail, directory.offset);
  encoding::AppendLe(&tail, directory.size_bytes);
  encoding::AppendLe(&tail, kFileVersion);
  encoding::AppendLe(&tail, encoding::Crc32c(tail));
  SB_CHECK(tail.size() == kTailBytes);
  return tail;
}

base::Result<store::PageRef> DecodeTail(std::string_view file) {
  if (file.size() < kTailBytes) {
    return base::DataLoss("a part file is too short");
  }
  const std::string_view tail = file.substr(file.size() - kTailBytes);
  encoding::ByteReader in(tail);
  const std::string_view magic = in.Bytes(kTailMagic.size());
  store::PageRef ref;
  ref.offset = in.Fixed64();
  ref.size_bytes = in.Fixed64();
  const uint32_t version = in.Fixed32();
  const uint32_t checksum = in.Fixed32();
  if (magic != kTailMagic || checksum != encoding::Crc32c(tail.substr(0, kTailBytes - 4))) {
    return base::DataLoss("a part file without its end");
  }
  if (version != kFileVersion) {
    return base::DataLoss("a part file of an unknown version " + std::to_string(version));
  }
  return ref;
}

}  // namespace sb::events
