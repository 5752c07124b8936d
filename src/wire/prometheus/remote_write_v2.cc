// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/remote_write_v2.h"

#include "wire/prometheus/name_rules.h"

namespace sb::wire {

using encoding::ProtoReader;
using encoding::ProtoWriter;

WriteRequestV2Reader::WriteRequestV2Reader(std::string_view bytes) : in_(bytes) {
  ReadSymbols(bytes);
}

// Symbols may follow the series that use them: one pass for them alone.
void WriteRequestV2Reader::ReadSymbols(std::string_view bytes) {
  ProtoReader in(bytes);
  while (in.Next()) {
    if (in.field() != 4) {
      continue;
    }
    if (symbols_.size() == kSymbolsMax) {
      status_ = base::ResourceExhausted("write request has too many symbols, more than " +
                                        std::to_string(kSymbolsMax));
      return;
    }
    symbols_.push_back(in.Bytes());
  }
  status_ = in.status();
}

bool WriteRequestV2Reader::NextSeries() {
  while (status_.ok() && in_.Next()) {
    if (in_.field() == 5) {
      return ReadSeries(in_.Bytes());
    }
  }
  return false;
}

bool WriteRequestV2Reader::ReadSeries(std::string_view bytes) {
  label_refs_.clear();
  samples_.clear();
  histograms_.clear();
  exemplars_.clear();
  has_metadata_ = false;
  created_time_ms_ = 0;
  ProtoReader in(bytes);
  while (status_.ok() && in.Next()) {
    switch (in.field()) {
      case 1:
        // A reference beyond 32 bits must not wrap around to a valid one.
        in.ForEachVarint([this](uint64_t ref) {
          label_refs_.push_back(ref > UINT32_MAX ? UINT32_MAX : static_cast<uint32_t>(ref));
        });
        break;
      case 2:
        status_ = ReadWriteSample(in.Bytes(), &samples_.emplace_back());
        break;
      case 3:
        histograms_.push_back(in.Bytes());
        break;
      case 4:
        exemplars_.push_back(in.Bytes());
        break;
      case 5:
        status_ = ReadMetadata(in.Bytes());
        break;
      case 6:
        created_time_ms_ = in.Int64();
        break;
      default:
        break;
    }
  }
  if (status_.ok()) {
    status_ = in.status();
  }
  if (created_time_ms_ != 0) {
    for (WriteSample& sample : samples_) {
      sample.start_time_ms = sample.start_time_ms != 0 ? sample.start_time_ms : created_time_ms_;
    }
  }
  return status_.ok();
}

base::Status WriteRequestV2Reader::ReadMetadata(std::string_view bytes) {
  metadata_ = WriteMetadata();
  has_metadata_ = true;
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        metadata_.type = MetricTypeFromWire(in.Varint());
        break;
      case 3:
        SB_RETURN_IF_ERROR(Symbol(in.Varint(), &metadata_.help));
        break;
      case 4:
        SB_RETURN_IF_ERROR(Symbol(in.Varint(), &metadata_.unit));
        break;
      default:
        break;
    }
  }
  return in.status();
}

base::Status WriteRequestV2Reader::Symbol(uint64_t ref, std::string_view* symbol) const {
  if (ref >= symbols_.size()) {
    return base::InvalidArgument("symbol reference is out of range, there are " +
                                 std::to_string(symbols_.size()) +
                                 " symbols: " + std::to_string(ref));
  }
  *symbol = symbols_[ref];
  return base::OkStatus();
}

base::Status WriteRequestV2Reader::ReadLabels(std::span<const uint32_t> label_refs,
                                              std::vector<model::Label>* labels) const {
  labels->clear();
  if (label_refs.size() % 2 != 0) {
    return base::InvalidArgument("label references are not pairs, their count is " +
                                 std::to_string(label_refs.size()));
  }
  for (size_t i = 0; i < label_refs.size(); i += 2) {
    model::Label& label = labels->emplace_back();
    SB_RETURN_IF_ERROR(Symbol(label_refs[i], &label.name));
    SB_RETURN_IF_ERROR(Symbol(label_refs[i + 1], &label.value));
  }
  SortLabels(labels);
  return base::OkStatus();
}

base::Status WriteRequestV2Reader::ReadHistogram(std::string_view bytes,
                                                 WriteHistogram* histogram) const {
  SB_RETURN_IF_ERROR(ReadWriteHistogram(bytes, histogram));
  if (histogram->start_time_ms == 0) {
    histogram->start_time_ms = created_time_ms_;
  }
  return base::OkStatus();
}

base::Status WriteRequestV2Reader::ReadExemplar(std::string_view bytes,
                                                model::Exemplar* exemplar) const {
  std::vector<uint32_t> refs;
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        in.ForEachVarint([&refs](uint64_t ref) {
          refs.push_back(ref > UINT32_MAX ? UINT32_MAX : static_cast<uint32_t>(ref));
        });
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
  std::vector<model::Label> labels;
  SB_RETURN_IF_ERROR(ReadLabels(refs, &labels));
  SB_RETURN_IF_ERROR(ValidateLabels(labels));
  exemplar->labels = model::LabelSet::FromLabels(std::move(labels));
  exemplar->has_time = exemplar->time_ms != 0;
  return base::OkStatus();
}

WriteRequestV2Writer::WriteRequestV2Writer() {
  Ref("");  // symbol 0 is the empty string, by specification
}

uint32_t WriteRequestV2Writer::Ref(std::string_view text) {
  const auto next = static_cast<uint32_t>(refs_.size());
  const auto [at, inserted] = refs_.try_emplace(std::string(text), next);
  if (inserted) {
    ProtoWriter(&symbols_).Bytes(4, text);
  }
  return at->second;
}

void WriteRequestV2Writer::AppendLabelRefs(const model::LabelSet& labels) {
  ProtoWriter writer(&series_);
  const size_t mark = writer.BeginMessage(1);
  for (const model::Label& label : labels) {
    writer.AppendPackedVarint(Ref(label.name));
    writer.AppendPackedVarint(Ref(label.value));
  }
  writer.EndMessage(mark);
}

void WriteRequestV2Writer::AppendExemplar(const model::Exemplar& exemplar) {
  ProtoWriter writer(&series_);
  const size_t mark = writer.BeginMessage(4);
  AppendLabelRefs(exemplar.labels);
  writer.Double(2, exemplar.value);
  if (exemplar.has_time) {
    writer.Int64(3, exemplar.time_ms);
  }
  writer.EndMessage(mark);
}

void WriteRequestV2Writer::AppendMetadata(const WriteMetadata& metadata) {
  ProtoWriter writer(&series_);
  const size_t mark = writer.BeginMessage(5);
  writer.Varint(1, MetricTypeToWire(metadata.type));
  writer.Varint(3, Ref(metadata.help));
  writer.Varint(4, Ref(metadata.unit));
  writer.EndMessage(mark);
}

void WriteRequestV2Writer::AddSeries(const model::LabelSet& labels,
                                     std::span<const WriteSample> samples,
                                     std::span<const WriteHistogram> histograms,
                                     std::span<const model::Exemplar> exemplars,
                                     const WriteMetadata* metadata) {
  ProtoWriter writer(&series_);
  const size_t mark = writer.BeginMessage(5);
  AppendLabelRefs(labels);
  for (const WriteSample& sample : samples) {
    AppendWriteSample(2, sample, &series_);
  }
  for (const WriteHistogram& histogram : histograms) {
    AppendWriteHistogram(3, histogram, &series_);
  }
  for (const model::Exemplar& exemplar : exemplars) {
    AppendExemplar(exemplar);
  }
  if (metadata != nullptr) {
    AppendMetadata(*metadata);
  }
  writer.EndMessage(mark);
}

void WriteRequestV2Writer::Finish(std::string* out) {
  out->append(symbols_).append(series_);
  symbols_.clear();
  series_.clear();
  refs_.clear();
  Ref("");
}

}  // namespace sb::wire
