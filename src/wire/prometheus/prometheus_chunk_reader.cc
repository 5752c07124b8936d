// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/prometheus_chunk_reader.h"

#include <bit>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "encoding/varint.h"
#include "wire/prometheus/prometheus_chunk.h"

namespace sb::wire {
namespace {

constexpr int kVarbitSizes[] = {0, 3, 6, 9, 12, 18, 25, 56, 64};  // by the number of leading ones
constexpr int kDodSizes[] = {0, 14, 17, 20, 64};
constexpr int kZeroThresholdBias = 243;
constexpr uint8_t kGaugeHeader = 0xC0;
constexpr size_t kHeaderBytes = 2;

// Bits from the highest to the lowest. After the end it gives zeros and says so.
class HighBitReader {
 public:
  explicit HighBitReader(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  size_t bits_left() const { return bytes_.size() * 8 - at_; }

  uint64_t Bits(int count) {
    if (static_cast<size_t>(count) > bits_left()) {
      ok_ = false;
      at_ = bytes_.size() * 8;
      return 0;
    }
    uint64_t value = 0;
    while (count > 0) {
      const int free = 8 - static_cast<int>(at_ % 8);
      const int now = count < free ? count : free;
      const auto byte = static_cast<uint8_t>(bytes_[at_ / 8]);
      value = value << now | ((static_cast<unsigned>(byte) >> (free - now)) & ((1U << now) - 1));
      at_ += static_cast<size_t>(now);
      count -= now;
    }
    return value;
  }
  double Double() { return std::bit_cast<double>(Bits(64)); }
  // Leading ones, at most `max` of them; the zero behind fewer is taken.
  int Ones(int max) {
    int ones = 0;
    while (ones < max && Bits(1) == 1) {
      ++ones;
    }
    return ones;
  }
  // The form in which half of the range is negative.
  int64_t Signed(int size) {
    const uint64_t bits = Bits(size);
    return size < 64 && bits > uint64_t{1} << (size - 1)
               ? static_cast<int64_t>(bits - (uint64_t{1} << size))
               : static_cast<int64_t>(bits);
  }
  int64_t VarbitInt() {
    const int size = kVarbitSizes[Ones(8)];
    return size == 0 ? 0 : Signed(size);
  }
  uint64_t VarbitUint() {
    const int size = kVarbitSizes[Ones(8)];
    return size == 0 ? 0 : Bits(size);
  }
  uint64_t Uvarint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint64_t byte = Bits(8);
      value |= (byte & 0x7F) << shift;
      if ((byte & 0x80) == 0) {
        return value;
      }
    }
    ok_ = false;
    return 0;
  }

 private:
  const std::string_view bytes_;
  size_t at_ = 0;
  bool ok_ = true;
};

class XorReader {
 public:
  double First(HighBitReader* in) {
    last_ = in->Bits(64);
    return std::bit_cast<double>(last_);
  }
  double Next(HighBitReader* in) {
    if (in->Bits(1) == 0) {
      return std::bit_cast<double>(last_);
    }
    if (in->Bits(1) == 1) {
      leading_ = static_cast<int>(in->Bits(5));
      const auto significant = static_cast<int>(in->Bits(6));
      significant_ = significant == 0 ? 64 : significant;
    }
    const int trailing = 64 - leading_ - significant_;
    if (trailing < 0) {
      broken_ = true;
      return 0;
    }
    last_ ^= in->Bits(significant_) << trailing;
    return std::bit_cast<double>(last_);
  }
  bool broken() const { return broken_; }

 private:
  uint64_t last_ = 0;
  int leading_ = 0;
  int significant_ = 64;
  bool broken_ = false;
};

// Differences of hostile input may overflow: unsigned, as the writer's do.
int64_t Plus(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

base::Status Truncated(const char* what, size_t sample) {
  return base::DataLoss(std::string("Prometheus ") + what +
                        " chunk ends or breaks at sample: " + std::to_string(sample));
}

base::Status ReadXor(HighBitReader in, size_t count, model::SampleColumns* out) {
  XorReader values;
  int64_t time = 0;
  int64_t delta = 0;
  for (size_t i = 0; i < count; ++i) {
    double value = 0;
    if (i == 0) {
      time = encoding::ZigZagDecode(in.Uvarint());
      value = values.First(&in);
    } else {
      if (i == 1) {
        delta = static_cast<int64_t>(in.Uvarint());
      } else {
        const int size = kDodSizes[in.Ones(4)];
        delta = Plus(delta, size == 0 ? 0 : in.Signed(size));
      }
      time = Plus(time, delta);
      value = values.Next(&in);
    }
    if (!in.ok() || values.broken()) {
      return Truncated("XOR", i);
    }
    out->Append(model::Sample{.time_ms = time, .value = value});
  }
  return base::OkStatus();
}

bool ReadSpans(HighBitReader* in, std::vector<model::HistogramSpan>* spans, uint64_t* buckets) {
  const uint64_t count = in->VarbitUint();
  if (count > in->bits_left()) {
    return false;
  }
  for (uint64_t i = 0; i < count; ++i) {
    model::HistogramSpan span;
    const uint64_t length = in->VarbitUint();
    span.length = static_cast<uint32_t>(length);
    span.offset = static_cast<int32_t>(in->VarbitInt());
    *buckets += length;
    if (length > in->bits_left() || *buckets > in->bits_left() || !in->ok()) {
      return false;
    }
    spans->push_back(span);
  }
  return in->ok();
}

struct Layout {
  model::Histogram shape;
  size_t positive = 0;
  size_t negative = 0;
};

bool ReadLayout(HighBitReader* in, Layout* layout) {
  const auto threshold = static_cast<int>(in->Bits(8));
  layout->shape.zero_threshold = threshold == 0 ? 0
                                 : threshold == 255
                                     ? in->Double()
                                     : std::ldexp(0.5, threshold - kZeroThresholdBias);
  layout->shape.schema = static_cast<int32_t>(in->VarbitInt());
  uint64_t positive = 0;
  uint64_t negative = 0;
  if (!ReadSpans(in, &layout->shape.positive_spans, &positive) ||
      !ReadSpans(in, &layout->shape.negative_spans, &negative)) {
    return false;
  }
  layout->positive = positive;
  layout->negative = negative;
  if (layout->shape.UsesCustomBuckets()) {
    const uint64_t count = in->VarbitUint();
    for (uint64_t i = 0; i < count && in->ok(); ++i) {
      const uint64_t thousandths = in->VarbitUint();
      layout->shape.custom_values.push_back(
          thousandths == 0 ? in->Double() : static_cast<double>(thousandths - 1) / 1000);
    }
  }
  return in->ok();
}

// A number of which the chunk has the first value, then the difference, then changes of it.
class DeltaColumn {
 public:
  int64_t Next(HighBitReader* in, size_t i, bool is_unsigned) {
    if (i == 0) {
      value_ = is_unsigned ? static_cast<int64_t>(in->VarbitUint()) : in->VarbitInt();
    } else {
      delta_ = i == 1 ? in->VarbitInt() : Plus(delta_, in->VarbitInt());
      value_ = Plus(value_, delta_);
    }
    return value_;
  }

 private:
  int64_t value_ = 0;
  int64_t delta_ = 0;
};

void FinishHistogram(model::Histogram histogram, bool is_gauge, size_t i, int64_t time,
                     model::SampleColumns* out) {
  histogram.counter_reset_hint = is_gauge ? model::CounterResetHint::kGauge
                                 : i > 0  ? model::CounterResetHint::kNotReset
                                          : model::CounterResetHint::kUnknown;
  out->Append(
      model::Sample{.time_ms = time,
                    .histogram = std::make_shared<const model::Histogram>(std::move(histogram))});
}

// The shape of a marker: it has no buckets.
model::Histogram ShapeOf(const Layout& layout, bool is_stale) {
  return is_stale ? model::Histogram() : layout.shape;
}

base::Status ReadHistograms(HighBitReader in, size_t count, model::SampleColumns* out) {
  const bool is_gauge = in.Bits(8) >= kGaugeHeader;
  Layout layout;
  if (count == 0) {
    return base::OkStatus();
  }
  if (!ReadLayout(&in, &layout)) {
    return Truncated("histogram", 0);
  }
  DeltaColumn times;
  DeltaColumn counts;
  DeltaColumn zeros;
  XorReader sums;
  std::vector<DeltaColumn> buckets(layout.positive + layout.negative);
  for (size_t i = 0; i < count; ++i) {
    const int64_t time = times.Next(&in, i, false);
    const auto all = static_cast<double>(static_cast<uint64_t>(counts.Next(&in, i, true)));
    const auto zero = static_cast<double>(static_cast<uint64_t>(zeros.Next(&in, i, true)));
    const double sum = i == 0 ? sums.First(&in) : sums.Next(&in);
    const bool is_stale = model::IsStaleNan(sum);
    model::Histogram histogram = ShapeOf(layout, is_stale);
    histogram.integer_counts = true;
    histogram.count = is_stale ? 0 : all;
    histogram.zero_count = is_stale ? 0 : zero;
    histogram.sum = sum;
    int64_t running = 0;
    for (size_t b = 0; b < buckets.size() && !is_stale; ++b) {
      running = b == layout.positive ? 0 : running;
      running = Plus(running, buckets[b].Next(&in, i, false));
      (b < layout.positive ? histogram.positive_buckets : histogram.negative_buckets)
          .push_back(static_cast<double>(running));
    }
    if (!in.ok() || sums.broken()) {
      return Truncated("histogram", i);
    }
    FinishHistogram(std::move(histogram), is_gauge, i, time, out);
  }
  return base::OkStatus();
}

base::Status ReadFloatHistograms(HighBitReader in, size_t count, model::SampleColumns* out) {
  const bool is_gauge = in.Bits(8) >= kGaugeHeader;
  Layout layout;
  if (count == 0) {
    return base::OkStatus();
  }
  if (!ReadLayout(&in, &layout)) {
    return Truncated("float histogram", 0);
  }
  DeltaColumn times;
  XorReader counts;
  XorReader zeros;
  XorReader sums;
  std::vector<XorReader> buckets(layout.positive + layout.negative);
  const auto next = [&in](XorReader& column, size_t i) {
    return i == 0 ? column.First(&in) : column.Next(&in);
  };
  for (size_t i = 0; i < count; ++i) {
    const int64_t time = times.Next(&in, i, false);
    const double all = next(counts, i);
    const double zero = next(zeros, i);
    const double sum = next(sums, i);
    const bool is_stale = model::IsStaleNan(sum);
    model::Histogram histogram = ShapeOf(layout, is_stale);
    histogram.integer_counts = false;
    histogram.count = is_stale ? 0 : all;
    histogram.zero_count = is_stale ? 0 : zero;
    histogram.sum = sum;
    bool broken = counts.broken() || zeros.broken() || sums.broken();
    for (size_t b = 0; b < buckets.size() && !is_stale; ++b) {
      (b < layout.positive ? histogram.positive_buckets : histogram.negative_buckets)
          .push_back(next(buckets[b], i));
      broken = broken || buckets[b].broken();
    }
    if (!in.ok() || broken) {
      return Truncated("float histogram", i);
    }
    FinishHistogram(std::move(histogram), is_gauge, i, time, out);
  }
  return base::OkStatus();
}

}  // namespace

base::Status ReadPrometheusChunk(uint8_t encoding, std::string_view bytes,
                                 model::SampleColumns* out) {
  if (bytes.size() < kHeaderBytes) {
    return Truncated("", 0);
  }
  const size_t count =
      static_cast<size_t>(static_cast<uint8_t>(bytes[0])) << 8 | static_cast<uint8_t>(bytes[1]);
  const HighBitReader in(bytes.substr(kHeaderBytes));
  switch (encoding) {
    case static_cast<uint8_t>(PrometheusChunkKind::kXor):
      return ReadXor(in, count, out);
    case static_cast<uint8_t>(PrometheusChunkKind::kHistogram):
      return ReadHistograms(in, count, out);
    case static_cast<uint8_t>(PrometheusChunkKind::kFloatHistogram):
      return ReadFloatHistograms(in, count, out);
    default:
      return base::InvalidArgument(
          "chunk encoding of a Prometheus block that is not known (XOR, histogram and float "
          "histogram are): " +
          std::to_string(encoding));
  }
}

}  // namespace sb::wire
