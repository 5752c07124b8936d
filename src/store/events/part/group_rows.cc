// SPDX-License-Identifier: Apache-2.0
#include "store/events/part/group_rows.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>

#include "encoding/bytes.h"
#include "encoding/int_column.h"
#include "store/events/column/blob.h"
#include "store/events/column/bloom.h"
#include "store/interface/event_schema.h"

namespace sb::events {

using store::ValueType;

struct GroupRows::Presence {
  Bitmap rows;
  std::vector<uint32_t> before;  // set bits before each word

  bool Has(uint32_t row) const { return rows.Test(row); }
  uint32_t PositionOf(uint32_t row) const {
    const uint64_t below = rows.words()[row / 64] & ((uint64_t{1} << (row % 64)) - 1);
    return before[row / 64] + static_cast<uint32_t>(std::popcount(below));
  }
};

struct GroupRows::Opened {
  std::shared_ptr<const Presence> presence;  // null: all rows
  std::optional<ValueColumn> values;
};

GroupRows::GroupRows(std::shared_ptr<const Part> part, size_t group)
    : part_(std::move(part)),
      group_(part_->directory().groups[group]),
      presences_(group_.presences.size()),
      opened_(group_.columns.size()) {}

GroupRows::~GroupRows() = default;

base::Status GroupRows::ReadInts(store::PageRef ref, store::PageType type,
                                 std::vector<int64_t>* values) const {
  SB_ASSIGN_OR_RETURN(const std::string_view page, part_->Page(ref, type));
  encoding::IntColumn column;
  SB_RETURN_IF_ERROR(column.Parse(page));
  if (column.count() != group_.rows) {
    return base::DataLoss("a page with another number of rows in " + part_->path());
  }
  values->resize(group_.rows);
  return column.Decode(0, group_.rows, values->data());
}

base::Status GroupRows::ReadTimes(std::vector<int64_t>* times) const {
  return ReadInts(group_.times, kTimesPage, times);
}

base::Result<std::span<const int64_t>> GroupRows::Times() const {
  {
    base::MutexLock lock(mutex_);
    if (times_ != nullptr) {
      return std::span<const int64_t>(*times_);
    }
  }
  auto times = std::make_shared<std::vector<int64_t>>();
  SB_RETURN_IF_ERROR(ReadTimes(times.get()));
  base::MutexLock lock(mutex_);
  if (times_ == nullptr) {
    times_ = std::move(times);  // what was handed out stays
  }
  return std::span<const int64_t>(*times_);
}

base::Result<std::string_view> GroupRows::LineBytes() const {
  for (uint32_t number = 0; number < column_count(); ++number) {
    if (column_name(number) == store::kLineColumn && column_type(number) == ValueType::kText) {
      return part_->Page(group_.columns[number].page, kColumnPage);
    }
  }
  return base::DataLoss("a row group without the lines that it refers to in " + part_->path());
}

base::Status GroupRows::ReadStreams(std::vector<uint32_t>* streams) const {
  std::vector<int64_t> numbers;
  SB_RETURN_IF_ERROR(ReadInts(group_.stream_numbers, kStreamsPage, &numbers));
  streams->resize(numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (static_cast<uint64_t>(numbers[i]) >= group_.streams.size()) {
      return base::DataLoss("a row of an unknown stream in " + part_->path());
    }
    (*streams)[i] = static_cast<uint32_t>(numbers[i]);
  }
  return base::OkStatus();
}

bool GroupRows::MayHold(uint32_t number, const Condition& condition) const {
  const GroupColumn& column = group_.columns[number];
  if (column.count == 0) {
    return false;
  }
  if (condition.rule().op() == store::FilterOp::kExists) {
    return true;
  }
  if (column.range.kind == ValueRange::Kind::kIntegers) {
    return condition.MayHoldBetween(column.range.low, column.range.high);
  }
  if (column.range.kind == ValueRange::Kind::kNumbers) {
    return condition.MayHoldBetween(column.range.low_number, column.range.high_number);
  }
  const store::FilterOp op = condition.rule().op();
  if (column.bloom.size_bytes == 0 ||
      (op != store::FilterOp::kEqual && op != store::FilterOp::kIn)) {
    return true;
  }
  const base::Result<std::string_view> bloom = part_->Page(column.bloom, kBloomPage);
  if (!bloom.ok()) {
    return true;  // the values themselves will tell
  }
  const auto& operands = condition.rule().operands();
  return std::any_of(operands.begin(), operands.end(), [&](const store::FilterOperand& operand) {
    return BloomMayContain(*bloom, operand.bytes);
  });
}

base::Result<std::shared_ptr<const GroupRows::Presence>> GroupRows::OpenPresence(
    uint32_t presence) const {
  {
    base::MutexLock lock(mutex_);
    if (presences_[presence] != nullptr) {
      return presences_[presence];
    }
  }
  SB_ASSIGN_OR_RETURN(const std::string_view page,
                      part_->Page(group_.presences[presence], kPresencePage));
  encoding::ByteReader in(page);
  Blob blob;
  SB_RETURN_IF_ERROR(blob.Parse(in));
  std::string words;
  SB_RETURN_IF_ERROR(blob.ReadInto(&words));
  auto opened = std::make_shared<Presence>();
  opened->rows.Reset(group_.rows);
  if (words.size() != opened->rows.words().size() * 8) {
    return base::DataLoss("a presence page of another size in " + part_->path());
  }
  uint32_t count = 0;
  for (size_t i = 0; i < opened->rows.words().size(); ++i) {
    const auto word = encoding::LoadLe<uint64_t>(words.data() + i * 8);
    opened->rows.mutable_words()[i] = word;
    opened->before.push_back(count);
    count += static_cast<uint32_t>(std::popcount(word));
  }
  opened->rows.ClearTail();
  base::MutexLock lock(mutex_);
  presences_[presence] = opened;
  return std::shared_ptr<const Presence>(std::move(opened));
}

base::Result<std::shared_ptr<const GroupRows::Opened>> GroupRows::OpenColumn(
    uint32_t number) const {
  {
    base::MutexLock lock(mutex_);
    if (opened_[number] != nullptr) {
      return opened_[number];
    }
  }
  const GroupColumn& column = group_.columns[number];
  auto opened = std::make_shared<Opened>();
  if (column.presence != kAllRows) {
    SB_ASSIGN_OR_RETURN(opened->presence, OpenPresence(column.presence - 1));
    if (opened->presence->rows.Count() != column.count) {
      return base::DataLoss("a column with another number of rows in " + part_->path());
    }
  }
  SB_ASSIGN_OR_RETURN(const std::string_view page, part_->Page(column.page, kColumnPage));
  base::Result<ValueColumn> values =
      ValueColumn::Open(column_type(number), page, column.count, this);
  if (!values.ok()) {
    return values.status().WithPrefix("column " + column_name(number) + " in " + part_->path());
  }
  opened->values.emplace(std::move(*values));
  base::MutexLock lock(mutex_);
  opened_[number] = opened;
  return std::shared_ptr<const Opened>(std::move(opened));
}

base::Status GroupRows::ReadPresence(uint32_t number, Bitmap* rows) const {
  const GroupColumn& column = group_.columns[number];
  if (column.presence == kAllRows) {
    rows->SetRange(0, group_.rows);
    return base::OkStatus();
  }
  SB_ASSIGN_OR_RETURN(const std::shared_ptr<const Presence> presence,
                      OpenPresence(column.presence - 1));
  rows->Or(presence->rows);
  return base::OkStatus();
}

base::Status GroupRows::Evaluate(uint32_t number, const Condition& condition,
                                 const Bitmap& candidates, Bitmap* rows) const {
  if (condition.rule().op() == store::FilterOp::kExists) {
    return ReadPresence(number, rows);
  }
  SB_ASSIGN_OR_RETURN(const std::shared_ptr<const Opened> column, OpenColumn(number));
  if (column->presence == nullptr) {
    return column->values->Evaluate(condition, &candidates, rows);
  }
  const Presence& presence = *column->presence;
  Bitmap wanted(column->values->count());
  Bitmap holding(column->values->count());
  Bitmap both = presence.rows;
  both.And(candidates);
  both.ForEach([&](uint32_t row) { wanted.Set(presence.PositionOf(row)); });
  SB_RETURN_IF_ERROR(column->values->Evaluate(condition, &wanted, &holding));
  both.ForEach([&](uint32_t row) {
    if (holding.Test(presence.PositionOf(row))) {
      rows->Set(row);
    }
  });
  return base::OkStatus();
}

int GroupRows::cost(uint32_t number) const {
  const ValueType type = column_type(number);
  if (!store::EventValue{.type = type}.has_bytes()) {
    return 1;
  }
  // A dictionary is small; the size of the page tells enough without opening it.
  return 2 +
         static_cast<int>(std::min<uint64_t>(group_.columns[number].page.size_bytes / 8192, 100));
}

base::Status GroupRows::ReadAs(uint32_t number, std::span<const uint32_t> rows, bool lengths,
                               const store::LineProjection* projection, store::EventColumn* out,
                               ReadBuffers* buffers) const {
  SB_ASSIGN_OR_RETURN(const std::shared_ptr<const Opened> column, OpenColumn(number));
  buffers->kept.push_back(column);
  const ValueType type = column_type(number);
  const bool text = store::EventValue{.type = type}.has_bytes();
  out->type = text && lengths ? ValueType::kInt : type;
  std::vector<uint32_t> positions;
  std::vector<uint32_t> places;  // in `rows`
  const Presence* presence = column->presence.get();
  if (presence == nullptr) {
    positions.assign(rows.begin(), rows.end());
  } else {
    out->presence.assign((rows.size() + 63) / 64, 0);
    for (uint32_t i = 0; i < rows.size(); ++i) {
      if (presence->Has(rows[i])) {
        positions.push_back(presence->PositionOf(rows[i]));
        places.push_back(i);
        out->presence[i / 64] |= uint64_t{1} << (i % 64);
      }
    }
  }
  // Spreads values over the rows that have one.
  const auto spread = [&](auto& values, auto* to, auto absent) {
    if (presence == nullptr || positions.size() == rows.size()) {
      *to = std::move(values);
      return;
    }
    to->assign(rows.size(), absent);
    for (size_t i = 0; i < places.size(); ++i) {
      (*to)[places[i]] = values[i];
    }
  };
  if (positions.size() == rows.size()) {
    out->presence.clear();
  }
  if (text && !lengths) {
    TextValues values;
    const TextColumn& texts = *column->values->text();
    SB_RETURN_IF_ERROR(projection == nullptr
                           ? texts.Read(positions, &values)
                           : texts.ReadProjected(positions, *projection, &values));
    spread(values.texts, &out->texts, std::string_view());
    if (!values.dictionary.empty()) {
      out->dictionary = std::move(values.dictionary);
      spread(values.codes, &out->codes, uint32_t{0});
    }
    buffers->bytes_decoded += values.bytes_decoded;
    buffers->kept.insert(buffers->kept.end(), values.kept.begin(), values.kept.end());
    return base::OkStatus();
  }
  buffers->bytes_decoded += positions.size() * sizeof(int64_t);
  if (type == ValueType::kFloat) {
    std::vector<double> values;
    SB_RETURN_IF_ERROR(column->values->ReadNumbers(positions, &values));
    spread(values, &out->numbers, 0.0);
    return base::OkStatus();
  }
  std::vector<int64_t> values;
  SB_RETURN_IF_ERROR(text ? column->values->text()->Lengths(positions, &values)
                          : column->values->ReadIntegers(positions, &values));
  spread(values, &out->integers, int64_t{0});
  return base::OkStatus();
}

}  // namespace sb::events
