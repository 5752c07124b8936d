// SPDX-License-Identifier: Apache-2.0
//
// FloatColumn: doubles as bytes, lossless to the last bit, in pages that are decoded on their own.
// Two forms, whichever is smaller: exact decimals (decimal.h) with the values that do not fit kept
// apart, or the bit patterns mapped to integers of the same order; either way an IntColumn.
//
// A column of whole numbers may be written as the difference to another one of the same length: a
// histogram's bucket counts as the step from the bucket below. The reader then needs that column's
// integers first.
//
//   AppendFloatColumn(values, options, &bytes);
//   FloatColumn column;
//   SB_RETURN_IF_ERROR(column.Parse(bytes));
//   SB_RETURN_IF_ERROR(column.Decode(0, column.count(), out));
//
// Layout:  1 byte: bit 0 decimals, bit 1 exceptions, bit 2 reference, bits 3-7 exponent;
//          exceptions: varint number, varint steps between positions, then 8 bytes each;
//          IntColumn.
//
// Hostile bytes give kDataLoss; no memory is allocated. Threads: values.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "encoding/int_column.h"

namespace sb::encoding {

struct FloatColumnOptions {
  uint32_t page_values = 240;
  bool thorough = false;
};

void AppendFloatColumn(std::span<const double> values, const FloatColumnOptions& options,
                       std::string* out);

// Values that are whole numbers but for a few exceptions.
struct WholeColumn {
  std::vector<int64_t> integers;  // what a reader of the column sees, so that it can be a reference
  std::vector<uint32_t> exceptions;  // positions
};

// False if the values are not whole numbers.
bool FindWholeNumbers(std::span<const double> values, WholeColumn* whole);

// Writes the column as differences to `reference`; `whole` are the numbers found in `values`.
void AppendFloatColumnWithReference(std::span<const double> values, const WholeColumn& whole,
                                    std::span<const int64_t> reference,
                                    const FloatColumnOptions& options, std::string* out);

class FloatColumn {
 public:
  FloatColumn() {}  // NOLINT(modernize-use-equals-default): as IntColumn
  base::Status Parse(std::string_view bytes);

  size_t count() const { return integers_.count(); }
  const IntColumn& pages() const { return integers_; }  // the page geometry
  bool has_reference() const { return has_reference_; }
  // True if the column may serve as a reference.
  bool whole_numbers() const { return decimals_ && exponent_ == 0; }

  // Values [begin, end); kDataLoss if the column has a reference.
  base::Status Decode(size_t begin, size_t end, double* out) const;

  // The two halves of Decode, between which the reference's integers are to be added.
  base::Status DecodeIntegers(size_t begin, size_t end, int64_t* out) const {
    return integers_.Decode(begin, end, out);
  }
  void ToDoubles(size_t begin, size_t end, const int64_t* integers, double* out) const;

 private:
  void PatchExceptions(size_t begin, size_t size, double* out) const;

  bool decimals_ = false;
  bool has_reference_ = false;
  uint8_t exponent_ = 0;
  uint32_t exceptions_ = 0;
  std::string_view exception_steps_;
  const char* exception_values_ = nullptr;
  IntColumn integers_;
};

}  // namespace sb::encoding
