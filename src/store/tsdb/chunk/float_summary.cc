// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/chunk/float_summary.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace sb::tsdb {

namespace {

constexpr uint8_t kWhole = 1;
constexpr uint8_t kRising = 2;
constexpr uint8_t kKnownFlags = 3;
constexpr double kExactMax = 9007199254740992.0;  // 2^53

uint64_t Bits(double whole) {
  return static_cast<uint64_t>(static_cast<int64_t>(whole));
}

bool Summable(double value) {
  return std::isfinite(value) && std::bit_cast<uint64_t>(value) != std::bit_cast<uint64_t>(-0.0);
}

}  // namespace

std::optional<FloatSummary> Summarise(std::span<const double> values) {
  if (values.empty()) {
    return std::nullopt;
  }
  FloatSummary summary{.min = values[0], .max = values[0], .rising = true, .whole = true};
  double before = values[0];
  for (const double value : values) {
    if (!Summable(value)) {
      return std::nullopt;
    }
    summary.min = std::min(summary.min, value);
    summary.max = std::max(summary.max, value);
    summary.rising = summary.rising && value >= before;
    summary.whole = summary.whole && std::trunc(value) == value;
    before = value;
  }
  const double magnitude = std::max(std::fabs(summary.min), std::fabs(summary.max));
  summary.whole = summary.whole && magnitude * static_cast<double>(values.size()) <= kExactMax;
  if (summary.whole) {
    for (const double value : values) {
      summary.sum += value;
    }
  }
  return summary;
}

void AppendFloatSummary(const FloatSummary& summary, size_t count, std::string* out) {
  out->push_back(
      static_cast<char>((summary.whole ? kWhole : 0) | (summary.rising ? kRising : 0)));
  if (!summary.whole) {
    encoding::AppendLe(out, std::bit_cast<uint64_t>(summary.min));
    encoding::AppendLe(out, std::bit_cast<uint64_t>(summary.max));
    return;
  }
  const uint64_t min = Bits(summary.min);
  encoding::AppendZigZag(out, static_cast<int64_t>(min));
  encoding::AppendVarint(out, Bits(summary.max) - min);
  encoding::AppendVarint(out, Bits(summary.sum) - min * count);
}

base::Status ReadFloatSummary(encoding::ByteReader* in, size_t count, FloatSummary* summary) {
  const uint8_t flags = in->Byte();
  summary->whole = (flags & kWhole) != 0;
  summary->rising = (flags & kRising) != 0;
  if (summary->whole) {
    const auto min = static_cast<uint64_t>(in->ZigZag());
    const uint64_t max = min + in->Varint();
    const uint64_t sum = min * count + in->Varint();
    summary->min = static_cast<double>(static_cast<int64_t>(min));
    summary->max = static_cast<double>(static_cast<int64_t>(max));
    summary->sum = static_cast<double>(static_cast<int64_t>(sum));
  } else {
    summary->min = in->Double();
    summary->max = in->Double();
  }
  const bool sane = std::isfinite(summary->min) && std::isfinite(summary->max) &&
                    summary->min <= summary->max;
  return in->ok() && sane && (flags & ~kKnownFlags) == 0
             ? base::OkStatus()
             : base::DataLoss("sample body: bad summary");
}

}  // namespace sb::tsdb
