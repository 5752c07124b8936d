// SPDX-License-Identifier: Apache-2.0
#include "encoding/float_column.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "encoding/bytes.h"
#include "encoding/decimal.h"

namespace sb::encoding {

namespace {

constexpr uint8_t kDecimals = 1;
constexpr uint8_t kExceptions = 2;
constexpr uint8_t kReference = 4;
constexpr unsigned kExponentShift = 3;

// Doubles in numeric order become integers in the same order: negative ones have all bits but the
// sign turned around. The mapping is its own inverse.
int64_t OrderedBits(uint64_t bits) {
  const auto sign = static_cast<uint64_t>(static_cast<int64_t>(bits) >> 63);
  return static_cast<int64_t>(bits ^ (sign >> 1));
}
uint64_t UnorderedBits(int64_t ordered) {
  const auto sign = static_cast<uint64_t>(ordered >> 63);
  return static_cast<uint64_t>(ordered) ^ (sign >> 1);
}

IntColumnOptions IntOptions(const FloatColumnOptions& options) {
  return {.page_values = options.page_values, .thorough = options.thorough};
}

// An exception costs about ten bytes, a value kept as bits five or six.
size_t ExceptionsMax(size_t count) {
  return std::max<size_t>(4, count / 8);
}

// The whole numbers in `values` multiplied by ten to the power of `exponent`.
bool FindDecimals(std::span<const double> values, unsigned exponent, WholeColumn* decimals) {
  if (exponent == kNoDecimalExponent) {
    return false;
  }
  const size_t exceptions_max = ExceptionsMax(values.size());
  decimals->integers.resize(values.size());
  decimals->exceptions.resize(exceptions_max);
  const size_t found = ToDecimals(values, exponent, exceptions_max, decimals->integers.data(),
                                  decimals->exceptions.data());
  if (found > exceptions_max) {
    return false;
  }
  decimals->exceptions.resize(found);
  return true;
}

void AppendDecimalColumn(std::span<const double> values, std::span<const uint32_t> exceptions,
                         std::span<const int64_t> integers, uint8_t flags,
                         const FloatColumnOptions& options, std::string* out) {
  flags |= kDecimals;
  flags |= exceptions.empty() ? uint8_t{0} : kExceptions;
  out->push_back(static_cast<char>(flags));
  if (!exceptions.empty()) {
    AppendVarint(out, exceptions.size());
    uint32_t last = 0;
    for (const uint32_t position : exceptions) {
      AppendVarint(out, position - last);
      last = position;
    }
    for (const uint32_t position : exceptions) {
      AppendLe(out, std::bit_cast<uint64_t>(values[position]));
    }
  }
  AppendIntColumn(integers, IntOptions(options), out);
}

void AppendBitsColumn(std::span<const double> values, const FloatColumnOptions& options,
                      std::string* out) {
  std::vector<int64_t> bits(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    bits[i] = OrderedBits(std::bit_cast<uint64_t>(values[i]));
  }
  out->push_back('\0');
  AppendIntColumn(bits, IntOptions(options), out);
}

base::Status Damaged(const char* what) {
  return base::DataLoss(std::string("float column: ") + what);
}

}  // namespace

void AppendFloatColumn(std::span<const double> values, const FloatColumnOptions& options,
                       std::string* out) {
  thread_local WholeColumn decimals;
  const unsigned exponent = FindDecimalExponent(values);
  if (!FindDecimals(values, exponent, &decimals)) {
    AppendBitsColumn(values, options, out);
    return;
  }
  const size_t begin = out->size();
  AppendDecimalColumn(values, decimals.exceptions, decimals.integers,
                      static_cast<uint8_t>(exponent << kExponentShift), options, out);
  // Decimals with many digits or exceptions may be no better than the bits.
  if (options.thorough && (out->size() - begin) > values.size() * 2) {
    std::string bits;
    AppendBitsColumn(values, options, &bits);
    if (bits.size() < out->size() - begin) {
      out->replace(begin, std::string::npos, bits);
    }
  }
}

bool FindWholeNumbers(std::span<const double> values, WholeColumn* whole) {
  return FindDecimals(values, 0, whole);
}

void AppendFloatColumnWithReference(std::span<const double> values, const WholeColumn& whole,
                                    std::span<const int64_t> reference,
                                    const FloatColumnOptions& options, std::string* out) {
  SB_CHECK(values.size() == reference.size() && values.size() == whole.integers.size());
  std::vector<int64_t> differences(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    differences[i] = static_cast<int64_t>(static_cast<uint64_t>(whole.integers[i]) -
                                          static_cast<uint64_t>(reference[i]));
  }
  AppendDecimalColumn(values, whole.exceptions, differences, kReference, options, out);
}

base::Status FloatColumn::Parse(std::string_view bytes) {
  ByteReader in(bytes);
  const uint8_t flags = in.Byte();
  decimals_ = (flags & kDecimals) != 0;
  has_reference_ = (flags & kReference) != 0;
  exponent_ = static_cast<uint8_t>(flags >> kExponentShift);
  exceptions_ = 0;
  const bool has_exceptions = (flags & kExceptions) != 0;
  if (exponent_ > kDecimalExponentMax || (!decimals_ && flags != 0) ||
      (has_reference_ && exponent_ != 0)) {
    return Damaged("bad header");
  }
  if (has_exceptions) {
    const uint64_t exceptions = in.Varint();
    if (exceptions == 0 || exceptions > in.left() / 9) {
      return Damaged("bad number of exceptions");
    }
    exceptions_ = static_cast<uint32_t>(exceptions);
    const char* const steps = in.position();
    for (uint64_t i = 0; i < exceptions; ++i) {
      in.Varint();
    }
    exception_steps_ = std::string_view(steps, static_cast<size_t>(in.position() - steps));
    exception_values_ = in.Bytes(exceptions * 8).data();
  }
  if (!in.ok()) {
    return Damaged("cut off");
  }
  return integers_.Parse(in.rest());
}

void FloatColumn::ToDoubles(size_t begin, size_t end, const int64_t* integers, double* out) const {
  const size_t size = end - begin;
  if (decimals_) {
    FromDecimals(integers, size, exponent_, out);
    PatchExceptions(begin, size, out);
    return;
  }
  for (size_t i = 0; i < size; ++i) {
    out[i] = std::bit_cast<double>(UnorderedBits(integers[i]));
  }
}

base::Status FloatColumn::Decode(size_t begin, size_t end, double* out) const {
  if (has_reference_) {
    return Damaged("refers to another column where there is none");
  }
  std::array<int64_t, kDecodeStride> integers;
  while (begin < end) {
    // Strides end at page borders, so that no page is decoded twice.
    const size_t stride_end = std::min(end, integers_.StrideEnd(begin));
    SB_RETURN_IF_ERROR(integers_.Decode(begin, stride_end, integers.data()));
    ToDoubles(begin, stride_end, integers.data(), out);
    out += stride_end - begin;
    begin = stride_end;
  }
  return base::OkStatus();
}

void FloatColumn::PatchExceptions(size_t begin, size_t size, double* out) const {
  ByteReader steps(exception_steps_);
  uint64_t position = 0;
  for (size_t i = 0; i < exceptions_; ++i) {
    position += steps.Varint();
    if (position >= begin + size) {
      return;
    }
    if (position >= begin) {
      out[position - begin] = std::bit_cast<double>(LoadLe<uint64_t>(exception_values_ + 8 * i));
    }
  }
}

}  // namespace sb::encoding
