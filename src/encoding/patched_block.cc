// SPDX-License-Identifier: Apache-2.0
#include "encoding/patched_block.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/check.h"
#include "encoding/bit_packing.h"
#include "encoding/bytes.h"
#include "encoding/column_kernels.h"
#include "encoding/varint.h"

namespace sb::encoding {

namespace {

constexpr size_t kSpreadSlack = 4;  // what SpreadOverBitmap may read beyond the packed numbers
constexpr uint8_t kSparse = 0x40;
constexpr uint8_t kPatched = 0x80;
constexpr uint8_t kWidthMask = 0x3f;
constexpr unsigned kExtended = 62;  // the width stands in the next byte
constexpr uint8_t kCentred = 0x80;  // in that byte

uint64_t AsBits(int64_t value) {
  return static_cast<uint64_t>(value);
}

// How to pack one sequence: which base, how many low bits, how many numbers need a patch.
struct Plan {
  int64_t base = 0;
  unsigned width = 0;
  unsigned width_all = 0;  // without patches
  size_t patches = 0;
  size_t bits = 0;  // of everything but the header and the base
  bool centred = false;

  bool patched() const { return patches > 0; }
  // What is packed of a number.
  uint64_t Rest(int64_t value) const {
    const uint64_t distance = AsBits(value) - AsBits(base);
    return centred ? ZigZagEncode(static_cast<int64_t>(distance)) : distance;
  }
};

// The cheapest width, given how many numbers have each bit width.
Plan PlanWidth(int64_t base, size_t count, const std::array<uint16_t, 65>& widths) {
  Plan plan;
  plan.base = base;
  plan.width_all = 64;
  while (plan.width_all > 0 && widths[plan.width_all] == 0) {
    --plan.width_all;
  }
  plan.width = plan.width_all;
  plan.bits = count * plan.width_all;
  const size_t position_bits = count <= 256 ? 8 : 16;
  size_t above = 0;
  for (unsigned width = plan.width_all; width-- > 0;) {
    above += widths[width + 1];
    const size_t bits = count * width + 16 + above * (position_bits + plan.width_all - width);
    if (bits < plan.bits) {
      plan.bits = bits;
      plan.width = width;
      plan.patches = above;
    }
    if (above * 2 > count) {
      break;  // patching most of the numbers never pays
    }
  }
  return plan;
}

Plan PlanForBase(int64_t base, bool centred, std::span<const int64_t> values) {
  const Plan form{.base = base, .centred = centred};
  // Two tables: neighbours often have one width, and would wait for each other's count.
  std::array<uint16_t, 65> widths{};
  std::array<uint16_t, 65> others{};
  size_t i = 0;
  for (; i + 1 < values.size(); i += 2) {
    ++widths[BitWidth(form.Rest(values[i]))];
    ++others[BitWidth(form.Rest(values[i + 1]))];
  }
  if (i < values.size()) {
    ++widths[BitWidth(form.Rest(values[i]))];
  }
  for (size_t width = 0; width < widths.size(); ++width) {
    widths[width] = static_cast<uint16_t>(widths[width] + others[width]);
  }
  Plan plan = PlanWidth(base, values.size(), widths);
  plan.centred = centred;
  plan.bits += centred ? 8 : 0;
  return plan;
}

// A quick look for the head: whether few enough numbers stand out to be worth a patch each, at two
// widths.
bool PatchesMayPay(const Plan& plain, std::span<const int64_t> values) {
  if (plain.width < 3) {
    return false;
  }
  const uint64_t near_limit = LowBits(plain.width - 2);
  const uint64_t far_limit = LowBits(plain.width / 2);
  size_t above_near = 0;
  size_t above_far = 0;
  for (const int64_t value : values) {
    const uint64_t rest = AsBits(value) - AsBits(plain.base);
    above_near += rest > near_limit ? 1 : 0;
    above_far += rest > far_limit ? 1 : 0;
  }
  const unsigned saved = plain.width - plain.width / 2;
  return above_near * 10 + 16 < values.size() * 2 ||
         above_far * (8 + saved) + 16 < values.size() * saved;
}

// A number in the middle of the others. A quick guess, or nearly the median.
int64_t Centre(std::span<const int64_t> values, bool thorough) {
  const size_t count = values.size();
  if (!thorough) {
    const int64_t a = values[count / 4];
    const int64_t b = values[count / 2];
    const int64_t c = values[count / 4 * 3];
    return std::max(std::min(a, b), std::min(std::max(a, b), c));
  }
  // Of every stride-th number: the middle need not be exact.
  constexpr size_t kSampleMax = 64;
  const size_t stride = (count + kSampleMax - 1) / kSampleMax;
  std::array<int64_t, kSampleMax> sorted;
  size_t taken = 0;
  for (size_t i = 0; i < count; i += stride) {
    sorted[taken++] = values[i];
  }
  const auto middle = sorted.begin() + static_cast<ptrdiff_t>(taken / 2);
  std::nth_element(sorted.begin(), middle, sorted.begin() + static_cast<ptrdiff_t>(taken));
  return *middle;
}

Plan MakePlan(std::span<const int64_t> values, bool thorough) {
  if (values.empty()) {
    return {};
  }
  int64_t low = values[0];
  int64_t high = values[0];
  for (const int64_t value : values) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (low == high) {
    return {.base = low};
  }
  const Plan plain{.base = low,
                   .width = BitWidth(AsBits(high) - AsBits(low)),
                   .width_all = BitWidth(AsBits(high) - AsBits(low)),
                   .bits = values.size() * BitWidth(AsBits(high) - AsBits(low))};
  const bool plan_patches = thorough || PatchesMayPay(plain, values);
  const Plan plan = plan_patches ? PlanForBase(low, false, values) : plain;
  if (plan.width < 2 || values.size() < 8) {
    return plan;
  }
  // A few very small numbers (a counter's reset, an early scrape) drag the minimum away from the
  // others; counted from the middle they are outliers like the large ones. Without outliers this
  // costs a bit for each number, so a quick search tries it only if the usual number is much nearer
  // to the maximum.
  const int64_t centre = Centre(values, thorough);
  const unsigned below = BitWidth(AsBits(centre) - AsBits(low));
  const unsigned above = BitWidth(AsBits(high) - AsBits(centre));
  if (!thorough && values[values.size() / 2] != values[values.size() / 4] && below < above + 4) {
    return plan;
  }
  const Plan centred = PlanForBase(centre, true, values);
  return centred.bits < plan.bits ? centred : plan;
}

void AppendPatches(const Plan& plan, const uint64_t* rests, size_t count, std::string* out) {
  AppendVarint(out, plan.patches);
  const unsigned high_width = plan.width_all - plan.width;
  out->push_back(static_cast<char>(high_width));
  std::array<uint64_t, kPatchedValuesMax> highs;
  size_t found = 0;
  for (size_t i = 0; i < count; ++i) {
    if (rests[i] > LowBits(plan.width)) {
      highs[found++] = rests[i] >> plan.width;
      out->push_back(static_cast<char>(i & 0xff));
      if (count > 256) {
        out->push_back(static_cast<char>(i >> 8));
      }
    }
  }
  SB_DCHECK(found == plan.patches);
  AppendPacked(highs.data(), found, high_width, out);
}

void AppendBlock(const Plan& plan, std::span<const int64_t> values, const std::string* bitmap,
                 std::string* out) {
  const bool extended = plan.centred || plan.width >= kExtended;
  out->push_back(static_cast<char>((extended ? kExtended : plan.width) |
                                   (bitmap != nullptr ? kSparse : 0) |
                                   (plan.patched() ? kPatched : 0)));
  if (extended) {
    out->push_back(static_cast<char>(plan.width | (plan.centred ? kCentred : 0)));
  }
  AppendZigZag(out, plan.base);
  if (bitmap != nullptr) {
    out->append(*bitmap);
  }
  std::array<uint64_t, kPatchedValuesMax> rests;
  for (size_t i = 0; i < values.size(); ++i) {
    rests[i] = plan.Rest(values[i]);
  }
  if (plan.patched()) {
    AppendPatches(plan, rests.data(), values.size(), out);
  }
  AppendPacked(rests.data(), values.size(), plan.width, out);
}

// What the first bytes of a block say.
struct Header {
  unsigned width = 0;
  bool sparse = false;
  bool patched = false;
  bool centred = false;
  uint64_t base = 0;
};

const char* ReadHeader(const char* at, const char* end, Header* header) {
  if (at == end) {
    return nullptr;
  }
  const unsigned flags = static_cast<uint8_t>(*at++);
  header->width = flags & kWidthMask;
  header->sparse = (flags & kSparse) != 0;
  header->patched = (flags & kPatched) != 0;
  if (header->width >= kExtended) {
    if (header->width > kExtended || at == end) {
      return nullptr;
    }
    const unsigned extension = static_cast<uint8_t>(*at++);
    header->width = extension & 0x7f;
    header->centred = (extension & kCentred) != 0;
    if (header->width > 64) {
      return nullptr;
    }
  }
  uint64_t zigzag = 0;
  at = ReadVarint(at, end, &zigzag);
  header->base = static_cast<uint64_t>(ZigZagDecode(zigzag));
  return at;
}

// The high parts of numbers that need more than the width.
struct Patches {
  uint64_t count = 0;
  unsigned high_width = 0;
  size_t position_bytes = 1;
  const char* positions = nullptr;
  const char* highs = nullptr;
};

const char* ReadPatches(const char* at, const char* end, unsigned width, size_t count,
                        Patches* patches) {
  at = ReadVarint(at, end, &patches->count);
  if (at == nullptr || patches->count > count || at == end) {
    return nullptr;
  }
  patches->high_width = static_cast<uint8_t>(*at++);
  if (width >= 64 || patches->high_width > 64 - width) {
    return nullptr;
  }
  patches->position_bytes = count <= 256 ? 1 : 2;
  patches->positions = at;
  patches->highs = at + patches->count * patches->position_bytes;
  const size_t bytes =
      patches->count * patches->position_bytes + PackedBytes(patches->count, patches->high_width);
  return bytes <= static_cast<size_t>(end - at) ? at + bytes : nullptr;
}

bool ApplyPatches(const Patches& patches, const char* end, unsigned width, size_t count,
                  uint64_t* out) {
  std::array<uint64_t, kPatchedValuesMax> high_parts;
  Unpack(patches.highs, static_cast<size_t>(end - patches.highs), patches.count, patches.high_width,
         high_parts.data());
  for (size_t i = 0; i < patches.count; ++i) {
    const size_t position = patches.position_bytes == 1
                                ? LoadLe<uint8_t>(patches.positions + i)
                                : LoadLe<uint16_t>(patches.positions + 2 * i);
    if (position >= count) {
      return false;
    }
    out[position] |= high_parts[i] << width;
  }
  return true;
}

// `count` packed numbers with their patches; of centred ones the true values, else without the
// base.
const char* ReadPacked(const char* at, const char* end, const Header& header, size_t count,
                       uint64_t* out) {
  Patches patches;
  if (header.patched) {
    at = ReadPatches(at, end, header.width, count, &patches);
    if (at == nullptr) {
      return nullptr;
    }
  }
  const auto left = static_cast<size_t>(end - at);
  const size_t bytes = PackedBytes(count, header.width);
  if (bytes > left) {
    return nullptr;
  }
  Unpack(at, left, count, header.width, out);
  if (patches.count > 0 && !ApplyPatches(patches, end, header.width, count, out)) {
    return nullptr;
  }
  if (header.centred) {
    for (size_t i = 0; i < count; ++i) {
      out[i] = header.base + static_cast<uint64_t>(ZigZagDecode(out[i]));
    }
  }
  return at + bytes;
}

const char* ReadSparse(const char* at, const char* end, const Header& header, size_t count,
                       uint64_t* out) {
  const size_t bitmap_bytes = (count + 7) / 8;
  if (bitmap_bytes > static_cast<size_t>(end - at)) {
    return nullptr;
  }
  std::array<uint64_t, kPatchedValuesMax / 64> bitmap{};
  std::memcpy(bitmap.data(), at, bitmap_bytes);
  size_t set = 0;
  for (const uint64_t word : bitmap) {
    set += static_cast<size_t>(std::popcount(word));
  }
  if (set > count) {
    return nullptr;
  }
  std::array<uint64_t, kPatchedValuesMax + kSpreadSlack> packed;
  at = ReadPacked(at + bitmap_bytes, end, header, set, packed.data());
  if (at == nullptr) {
    return nullptr;
  }
  const uint64_t base = header.centred ? 0 : header.base;
  for (size_t i = 0; base != 0 && i < set; ++i) {
    packed[i] += base;
  }
  std::fill_n(packed.begin() + static_cast<ptrdiff_t>(set), kSpreadSlack, 0);
  SpreadOverBitmap(bitmap.data(), packed.data(), count, out);
  return at;
}

}  // namespace

void AppendPatchedBlock(std::span<const int64_t> values, bool thorough, std::string* out) {
  SB_CHECK(values.size() <= kPatchedValuesMax);
  if (values.empty()) {
    return;
  }
  const Plan dense = MakePlan(values, thorough);
  const auto zeros = static_cast<size_t>(std::count(values.begin(), values.end(), 0));
  // A bitmap costs one bit each and saves about the width for each zero.
  if (zeros * 8 < values.size() || dense.bits <= values.size() + 16) {
    AppendBlock(dense, values, nullptr, out);
    return;
  }
  std::array<int64_t, kPatchedValuesMax> others;
  std::string bitmap((values.size() + 7) / 8, '\0');
  size_t count = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] != 0) {
      others[count++] = values[i];
      bitmap[i / 8] = static_cast<char>(bitmap[i / 8] | (1 << (i % 8)));
    }
  }
  const std::span<const int64_t> set(others.data(), count);
  const Plan sparse = MakePlan(set, thorough);
  if (sparse.bits + values.size() < dense.bits) {
    AppendBlock(sparse, set, &bitmap, out);
  } else {
    AppendBlock(dense, values, nullptr, out);
  }
}

const char* ReadPatchedRests(const char* at, const char* end, size_t count, int64_t* out,
                             uint64_t* base) {
  SB_DCHECK(count <= kPatchedValuesMax);
  *base = 0;
  if (count == 0) {
    return at;
  }
  Header header;
  at = ReadHeader(at, end, &header);
  if (at == nullptr) {
    return nullptr;
  }
  // int64_t and uint64_t may alias each other.
  auto* const bits = reinterpret_cast<uint64_t*>(out);
  if (header.sparse) {
    return ReadSparse(at, end, header, count, bits);
  }
  *base = header.centred ? 0 : header.base;
  return ReadPacked(at, end, header, count, bits);
}

const char* ReadPatchedBlock(const char* at, const char* end, size_t count, int64_t* out) {
  uint64_t base = 0;
  at = ReadPatchedRests(at, end, count, out, &base);
  auto* const bits = reinterpret_cast<uint64_t*>(out);
  for (size_t i = 0; at != nullptr && base != 0 && i < count; ++i) {
    bits[i] += base;
  }
  return at;
}

}  // namespace sb::encoding
