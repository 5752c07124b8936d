// SPDX-License-Identifier: Apache-2.0
//
// ValueColumn is the values of one column of a row group, of any type, present rows only: value p
// belongs to the p-th row that has the column.
//
//   AppendIntegers(values, &bytes); AppendNumbers(…); AppendTextColumn(…);      // by type
//   SB_ASSIGN_OR_RETURN(ValueColumn column, ValueColumn::Open(type, bytes, count));
//   SB_RETURN_IF_ERROR(column.Evaluate(condition, &candidates, &positions));
//
// Borrows `bytes`. Hostile bytes give kDataLoss. Threads: immutable once open.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "encoding/float_column.h"
#include "encoding/int_column.h"
#include "store/events/column/bitmap.h"
#include "store/events/column/condition.h"
#include "store/events/column/text_column.h"
#include "store/interface/event_value.h"

namespace sb::events {

void AppendIntegers(std::span<const int64_t> values, std::string* out);
void AppendNumbers(std::span<const double> values, std::string* out);

class ValueColumn {
 public:
  // `surroundings` as for OpenTextColumn.
  static base::Result<ValueColumn> Open(store::ValueType type, std::string_view bytes,
                                        uint32_t count,
                                        const TextSurroundings* surroundings = nullptr);

  uint32_t count() const { return count_; }
  // The condition sees the column's type. `out` has size count().
  base::Status Evaluate(const Condition& condition, const Bitmap* candidates, Bitmap* out) const;
  // `positions` ascending; appends.
  base::Status ReadIntegers(std::span<const uint32_t> positions, std::vector<int64_t>* out) const;
  base::Status ReadNumbers(std::span<const uint32_t> positions, std::vector<double>* out) const;
  const TextColumn* text() const { return text_.get(); }  // null for numbers
  int cost() const { return text_ == nullptr ? 1 : text_->cost(); }

 private:
  ValueColumn() = default;
  base::Status EvaluateFloats(const Condition& condition, Bitmap* out) const;

  store::ValueType type_ = store::ValueType::kInt;
  uint32_t count_ = 0;
  std::unique_ptr<encoding::IntColumn> integers_;
  std::unique_ptr<encoding::FloatColumn> numbers_;
  std::unique_ptr<TextColumn> text_;
};

}  // namespace sb::events
