// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/value_column.h"

#include <array>

#include "store/events/column/int_values.h"

namespace sb::events {

using store::ValueType;

void AppendIntegers(std::span<const int64_t> values, std::string* out) {
  encoding::AppendIntColumn(values, {.thorough = true}, out);
}

void AppendNumbers(std::span<const double> values, std::string* out) {
  encoding::AppendFloatColumn(values, {.thorough = false}, out);
}

base::Result<ValueColumn> ValueColumn::Open(ValueType type, std::string_view bytes, uint32_t count,
                                            const TextSurroundings* surroundings) {
  ValueColumn column;
  column.type_ = type;
  column.count_ = count;
  size_t found = count;
  switch (type) {
    case ValueType::kText:
    case ValueType::kBytes:
    case ValueType::kAny: {
      SB_ASSIGN_OR_RETURN(column.text_, OpenTextColumn(bytes, count, surroundings));
      break;
    }
    case ValueType::kInt:
    case ValueType::kBool:
      column.integers_ = std::make_unique<encoding::IntColumn>();
      SB_RETURN_IF_ERROR(column.integers_->Parse(bytes));
      found = column.integers_->count();
      break;
    case ValueType::kFloat:
      column.numbers_ = std::make_unique<encoding::FloatColumn>();
      SB_RETURN_IF_ERROR(column.numbers_->Parse(bytes));
      found = column.numbers_->count();
      if (column.numbers_->has_reference()) {
        return base::DataLoss("a column of floats with a reference");
      }
      break;
  }
  if (found != count) {
    return base::DataLoss("a column has another number of values");
  }
  return column;
}

base::Status ValueColumn::Evaluate(const Condition& condition, const Bitmap* candidates,
                                   Bitmap* out) const {
  if (condition.rule().op() == store::FilterOp::kExists) {
    out->SetRange(0, count_);
    return base::OkStatus();
  }
  if (text_ != nullptr) {
    return text_->Evaluate(condition, candidates, out);
  }
  return integers_ != nullptr ? EvaluateInts(*integers_, condition, out)
                              : EvaluateFloats(condition, out);
}

base::Status ValueColumn::EvaluateFloats(const Condition& condition, Bitmap* out) const {
  std::array<double, encoding::kDecodeStride> values;
  const encoding::IntColumn& pages = numbers_->pages();
  for (size_t begin = 0; begin < count_;) {
    const size_t end = pages.StrideEnd(begin);
    SB_RETURN_IF_ERROR(numbers_->Decode(begin, end, values.data()));
    for (size_t i = begin; i < end; ++i) {
      if (condition.rule().HoldsFloat(values[i - begin])) {
        out->Set(i);
      }
    }
    begin = end;
  }
  return base::OkStatus();
}

base::Status ValueColumn::ReadIntegers(std::span<const uint32_t> positions,
                                       std::vector<int64_t>* out) const {
  SB_CHECK(integers_ != nullptr);
  return GatherInts(*integers_, positions, out);
}

base::Status ValueColumn::ReadNumbers(std::span<const uint32_t> positions,
                                      std::vector<double>* out) const {
  SB_CHECK(numbers_ != nullptr);
  const encoding::IntColumn& pages = numbers_->pages();
  std::array<double, encoding::kPageValuesMax> page;
  size_t begin = 1;
  size_t end = 0;  // nothing decoded
  for (const uint32_t position : positions) {
    if (position < begin || position >= end) {
      const size_t number = position / pages.page_values();
      begin = pages.PageBegin(number);
      end = begin + pages.PageSize(number);
      SB_RETURN_IF_ERROR(numbers_->Decode(begin, end, page.data()));
    }
    out->push_back(page[position - begin]);
  }
  return base::OkStatus();
}

}  // namespace sb::events
