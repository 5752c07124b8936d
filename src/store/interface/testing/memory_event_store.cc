// SPDX-License-Identifier: Apache-2.0
#include "store/interface/testing/memory_event_store.h"

#include <algorithm>
#include <bit>
#include <tuple>
#include <utility>

namespace sb::store {
namespace {

using Row = MemoryEventStore::Row;
using RowPtr = std::shared_ptr<const Row>;

EventValue ViewOf(const FilterOperand& owned) {
  EventValue value = owned.value;
  value.bytes = owned.bytes;
  return value;
}

class MemoryRowValues final : public RowValues {
 public:
  explicit MemoryRowValues(const Row& row) : row_(row) {}
  void Find(std::string_view name, std::vector<EventValue>* values) const override {
    for (const auto& [field, value] : row_.values) {
      if (name == "*" ? field.type == ValueType::kText : field.name == name) {
        values->push_back(ViewOf(value));
      }
    }
  }
  const EventStream& stream() const override { return row_.stream; }

 private:
  const Row& row_;
};

FilterOperand ValueOf(const EventBatch::ColumnData& column, size_t i) {
  FilterOperand operand;
  operand.value.type = column.type;
  if (operand.value.has_bytes()) {
    operand.bytes = column.BytesAt(i);
  } else if (column.type == ValueType::kFloat) {
    operand.value.number = column.numbers[i];
  } else {
    operand.value.integer = column.integers[i];
  }
  return operand;
}

std::vector<Row> RowsOf(const EventBatch& batch) {
  std::vector<Row> rows(batch.row_count());
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i].stream = batch.streams()[batch.stream_indexes()[i]];
    rows[i].time_ns = batch.times()[i];
  }
  for (const EventBatch::ColumnData& column : batch.columns()) {
    for (size_t i = 0; i < column.rows.size(); ++i) {
      rows[column.rows[i]].values.emplace(MemoryEventStore::Field{column.name, column.type},
                                          ValueOf(column, i));
    }
  }
  return rows;
}

class MemoryBlock final : public EventBlock {
 public:
  void AddRow(uint32_t stream, int64_t time_ns) {
    times_.push_back(time_ns);
    streams_.push_back(stream);
  }
  void set_bound_ns(int64_t bound) { bound_ns_ = bound; }

  // A column of `values`, one per row, null where absent.
  void AddColumn(const MemoryEventStore::Field& field,
                 const std::vector<const FilterOperand*>& values, bool lengths) {
    EventColumn column;
    column.name = field.name;
    column.type = lengths ? ValueType::kInt : field.type;
    column.presence.assign((values.size() + 63) / 64, 0);
    for (size_t row = 0; row < values.size(); ++row) {
      static const FilterOperand absent;
      const FilterOperand& value = values[row] == nullptr ? absent : *values[row];
      if (values[row] != nullptr) {
        column.presence[row / 64] |= uint64_t{1} << (row % 64);
      }
      if (lengths) {
        column.integers.push_back(static_cast<int64_t>(value.bytes.size()));
      } else if (field.type == ValueType::kFloat) {
        column.numbers.push_back(value.value.number);
      } else if (field.type == ValueType::kInt || field.type == ValueType::kBool) {
        column.integers.push_back(value.value.integer);
      } else {
        column.texts.push_back(value.bytes);
      }
    }
    columns_.push_back(std::move(column));
  }
};

class MemoryScan final : public EventScan {
 public:
  // `rows` in time order of the scan.
  MemoryScan(const ReadContext& context, EventScanOptions options, std::vector<RowPtr> rows,
             size_t block_rows)
      : context_(context),
        options_(std::move(options)),
        rows_(std::move(rows)),
        block_rows_(block_rows) {}

  base::Result<const EventBlock*> Next() override {
    SB_RETURN_IF_ERROR(context_.CheckAlive());
    if (next_ == rows_.size()) {
      return static_cast<const EventBlock*>(nullptr);
    }
    const size_t end = std::min(rows_.size(), next_ + block_rows_);
    std::vector<RowPtr> rows(rows_.begin() + static_cast<ptrdiff_t>(next_),
                             rows_.begin() + static_cast<ptrdiff_t>(end));
    next_ = end;
    BuildBlock(std::move(rows));
    stats_.rows_returned += block_->row_count();
    return static_cast<const EventBlock*>(block_.get());
  }
  const EventStream& stream(uint32_t index) const override { return *streams_[index]; }
  ScanStats stats() const override { return stats_; }
  std::vector<std::string> warnings() const override { return {}; }
  void set_rows_inspected(uint64_t rows) { stats_.rows_inspected = rows; }

 private:
  uint32_t IndexOf(const EventStream& stream) {
    const auto [found, added] = index_.emplace(stream.encoded(), streams_.size());
    if (added) {
      streams_.push_back(std::make_unique<EventStream>(stream));
    }
    return static_cast<uint32_t>(found->second);
  }

  void BuildBlock(std::vector<RowPtr> rows) {
    for (const RowPtr& row : rows) {
      IndexOf(row->stream);
    }
    if (options_.block_order == BlockOrder::kByStream) {
      std::stable_sort(rows.begin(), rows.end(), [this](const RowPtr& a, const RowPtr& b) {
        return std::make_tuple(IndexOf(a->stream), a->time_ns) <
               std::make_tuple(IndexOf(b->stream), b->time_ns);
      });
    }
    block_ = std::make_unique<MemoryBlock>();
    std::set<MemoryEventStore::Field> fields;
    for (const RowPtr& row : rows) {
      block_->AddRow(IndexOf(row->stream), row->time_ns);
      for (const auto& [field, value] : row->values) {
        fields.insert(field);
      }
    }
    for (const MemoryEventStore::Field& field : fields) {
      AddColumns(field, rows);
    }
    const bool newest_first = options_.order == ScanOrder::kNewestFirst;
    block_->set_bound_ns(next_ < rows_.size() ? rows_[next_]->time_ns
                                              : (newest_first ? INT64_MIN : INT64_MAX));
    held_ = std::move(rows);
  }

  void AddColumns(const MemoryEventStore::Field& field, const std::vector<RowPtr>& rows) {
    std::vector<const FilterOperand*> values;
    for (const RowPtr& row : rows) {
      const auto found = row->values.find(field);
      values.push_back(found == row->values.end() ? nullptr : &found->second);
    }
    bool full = false;
    bool lengths = false;
    for (const ColumnRequest& request : options_.columns) {
      if (request.Covers(field.name)) {
        const bool only_lengths =
            request.lengths_only && EventValue{.type = field.type}.has_bytes();
        lengths |= only_lengths;
        full |= !only_lengths;
      }
    }
    if (full) {
      block_->AddColumn(field, values, false);
    }
    if (lengths) {
      block_->AddColumn(field, values, true);
    }
  }

  const ReadContext& context_;
  const EventScanOptions options_;
  const std::vector<RowPtr> rows_;
  const size_t block_rows_;
  size_t next_ = 0;
  std::vector<std::unique_ptr<EventStream>> streams_;
  std::map<std::string, size_t, std::less<>> index_;
  std::unique_ptr<MemoryBlock> block_;
  std::vector<RowPtr> held_;
  ScanStats stats_;
};

}  // namespace

std::string MemoryEventStore::Row::Key() const {
  std::string key(stream.encoded());
  const auto add = [&key](std::string_view bytes) {
    key += std::to_string(bytes.size());
    key += ':';
    key += bytes;
  };
  add(std::to_string(time_ns));
  for (const auto& [field, value] : values) {
    add(field.name);
    add(std::to_string(static_cast<int>(field.type)));
    add(value.bytes);
    add(std::to_string(value.value.integer));
    add(std::to_string(std::bit_cast<uint64_t>(value.value.number)));
  }
  return key;
}

base::Status MemoryEventStore::Write(EventBatch batch) {
  {
    base::MutexLock lock(mutex_);
    for (Row& row : RowsOf(batch)) {
      if (keys_.insert(row.Key()).second) {
        rows_.push_back(std::make_shared<const Row>(std::move(row)));
      }
    }
  }
  subscriptions_.Tell(batch);
  return base::OkStatus();
}

base::Result<std::unique_ptr<EventScan>> MemoryEventStore::Scan(const ReadContext& context,
                                                                EventScanOptions options) const {
  SB_ASSIGN_OR_RETURN(const RowFilter filter, RowFilter::Create(options.filter));
  std::vector<RowPtr> rows;
  uint64_t inspected = 0;
  {
    base::MutexLock lock(mutex_);
    for (const RowPtr& row : rows_) {
      if (!options.range.Contains(row->time_ns) || !row->stream.Matches(options.matchers)) {
        continue;
      }
      ++inspected;
      if (filter.Holds(MemoryRowValues(*row))) {
        rows.push_back(row);
      }
    }
  }
  const bool newest_first = options.order == ScanOrder::kNewestFirst;
  std::stable_sort(rows.begin(), rows.end(), [newest_first](const RowPtr& a, const RowPtr& b) {
    return newest_first ? a->time_ns > b->time_ns : a->time_ns < b->time_ns;
  });
  auto scan =
      std::make_unique<MemoryScan>(context, std::move(options), std::move(rows), block_rows_);
  scan->set_rows_inspected(inspected);
  return std::unique_ptr<EventScan>(std::move(scan));
}

base::Result<std::unique_ptr<EventScan>> MemoryEventStore::ScanTraces(
    const ReadContext& context, std::vector<std::string> ids, EventScanOptions options) const {
  std::vector<FilterOperand> operands;
  for (std::string& id : ids) {
    operands.push_back({EventValue::Bytes({}), std::move(id)});
  }
  std::vector<EventFilter> both;
  both.push_back(EventFilter::In("trace_id", std::move(operands)));
  both.push_back(std::move(options.filter));
  options.filter = EventFilter::And(std::move(both));
  options.range = {};
  return Scan(context, std::move(options));
}

base::Result<std::vector<StreamInfo>> MemoryEventStore::Streams(
    const ReadContext& context, EventRange range,
    const std::vector<model::Matcher>& matchers) const {
  SB_RETURN_IF_ERROR(context.CheckAlive());
  std::map<std::string, StreamInfo, std::less<>> infos;
  base::MutexLock lock(mutex_);
  for (const RowPtr& row : rows_) {
    if (!range.Contains(row->time_ns) || !row->stream.Matches(matchers)) {
      continue;
    }
    const auto [found, added] = infos.try_emplace(std::string(row->stream.encoded()));
    StreamInfo& info = found->second;
    info.stream = row->stream;
    info.first_ns = added ? row->time_ns : std::min(info.first_ns, row->time_ns);
    info.last_ns = added ? row->time_ns : std::max(info.last_ns, row->time_ns);
    ++info.rows;
    for (const auto& [field, value] : row->values) {
      const bool counts =
          row->values.contains({"line", ValueType::kText}) ? field.name == "line" : true;
      info.bytes += counts ? (value.value.has_bytes() ? value.bytes.size() : 8) : 0;
    }
  }
  std::vector<StreamInfo> result;
  for (auto& [key, info] : infos) {
    result.push_back(std::move(info));
  }
  return result;
}

base::Result<std::vector<FieldName>> MemoryEventStore::FieldNames(const ReadContext& context,
                                                                  EventRange range) const {
  SB_RETURN_IF_ERROR(context.CheckAlive());
  std::set<Field> fields;
  base::MutexLock lock(mutex_);
  for (const RowPtr& row : rows_) {
    if (range.Contains(row->time_ns)) {
      for (const auto& [field, value] : row->values) {
        fields.insert(field);
      }
    }
  }
  std::vector<FieldName> names;
  for (const Field& field : fields) {
    names.push_back({field.name, field.type});
  }
  return names;
}

std::unique_ptr<EventReader::Subscription> MemoryEventStore::Subscribe(
    std::function<void(const EventBatch&)> callback) {
  return subscriptions_.Add(std::move(callback));
}

base::Status MemoryEventStore::Delete(const EventRange& range,
                                      const std::vector<model::Matcher>& matchers,
                                      const EventFilter& filter) {
  SB_ASSIGN_OR_RETURN(const RowFilter compiled, RowFilter::Create(filter));
  base::MutexLock lock(mutex_);
  std::erase_if(rows_, [&](const RowPtr& row) {
    return range.Contains(row->time_ns) && row->stream.Matches(matchers) &&
           compiled.Holds(MemoryRowValues(*row));
  });
  keys_.clear();
  for (const RowPtr& row : rows_) {
    keys_.insert(row->Key());
  }
  return base::OkStatus();
}

size_t MemoryEventStore::row_count() const {
  base::MutexLock lock(mutex_);
  return rows_.size();
}

}  // namespace sb::store
