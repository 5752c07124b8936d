// SPDX-License-Identifier: Apache-2.0
#include "encoding/sorted_ids.h"

#include <algorithm>
#include <array>

#include "encoding/bytes.h"
#include "encoding/int_column.h"

namespace sb::encoding {

namespace {

constexpr size_t kFewIds = 8;
constexpr size_t kSegmentIds = 65536;

base::Status Damaged(const char* what) {
  return base::DataLoss(std::string("sorted ids: ") + what);
}

base::Status ReadFew(ByteReader in, uint64_t count, uint32_t id_limit, std::vector<uint32_t>* ids) {
  uint64_t id = 0;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t step = in.Varint();
    id += step;
    if (!in.ok() || step > id_limit || id >= id_limit || (i > 0 && step == 0)) {
      return Damaged("an id out of order or range");
    }
    ids->push_back(static_cast<uint32_t>(id));
  }
  return in.empty() ? base::OkStatus() : Damaged("surplus bytes");
}

base::Status ReadSegment(std::string_view bytes, uint64_t expected, uint32_t id_limit,
                         int64_t* last, std::vector<uint32_t>* ids) {
  IntColumn column;
  SB_RETURN_IF_ERROR(column.Parse(bytes));
  if (column.count() != expected) {
    return Damaged("a segment has another number of ids");
  }
  std::array<int64_t, kPageValuesMax> page;
  for (size_t p = 0; p < column.pages(); ++p) {
    SB_RETURN_IF_ERROR(column.DecodePage(p, page.data()));
    const size_t size = column.PageSize(p);
    bool good = true;
    for (size_t i = 0; i < size; ++i) {
      good &= page[i] > *last;
      *last = page[i];
    }
    if (!good || *last >= static_cast<int64_t>(id_limit)) {
      return Damaged("an id out of order or range");
    }
    for (size_t i = 0; i < size; ++i) {
      ids->push_back(static_cast<uint32_t>(page[i]));
    }
  }
  return base::OkStatus();
}

}  // namespace

void AppendSortedIds(std::span<const uint32_t> ids, std::string* out) {
  AppendVarint(out, ids.size());
  if (ids.size() <= kFewIds) {
    uint32_t last = 0;
    for (const uint32_t id : ids) {
      AppendVarint(out, id - last);
      last = id;
    }
    return;
  }
  const IntColumnOptions options{.page_values = 256, .thorough = true, .find_by_first = true};
  std::vector<int64_t> wide;
  std::string segment;
  for (size_t begin = 0; begin < ids.size(); begin += kSegmentIds) {
    const size_t end = std::min(begin + kSegmentIds, ids.size());
    wide.assign(ids.begin() + static_cast<ptrdiff_t>(begin),
                ids.begin() + static_cast<ptrdiff_t>(end));
    segment.clear();
    AppendIntColumn(wide, options, &segment);
    AppendVarint(out, segment.size());
    out->append(segment);
  }
}

base::Status ReadSortedIds(std::string_view bytes, uint32_t id_limit, std::vector<uint32_t>* ids) {
  ByteReader in(bytes);
  const uint64_t count = in.Varint();
  if (!in.ok() || count > id_limit) {
    return Damaged("bad number of ids");
  }
  if (count <= kFewIds) {
    return ReadFew(in, count, id_limit, ids);
  }
  int64_t last = -1;
  for (uint64_t left = count; left > 0;) {
    const uint64_t expected = std::min<uint64_t>(left, kSegmentIds);
    const std::string_view segment = in.LengthPrefixed();
    if (!in.ok()) {
      return Damaged("cut off");
    }
    SB_RETURN_IF_ERROR(ReadSegment(segment, expected, id_limit, &last, ids));
    left -= expected;
  }
  return in.empty() ? base::OkStatus() : Damaged("surplus bytes");
}

uint64_t CountSortedIds(std::string_view bytes) {
  return ByteReader(bytes).Varint();
}

}  // namespace sb::encoding
