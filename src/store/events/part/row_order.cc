// SPDX-License-Identifier: Apache-2.0
#include "store/events/part/row_order.h"

#include <algorithm>
#include <cstring>
#include <tuple>

#include "store/interface/event_schema.h"

namespace sb::events {
namespace {

using store::EventBatch;
using store::ValueType;

struct SortKey {
  uint64_t high = 0;
  uint64_t low = 0;
  int64_t time_ns = 0;
  uint32_t number = 0;  // in the rows as they came: keeps equal ones in order
  friend bool operator<(const SortKey& a, const SortKey& b) {
    return std::tie(a.high, a.low, a.time_ns, a.number) <
           std::tie(b.high, b.low, b.time_ns, b.number);
  }
};

// The first 16 bytes, as numbers that sort like them.
void SetIdKey(std::string_view id, SortKey* key) {
  char bytes[16] = {};
  id.copy(bytes, sizeof(bytes));
  std::memcpy(&key->high, bytes, 8);
  std::memcpy(&key->low, bytes + 8, 8);
  key->high = __builtin_bswap64(key->high);
  key->low = __builtin_bswap64(key->low);
}

size_t ValueBytes(const EventBatch::ColumnData& column, size_t i) {
  if (column.ends.empty()) {
    return sizeof(int64_t);
  }
  return column.ends[i] - (i == 0 ? 0 : column.ends[i - 1]);
}

}  // namespace

std::vector<std::string_view> BytesPerRow(const EventBatch& batch, std::string_view name) {
  std::vector<std::string_view> values(batch.row_count());
  for (const EventBatch::ColumnData& column : batch.columns()) {
    if (column.type == ValueType::kBytes && column.name == name) {
      for (size_t i = 0; i < column.rows.size(); ++i) {
        values[column.rows[i]] = column.BytesAt(i);
      }
    }
  }
  return values;
}

void SortRows(Batches batches, RowOrder order,
              const std::vector<std::vector<uint32_t>>& stream_ranks, std::vector<RowRef>* rows) {
  std::vector<std::vector<std::string_view>> ids(batches.size());
  if (order == RowOrder::kByTrace) {
    for (size_t b = 0; b < batches.size(); ++b) {
      ids[b] = BytesPerRow(*batches[b], store::kTraceIdColumn);
    }
  }
  std::vector<SortKey> keys(rows->size());
  for (uint32_t i = 0; i < keys.size(); ++i) {
    const RowRef ref = (*rows)[i];
    keys[i].number = i;
    keys[i].time_ns = batches[ref.batch]->times()[ref.row];
    if (order == RowOrder::kByTrace) {
      SetIdKey(ids[ref.batch][ref.row], &keys[i]);
    } else {
      keys[i].high = stream_ranks[ref.batch][batches[ref.batch]->stream_indexes()[ref.row]];
    }
  }
  std::sort(keys.begin(), keys.end());
  std::vector<RowRef> sorted(rows->size());
  for (size_t i = 0; i < keys.size(); ++i) {
    sorted[i] = (*rows)[keys[i].number];
  }
  *rows = std::move(sorted);
}

RowBytes MeasureRows(Batches batches) {
  RowBytes bytes;
  for (const EventBatch* batch : batches) {
    std::vector<uint32_t>& all = bytes.all.emplace_back(batch->row_count());
    const EventBatch::ColumnData* line = nullptr;
    for (const EventBatch::ColumnData& column : batch->columns()) {
      if (column.type == ValueType::kText && column.name == store::kLineColumn) {
        line = &column;
      }
      for (size_t i = 0; i < column.rows.size(); ++i) {
        all[column.rows[i]] += static_cast<uint32_t>(ValueBytes(column, i));
      }
    }
    std::vector<uint32_t>& counted = bytes.counted.emplace_back(all);
    for (size_t i = 0; line != nullptr && i < line->rows.size(); ++i) {
      counted[line->rows[i]] = static_cast<uint32_t>(ValueBytes(*line, i));
    }
  }
  return bytes;
}

std::vector<size_t> CutGroups(Batches batches, const std::vector<RowRef>& rows,
                              const RowBytes& bytes, RowOrder order, GroupLimits limits) {
  std::vector<std::vector<std::string_view>> ids(batches.size());
  if (order == RowOrder::kByTrace) {
    for (size_t b = 0; b < batches.size(); ++b) {
      ids[b] = BytesPerRow(*batches[b], store::kTraceIdColumn);
    }
  }
  std::vector<size_t> ends;
  size_t begin = 0;
  uint64_t sum = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const RowRef ref = rows[i];
    const size_t count = i - begin;
    const bool full = count >= limits.rows || (count > 0 && sum >= limits.bytes);
    bool cut = full;
    if (order == RowOrder::kByTrace && count >= limits.rows - limits.rows / 16 && !full) {
      const RowRef last = rows[i - 1];
      cut = ids[ref.batch][ref.row] != ids[last.batch][last.row];
    }
    if (cut) {
      ends.push_back(i);
      begin = i;
      sum = 0;
    }
    sum += bytes.all[ref.batch][ref.row] + sizeof(int64_t);
  }
  if (!rows.empty()) {
    ends.push_back(rows.size());
  }
  return ends;
}

}  // namespace sb::events
