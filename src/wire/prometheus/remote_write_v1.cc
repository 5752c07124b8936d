// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/remote_write_v1.h"

#include "encoding/protobuf.h"
#include "encoding/varint_word.h"
#include "wire/prometheus/name_rules.h"

namespace sb::wire {
namespace {

using encoding::ProtoReader;
using encoding::ProtoWriter;

constexpr char kLabelTag = 0x0A;   // TimeSeries.labels, field 1
constexpr char kSampleTag = 0x12;  // TimeSeries.samples, field 2

// Reads a length and skips that many bytes; null if they are not there.
const char* ReadLengthPrefixed(const char* p, const char* end, std::string_view* bytes) {
  uint64_t size = 0;
  p = encoding::ReadVarint(p, end, &size);
  if (p == nullptr || size > static_cast<uint64_t>(end - p)) {
    return nullptr;
  }
  *bytes = std::string_view(p, static_cast<size_t>(size));
  return p + size;
}

// Reads samples one after another as long as each is: tag, length, value, time of up to eight
// bytes, and enough bytes follow to be read ahead. Returns where the first other one is.
const char* ReadPlainSamples(const char* p, const char* end, std::vector<WriteSample>* samples) {
  constexpr uint8_t kValueTag = 0x09;
  constexpr uint8_t kTimeTag = 0x10;
  constexpr size_t kTimeAt = 12;  // tag, length, tag, eight bytes, tag
  while (static_cast<size_t>(end - p) >= kTimeAt + encoding::kVarintWordBytes && *p == kSampleTag &&
         p[2] == kValueTag && p[kTimeAt - 1] == kTimeTag) {
    uint64_t time = 0;
    const char* const after = encoding::ReadVarintWord(p + kTimeAt, &time);
    if (after == nullptr || after - p - 2 != p[1]) {
      break;
    }
    samples->push_back(
        {.time_ms = static_cast<int64_t>(time), .value = encoding::LoadLe<double>(p + 3)});
    p = after;
  }
  return p;
}

base::Status ReadLabel(std::string_view bytes, model::Label* label) {
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        label->name = in.Bytes();
        break;
      case 2:
        label->value = in.Bytes();
        break;
      default:
        break;
    }
  }
  return in.status();
}

void AppendLabels(const model::LabelSet& labels, ProtoWriter* writer) {
  for (const model::Label& label : labels) {
    const size_t mark = writer->BeginMessage(1);
    writer->Bytes(1, label.name);
    writer->Bytes(2, label.value);
    writer->EndMessage(mark);
  }
}

}  // namespace

WriteRequestV1Reader::WriteRequestV1Reader(std::string_view bytes) : in_(bytes) {}

bool WriteRequestV1Reader::NextSeries() {
  while (status_.ok() && in_.Next()) {
    if (in_.field() == 1) {
      const std::string_view series = in_.Bytes();
      return in_.ok() ? ReadSeries(series) : Stop();
    }
    if (in_.field() == 3) {
      status_ = ReadMetadata(in_.Bytes());
    }
  }
  return Stop();
}

bool WriteRequestV1Reader::Stop() {
  if (status_.ok()) {
    status_ = in_.status();
  }
  return false;
}

bool WriteRequestV1Reader::ReadSeries(std::string_view bytes) {
  label_bytes_ = {};
  samples_.clear();
  histograms_.clear();
  exemplars_.clear();
  const char* p = bytes.data();
  const char* const end = p + bytes.size();
  std::string_view field;
  while (p != end && *p == kLabelTag) {
    p = ReadLengthPrefixed(p + 1, end, &field);
    if (p == nullptr) {
      status_ = base::InvalidArgument("malformed write request: a label is cut off");
      return false;
    }
  }
  label_bytes_ = std::string_view(bytes.data(), static_cast<size_t>(p - bytes.data()));
  while ((p = ReadPlainSamples(p, end, &samples_)) != end && *p == kSampleTag) {
    p = ReadLengthPrefixed(p + 1, end, &field);
    if (p == nullptr) {
      status_ = base::InvalidArgument("malformed write request: a sample is cut off");
      return false;
    }
    status_ = ReadWriteSample(field, &samples_.emplace_back());
    if (!status_.ok()) {
      return false;
    }
  }
  ProtoReader in(std::string_view(p, static_cast<size_t>(end - p)));
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        AddLabel(in.Bytes(), bytes.data());
        break;
      case 2:
        status_ = ReadWriteSample(in.Bytes(), &samples_.emplace_back());
        break;
      case 3:
        exemplars_.push_back(in.Bytes());
        break;
      case 4:
        histograms_.push_back(in.Bytes());
        break;
      default:
        break;
    }
    if (!status_.ok()) {
      return false;
    }
  }
  status_ = in.status();
  return status_.ok();
}

// A label after another field: legal, never seen. Joins it to those before.
void WriteRequestV1Reader::AddLabel(std::string_view label, const char* series_begin) {
  if (label_bytes_.empty() || label_bytes_.data() == series_begin) {
    joined_.emplace_back(label_bytes_);
  }
  std::string& joined = joined_.back();
  ProtoWriter(&joined).Bytes(1, label);
  label_bytes_ = joined;
}

base::Status WriteRequestV1Reader::ReadMetadata(std::string_view bytes) {
  WriteMetadata metadata;
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        metadata.type = MetricTypeFromWire(in.Varint());
        break;
      case 2:
        metadata.metric = in.Bytes();
        break;
      case 4:
        metadata.help = in.Bytes();
        break;
      case 5:
        metadata.unit = in.Bytes();
        break;
      default:
        break;
    }
  }
  metadata_.push_back(metadata);
  return in.status();
}

base::Status ReadLabelsV1(std::string_view label_bytes, std::vector<model::Label>* labels) {
  labels->clear();
  ProtoReader in(label_bytes);
  while (in.Next()) {
    if (in.field() == 1) {
      SB_RETURN_IF_ERROR(ReadLabel(in.Bytes(), &labels->emplace_back()));
    }
  }
  SortLabels(labels);
  return in.status();
}

base::Status ReadExemplarV1(std::string_view bytes, model::Exemplar* exemplar) {
  std::vector<model::Label> labels;
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        SB_RETURN_IF_ERROR(ReadLabel(in.Bytes(), &labels.emplace_back()));
        break;
      case 2:
        exemplar->value = in.Double();
        break;
      case 3:
        exemplar->time_ms = in.Int64();
        break;
      default:
        break;
    }
  }
  SB_RETURN_IF_ERROR(in.status());
  SortLabels(&labels);
  SB_RETURN_IF_ERROR(ValidateLabels(labels));
  exemplar->labels = model::LabelSet::FromLabels(std::move(labels));
  exemplar->has_time = exemplar->time_ms != 0;
  return base::OkStatus();
}

void WriteRequestV1Writer::AddSeries(const model::LabelSet& labels,
                                     std::span<const WriteSample> samples,
                                     std::span<const WriteHistogram> histograms,
                                     std::span<const model::Exemplar> exemplars) {
  ProtoWriter writer(out_);
  const size_t mark = writer.BeginMessage(1);
  AppendLabels(labels, &writer);
  for (const WriteSample& sample : samples) {
    AppendWriteSample(2, {sample.time_ms, sample.value, 0}, out_);
  }
  for (const model::Exemplar& exemplar : exemplars) {
    const size_t exemplar_mark = writer.BeginMessage(3);
    AppendLabels(exemplar.labels, &writer);
    writer.Double(2, exemplar.value);
    if (exemplar.has_time) {
      writer.Int64(3, exemplar.time_ms);
    }
    writer.EndMessage(exemplar_mark);
  }
  for (const WriteHistogram& histogram : histograms) {
    AppendWriteHistogram(4, histogram, out_);
  }
  writer.EndMessage(mark);
}

void WriteRequestV1Writer::AddMetadata(const WriteMetadata& metadata) {
  ProtoWriter writer(out_);
  const size_t mark = writer.BeginMessage(3);
  writer.Varint(1, MetricTypeToWire(metadata.type));
  writer.Bytes(2, metadata.metric);
  writer.Bytes(4, metadata.help);
  writer.Bytes(5, metadata.unit);
  writer.EndMessage(mark);
}

}  // namespace sb::wire
