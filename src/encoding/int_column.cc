// SPDX-License-Identifier: Apache-2.0
#include "encoding/int_column.h"

#include <algorithm>
#include <bit>
#include <vector>

#include "base/check.h"
#include "encoding/bytes.h"
#include "encoding/column_kernels.h"
#include "encoding/patched_block.h"

namespace sb::encoding {

namespace {

constexpr uint8_t kDifferences = 1;
constexpr uint8_t kPaged = 2;
constexpr uint8_t kShifted = 4;
constexpr uint8_t kLine = 8;
constexpr uint8_t kKnownFlags = 15;
constexpr uint32_t kLinePageValues = 240;

// Differences modulo 2^64: overflow is meant.
int64_t Minus(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}
int64_t Plus(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}
int64_t ShiftLeft(int64_t value, unsigned shift) {
  return static_cast<int64_t>(static_cast<uint64_t>(value) << shift);
}

// What can be said of a column in one pass.
struct Shape {
  bool line = true;    // all differences are equal
  unsigned shift = 0;  // low bits that are zero in all differences
};

Shape FindShape(std::span<const int64_t> values) {
  Shape shape;
  uint64_t any = 0;
  const int64_t step = Minus(values[1], values[0]);
  for (size_t i = 1; i < values.size(); ++i) {
    const int64_t difference = Minus(values[i], values[i - 1]);
    any |= static_cast<uint64_t>(difference);
    shape.line &= difference == step;
  }
  shape.shift = any == 0 ? 0 : static_cast<unsigned>(std::countr_zero(any));
  return shape;
}

// Which of two forms a sample of the pages says is smaller.
enum class Smaller : uint8_t { kNumbersAre, kDifferencesAre, kUnclear };

// One page after another of a column without its origin and common power of two.
class PageEncoder {
 public:
  PageEncoder(std::span<const int64_t> values, unsigned shift, size_t page_values, bool thorough)
      : values_(values), shift_(shift), page_values_(page_values), thorough_(thorough) {}

  // Appends directory and pages.
  void Append(bool differences, std::string* out) const {
    std::string payload;
    std::vector<int64_t> lengths;
    std::vector<int64_t> steps;
    int64_t last_first = 0;
    for (size_t begin = 0; begin < values_.size(); begin += page_values_) {
      const size_t before = payload.size();
      const size_t end = std::min(begin + page_values_, values_.size());
      AppendPage(begin, end, differences, &payload);
      lengths.push_back(static_cast<int64_t>(payload.size() - before));
      if (begin > 0) {
        steps.push_back(Minus(Rest(begin), last_first));
      }
      last_first = Rest(begin);
    }
    if (lengths.size() > 1) {
      AppendVarint(out, page_values_);
      AppendPatchedBlock(lengths, true, out);
      if (differences) {
        AppendPatchedBlock(steps, true, out);
      }
    }
    out->append(payload);
  }

  // A few pages of a long column in both forms; unclear if these are close, or all there are.
  Smaller Compare() const {
    constexpr size_t kSamplePages = 4;
    const size_t pages = values_.size() / page_values_;
    if (pages < 3 * kSamplePages) {
      return Smaller::kUnclear;
    }
    std::string with_differences;
    std::string without;
    for (size_t i = 0; i < kSamplePages; ++i) {
      const size_t begin = pages * i / kSamplePages * page_values_;
      AppendPage(begin, begin + page_values_, true, &with_differences);
      AppendPage(begin, begin + page_values_, false, &without);
    }
    if (with_differences.size() + with_differences.size() / 8 < without.size()) {
      return Smaller::kDifferencesAre;
    }
    return without.size() + without.size() / 8 < with_differences.size() ? Smaller::kNumbersAre
                                                                         : Smaller::kUnclear;
  }

 private:
  int64_t Rest(size_t i) const { return Minus(values_[i], values_[0]) >> shift_; }

  void AppendPage(size_t begin, size_t end, bool differences, std::string* out) const {
    std::array<int64_t, kPageValuesMax> rests;
    size_t count = 0;
    if (differences) {
      for (size_t i = begin + 1; i < end; ++i) {
        rests[count++] = Minus(values_[i], values_[i - 1]) >> shift_;
      }
    } else {
      for (size_t i = begin; i < end; ++i) {
        rests[count++] = Rest(i);
      }
    }
    AppendPatchedBlock({rests.data(), count}, thorough_, out);
  }

  std::span<const int64_t> values_;
  unsigned shift_;
  size_t page_values_;
  bool thorough_;
};

// Ranges of the numbers and of their differences: a rough measure of the size of both forms.
struct Ranges {
  uint64_t values = 0;
  uint64_t differences = 0;
};

Ranges FindRanges(std::span<const int64_t> values) {
  int64_t low = values[0];
  int64_t high = values[0];
  int64_t low_difference = Minus(values[1], values[0]);
  int64_t high_difference = low_difference;
  for (size_t i = 1; i < values.size(); ++i) {
    low = std::min(low, values[i]);
    high = std::max(high, values[i]);
    const int64_t difference = Minus(values[i], values[i - 1]);
    low_difference = std::min(low_difference, difference);
    high_difference = std::max(high_difference, difference);
  }
  return {static_cast<uint64_t>(Minus(high, low)),
          static_cast<uint64_t>(Minus(high_difference, low_difference))};
}

void AppendPages(std::span<const int64_t> values, const IntColumnOptions& options,
                 const PageEncoder& encoder, uint8_t flags, const std::string& head,
                 std::string* out) {
  const auto write = [&](bool differences, std::string* to) {
    to->push_back(static_cast<char>(flags | (differences ? kDifferences : 0)));
    to->append(head);
    encoder.Append(differences, to);
  };
  const Ranges ranges = FindRanges(values);
  // A thorough writer tries both forms, unless one is out of the question.
  const bool clear = ranges.differences < ranges.values / 64;
  if (options.find_by_first || !options.thorough || clear) {
    write(options.find_by_first || ranges.differences <= ranges.values, out);
    return;
  }
  switch (encoder.Compare()) {
    case Smaller::kDifferencesAre:
      write(true, out);
      return;
    case Smaller::kNumbersAre:
      write(false, out);
      return;
    case Smaller::kUnclear:
      break;
  }
  std::string with_differences;
  std::string without;
  write(true, &with_differences);
  write(false, &without);
  out->append(with_differences.size() <= without.size() ? with_differences : without);
}

base::Status Damaged(const char* what) {
  return base::DataLoss(std::string("integer column: ") + what);
}

}  // namespace

void AppendIntColumn(std::span<const int64_t> values, const IntColumnOptions& options,
                     std::string* out) {
  SB_CHECK(values.size() <= kPageValuesMax * kColumnPagesMax);
  AppendVarint(out, values.size());
  if (values.empty()) {
    return;
  }
  if (values.size() == 1) {
    out->push_back(static_cast<char>(kLine));
    AppendZigZag(out, values[0]);
    AppendZigZag(out, 0);
    return;
  }
  const Shape shape = FindShape(values);
  if (shape.line) {
    out->push_back(static_cast<char>(kLine));
    AppendZigZag(out, values[0]);
    AppendZigZag(out, Minus(values[1], values[0]));
    return;
  }
  const size_t least = (values.size() + kColumnPagesMax - 1) / kColumnPagesMax;
  const size_t page_values =
      std::clamp<size_t>(std::max<size_t>(options.page_values, least), 1, kPageValuesMax);
  uint8_t flags = values.size() > page_values ? kPaged : 0;
  std::string head;
  if (shape.shift > 0) {
    flags |= kShifted;
    head.push_back(static_cast<char>(shape.shift));
  }
  AppendZigZag(&head, values[0]);
  const PageEncoder encoder(values, shape.shift, page_values, options.thorough);
  AppendPages(values, options, encoder, flags, head, out);
}

base::Status IntColumn::Parse(std::string_view bytes) {
  ByteReader in(bytes);
  const uint64_t count = in.Varint();
  if (!in.ok() || count > kPageValuesMax * kColumnPagesMax) {
    return Damaged("bad number of values");
  }
  count_ = static_cast<uint32_t>(count);
  page_values_ = std::max<uint32_t>(count_, 1);
  pages_ = 0;
  line_ = true;
  if (count_ == 0) {
    return base::OkStatus();
  }
  const uint8_t flags = in.Byte();
  shift_ = (flags & kShifted) != 0 ? in.Byte() : 0;
  origin_ = in.ZigZag();
  differences_ = (flags & kDifferences) != 0;
  line_ = (flags & kLine) != 0;
  if (line_) {
    step_ = in.ZigZag();
    // Small pages, so that a point read computes few values.
    const auto least = static_cast<uint32_t>((count_ + kColumnPagesMax - 1) / kColumnPagesMax);
    page_values_ = std::min(count_, std::max(kLinePageValues, least));
    pages_ = (count_ + page_values_ - 1) / page_values_;
  } else if ((flags & kPaged) != 0) {
    const uint64_t page_values = in.Varint();
    if (page_values == 0 || page_values > kPageValuesMax || page_values >= count_) {
      return Damaged("bad page size");
    }
    page_values_ = static_cast<uint32_t>(page_values);
    pages_ = (count_ + page_values_ - 1) / page_values_;
  } else {
    pages_ = 1;
  }
  if (!in.ok() || (flags & ~kKnownFlags) != 0 || shift_ > 63 || pages_ > kColumnPagesMax ||
      page_values_ > kPageValuesMax) {
    return Damaged("bad header");
  }
  payload_ = in.position();
  end_ = bytes.data() + bytes.size();
  return line_ ? base::OkStatus() : ParseDirectory(payload_, end_);
}

base::Status IntColumn::ParseDirectory(const char* at, const char* end) {
  offsets_[0] = 0;
  firsts_[0] = 0;
  if (pages_ == 1) {
    offsets_[1] = static_cast<uint32_t>(end - at);
    return base::OkStatus();
  }
  std::array<int64_t, kColumnPagesMax> numbers;
  at = ReadPatchedBlock(at, end, pages_, numbers.data());
  if (at == nullptr) {
    return Damaged("bad page lengths");
  }
  for (size_t page = 0; page < pages_; ++page) {
    if (numbers[page] < 0 || numbers[page] > end - at) {
      return Damaged("a page reaches beyond the end");
    }
    const uint64_t next = uint64_t{offsets_[page]} + static_cast<uint64_t>(numbers[page]);
    if (next > static_cast<uint64_t>(end - at)) {
      return Damaged("a page reaches beyond the end");
    }
    offsets_[page + 1] = static_cast<uint32_t>(next);
  }
  if (differences_) {
    at = ReadPatchedBlock(at, end, pages_ - 1, numbers.data());
    if (at == nullptr) {
      return Damaged("bad first values of pages");
    }
    for (size_t page = 1; page < pages_; ++page) {
      firsts_[page] = Plus(firsts_[page - 1], numbers[page - 1]);
    }
  }
  if (offsets_[pages_] != static_cast<uint64_t>(end - at)) {
    return Damaged("pages do not fill the column");
  }
  payload_ = at;
  return base::OkStatus();
}

int64_t IntColumn::PageFirst(size_t page) const {
  SB_DCHECK(knows_firsts() && page < pages_);
  if (line_) {
    return Plus(origin_, static_cast<int64_t>(PageBegin(page) * static_cast<uint64_t>(step_)));
  }
  return Plus(origin_, ShiftLeft(firsts_[page], shift_));
}

base::Status IntColumn::DecodePage(size_t page, int64_t* out) const {
  SB_DCHECK(page < pages_);
  const size_t size = PageSize(page);
  if (line_) {
    int64_t value = PageFirst(page);
    for (size_t i = 0; i < size; ++i, value = Plus(value, step_)) {
      out[i] = value;
    }
    return base::OkStatus();
  }
  const char* const at = payload_ + offsets_[page];
  const char* const end = payload_ + offsets_[page + 1];
  const auto origin = static_cast<uint64_t>(origin_);
  auto* const bits = reinterpret_cast<uint64_t*>(out);
  // Within the column bytes beyond the page may be read by wide loads, but must not be used.
  const size_t skip = differences_ ? 1 : 0;
  uint64_t base = 0;
  const char* const after = ReadPatchedRests(at, end_, size - skip, out + skip, &base);
  if (after != end) {
    return Damaged("a page has another size than its directory says");
  }
  if (!differences_) {
    for (size_t i = 0; i < size; ++i) {
      bits[i] = origin + ((bits[i] + base) << shift_);
    }
    return base::OkStatus();
  }
  const auto first = static_cast<uint64_t>(firsts_[page]);
  bits[0] = origin + (first << shift_);
  StepsToValues({.base = base, .sum = first, .origin = origin, .shift = shift_}, size - 1,
                bits + 1);
  return base::OkStatus();
}

size_t IntColumn::StrideEnd(size_t begin) const {
  const size_t page_begin = begin / page_values_ * page_values_;
  const size_t whole_pages = kDecodeStride / page_values_ * page_values_;
  return std::min<size_t>(count_, page_begin + whole_pages);
}

base::Status IntColumn::Decode(size_t begin, size_t end, int64_t* out) const {
  SB_DCHECK(begin <= end && end <= count_);
  while (begin < end) {
    const size_t page = begin / page_values_;
    const size_t page_begin = PageBegin(page);
    const size_t page_end = page_begin + PageSize(page);
    if (begin == page_begin && page_end <= end) {
      SB_RETURN_IF_ERROR(DecodePage(page, out));
      out += page_end - begin;
      begin = page_end;
      continue;
    }
    std::array<int64_t, kPageValuesMax> values;
    SB_RETURN_IF_ERROR(DecodePage(page, values.data()));
    const size_t stop = std::min(end, page_end);
    out = std::copy(values.data() + (begin - page_begin), values.data() + (stop - page_begin), out);
    begin = stop;
  }
  return base::OkStatus();
}

bool IntColumn::IsConstant(int64_t* constant) const {
  *constant = origin_;
  return count_ > 0 && line_ && step_ == 0;
}

}  // namespace sb::encoding
