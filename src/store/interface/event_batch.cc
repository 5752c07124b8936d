// SPDX-License-Identifier: Apache-2.0
#include "store/interface/event_batch.h"

#include "base/check.h"
#include "encoding/hash.h"

namespace sb::store {
namespace {

constexpr size_t kSlotsMin = 64;

uint64_t KeyHash(std::string_view name, ValueType type) {
  return encoding::Hash64Of(name, static_cast<uint64_t>(type));
}

}  // namespace

uint32_t EventBatch::AddStream(const EventStream& stream) {
  const uint64_t hash = stream.Hash();
  const auto [begin, end] = stream_by_hash_.equal_range(hash);
  for (auto it = begin; it != end; ++it) {
    if (streams_[it->second] == stream) {
      return it->second;
    }
  }
  const auto index = static_cast<uint32_t>(streams_.size());
  streams_.push_back(stream);
  stream_by_hash_.emplace(hash, index);
  return index;
}

EventBatch::ColumnId EventBatch::Column(std::string_view name, ValueType type) {
  if (slots_.size() < 2 * (columns_.size() + 1)) {
    GrowSlots();
  }
  const size_t mask = slots_.size() - 1;
  for (size_t at = KeyHash(name, type) & mask;; at = (at + 1) & mask) {
    if (slots_[at] == 0) {
      slots_[at] = static_cast<uint32_t>(columns_.size()) + 1;
      ColumnData& column = columns_.emplace_back();
      column.name.assign(name);
      column.type = type;
      return slots_[at] - 1;
    }
    const ColumnData& column = columns_[slots_[at] - 1];
    if (column.type == type && column.name == name) {
      return slots_[at] - 1;
    }
  }
}

void EventBatch::GrowSlots() {
  slots_.assign(std::max(kSlotsMin, 2 * slots_.size()), 0);
  const size_t mask = slots_.size() - 1;
  for (uint32_t id = 0; id < columns_.size(); ++id) {
    size_t at = KeyHash(columns_[id].name, columns_[id].type) & mask;
    while (slots_[at] != 0) {
      at = (at + 1) & mask;
    }
    slots_[at] = id + 1;
  }
}

void EventBatch::AddRow(uint32_t stream, int64_t time_ns) {
  SB_DCHECK(stream < streams_.size());
  times_.push_back(time_ns);
  row_streams_.push_back(stream);
}

// Marks the last row as one that has a value; false if it has one already.
bool EventBatch::Claim(ColumnData& column) {
  SB_DCHECK(!times_.empty());
  const auto row = static_cast<uint32_t>(times_.size() - 1);
  if (!column.rows.empty() && column.rows.back() == row) {
    return false;
  }
  column.rows.push_back(row);
  return true;
}

void EventBatch::SetBytes(ColumnId column_id, std::string_view bytes) {
  ColumnData& column = columns_[column_id];
  SB_DCHECK(column.type == ValueType::kText || column.type == ValueType::kBytes ||
            column.type == ValueType::kAny);
  if (!Claim(column)) {
    return;
  }
  SB_CHECK(bytes.size() <= UINT32_MAX - column.bytes.size());
  column.bytes.append(bytes);
  column.ends.push_back(static_cast<uint32_t>(column.bytes.size()));
}

void EventBatch::SetInt(ColumnId column_id, int64_t value) {
  ColumnData& column = columns_[column_id];
  SB_DCHECK(column.type == ValueType::kInt || column.type == ValueType::kBool);
  if (Claim(column)) {
    column.integers.push_back(column.type == ValueType::kBool ? value != 0 : value);
  }
}

void EventBatch::SetFloat(ColumnId column_id, double value) {
  ColumnData& column = columns_[column_id];
  SB_DCHECK(column.type == ValueType::kFloat);
  if (Claim(column)) {
    column.numbers.push_back(value);
  }
}

void EventBatch::Set(std::string_view name, const EventValue& value) {
  const ColumnId column = Column(name, value.type);
  if (value.has_bytes()) {
    SetBytes(column, value.bytes);
  } else if (value.type == ValueType::kFloat) {
    SetFloat(column, value.number);
  } else {
    SetInt(column, value.integer);
  }
}

void EventBatch::DropLastRow() {
  SB_CHECK(!times_.empty());
  const auto row = static_cast<uint32_t>(times_.size() - 1);
  for (ColumnData& column : columns_) {
    if (column.rows.empty() || column.rows.back() != row) {
      continue;
    }
    column.rows.pop_back();
    if (column.type == ValueType::kFloat) {
      column.numbers.pop_back();
    } else if (column.type == ValueType::kInt || column.type == ValueType::kBool) {
      column.integers.pop_back();
    } else {
      column.ends.pop_back();
      column.bytes.resize(column.ends.empty() ? 0 : column.ends.back());
    }
  }
  times_.pop_back();
  row_streams_.pop_back();
}

size_t EventBatch::SizeBytes() const {
  size_t bytes = times_.size() * (sizeof(int64_t) + sizeof(uint32_t));
  for (const EventStream& stream : streams_) {
    bytes += stream.encoded().size() + stream.attributes().size() * sizeof(EventAttribute);
  }
  for (const ColumnData& column : columns_) {
    bytes += sizeof(ColumnData) + column.name.size() + column.bytes.size() +
             (column.rows.size() + column.ends.size()) * sizeof(uint32_t) +
             column.integers.size() * sizeof(int64_t) + column.numbers.size() * sizeof(double);
  }
  return bytes;
}

}  // namespace sb::store
