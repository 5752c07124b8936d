// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/prometheus_wal.h"

#include <algorithm>
#include <memory>

#include "encoding/compress.h"
#include "encoding/crc32c.h"
#include "wire/prometheus/big_endian_reader.h"

namespace sb::wire {
namespace {

constexpr size_t kPageBytes = 32 << 10;
constexpr size_t kHeaderBytes = 7;
constexpr size_t kRecordBytesMax = 128U << 20;  // a record never leaves its segment

enum Fragment : uint8_t { kPageEnd = 0, kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };
constexpr uint8_t kFragmentMask = 7;
constexpr uint8_t kSnappyFlag = 8;
constexpr uint8_t kZstdFlag = 16;

enum RecordType : uint8_t {
  kSeries = 1,
  kSamples = 2,
  kTombstones = 3,
  kExemplars = 4,
  kMmapMarkers = 5,
  kMetadata = 6,
  kHistograms = 7,
  kFloatHistograms = 8,
  kCustomHistograms = 9,
  kCustomFloatHistograms = 10,
};

base::Status CutShort() {
  return base::DataLoss("a record of the log is cut short");
}

base::Status ReadSeries(BigEndianReader* in, PrometheusWalSink* sink) {
  while (in->HasMore()) {
    const uint64_t ref = in->Big(8);
    std::vector<model::Label> labels(in->Count(2));
    for (model::Label& label : labels) {
      label.name = in->Text();
      label.value = in->Text();
    }
    if (!in->ok()) {
      return CutShort();
    }
    SB_RETURN_IF_ERROR(sink->Series(ref, std::move(labels)));
  }
  return in->ok() ? base::OkStatus() : CutShort();
}

base::Status ReadTombstones(BigEndianReader* in, PrometheusWalSink* sink) {
  while (in->HasMore()) {
    const uint64_t ref = in->Big(8);
    const int64_t first = in->Varint();
    const int64_t last = in->Varint();
    if (!in->ok()) {
      return CutShort();
    }
    SB_RETURN_IF_ERROR(sink->Deleted(ref, first, last));
  }
  return in->ok() ? base::OkStatus() : CutShort();
}

std::vector<model::HistogramSpan> ReadSpans(BigEndianReader* in) {
  std::vector<model::HistogramSpan> spans(in->Count(2));
  for (model::HistogramSpan& span : spans) {
    span.offset = static_cast<int32_t>(in->Varint());
    span.length = static_cast<uint32_t>(in->Uvarint());
  }
  return spans;
}

// Integer counts are written as differences.
std::vector<double> ReadDeltas(BigEndianReader* in) {
  std::vector<double> buckets(in->Count(1));
  int64_t value = 0;
  for (double& bucket : buckets) {
    value =
        static_cast<int64_t>(static_cast<uint64_t>(value) + static_cast<uint64_t>(in->Varint()));
    bucket = static_cast<double>(value);
  }
  return buckets;
}

std::vector<double> ReadFloats(BigEndianReader* in) {
  std::vector<double> values(in->Count(8));
  for (double& value : values) {
    value = in->Float();
  }
  return values;
}

base::Result<model::HistogramPtr> ReadHistogram(bool integers, BigEndianReader* in) {
  auto h = std::make_shared<model::Histogram>();
  h->integer_counts = integers;
  const uint8_t hint = static_cast<uint8_t>(in->Big(1));
  h->counter_reset_hint =
      hint <= 3 ? static_cast<model::CounterResetHint>(hint) : model::CounterResetHint::kUnknown;
  h->schema = static_cast<int32_t>(in->Varint());
  h->zero_threshold = in->Float();
  h->zero_count = integers ? static_cast<double>(in->Uvarint()) : in->Float();
  h->count = integers ? static_cast<double>(in->Uvarint()) : in->Float();
  h->sum = in->Float();
  h->positive_spans = ReadSpans(in);
  h->negative_spans = ReadSpans(in);
  h->positive_buckets = integers ? ReadDeltas(in) : ReadFloats(in);
  h->negative_buckets = integers ? ReadDeltas(in) : ReadFloats(in);
  if (h->UsesCustomBuckets()) {
    h->custom_values = ReadFloats(in);
  }
  if (!in->ok()) {
    return CutShort();
  }
  if (!model::IsStaleNan(h->sum)) {
    SB_RETURN_IF_ERROR(h->Validate());
  }
  return model::HistogramPtr(std::move(h));
}

base::Status ReadSamples(uint8_t type, BigEndianReader* in, PrometheusWalSink* sink) {
  if (!in->HasMore()) {
    return base::OkStatus();
  }
  const uint64_t base_ref = in->Big(8);
  const uint64_t base_time = in->Big(8);
  while (in->HasMore()) {
    const uint64_t ref = base_ref + static_cast<uint64_t>(in->Varint());
    model::Sample sample;
    sample.time_ms = static_cast<int64_t>(base_time + static_cast<uint64_t>(in->Varint()));
    if (type == kSamples) {
      sample.value = in->Float();
    } else {
      SB_ASSIGN_OR_RETURN(sample.histogram,
                          ReadHistogram(type == kHistograms || type == kCustomHistograms, in));
    }
    if (!in->ok()) {
      return CutShort();
    }
    SB_RETURN_IF_ERROR(sink->Sample(ref, sample));
  }
  return in->ok() ? base::OkStatus() : CutShort();
}

}  // namespace

bool PrometheusWalSegment::Fail(std::string_view what) {
  status_ = base::DataLoss(std::string(what) + " at byte " + std::to_string(at_));
  return false;
}

bool PrometheusWalSegment::Torn() {
  is_torn_ = true;
  at_ = bytes_.size();
  return false;
}

bool PrometheusWalSegment::Next(std::string* record) {
  joined_.clear();
  bool is_open = false;
  while (status_.ok()) {
    const size_t page_left = kPageBytes - at_ % kPageBytes;
    if (at_ >= bytes_.size()) {
      return is_open ? Torn() : false;
    }
    const auto flags = static_cast<uint8_t>(bytes_[at_]);
    const uint8_t fragment = flags & kFragmentMask;
    if (page_left < kHeaderBytes || fragment == kPageEnd) {
      at_ += page_left;  // the rest of the page is zero
      continue;
    }
    if (bytes_.size() - at_ < kHeaderBytes) {
      return Torn();
    }
    BigEndianReader header(bytes_.substr(at_ + 1, kHeaderBytes - 1));
    const auto size = static_cast<size_t>(header.Big(2));
    if (size > page_left - kHeaderBytes) {
      return Fail("a fragment is longer than its page");
    }
    if (size > bytes_.size() - at_ - kHeaderBytes) {
      return Torn();
    }
    const std::string_view data = bytes_.substr(at_ + kHeaderBytes, size);
    if (encoding::Crc32c(data) != header.Big(4)) {
      return Fail("wrong checksum of the log");
    }
    const bool begins = fragment == kFull || fragment == kFirst;
    if (begins == is_open || fragment > kLast) {
      return Fail("fragments of the log are out of order");
    }
    is_open = true;
    joined_.append(data);
    at_ += kHeaderBytes + size;
    if (fragment != kFull && fragment != kLast) {
      continue;
    }
    const auto compression = (flags & kSnappyFlag) != 0 ? encoding::Compression::kSnappyBlock
                             : (flags & kZstdFlag) != 0 ? encoding::Compression::kZstd
                                                        : encoding::Compression::kNone;
    if (compression == encoding::Compression::kNone) {
      *record = joined_;
      return true;
    }
    const base::Status status = encoding::Decompress(compression, joined_, kRecordBytesMax, record);
    return status.ok() || Fail(status.message());
  }
  return false;
}

base::Status ReadPrometheusWalRecord(std::string_view record, PrometheusWalSink* sink) {
  BigEndianReader in(record);
  const uint8_t type = static_cast<uint8_t>(in.Big(1));
  switch (type) {
    case kSeries:
      return ReadSeries(&in, sink);
    case kTombstones:
      return ReadTombstones(&in, sink);
    case kSamples:
    case kHistograms:
    case kFloatHistograms:
    case kCustomHistograms:
    case kCustomFloatHistograms:
      return ReadSamples(type, &in, sink);
    case kExemplars:
    case kMmapMarkers:
    case kMetadata:
      return base::OkStatus();
    default:
      return base::InvalidArgument("a record of the log has a type that is not known: " +
                                   std::to_string(type));
  }
}

}  // namespace sb::wire
