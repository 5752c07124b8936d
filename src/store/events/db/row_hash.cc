// SPDX-License-Identifier: Apache-2.0
#include "store/events/db/row_hash.h"

#include <algorithm>
#include <bit>
#include <string_view>
#include <utility>

namespace sb::events {
namespace {

using store::EventBatch;
using store::ValueType;

constexpr size_t kSlotsMin = 1024;

// A number as two well mixed halves: multiplications by odd constants, folded.
RowHash MixNumber(uint64_t number, uint64_t seed) {
  const auto fold = [](uint64_t a, uint64_t b) {
    const auto product = static_cast<unsigned __int128>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  };
  const uint64_t a = number ^ seed;
  const uint64_t b = std::rotl(number, 32) ^ std::rotl(seed, 17);
  return {fold(a ^ 0x9e3779b97f4a7c15, b ^ 0xd6e8feb86659fd93),
          fold(a ^ 0xa0761d6478bd642f, b ^ 0xe7037ed1a0b428db)};
}

uint64_t ColumnSeed(std::string_view name, ValueType type, uint64_t seed) {
  return encoding::Hash64Of(name, seed + static_cast<uint64_t>(type));
}

// Sums do not depend on the order of columns.
void Add(const RowHash& part, RowHash* hash) {
  hash->low += part.low;
  hash->high += part.high;
}

RowHash StartOf(int64_t time_ns, const RowHash& stream, uint64_t seed) {
  RowHash hash = MixNumber(static_cast<uint64_t>(time_ns), seed);
  Add(stream, &hash);
  return hash;
}

RowHash HashStream(const store::EventStream& stream, uint64_t seed) {
  return encoding::Hash128Of(stream.encoded(), ~seed);
}

}  // namespace

std::vector<RowHash> HashRows(const EventBatch& batch, uint64_t seed) {
  std::vector<RowHash> streams;
  for (const store::EventStream& stream : batch.streams()) {
    streams.push_back(HashStream(stream, seed));
  }
  std::vector<RowHash> hashes(batch.row_count());
  for (size_t row = 0; row < hashes.size(); ++row) {
    hashes[row] = StartOf(batch.times()[row], streams[batch.stream_indexes()[row]], seed);
  }
  for (const EventBatch::ColumnData& column : batch.columns()) {
    const uint64_t column_seed = ColumnSeed(column.name, column.type, seed);
    for (size_t i = 0; i < column.rows.size(); ++i) {
      RowHash value;
      if (!column.ends.empty()) {
        value = encoding::Hash128Of(column.BytesAt(i), column_seed);
      } else if (!column.numbers.empty()) {
        value = MixNumber(std::bit_cast<uint64_t>(column.numbers[i]), column_seed);
      } else {
        value = MixNumber(static_cast<uint64_t>(column.integers[i]), column_seed);
      }
      Add(value, &hashes[column.rows[i]]);
    }
  }
  return hashes;
}

base::Result<std::vector<RowHash>> HashRows(const RowSet& rows, std::span<const uint32_t> numbers,
                                            uint64_t seed) {
  std::vector<int64_t> times;
  std::vector<uint32_t> streams;
  SB_RETURN_IF_ERROR(rows.ReadTimes(&times));
  SB_RETURN_IF_ERROR(rows.ReadStreams(&streams));
  std::vector<RowHash> hashes;
  for (const uint32_t row : numbers) {
    hashes.push_back(StartOf(times[row], HashStream(rows.stream(streams[row]), seed), seed));
  }
  for (uint32_t c = 0; c < rows.column_count(); ++c) {
    store::EventColumn column;
    ReadBuffers buffers;
    SB_RETURN_IF_ERROR(rows.Read(c, numbers, false, &column, &buffers));
    const uint64_t column_seed = ColumnSeed(rows.column_name(c), column.type, seed);
    for (size_t i = 0; i < numbers.size(); ++i) {
      if (!column.Has(i)) {
        continue;
      }
      const store::EventValue value = column.At(i);
      if (value.has_bytes()) {
        Add(encoding::Hash128Of(value.bytes, column_seed), &hashes[i]);
      } else if (value.type == ValueType::kFloat) {
        Add(MixNumber(std::bit_cast<uint64_t>(value.number), column_seed), &hashes[i]);
      } else {
        Add(MixNumber(static_cast<uint64_t>(value.integer), column_seed), &hashes[i]);
      }
    }
  }
  return hashes;
}

size_t RowHashSet::Find(const RowHash& hash) const {
  const size_t mask = slots_.size() - 1;
  size_t at = hash.low & mask;
  while (slots_[at] != RowHash{} && slots_[at] != hash) {
    at = (at + 1) & mask;
  }
  return at;
}

bool RowHashSet::Contains(const RowHash& hash) const {
  return !slots_.empty() && slots_[Find(hash)] == hash;
}

void RowHashSet::Reserve(size_t count) {
  const size_t slots = std::bit_ceil(std::max(kSlotsMin, 2 * count));
  if (slots > slots_.size()) {
    Grow(slots);
  }
}

void RowHashSet::Grow(size_t slots) {
  std::vector<RowHash> old(slots);
  std::swap(old, slots_);
  for (size_t i = 0; i < old.size(); ++i) {
    Prefetch(old[std::min(i + kHashesAhead, old.size() - 1)]);
    if (old[i] != RowHash{}) {
      slots_[Find(old[i])] = old[i];
    }
  }
}

bool RowHashSet::Insert(const RowHash& hash) {
  if ((count_ + 1) * 2 > slots_.size()) {
    Grow(std::max(kSlotsMin, slots_.size() * 2));
  }
  const size_t at = Find(hash);
  if (slots_[at] == hash) {
    return false;
  }
  slots_[at] = hash;
  ++count_;
  return true;
}

}  // namespace sb::events
