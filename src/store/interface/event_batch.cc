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

base::Status EventBatch::CheckColumn(const ColumnData& column) const {
  const auto bad = [&column](const char* what) {
    return base::InvalidArgument(std::string(what) + " in the column " + column.name);
  };
  for (size_t i = 0; i < column.rows.size(); ++i) {
    if (column.rows[i] >= times_.size() || (i > 0 && column.rows[i] <= column.rows[i - 1])) {
      return bad("rows out of order");
    }
  }
  const bool bytes = EventValue{.type = column.type}.has_bytes();
  const bool numbers = column.type == ValueType::kFloat;
  const size_t count = column.rows.size();
  if (column.ends.size() != (bytes ? count : 0) || column.numbers.size() != (numbers ? count : 0) ||
      column.integers.size() != (!bytes && !numbers ? count : 0)) {
    return bad("another number of values than rows");
  }
  for (size_t i = 0; i < column.ends.size(); ++i) {
    if (column.ends[i] < (i == 0 ? 0 : column.ends[i - 1])) {
      return bad("values out of order");
    }
  }
  if (column.bytes.size() != (column.ends.empty() ? 0 : column.ends.back())) {
    return bad("values of another size");
  }
  return base::OkStatus();
}

base::Result<EventBatch> EventBatch::FromColumns(std::vector<EventStream> streams,
                                                 std::vector<int64_t> times,
                                                 std::vector<uint32_t> row_streams,
                                                 std::deque<ColumnData> columns) {
  EventBatch batch;
  if (times.size() != row_streams.size()) {
    return base::InvalidArgument("a batch with another number of streams than times");
  }
  for (const uint32_t stream : row_streams) {
    if (stream >= streams.size()) {
      return base::InvalidArgument("a batch with a row of an unknown stream");
    }
  }
  for (uint32_t i = 0; i < streams.size(); ++i) {
    batch.stream_by_hash_.emplace(streams[i].Hash(), i);
  }
  batch.streams_ = std::move(streams);
  batch.times_ = std::move(times);
  batch.row_streams_ = std::move(row_streams);
  for (const ColumnData& column : columns) {
    SB_RETURN_IF_ERROR(batch.CheckColumn(column));
  }
  const size_t count = columns.size();
  for (ColumnData& column : columns) {
    const ColumnId id = batch.Column(column.name, column.type);
    batch.columns_[id] = std::move(column);
  }
  return batch.columns_.size() == count
             ? base::Result<EventBatch>(std::move(batch))
             : base::InvalidArgument("a batch with two columns of one name and type");
}

void EventBatch::AppendRows(const EventBatch& other, const std::vector<uint8_t>* keep) {
  std::vector<uint32_t> stream_of;
  for (const EventStream& stream : other.streams_) {
    stream_of.push_back(AddStream(stream));
  }
  std::vector<uint32_t> row_of(other.row_count(), UINT32_MAX);
  for (uint32_t row = 0; row < other.row_count(); ++row) {
    if (keep == nullptr || (*keep)[row] != 0) {
      row_of[row] = static_cast<uint32_t>(times_.size());
      AddRow(stream_of[other.row_streams_[row]], other.times_[row]);
    }
  }
  for (const ColumnData& from : other.columns_) {
    if (!from.rows.empty()) {
      AppendColumn(from, row_of, keep == nullptr, &columns_[Column(from.name, from.type)]);
    }
  }
}

void EventBatch::AppendColumn(const ColumnData& from, const std::vector<uint32_t>& row_of, bool all,
                              ColumnData* to) {
  if (!all) {
    for (size_t i = 0; i < from.rows.size(); ++i) {
      if (row_of[from.rows[i]] == UINT32_MAX) {
        continue;
      }
      to->rows.push_back(row_of[from.rows[i]]);
      if (!from.ends.empty()) {
        to->bytes.append(from.BytesAt(i));
        to->ends.push_back(static_cast<uint32_t>(to->bytes.size()));
      } else if (!from.numbers.empty()) {
        to->numbers.push_back(from.numbers[i]);
      } else {
        to->integers.push_back(from.integers[i]);
      }
    }
    return;
  }
  SB_CHECK(from.bytes.size() <= UINT32_MAX - to->bytes.size());
  const auto bytes_before = static_cast<uint32_t>(to->bytes.size());
  to->rows.reserve(to->rows.size() + from.rows.size());
  for (const uint32_t row : from.rows) {
    to->rows.push_back(row_of[row]);
  }
  to->ends.reserve(to->ends.size() + from.ends.size());
  for (const uint32_t end : from.ends) {
    to->ends.push_back(bytes_before + end);
  }
  to->bytes.append(from.bytes);
  to->integers.insert(to->integers.end(), from.integers.begin(), from.integers.end());
  to->numbers.insert(to->numbers.end(), from.numbers.begin(), from.numbers.end());
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
