// SPDX-License-Identifier: Apache-2.0
#include "store/events/part/batch_rows.h"

#include <algorithm>
#include <utility>

namespace sb::events {

using store::EventBatch;
using store::ValueType;

BatchRows::BatchRows(std::shared_ptr<const EventBatch> batch) : batch_(std::move(batch)) {
  SB_CHECK(batch_->row_count() > 0);
  const auto [first, last] = std::minmax_element(batch_->times().begin(), batch_->times().end());
  first_ns_ = *first;
  last_ns_ = *last;
}

base::Status BatchRows::ReadTimes(std::vector<int64_t>* times) const {
  *times = batch_->times();
  return base::OkStatus();
}

base::Status BatchRows::ReadStreams(std::vector<uint32_t>* streams) const {
  *streams = batch_->stream_indexes();
  return base::OkStatus();
}

bool BatchRows::MayHold(uint32_t column, const Condition& /*condition*/) const {
  return !batch_->columns()[column].rows.empty();
}

base::Status BatchRows::ReadPresence(uint32_t column, Bitmap* rows) const {
  for (const uint32_t row : batch_->columns()[column].rows) {
    rows->Set(row);
  }
  return base::OkStatus();
}

int BatchRows::cost(uint32_t column) const {
  return column_type(column) == ValueType::kText ? 10 : 1;
}

base::Status BatchRows::Evaluate(uint32_t number, const Condition& condition,
                                 const Bitmap& candidates, Bitmap* rows) const {
  const EventBatch::ColumnData& column = batch_->columns()[number];
  const store::FilterCondition& rule = condition.rule();
  if (rule.op() == store::FilterOp::kExists) {
    return ReadPresence(number, rows);
  }
  const bool dense = column.rows.size() == batch_->row_count();
  if (store::EventValue{.type = column.type}.has_bytes()) {
    if (dense) {
      condition.MatchTexts(column.bytes, column.ends, 0, &candidates, rows);
      return base::OkStatus();
    }
    Bitmap positions(column.rows.size());
    condition.MatchTexts(column.bytes, column.ends, 0, nullptr, &positions);
    positions.ForEach([&](uint32_t position) { rows->Set(column.rows[position]); });
    return base::OkStatus();
  }
  for (size_t i = 0; i < column.rows.size(); ++i) {
    const bool holds = column.type == ValueType::kFloat ? rule.HoldsFloat(column.numbers[i])
                                                        : rule.HoldsInt(column.integers[i]);
    if (holds) {
      rows->Set(column.rows[i]);
    }
  }
  return base::OkStatus();
}

base::Status BatchRows::Read(uint32_t number, std::span<const uint32_t> rows, bool lengths,
                             store::EventColumn* out, ReadBuffers* buffers) const {
  const EventBatch::ColumnData& column = batch_->columns()[number];
  const bool text = store::EventValue{.type = column.type}.has_bytes();
  out->type = text && lengths ? ValueType::kInt : column.type;
  const size_t count = rows.size();
  out->presence.assign((count + 63) / 64, 0);
  if (out->type == ValueType::kFloat) {
    out->numbers.assign(count, 0);
  } else if (text && !lengths) {
    out->texts.assign(count, std::string_view());
  } else {
    out->integers.assign(count, 0);
  }
  size_t present = 0;
  size_t at = 0;
  for (size_t i = 0; i < count; ++i) {
    at = static_cast<size_t>(std::lower_bound(column.rows.begin() + static_cast<ptrdiff_t>(at),
                                              column.rows.end(), rows[i]) -
                             column.rows.begin());
    if (at == column.rows.size()) {
      break;
    }
    if (column.rows[at] != rows[i]) {
      continue;
    }
    ++present;
    out->presence[i / 64] |= uint64_t{1} << (i % 64);
    if (out->type == ValueType::kFloat) {
      out->numbers[i] = column.numbers[at];
    } else if (text) {
      const std::string_view value = column.BytesAt(at);
      buffers->bytes_decoded += value.size();
      if (lengths) {
        out->integers[i] = static_cast<int64_t>(value.size());
      } else {
        out->texts[i] = value;
      }
    } else {
      out->integers[i] = column.integers[at];
    }
  }
  if (present == count) {
    out->presence.clear();
  }
  return base::OkStatus();
}

}  // namespace sb::events
