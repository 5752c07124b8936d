// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/int_values.h"

#include <array>

namespace sb::events {
namespace {

// Bits of values in [low, high], 64 at a time, without a branch per value.
void MarkRange(const int64_t* values, size_t count, size_t first, int64_t low, int64_t high,
               Bitmap* out) {
  const auto base = static_cast<uint64_t>(low);
  const uint64_t width = static_cast<uint64_t>(high) - base;
  for (size_t i = 0; i < count;) {
    const size_t bit = (first + i) % 64;
    const size_t run = std::min(64 - bit, count - i);
    uint64_t word = 0;
    for (size_t j = 0; j < run; ++j) {
      word |= static_cast<uint64_t>(static_cast<uint64_t>(values[i + j]) - base <= width) << j;
    }
    out->mutable_words()[(first + i) / 64] |= word << bit;
    i += run;
  }
}

}  // namespace

void AppendSizedInts(std::span<const int64_t> values, std::string* out) {
  std::string column;
  encoding::AppendIntColumn(values, {.thorough = true}, &column);
  encoding::AppendVarint(out, column.size());
  out->append(column);
}

base::Status ReadSizedInts(encoding::ByteReader& in, size_t count, encoding::IntColumn* column) {
  const std::string_view bytes = in.LengthPrefixed();
  if (!in.ok()) {
    return base::DataLoss("a column of integers is cut off");
  }
  SB_RETURN_IF_ERROR(column->Parse(bytes));
  return column->count() == count ? base::OkStatus()
                                  : base::DataLoss("a column has another number of values");
}

base::Status GatherInts(const encoding::IntColumn& column, std::span<const uint32_t> positions,
                        std::vector<int64_t>* out) {
  const size_t before = out->size();
  if (positions.size() == column.count()) {
    out->resize(before + column.count());
    return column.Decode(0, column.count(), out->data() + before);
  }
  std::array<int64_t, encoding::kPageValuesMax> page;
  size_t page_begin = 1;
  size_t page_end = 0;  // nothing decoded
  for (const uint32_t position : positions) {
    if (position < page_begin || position >= page_end) {
      const size_t number = position / column.page_values();
      SB_RETURN_IF_ERROR(column.DecodePage(number, page.data()));
      page_begin = column.PageBegin(number);
      page_end = page_begin + column.PageSize(number);
    }
    out->push_back(page[position - page_begin]);
  }
  return base::OkStatus();
}

base::Status EvaluateInts(const encoding::IntColumn& column, const Condition& condition,
                          Bitmap* out) {
  int64_t low = 0;
  int64_t high = 0;
  const bool range = condition.AsIntRange(&low, &high);
  std::array<int64_t, encoding::kDecodeStride> values;
  for (size_t begin = 0; begin < column.count();) {
    const size_t end = column.StrideEnd(begin);
    SB_RETURN_IF_ERROR(column.Decode(begin, end, values.data()));
    if (range) {
      MarkRange(values.data(), end - begin, begin, low, high, out);
    } else {
      for (size_t i = begin; i < end; ++i) {
        if (condition.rule().HoldsInt(values[i - begin])) {
          out->Set(i);
        }
      }
    }
    begin = end;
  }
  return base::OkStatus();
}

}  // namespace sb::events
