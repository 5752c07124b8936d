// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/head/head_record.h"

#include <algorithm>
#include <bit>
#include <memory>
#include <utility>

#include "encoding/bytes.h"
#include "encoding/compress.h"
#include "encoding/varint.h"
#include "encoding/varint_word.h"
#include "store/tsdb/head/mem_series.h"

namespace sb::tsdb {
namespace {

using encoding::AppendLe;
using encoding::AppendVarint;
using encoding::AppendZigZag;
using encoding::ByteReader;
using encoding::WriteVarintWord;

constexpr uint8_t kBatchRecord = 1;

constexpr uint8_t kSeriesSection = 1;
constexpr uint8_t kFloatsSection = 2;
constexpr uint8_t kSamplesSection = 3;
constexpr uint8_t kExemplarsSection = 4;
constexpr uint8_t kMetadataSection = 5;
constexpr uint8_t kCompressedBit = 0x80;

// Shorter bodies do not win enough to pay for the call.
constexpr size_t kCompressFrom = 256;
// Bounds what a hostile record makes the reader allocate.
constexpr uint64_t kSectionBytesMax = 256u << 20;
constexpr uint64_t kBucketsMax = 1u << 20;
constexpr double kWholeMax = 9007199254740992.0;  // 2^53

constexpr uint8_t kHistogramBit = 1;
constexpr uint8_t kStartTimeBit = 2;
constexpr uint8_t kIntegerBit = 4;
constexpr unsigned kHintShift = 4;

bool AsWhole(double value, int64_t* whole) {
  if (!(value > -kWholeMax && value < kWholeMax)) {
    return false;
  }
  *whole = static_cast<int64_t>(value);
  return std::bit_cast<uint64_t>(static_cast<double>(*whole)) == std::bit_cast<uint64_t>(value);
}

base::Status Malformed(std::string_view what) {
  return base::DataLoss("malformed record of the head's log: " + std::string(what));
}

void AppendSpans(const std::vector<model::HistogramSpan>& spans, std::string* out) {
  AppendVarint(out, spans.size());
  for (const model::HistogramSpan& span : spans) {
    AppendZigZag(out, span.offset);
    AppendVarint(out, span.length);
  }
}

// Differences of neighbours as varints if all are whole numbers, else raw.
void AppendBuckets(const std::vector<double>& buckets, std::string* out) {
  int64_t whole = 0;
  const bool all_whole =
      std::all_of(buckets.begin(), buckets.end(), [&](double b) { return AsWhole(b, &whole); });
  AppendVarint(out, buckets.size() << 1 | (all_whole ? 1 : 0));
  int64_t previous = 0;
  for (const double bucket : buckets) {
    if (all_whole) {
      AsWhole(bucket, &whole);
      AppendZigZag(out, whole - previous);
      previous = whole;
    } else {
      AppendLe(out, bucket);
    }
  }
}

void AppendHistogram(const model::Histogram& h, std::string* out) {
  AppendZigZag(out, h.schema);
  AppendLe(out, h.zero_threshold);
  AppendLe(out, h.zero_count);
  AppendLe(out, h.count);
  AppendLe(out, h.sum);
  AppendSpans(h.positive_spans, out);
  AppendSpans(h.negative_spans, out);
  AppendBuckets(h.positive_buckets, out);
  AppendBuckets(h.negative_buckets, out);
  AppendBuckets(h.custom_values, out);
}

bool ReadSpans(ByteReader* in, std::vector<model::HistogramSpan>* spans) {
  const uint64_t count = in->Varint();
  if (count > in->left()) {
    return false;
  }
  spans->resize(count);
  for (model::HistogramSpan& span : *spans) {
    span.offset = static_cast<int32_t>(in->ZigZag());
    span.length = static_cast<uint32_t>(in->Varint());
  }
  return in->ok();
}

bool ReadBuckets(ByteReader* in, std::vector<double>* buckets) {
  const uint64_t head = in->Varint();
  const uint64_t count = head >> 1;
  if (count > in->left() || count > kBucketsMax) {
    return false;
  }
  buckets->resize(count);
  uint64_t sum = 0;
  for (double& bucket : *buckets) {
    if ((head & 1) != 0) {
      sum += static_cast<uint64_t>(in->ZigZag());
      bucket = static_cast<double>(static_cast<int64_t>(sum));
    } else {
      bucket = in->Double();
    }
  }
  return in->ok();
}

bool ReadHistogram(ByteReader* in, uint8_t kind, model::Histogram* h) {
  h->integer_counts = (kind & kIntegerBit) != 0;
  h->counter_reset_hint = static_cast<model::CounterResetHint>(kind >> kHintShift & 3);
  h->schema = static_cast<int32_t>(in->ZigZag());
  h->zero_threshold = in->Double();
  h->zero_count = in->Double();
  h->count = in->Double();
  h->sum = in->Double();
  return ReadSpans(in, &h->positive_spans) && ReadSpans(in, &h->negative_spans) &&
         ReadBuckets(in, &h->positive_buckets) && ReadBuckets(in, &h->negative_buckets) &&
         ReadBuckets(in, &h->custom_values) && in->ok();
}

// Adds a slot difference; false if it leaves 32 bits.
bool NextSlot(ByteReader* in, uint64_t* slot) {
  *slot += static_cast<uint64_t>(in->ZigZag());
  return in->ok() && *slot <= ~uint32_t{0};
}

base::Status ReadSeriesSection(ByteReader in, RecordSink* sink) {
  const uint64_t count = in.Varint();
  uint64_t slot = 0;
  for (uint64_t i = 0; i < count; ++i) {
    if (!NextSlot(&in, &slot)) {
      return Malformed("series");
    }
    const uint64_t generation = in.Varint();
    const uint64_t labels = in.Varint();
    const std::string_view bytes = in.LengthPrefixed();
    if (!in.ok() || generation > ~uint32_t{0} || labels > bytes.size()) {
      return Malformed("series");
    }
    SB_RETURN_IF_ERROR(
        sink->OnSeries(generation << 32 | slot, static_cast<uint32_t>(labels), bytes));
  }
  return base::OkStatus();
}

base::Status ReadFloatsSection(ByteReader in, RecordSink* sink) {
  const uint64_t count = in.Varint();
  if (count == 0 || count > in.left()) {
    return Malformed("number of floats");
  }
  uint64_t time = in.Fixed64();
  const bool one_time = in.Byte() != 0;
  const std::string_view slots = in.LengthPrefixed();
  const std::string_view times = one_time ? std::string_view() : in.LengthPrefixed();
  const std::string_view whole = in.Bytes((count + 7) / 8);
  if (!in.ok()) {
    return Malformed("columns of floats");
  }
  ByteReader slot_reader(slots);
  ByteReader time_reader(times);
  uint64_t slot = 0;
  for (uint64_t i = 0; i < count; ++i) {
    if (!NextSlot(&slot_reader, &slot)) {
      return Malformed("slots of floats");
    }
    if (!one_time) {
      time += static_cast<uint64_t>(time_reader.ZigZag());
    }
    const bool is_whole = (static_cast<uint8_t>(whole[i / 8]) >> (i % 8) & 1) != 0;
    const double value = is_whole ? static_cast<double>(in.ZigZag()) : in.Double();
    if (!in.ok() || !time_reader.ok()) {
      return Malformed("values of floats");
    }
    sink->OnFloat(static_cast<uint32_t>(slot), static_cast<int64_t>(time), value);
  }
  return base::OkStatus();
}

base::Status ReadSamplesSection(ByteReader in, RecordSink* sink) {
  const uint64_t count = in.Varint();
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t slot = in.Varint();
    model::Sample sample;
    if (slot > ~uint32_t{0} || !ReadSampleBytes(&in, &sample)) {
      return Malformed("samples");
    }
    sink->OnSample(static_cast<uint32_t>(slot), sample);
  }
  return base::OkStatus();
}

base::Status ReadExemplarsSection(ByteReader in, RecordSink* sink) {
  const uint64_t count = in.Varint();
  std::vector<model::Label> labels;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t slot = in.Varint();
    model::Exemplar exemplar;
    exemplar.has_time = in.Byte() != 0;
    exemplar.time_ms = in.ZigZag();
    exemplar.value = in.Double();
    const uint64_t label_count = in.Varint();
    const std::string_view bytes = in.LengthPrefixed();
    labels.clear();
    if (!in.ok() || slot > ~uint32_t{0} || label_count > bytes.size() ||
        !ReadEncodedLabels(bytes, static_cast<uint32_t>(label_count), &labels)) {
      return Malformed("exemplars");
    }
    exemplar.labels = model::LabelSet::FromSorted(labels.data(), labels.size());
    sink->OnExemplar(static_cast<uint32_t>(slot), exemplar);
  }
  return base::OkStatus();
}

base::Status ReadMetadataSection(ByteReader in, RecordSink* sink) {
  const uint64_t count = in.Varint();
  for (uint64_t i = 0; i < count; ++i) {
    const std::string_view metric = in.LengthPrefixed();
    model::MetricMetadata metadata;
    const uint8_t type = in.Byte();
    metadata.unit = in.LengthPrefixed();
    metadata.help = in.LengthPrefixed();
    if (!in.ok() || type > static_cast<uint8_t>(model::MetricType::kStateset)) {
      return Malformed("metadata");
    }
    metadata.type = static_cast<model::MetricType>(type);
    sink->OnMetadata(metric, metadata);
  }
  return base::OkStatus();
}

base::Status ReadSection(uint8_t kind, std::string_view body, RecordSink* sink) {
  switch (kind) {
    case kSeriesSection:
      return ReadSeriesSection(ByteReader(body), sink);
    case kFloatsSection:
      return ReadFloatsSection(ByteReader(body), sink);
    case kSamplesSection:
      return ReadSamplesSection(ByteReader(body), sink);
    case kExemplarsSection:
      return ReadExemplarsSection(ByteReader(body), sink);
    case kMetadataSection:
      return ReadMetadataSection(ByteReader(body), sink);
    default:
      return Malformed("unknown section " + std::to_string(kind));
  }
}

}  // namespace

void AppendSampleBytes(const model::Sample& sample, std::string* out) {
  uint8_t kind = sample.start_time_ms != 0 ? kStartTimeBit : 0;
  if (sample.histogram != nullptr) {
    kind = static_cast<uint8_t>(
        kind | kHistogramBit | (sample.histogram->integer_counts ? kIntegerBit : 0) |
        static_cast<unsigned>(sample.histogram->counter_reset_hint) << kHintShift);
  }
  out->push_back(static_cast<char>(kind));
  AppendZigZag(out, sample.time_ms);
  if (sample.start_time_ms != 0) {
    AppendZigZag(out, sample.start_time_ms);
  }
  if (sample.histogram != nullptr) {
    AppendHistogram(*sample.histogram, out);
  } else {
    AppendLe(out, sample.value);
  }
}

bool ReadSampleBytes(ByteReader* in, model::Sample* sample) {
  const uint8_t kind = in->Byte();
  sample->time_ms = in->ZigZag();
  if ((kind & kStartTimeBit) != 0) {
    sample->start_time_ms = in->ZigZag();
  }
  if ((kind & kHistogramBit) == 0) {
    sample->value = in->Double();
    return in->ok();
  }
  auto histogram = std::make_shared<model::Histogram>();
  if (!ReadHistogram(in, kind, histogram.get())) {
    return false;
  }
  sample->histogram = std::move(histogram);
  return true;
}

bool ReadEncodedLabels(std::string_view bytes, uint32_t count, std::vector<model::Label>* out) {
  ByteReader in(bytes);
  for (uint32_t i = 0; i < count; ++i) {
    const std::string_view name = in.LengthPrefixed();
    const std::string_view value = in.LengthPrefixed();
    if (!in.ok() || value.empty() || (i > 0 && out->back().name >= name)) {
      return false;
    }
    out->push_back({name, value});
  }
  return in.empty();
}

void RecordWriter::AddSeries(uint64_t ref, uint32_t label_count, std::string_view labels) {
  const uint64_t slot = ref & ~uint32_t{0};
  AppendZigZag(&series_, static_cast<int64_t>(slot - (series_count_ == 0 ? 0 : last_slot_)));
  last_slot_ = slot;
  AppendVarint(&series_, ref >> 32);
  AppendVarint(&series_, label_count);
  AppendVarint(&series_, labels.size());
  series_.append(labels);
  ++series_count_;
}

void RecordWriter::AddSample(uint32_t slot, const model::Sample& sample) {
  AppendVarint(&samples_, slot);
  AppendSampleBytes(sample, &samples_);
  ++sample_count_;
}

void RecordWriter::AddExemplar(uint32_t slot, const model::Exemplar& exemplar) {
  AppendVarint(&exemplars_, slot);
  exemplars_.push_back(exemplar.has_time ? 1 : 0);
  AppendZigZag(&exemplars_, exemplar.time_ms);
  AppendLe(&exemplars_, exemplar.value);
  AppendVarint(&exemplars_, exemplar.labels.size());
  AppendVarint(&exemplars_, exemplar.labels.Encoded().size());
  exemplars_.append(exemplar.labels.Encoded());
  ++exemplar_count_;
}

void RecordWriter::AddMetadata(std::string_view metric, const model::MetricMetadata& metadata) {
  AppendVarint(&metadata_, metric.size());
  metadata_.append(metric);
  metadata_.push_back(static_cast<char>(metadata.type));
  for (const std::string* text : {&metadata.unit, &metadata.help}) {
    AppendVarint(&metadata_, text->size());
    metadata_.append(*text);
  }
  ++metadata_count_;
}

void RecordWriter::PutSection(uint8_t kind, size_t count, std::string_view body) {
  std::string head;
  AppendVarint(&head, count);
  if (body.size() >= kCompressFrom) {
    std::string raw = head;
    raw.append(body);
    std::string packed;
    encoding::Compress(encoding::Compression::kLz4Block, raw, &packed);
    if (packed.size() < raw.size()) {
      record_.push_back(static_cast<char>(kind | kCompressedBit));
      AppendVarint(&record_, raw.size());
      AppendVarint(&record_, packed.size());
      record_.append(packed);
      return;
    }
  }
  record_.push_back(static_cast<char>(kind));
  AppendVarint(&record_, head.size() + body.size());
  record_.append(head);
  record_.append(body);
}

namespace {

// Of numbers that mostly have the length of the one before, often a single byte.
char* WriteSteady(char* out, uint64_t value) {
  if (value < 0x80) {
    *out = static_cast<char>(value);
    return out + 1;
  }
  return WriteVarintWord(out, value);
}

}  // namespace

void RecordWriter::ReserveFloats(size_t count) {
  FloatColumns& f = floats_;
  if (f.count + count <= f.room) {
    return;
  }
  f.room = std::max(f.count + count, 2 * f.room);
  constexpr size_t kSlotBytesMax = 5;
  f.slots.resize(f.room * kSlotBytesMax + encoding::kVarintBytesMax);
  f.times.resize(f.room * encoding::kVarintBytesMax);
  f.values.resize(f.room * encoding::kVarintBytesMax);
  f.whole.resize((f.room + 7) / 8);
}

template <typename SlotOf>
void RecordWriter::AddToColumns(std::span<const PendingFloat> floats, SlotOf&& slot_of) {
  if (floats.empty()) {
    return;
  }
  ReserveFloats(floats.size());
  FloatColumns& f = floats_;
  if (f.count == 0) {
    f.first_time = f.time = floats.front().time;
  }
  // In registers: the compiler has to think that the bytes written may be these.
  char* slot_at = f.slots.data() + f.slot_bytes;
  char* time_at = f.times.data() + f.time_bytes;
  char* value_at = f.values.data() + f.value_bytes;
  char* const bits = f.whole.data();
  int64_t last_slot = f.slot;
  int64_t last_time = f.time;
  uint64_t steps = 0;
  size_t count = f.count;
  for (const PendingFloat& pending : floats) {
    const int64_t slot = slot_of(pending);
    slot_at = WriteSteady(slot_at, encoding::ZigZagEncode(slot - last_slot));
    last_slot = slot;
    const uint64_t step = static_cast<uint64_t>(pending.time) - static_cast<uint64_t>(last_time);
    time_at = WriteSteady(time_at, encoding::ZigZagEncode(static_cast<int64_t>(step)));
    last_time = pending.time;
    steps |= step;
    int64_t whole = 0;
    const bool is_whole = AsWhole(pending.value, &whole);
    if (is_whole) {
      value_at = WriteVarintWord(value_at, encoding::ZigZagEncode(whole));
    } else {
      encoding::StoreLe(value_at, pending.value);
      value_at += sizeof(double);
    }
    const unsigned before = count % 8 == 0 ? 0u : static_cast<uint8_t>(bits[count / 8]);
    bits[count / 8] = static_cast<char>(before | (is_whole ? 1u : 0u) << (count % 8));
    ++count;
  }
  f.slot_bytes = static_cast<size_t>(slot_at - f.slots.data());
  f.time_bytes = static_cast<size_t>(time_at - f.times.data());
  f.value_bytes = static_cast<size_t>(value_at - f.values.data());
  f.slot = static_cast<uint32_t>(last_slot);
  f.time = last_time;
  f.one_time = f.one_time && steps == 0;
  f.count = count;
}

void RecordWriter::AddFloat(uint32_t slot, int64_t time, double value) {
  const PendingFloat one{nullptr, time, value};
  AddToColumns({&one, 1}, [slot](const PendingFloat&) { return int64_t{slot}; });
}

void RecordWriter::AddFloats(std::span<const PendingFloat> floats) {
  AddToColumns(floats, [](const PendingFloat& f) { return int64_t{f.series->slot()}; });
}

// Column by column: slots, times (left out if there is only one time), a bit per value that says
// whether it is a whole number, the values.
void RecordWriter::FinishFloats() {
  const FloatColumns& f = floats_;
  std::string head;
  AppendVarint(&head, f.count);
  AppendLe(&head, f.first_time);
  head.push_back(f.one_time ? 1 : 0);
  AppendVarint(&head, f.slot_bytes);
  std::string times_head;
  if (!f.one_time) {
    AppendVarint(&times_head, f.time_bytes);
  }
  const size_t whole_bytes = (f.count + 7) / 8;
  const size_t time_bytes = f.one_time ? 0 : f.time_bytes;
  record_.push_back(static_cast<char>(kFloatsSection));
  AppendVarint(&record_, head.size() + f.slot_bytes + times_head.size() + time_bytes + whole_bytes +
                             f.value_bytes);
  record_.append(head);
  record_.append(f.slots, 0, f.slot_bytes);
  record_.append(times_head);
  record_.append(f.times, 0, time_bytes);
  record_.append(f.whole, 0, whole_bytes);
  record_.append(f.values, 0, f.value_bytes);
}

std::string_view RecordWriter::Finish() {
  record_.clear();
  record_.push_back(static_cast<char>(kBatchRecord));
  if (series_count_ > 0) {
    PutSection(kSeriesSection, series_count_, series_);
  }
  if (floats_.count > 0) {
    FinishFloats();
  }
  if (sample_count_ > 0) {
    PutSection(kSamplesSection, sample_count_, samples_);
  }
  if (exemplar_count_ > 0) {
    PutSection(kExemplarsSection, exemplar_count_, exemplars_);
  }
  if (metadata_count_ > 0) {
    PutSection(kMetadataSection, metadata_count_, metadata_);
  }
  return record_;
}

void RecordWriter::Clear() {
  for (std::string* part : {&record_, &series_, &samples_, &exemplars_, &metadata_}) {
    part->clear();
  }
  floats_.count = floats_.slot_bytes = floats_.time_bytes = floats_.value_bytes = 0;
  floats_.slot = 0;
  floats_.one_time = true;
  series_count_ = sample_count_ = exemplar_count_ = metadata_count_ = 0;
}

base::Status ReadRecord(std::string_view record, RecordSink* sink) {
  ByteReader in(record);
  if (in.Byte() != kBatchRecord || !in.ok()) {
    return Malformed("unknown type");
  }
  std::string raw;
  while (!in.empty()) {
    const uint8_t kind = in.Byte();
    if ((kind & kCompressedBit) == 0) {
      const std::string_view body = in.LengthPrefixed();
      if (!in.ok()) {
        return Malformed("section is cut off");
      }
      SB_RETURN_IF_ERROR(ReadSection(kind, body, sink));
      continue;
    }
    const uint64_t raw_bytes = in.Varint();
    const std::string_view packed = in.LengthPrefixed();
    // LZ4 cannot shrink by more than 255.
    if (!in.ok() || raw_bytes > kSectionBytesMax || raw_bytes > packed.size() * 255 + 64) {
      return Malformed("compressed section");
    }
    if (!encoding::Decompress(encoding::Compression::kLz4Block, packed, raw_bytes, &raw).ok()) {
      return Malformed("compressed section");
    }
    SB_RETURN_IF_ERROR(ReadSection(static_cast<uint8_t>(kind & ~kCompressedBit), raw, sink));
  }
  return base::OkStatus();
}

}  // namespace sb::tsdb
