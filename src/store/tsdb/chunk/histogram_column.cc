// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/chunk/histogram_column.h"

#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <vector>

#include "encoding/bytes.h"
#include "encoding/float_column.h"

namespace sb::tsdb {

namespace {

using encoding::AppendLe;
using encoding::AppendVarint;
using encoding::AppendZigZag;
using encoding::ByteReader;
using encoding::FloatColumn;
using model::Histogram;
using model::HistogramPtr;
using model::HistogramSpan;

constexpr uint8_t kIntegerCounts = 1;
constexpr uint8_t kHintsDiffer = 4;
constexpr size_t kFixedColumns = 3;  // count, zero count, sum
constexpr size_t kBucketsMax = 1u << 16;
constexpr size_t kBytesPerColumnMin = 4;  // a length and the shortest float column

base::Status Damaged(const char* what) {
  return base::DataLoss(std::string("histogram column: ") + what);
}

bool SameLayout(const Histogram& a, const Histogram& b) {
  const auto same_bits = [](const std::vector<double>& x, const std::vector<double>& y) {
    return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](double p, double q) {
      return std::bit_cast<uint64_t>(p) == std::bit_cast<uint64_t>(q);
    });
  };
  return a.schema == b.schema && a.integer_counts == b.integer_counts &&
         std::bit_cast<uint64_t>(a.zero_threshold) == std::bit_cast<uint64_t>(b.zero_threshold) &&
         a.positive_spans == b.positive_spans && a.negative_spans == b.negative_spans &&
         a.positive_buckets.size() == b.positive_buckets.size() &&
         a.negative_buckets.size() == b.negative_buckets.size() &&
         same_bits(a.custom_values, b.custom_values);
}

void AppendSpans(const std::vector<HistogramSpan>& spans, std::string* out) {
  AppendVarint(out, spans.size());
  for (const HistogramSpan& span : spans) {
    AppendZigZag(out, span.offset);
    AppendVarint(out, span.length);
  }
}

void AppendLayout(const Histogram& histogram, std::string* out) {
  AppendZigZag(out, histogram.schema);
  out->push_back(static_cast<char>(histogram.integer_counts ? kIntegerCounts : 0));
  AppendLe(out, std::bit_cast<uint64_t>(histogram.zero_threshold));
  AppendSpans(histogram.positive_spans, out);
  AppendSpans(histogram.negative_spans, out);
  AppendVarint(out, histogram.positive_buckets.size());
  AppendVarint(out, histogram.negative_buckets.size());
  AppendVarint(out, histogram.custom_values.size());
  for (const double bound : histogram.custom_values) {
    AppendLe(out, std::bit_cast<uint64_t>(bound));
  }
}

bool ReadSpans(ByteReader* in, std::vector<HistogramSpan>* spans) {
  const uint64_t count = in->Varint();
  if (count > in->left() / 2) {
    return false;
  }
  spans->reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    const int64_t offset = in->ZigZag();
    const uint64_t length = in->Varint();
    if (!in->ok() || offset != static_cast<int32_t>(offset) || length > UINT32_MAX) {
      return false;
    }
    spans->push_back({static_cast<int32_t>(offset), static_cast<uint32_t>(length)});
  }
  return true;
}

// A histogram without numbers, whose bucket vectors have their final size.
base::Status ReadLayout(ByteReader* in, Histogram* layout) {
  const int64_t schema = in->ZigZag();
  if (schema != static_cast<int32_t>(schema)) {
    return Damaged("bad schema");
  }
  layout->schema = static_cast<int32_t>(schema);
  layout->integer_counts = (in->Byte() & kIntegerCounts) != 0;
  layout->zero_threshold = in->Double();
  if (!ReadSpans(in, &layout->positive_spans) || !ReadSpans(in, &layout->negative_spans)) {
    return Damaged("bad spans");
  }
  const uint64_t positive = in->Varint();
  const uint64_t negative = in->Varint();
  const uint64_t bounds = in->Varint();
  if (positive > kBucketsMax || negative > kBucketsMax || bounds > in->left() / 8 || !in->ok()) {
    return Damaged("too many buckets");
  }
  // Every bucket has a column further on, so a number that the bytes cannot hold is a lie.
  if ((positive + negative) * kBytesPerColumnMin > in->left()) {
    return Damaged("more buckets than bytes");
  }
  layout->positive_buckets.resize(positive);
  layout->negative_buckets.resize(negative);
  layout->custom_values.reserve(bounds);
  for (uint64_t i = 0; i < bounds; ++i) {
    layout->custom_values.push_back(in->Double());
  }
  return in->ok() ? base::OkStatus() : Damaged("cut off");
}

size_t ColumnCount(const Histogram& layout) {
  return kFixedColumns + layout.positive_buckets.size() + layout.negative_buckets.size();
}

// The number that column `column` holds of a histogram.
double& Number(Histogram& histogram, size_t column) {
  switch (column) {
    case 0:
      return histogram.count;
    case 1:
      return histogram.zero_count;
    case 2:
      return histogram.sum;
    default:
      break;
  }
  const size_t bucket = column - kFixedColumns;
  const size_t positive = histogram.positive_buckets.size();
  return bucket < positive ? histogram.positive_buckets[bucket]
                           : histogram.negative_buckets[bucket - positive];
}

void AppendRun(std::span<const HistogramPtr> run, bool thorough, std::string* out) {
  const auto hint = static_cast<uint8_t>(run[0]->counter_reset_hint);
  const bool same_hint = std::all_of(run.begin(), run.end(), [&](const HistogramPtr& h) {
    return static_cast<uint8_t>(h->counter_reset_hint) == hint;
  });
  out->push_back(static_cast<char>(same_hint ? hint : kHintsDiffer));
  if (!same_hint) {
    for (const HistogramPtr& histogram : run) {
      out->push_back(static_cast<char>(histogram->counter_reset_hint));
    }
  }
  std::array<double, kHistogramRunMax> numbers;
  std::string bytes;
  for (size_t column = 0; column < ColumnCount(*run[0]); ++column) {
    for (size_t i = 0; i < run.size(); ++i) {
      numbers[i] = Number(const_cast<Histogram&>(*run[i]), column);  // only read
    }
    bytes.clear();
    encoding::AppendFloatColumn({numbers.data(), run.size()}, {.thorough = thorough}, &bytes);
    AppendVarint(out, bytes.size());
    out->append(bytes);
  }
}

base::Status ReadHints(ByteReader* in, std::span<const std::shared_ptr<Histogram>> run) {
  const uint8_t first = in->Byte();
  const std::string_view each = first == kHintsDiffer ? in->Bytes(run.size()) : std::string_view();
  if (!in->ok() || first > kHintsDiffer) {
    return Damaged("bad hints");
  }
  for (size_t i = 0; i < run.size(); ++i) {
    const uint8_t hint = each.empty() ? first : static_cast<uint8_t>(each[i]);
    if (hint > static_cast<uint8_t>(model::CounterResetHint::kGauge)) {
      return Damaged("bad hint");
    }
    run[i]->counter_reset_hint = static_cast<model::CounterResetHint>(hint);
  }
  return base::OkStatus();
}

// Fills a whole run of histograms that have the layout already.
base::Status ReadRun(std::string_view bytes, std::span<const std::shared_ptr<Histogram>> run) {
  ByteReader in(bytes);
  SB_RETURN_IF_ERROR(ReadHints(&in, run));
  std::array<double, kHistogramRunMax> numbers;
  const size_t columns = ColumnCount(*run[0]);
  for (size_t column = 0; column < columns; ++column) {
    FloatColumn floats;
    SB_RETURN_IF_ERROR(floats.Parse(in.LengthPrefixed()));
    if (!in.ok() || floats.count() != run.size()) {
      return Damaged("a bucket has another number of samples");
    }
    SB_RETURN_IF_ERROR(floats.Decode(0, run.size(), numbers.data()));
    for (size_t i = 0; i < run.size(); ++i) {
      Number(*run[i], column) = numbers[i];
    }
  }
  return in.empty() ? base::OkStatus() : Damaged("surplus bytes in a run");
}

struct Run {
  uint64_t samples = 0;
  uint64_t layout = 0;  // number + 1; 0: floats
  uint64_t bytes = 0;
};

base::Status ReadDirectory(ByteReader* in, std::vector<Histogram>* layouts,
                           std::vector<Run>* runs) {
  const uint64_t layout_count = in->Varint();
  if (layout_count > in->left() / 8) {
    return Damaged("bad number of layouts");
  }
  for (uint64_t i = 0; i < layout_count; ++i) {
    layouts->emplace_back();
    SB_RETURN_IF_ERROR(ReadLayout(in, &layouts->back()));
  }
  const uint64_t run_count = in->Varint();
  if (run_count > in->left() / 3) {
    return Damaged("bad number of runs");
  }
  runs->reserve(run_count);
  for (uint64_t i = 0; i < run_count; ++i) {
    Run run;
    run.samples = in->Varint();
    run.layout = in->Varint();
    run.bytes = in->Varint();
    if (run.samples == 0 || run.layout > layouts->size() ||
        (run.layout > 0 && run.samples > kHistogramRunMax) || (run.layout == 0 && run.bytes > 0)) {
      return Damaged("bad run");
    }
    runs->push_back(run);
  }
  return in->ok() ? base::OkStatus() : Damaged("cut off");
}

// The samples from `begin` on that can share a run.
size_t RunEnd(std::span<const HistogramPtr> histograms, size_t begin) {
  const HistogramPtr& first = histograms[begin];
  size_t end = begin + 1;
  if (first == nullptr) {
    while (end < histograms.size() && histograms[end] == nullptr) {
      ++end;
    }
    return end;
  }
  while (end < histograms.size() && end - begin < kHistogramRunMax && histograms[end] != nullptr &&
         SameLayout(*first, *histograms[end])) {
    ++end;
  }
  return end;
}

}  // namespace

void AppendHistogramColumn(std::span<const HistogramPtr> histograms, bool thorough,
                           std::string* out) {
  std::vector<const Histogram*> layouts;
  std::vector<Run> runs;
  std::string payload;
  for (size_t begin = 0; begin < histograms.size();) {
    const size_t end = RunEnd(histograms, begin);
    Run run{.samples = end - begin};
    if (histograms[begin] != nullptr) {
      const Histogram& layout = *histograms[begin];
      const auto known = std::find_if(layouts.begin(), layouts.end(), [&](const Histogram* other) {
        return SameLayout(layout, *other);
      });
      run.layout = static_cast<uint64_t>(known - layouts.begin()) + 1;
      if (known == layouts.end()) {
        layouts.push_back(&layout);
      }
      const size_t before = payload.size();
      AppendRun(histograms.subspan(begin, end - begin), thorough, &payload);
      run.bytes = payload.size() - before;
    }
    runs.push_back(run);
    begin = end;
  }
  AppendVarint(out, layouts.size());
  for (const Histogram* layout : layouts) {
    AppendLayout(*layout, out);
  }
  AppendVarint(out, runs.size());
  for (const Run& run : runs) {
    AppendVarint(out, run.samples);
    AppendVarint(out, run.layout);
    AppendVarint(out, run.bytes);
  }
  out->append(payload);
}

base::Status ReadHistogramColumn(std::string_view bytes, size_t count, size_t begin, size_t end,
                                 HistogramPtr* out) {
  ByteReader in(bytes);
  std::vector<Histogram> layouts;
  std::vector<Run> runs;
  SB_RETURN_IF_ERROR(ReadDirectory(&in, &layouts, &runs));
  uint64_t position = 0;
  for (const Run& run : runs) {
    const std::string_view payload = in.Bytes(run.bytes);
    const uint64_t run_end = position + run.samples;
    if (!in.ok() || run_end > count) {
      return Damaged("runs reach beyond the end");
    }
    if (run.layout > 0 && position < end && run_end > begin) {
      std::vector<std::shared_ptr<Histogram>> histograms;
      histograms.reserve(run.samples);
      for (uint64_t i = 0; i < run.samples; ++i) {
        histograms.push_back(std::make_shared<Histogram>(layouts[run.layout - 1]));
      }
      SB_RETURN_IF_ERROR(ReadRun(payload, histograms));
      for (uint64_t i = 0; i < run.samples; ++i) {
        if (position + i >= begin && position + i < end) {
          out[position + i - begin] = std::move(histograms[i]);
        }
      }
    }
    position = run_end;
  }
  return position == count && in.empty() ? base::OkStatus() : Damaged("runs do not fill the chunk");
}

}  // namespace sb::tsdb
