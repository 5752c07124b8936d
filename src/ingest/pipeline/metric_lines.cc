// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/metric_lines.h"

#include <algorithm>

namespace sb::ingest {
namespace {

std::string Describe(const Rejection& rejection) {
  std::string out = rejection.first_message;
  if (rejection.count > 1) {
    out.append(" (").append(LossRowOf(rejection.reason).name).append(": ");
    out.append(std::to_string(rejection.count)).append(" in total)");
  }
  return out;
}

void AppendLine(std::string_view text, std::string* out) {
  out->append(out->empty() ? "" : "\n").append(text);
}

}  // namespace

bool ParseExtraLabel(std::string_view text, std::pair<std::string, std::string>* label) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return false;
  }
  *label = {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
  return true;
}

MetricLines::MetricLines(store::AppenderFactory* store, LossCounters* losses,
                         const MetricLimits& limits, base::TimestampMs now)
    : store_(store), losses_(losses), limits_(limits), now_(now) {}

MetricLines::~MetricLines() = default;

MetricWriter& MetricLines::Writer() {
  if (writer_ == nullptr) {
    writer_ = std::make_unique<MetricWriter>(store_->NewAppender(), limits_, now_);
  }
  return *writer_;
}

uint32_t MetricLines::Series(std::vector<model::Label>* labels, uint64_t samples) {
  for (const auto& [name, value] : extra_) {
    labels->push_back({name, value});
  }
  const model::LabelSet set = model::LabelSet::FromLabels(std::move(*labels));
  labels->clear();
  const auto found = index_.find(set);
  if (found != index_.end()) {
    return found->second;
  }
  sorted_.assign(set.begin(), set.end());
  const store::SeriesRef ref = Writer().Resolve(sorted_, samples);
  if (ref == store::SeriesRef::kNone) {
    return kNoSeries;
  }
  const auto series = static_cast<uint32_t>(series_.size());
  series_.push_back(set);
  refs_.push_back(ref);
  index_.emplace(set, series);
  return series;
}

void MetricLines::AddTo(uint32_t series, int64_t time_ms, double value) {
  batch_.push_back({refs_[series], time_ms, value});
  batch_series_.push_back(series);
  if (batch_.size() >= kBatchMax) {
    AppendBatch();
  }
}

void MetricLines::Add(std::vector<model::Label>* labels, int64_t time_ms, double value) {
  const uint32_t series = Series(labels, 1);
  if (series != kNoSeries) {
    AddTo(series, time_ms, value);
  }
}

void MetricLines::Fault(size_t line, std::string_view what) {
  losses_->Add(LossReason::kMetricLineMalformed);
  ++reply_.refused;
  if (fault_count_++ < kFaultsShown) {
    faults_.push_back("line " + std::to_string(line) + ": " + std::string(what));
  }
}

void MetricLines::AppendBatch() {
  if (!batch_.empty()) {
    Writer().AppendFloats(batch_, batch_series_, this);
    batch_.clear();
    batch_series_.clear();
  }
}

void MetricLines::Note(const Rejection& rejection) {
  reply_.refused += rejection.count;
  for (Rejection& known : rejected_) {
    if (known.reason == rejection.reason) {
      known.count += rejection.count;
      return;
    }
  }
  rejected_.push_back(rejection);
}

base::Status MetricLines::Flush() {
  if (failed()) {
    return failure_;
  }
  AppendBatch();
  if (writer_ == nullptr) {
    return base::OkStatus();
  }
  const auto result = writer_->Commit(losses_);
  writer_.reset();
  if (!result.ok()) {
    failure_ = result.status();
    return failure_;
  }
  reply_.stored += result->accepted.samples;
  for (const Rejection& rejection : result->rejected) {
    Note(rejection);
  }
  return base::OkStatus();
}

MetricLinesReply MetricLines::Finish() {
  if (!Flush().ok()) {
    reply_.status = 503;
    reply_.message = failure_.message();
    return reply_;
  }
  for (const std::string& fault : faults_) {
    reply_.status = 400;
    AppendLine(fault, &reply_.message);
  }
  if (fault_count_ > faults_.size()) {
    AppendLine("and " + std::to_string(fault_count_ - faults_.size()) + " more lines",
               &reply_.message);
  }
  for (const Rejection& rejection : rejected_) {
    // What can be mended by sending again decides: the rest is refused again.
    const bool retriable = LossRowOf(rejection.reason).severity == LossSeverity::kRetried;
    reply_.status = retriable || reply_.status == 429 ? 429 : 400;
    AppendLine(Describe(rejection), &reply_.message);
  }
  return reply_;
}

base::Status MetricLines::ReadLabels(size_t series, std::vector<model::Label>* labels) {
  labels->assign(series_[series].begin(), series_[series].end());
  return base::OkStatus();
}

void MetricLines::Rebind(size_t series, store::SeriesRef ref) {
  refs_[series] = ref;
}

}  // namespace sb::ingest
