// SPDX-License-Identifier: Apache-2.0
#include "ingest/import/native_import.h"

#include <algorithm>
#include <utility>

#include "wire/prometheus/name_rules.h"

namespace sb::ingest {

base::Status NativeImport::Take(std::string_view bytes) {
  stream_.Feed(bytes);
  std::string request;
  for (;;) {
    const base::Result<bool> found = stream_.Next(&request);
    base::Status status = found.status();
    if (status.ok() && !*found) {
      return base::OkStatus();
    }
    if (status.ok()) {
      status = TakeRequest(request).WithPrefix("frame " + std::to_string(stream_.frames()));
    }
    if (!status.ok()) {
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

MetricLinesReply NativeImport::Finish() {
  if (!is_over_) {
    if (const base::Status status = stream_.Finish(); !status.ok()) {
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
    std::string bytes;
    recent.Finish(&bytes);
    const MetricLinesReply reply = parts_->write_recent(bytes);
    Add(reply);
    if (reply.status == 503) {
      return base::Unavailable(reply.message);
    }
  }
  return past_weight_ >= kPastSamplesMax ? FlushPast() : base::OkStatus();
}

bool NativeImport::ReadLabels(const wire::WriteRequestV2Reader& reader, uint64_t samples) {
  base::Status status = reader.ReadLabels(reader.label_refs(), &labels_);
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
  if (!ReadLabels(reader, reader.samples().size() + reader.histograms().size())) {
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
