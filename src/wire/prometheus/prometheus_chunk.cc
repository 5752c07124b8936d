// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/prometheus_chunk.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "encoding/varint.h"

namespace sb::wire {

namespace {

constexpr uint8_t kResetHeader[] = {0x00, 0x80, 0x40, 0xC0};  // by CounterResetHint

// Bits from the highest to the lowest, as the reference's bstream.
class HighBitWriter {
 public:
  explicit HighBitWriter(std::string* out) : out_(out) {}

  void Bits(uint64_t value, int count) {
    while (count > 0) {
      if (free_ == 0) {
        out_->push_back('\0');
        free_ = 8;
      }
      const int now = std::min(count, free_);
      const uint64_t piece = (value >> (count - now)) & ((1U << now) - 1);
      out_->back() = static_cast<char>(static_cast<uint8_t>(out_->back()) |
                                       static_cast<uint8_t>(piece << (free_ - now)));
      count -= now;
      free_ -= now;
    }
  }
  void Double(double value) { Bits(std::bit_cast<uint64_t>(value), 64); }
  // A varint of whole bytes, wherever the stream stands.
  void Uvarint(uint64_t value) {
    char buffer[encoding::kVarintBytesMax];
    const char* const end = encoding::WriteVarint(buffer, value);
    for (const char* at = buffer; at != end; ++at) {
      Bits(static_cast<uint8_t>(*at), 8);
    }
  }

 private:
  std::string* const out_;
  int free_ = 0;  // bits of the last byte
};

bool FitsSigned(int64_t value, int bits) {
  return value >= -((int64_t{1} << (bits - 1)) - 1) && value <= int64_t{1} << (bits - 1);
}

// The sizes of a varbit number; a number of n bits is announced by its place in ones and a zero.
constexpr int kVarbitSizes[] = {3, 6, 9, 12, 18, 25, 56};

template <typename Fits>
void PutVarbit(uint64_t value, HighBitWriter* out, Fits fits) {
  if (value == 0) {
    return out->Bits(0, 1);
  }
  int ones = 1;
  for (const int bits : kVarbitSizes) {
    if (fits(bits)) {
      out->Bits((1U << (ones + 1)) - 2, ones + 1);
      return out->Bits(value, bits);
    }
    ++ones;
  }
  out->Bits(0xFF, 8);
  out->Bits(value, 64);
}

void PutVarbitInt(int64_t value, HighBitWriter* out) {
  PutVarbit(static_cast<uint64_t>(value), out,
            [value](int bits) { return FitsSigned(value, bits); });
}

void PutVarbitUint(uint64_t value, HighBitWriter* out) {
  PutVarbit(value, out, [value](int bits) { return value < uint64_t{1} << bits; });
}

void PutCount(size_t samples, std::string* out) {
  SB_CHECK(samples <= 0xFFFF);
  out->push_back(static_cast<char>(samples >> 8));
  out->push_back(static_cast<char>(samples));
}

void PutDeltaOfDelta(int64_t value, HighBitWriter* out) {
  if (value == 0) {
    return out->Bits(0, 1);
  }
  int ones = 1;
  for (const int bits : {14, 17, 20}) {
    if (FitsSigned(value, bits)) {
      out->Bits((1U << (ones + 1)) - 2, ones + 1);
      return out->Bits(static_cast<uint64_t>(value), bits);
    }
    ++ones;
  }
  out->Bits(0b1111, 4);
  out->Bits(static_cast<uint64_t>(value), 64);
}

// The differing bits of neighbouring values, in the window of the value before if they fit.
class XorColumn {
 public:
  explicit XorColumn(HighBitWriter* out) : out_(out) {}

  void First(double value) {
    last_ = std::bit_cast<uint64_t>(value);
    out_->Bits(last_, 64);
  }
  void Next(double value) {
    const uint64_t bits = std::bit_cast<uint64_t>(value);
    const uint64_t delta = bits ^ last_;
    last_ = bits;
    if (delta == 0) {
      return out_->Bits(0, 1);
    }
    const int leading = std::min(std::countl_zero(delta), 31);
    const int trailing = std::countr_zero(delta);
    if (has_window_ && leading >= leading_ && trailing >= trailing_) {
      out_->Bits(0b10, 2);
      return out_->Bits(delta >> trailing_, 64 - leading_ - trailing_);
    }
    has_window_ = true;
    leading_ = leading;
    trailing_ = trailing;
    const int significant = 64 - leading - trailing;
    out_->Bits(0b11, 2);
    out_->Bits(static_cast<uint64_t>(leading), 5);
    out_->Bits(static_cast<uint64_t>(significant), 6);  // 64 reads as 0
    out_->Bits(delta >> trailing, significant);
  }

 private:
  HighBitWriter* const out_;
  uint64_t last_ = 0;
  bool has_window_ = false;
  int leading_ = 0;
  int trailing_ = 0;
};

void PutSpans(const std::vector<model::HistogramSpan>& spans, HighBitWriter* out) {
  PutVarbitUint(spans.size(), out);
  for (const model::HistogramSpan& span : spans) {
    PutVarbitUint(span.length, out);
    PutVarbitInt(span.offset, out);
  }
}

void PutLayout(const model::Histogram& histogram, HighBitWriter* out) {
  if (histogram.zero_threshold == 0) {
    out->Bits(0, 8);
  } else {
    out->Bits(255, 8);  // powers of two have a shorter form, which readers do not insist on
    out->Double(histogram.zero_threshold);
  }
  PutVarbitInt(histogram.schema, out);
  PutSpans(histogram.positive_spans, out);
  PutSpans(histogram.negative_spans, out);
  if (histogram.UsesCustomBuckets()) {
    PutVarbitUint(histogram.custom_values.size(), out);
    for (const double bound : histogram.custom_values) {
      out->Bits(0, 1);  // the form of any float; thousandths have a shorter one
      out->Double(bound);
    }
  }
}

void PutIntegerBuckets(const std::vector<double>& counts, HighBitWriter* out) {
  int64_t last = 0;
  for (const double count : counts) {
    const auto whole = static_cast<int64_t>(count);
    PutVarbitInt(whole - last, out);
    last = whole;
  }
}

void PutFloatBuckets(const std::vector<double>& counts, HighBitWriter* out) {
  for (const double count : counts) {
    out->Double(count);
  }
}

}  // namespace

void AppendXorChunk(std::span<const int64_t> times, std::span<const double> values,
                    std::string* out) {
  SB_CHECK(times.size() == values.size());
  PutCount(times.size(), out);
  HighBitWriter bits(out);
  XorColumn column(&bits);
  int64_t last_delta = 0;
  for (size_t i = 0; i < times.size(); ++i) {
    if (i == 0) {
      bits.Uvarint(encoding::ZigZagEncode(times[0]));
      column.First(values[0]);
      continue;
    }
    const int64_t delta = times[i] - times[i - 1];
    if (i == 1) {
      bits.Uvarint(static_cast<uint64_t>(delta));
    } else {
      PutDeltaOfDelta(delta - last_delta, &bits);
    }
    last_delta = delta;
    column.Next(values[i]);
  }
}

PrometheusChunkKind AppendHistogramChunk(int64_t time_ms, const model::Histogram& histogram,
                                         std::string* out) {
  PutCount(1, out);
  out->push_back(
      static_cast<char>(kResetHeader[static_cast<size_t>(histogram.counter_reset_hint)]));
  HighBitWriter bits(out);
  PutLayout(histogram, &bits);
  PutVarbitInt(time_ms, &bits);
  if (histogram.integer_counts) {
    PutVarbitUint(static_cast<uint64_t>(histogram.count), &bits);
    PutVarbitUint(static_cast<uint64_t>(histogram.zero_count), &bits);
    bits.Double(histogram.sum);
    PutIntegerBuckets(histogram.positive_buckets, &bits);
    PutIntegerBuckets(histogram.negative_buckets, &bits);
    return PrometheusChunkKind::kHistogram;
  }
  bits.Double(histogram.count);
  bits.Double(histogram.zero_count);
  bits.Double(histogram.sum);
  PutFloatBuckets(histogram.positive_buckets, &bits);
  PutFloatBuckets(histogram.negative_buckets, &bits);
  return PrometheusChunkKind::kFloatHistogram;
}

}  // namespace sb::wire
