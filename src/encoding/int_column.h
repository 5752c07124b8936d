// SPDX-License-Identifier: Apache-2.0
//
// IntColumn: a sequence of int64 as bytes, cut into pages of a fixed number of values that are
// decoded on their own, behind a small directory. Numbers or their differences are kept, whichever
// is smaller, as patched blocks; a power of two that divides all differences is divided out;
// constants and straight lines take a few bytes whatever their length.
//
//   AppendIntColumn(values, options, &bytes);
//   IntColumn column;
//   SB_RETURN_IF_ERROR(column.Parse(bytes));        // `bytes` must be exactly the column
//   SB_RETURN_IF_ERROR(column.Decode(begin, end, out));
//
// A sorted column (timestamps) written with `find_by_first` can be searched: PageFirst(p) is known
// for each page without decoding it.
//
// Layout:  varint count, 1 byte flags (0 differences, 1 paged, 2 shifted, 3 line), [1 byte shift],
//          zigzag origin (the first value), line: zigzag step; else if paged: varint values per
//          page, patched block of page lengths, patched block of the steps between first values of
//          pages (only differences); then the pages: patched blocks of (value - origin) >> shift,
//          or of its differences within the page.
//
// Hostile bytes give kDataLoss; no memory is allocated. Threads: values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"

namespace sb::encoding {

inline constexpr size_t kPageValuesMax = 1024;
inline constexpr size_t kColumnPagesMax = 256;
// Readers go over long columns in strides of at most this many values, to stay in the first-level
// cache.
inline constexpr size_t kDecodeStride = kPageValuesMax;

struct IntColumnOptions {
  uint32_t page_values = 240;  // raised where the column would have more than kColumnPagesMax pages
  bool thorough = false;       // try both forms and keep the smaller
  bool find_by_first = false;  // keep the first value of each page at hand
};

// At most kPageValuesMax * kColumnPagesMax values; none is allowed.
void AppendIntColumn(std::span<const int64_t> values, const IntColumnOptions& options,
                     std::string* out);

class IntColumn {
 public:
  // Borrows `bytes`. Members are left uninitialised before Parse on purpose: the directory is 3 KB
  // and one column is parsed per series read.
  IntColumn() {}  // NOLINT(modernize-use-equals-default)
  base::Status Parse(std::string_view bytes);

  size_t count() const { return count_; }
  size_t pages() const { return pages_; }
  size_t page_values() const { return page_values_; }
  size_t PageBegin(size_t page) const { return page * page_values_; }
  size_t PageSize(size_t page) const {
    return page + 1 < pages_ ? page_values_ : count_ - PageBegin(page);
  }
  // True if PageFirst may be asked.
  bool knows_firsts() const { return differences_ || line_; }
  int64_t PageFirst(size_t page) const;

  // Writes PageSize(page) values; `out` has room for them.
  base::Status DecodePage(size_t page, int64_t* out) const;
  // Writes values [begin, end); pages that lie in it in part are decoded wholly and copied.
  base::Status Decode(size_t begin, size_t end, int64_t* out) const;
  // The end of the longest stride of whole pages from `begin` on: begin < end <= begin +
  // kDecodeStride.
  size_t StrideEnd(size_t begin) const;
  // True if all values are equal; `constant` is then that value.
  bool IsConstant(int64_t* constant) const;

 private:
  base::Status ParseDirectory(const char* at, const char* end);

  uint32_t count_ = 0;
  uint32_t pages_ = 0;
  uint32_t page_values_ = 1;
  uint8_t shift_ = 0;
  bool differences_ = false;
  bool line_ = false;
  int64_t origin_ = 0;
  int64_t step_ = 0;
  const char* payload_ = nullptr;
  const char* end_ = nullptr;
  std::array<uint32_t, kColumnPagesMax + 1> offsets_;  // of pages in the payload
  std::array<int64_t, kColumnPagesMax> firsts_;        // shifted, relative to the origin
};

}  // namespace sb::encoding
