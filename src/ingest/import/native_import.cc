// SPDX-License-Identifier: Apache-2.0
#include "ingest/import/native_import.h"

#include <algorithm>
#include <utility>

#include "wire/prometheus/name_rules.h"

namespace sb::ingest {

base::Status NativeImport::Take(std::string_view bytes) {
  if (format_ == Format::kUnknown && !bytes.empty()) {
    format_ = wire::VictoriaNativeReader::LooksLike(bytes) ? Format::kVictoria : Format::kOurs;
  }
  format_ == Format::kVictoria ? victoria_.Feed(bytes) : stream_.Feed(bytes);
  for (;;) {
    const base::Result<bool> found = TakeNext();
    if (found.ok() && !*found) {
      return base::OkStatus();
    }
    if (!found.ok()) {
      const base::Status& status = found.status();
      is_over_ = true;
      const bool is_malformed = status.code() == base::StatusCode::kInvalidArgument ||
                                status.code() == base::StatusCode::kDataLoss ||
                                status.code() == base::StatusCode::kResourceExhausted;
      if (is_malformed) {
        parts_->losses->Add(LossReason::kMalformedRequest);
      }
      Refuse(is_malformed ? 400 : 503, 0, status.message());
      return status;
    }
  }
}

base::Result<bool> NativeImport::TakeNext() {
  if (format_ == Format::kVictoria) {
    wire::VictoriaBlock block;
    const base::Result<bool> found = victoria_.Next(&block);
    const std::string place = "block " + std::to_string(victoria_.blocks());
    if (!found.ok()) {
      return found.status().WithPrefix(place);
    }
    if (*found) {
      SB_RETURN_IF_ERROR(TakeBlock(block).WithPrefix(place));
    }
    return *found;
  }
  std::string request;
  SB_ASSIGN_OR_RETURN(const bool found, stream_.Next(&request));
  if (found) {
    SB_RETURN_IF_ERROR(
        TakeRequest(request).WithPrefix("frame " + std::to_string(stream_.frames())));
  }
  return found;
}

MetricLinesReply NativeImport::Finish() {
  if (!is_over_) {
    const base::Status status =
        format_ == Format::kVictoria ? victoria_.Finish() : stream_.Finish();
    if (!status.ok()) {
      parts_->losses->Add(LossReason::kMalformedRequest);
      Refuse(400, 0, status.message());
    }
  }
  if (const base::Status status = FlushPast(); !status.ok()) {
    Refuse(503, 0, status.message());
  }
  return std::move(reply_);
}

base::Status NativeImport::TakeRequest(std::string_view request) {
  const base::TimestampMs past_end = parts_->past_end();
  wire::WriteRequestV2Reader reader(request);
  wire::WriteRequestV2Writer recent;
  bool has_recent = false;
  while (reader.NextSeries()) {
    SB_RETURN_IF_ERROR(TakeSeries(reader, past_end, &recent, &has_recent));
  }
  SB_RETURN_IF_ERROR(reader.status());
  if (has_recent) {
    SB_RETURN_IF_ERROR(WriteRecent(&recent));
  }
  return past_weight_ >= kPastSamplesMax ? FlushPast() : base::OkStatus();
}

base::Status NativeImport::WriteRecent(wire::WriteRequestV2Writer* recent) {
  std::string bytes;
  recent->Finish(&bytes);
  const MetricLinesReply reply = parts_->write_recent(bytes);
  Add(reply);
  return reply.status == 503 ? base::Unavailable(reply.message) : base::OkStatus();
}

base::Status NativeImport::TakeBlock(const wire::VictoriaBlock& block) {
  labels_.clear();
  for (const auto& [name, value] : block.labels) {
    labels_.push_back({name, value});
  }
  if (!AcceptLabels(base::OkStatus(), block.times.size())) {
    return base::OkStatus();
  }
  const auto labels = model::LabelSet::FromLabels(labels_);
  const int64_t past_end_ms = parts_->past_end().Value();
  std::vector<wire::WriteSample> recent;
  std::vector<std::pair<int64_t, double>>* past = nullptr;
  for (size_t i = 0; i < block.times.size(); ++i) {
    if (block.times[i] >= past_end_ms) {
      recent.push_back({block.times[i], block.values[i], 0});
      continue;
    }
    past = past == nullptr ? &loose_[labels] : past;
    past->emplace_back(block.times[i], block.values[i]);
    ++past_weight_;
  }
  if (!recent.empty()) {
    wire::WriteRequestV2Writer writer;
    writer.AddSeries(labels, recent);
    SB_RETURN_IF_ERROR(WriteRecent(&writer));
  }
  return past_weight_ >= kPastSamplesMax ? FlushPast() : base::OkStatus();
}

// Of several samples of one time the last that came stays.
void NativeImport::OrderLoose() {
  for (auto& [labels, samples] : loose_) {
    std::stable_sort(samples.begin(), samples.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    model::SampleColumns* const columns = &past_[labels];
    for (size_t i = 0; i < samples.size(); ++i) {
      if (i + 1 == samples.size() || samples[i + 1].first != samples[i].first) {
        columns->Append({samples[i].first, 0, samples[i].second, nullptr});
        ++past_samples_;
      }
    }
  }
  loose_.clear();
}

bool NativeImport::AcceptLabels(base::Status status, uint64_t samples) {
  for (const auto& [name, value] : extra_) {
    std::erase_if(labels_, [&](const model::Label& label) { return label.name == name; });
    labels_.push_back({name, value});
  }
  std::sort(labels_.begin(), labels_.end(),
            [](const model::Label& a, const model::Label& b) { return a.name < b.name; });
  if (status.ok()) {
    status = wire::ValidateSeriesLabels(labels_);
  }
  LossReason reason = LossReason::kInvalidLabels;
  if (status.ok()) {
    const auto breach = CheckLabelLimits(parts_->limits, labels_);
    if (!breach.has_value()) {
      return true;
    }
    reason = breach->reason;
    status = base::InvalidArgument(breach->message);
  }
  parts_->losses->Add(reason, samples);
  Refuse(400, samples, status.message());
  return false;
}

base::Status NativeImport::TakeSeries(const wire::WriteRequestV2Reader& reader,
                                      base::TimestampMs past_end,
                                      wire::WriteRequestV2Writer* recent, bool* has_recent) {
  if (!AcceptLabels(reader.ReadLabels(reader.label_refs(), &labels_),
                    reader.samples().size() + reader.histograms().size())) {
    return base::OkStatus();
  }
  const auto labels = model::LabelSet::FromLabels(labels_);
  std::vector<wire::WriteSample> floats;
  std::vector<wire::WriteHistogram> histograms;
  std::vector<model::Sample> past;
  for (const wire::WriteSample& sample : reader.samples()) {
    if (sample.time_ms >= past_end.Value()) {
      floats.push_back(sample);
    } else {
      past.push_back({sample.time_ms, sample.start_time_ms, sample.value, nullptr});
    }
  }
  for (const std::string_view message : reader.histograms()) {
    wire::WriteHistogram histogram;
    SB_RETURN_IF_ERROR(reader.ReadHistogram(message, &histogram));
    if (histogram.time_ms >= past_end.Value()) {
      histograms.push_back(std::move(histogram));
      continue;
    }
    SB_RETURN_IF_ERROR(histogram.histogram.Validate());
    past.push_back({histogram.time_ms, histogram.start_time_ms, 0,
                    std::make_shared<const model::Histogram>(std::move(histogram.histogram))});
  }
  if (!floats.empty() || !histograms.empty()) {
    recent->AddSeries(labels, floats, histograms, {}, reader.metadata());
    *has_recent = true;
  }
  if (!past.empty()) {
    std::stable_sort(past.begin(), past.end(),
                     [](const auto& a, const auto& b) { return a.time_ms < b.time_ms; });
    model::SampleColumns* columns = &past_[labels];
    for (const model::Sample& sample : past) {
      SB_RETURN_IF_ERROR(AddPast(columns, sample).WithPrefix(labels.ToString()));
    }
  }
  return base::OkStatus();
}

base::Status NativeImport::AddPast(model::SampleColumns* columns, const model::Sample& sample) {
  if (!columns->empty() && sample.time_ms <= columns->times.back()) {
    return base::InvalidArgument("samples are not in the order of time: " +
                                 std::to_string(sample.time_ms));
  }
  columns->Append(sample);
  ++past_samples_;
  past_weight_ += sample.histogram != nullptr ? kSamplesPerHistogram : 1;
  return base::OkStatus();
}

base::Status NativeImport::FlushPast() {
  OrderLoose();
  if (past_samples_ == 0) {
    return base::OkStatus();
  }
  // A request that broke off in the middle of a series may have left one without samples.
  std::erase_if(past_, [](const auto& series) { return series.second.empty(); });
  const base::Status status = parts_->write_past(past_);
  if (status.ok()) {
    reply_.stored += past_samples_;
  }
  past_.clear();
  past_samples_ = 0;
  past_weight_ = 0;
  return status;
}

void NativeImport::Add(const MetricLinesReply& reply) {
  reply_.stored += reply.stored;
  if (reply.status != 204 && reply.status != 503) {
    Refuse(reply.status, reply.refused, reply.message);
  }
}

void NativeImport::Refuse(int status, uint64_t samples, std::string_view why) {
  reply_.status = std::max(reply_.status == 204 ? 0 : reply_.status, status);
  reply_.refused += samples;
  // The first reasons are enough.
  if (reply_.message.size() < 2'000) {
    reply_.message.append(reply_.message.empty() ? "" : "\n").append(why);
  }
}

}  // namespace sb::ingest
