// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/log_metrics.h"

#include <algorithm>

#include "wire/prometheus/float_text.h"

namespace sb::ingest {
namespace {

std::string NumberText(double value) {
  std::string text;
  wire::AppendFloatText(&text, value);
  return text;
}

}  // namespace

LogMetrics::Series* LogMetrics::Find(const std::string& name, const Labels& labels) {
  const auto found = series_.find({name, labels});
  if (found != series_.end()) {
    return &found->second;
  }
  if (series_.size() >= kSeriesMax) {
    losses_->Add(LossReason::kLogMetricSeriesLimit);
    return nullptr;
  }
  return &series_[{name, labels}];
}

void LogMetrics::Count(const std::string& name, const Labels& labels, double n) {
  base::MutexLock lock(mutex_);
  if (Series* series = Find(name, labels); series != nullptr) {
    series->value += n;
  }
}

void LogMetrics::Observe(const std::string& name, const Labels& labels, double value,
                         const std::vector<double>& bounds) {
  base::MutexLock lock(mutex_);
  Series* series = Find(name, labels);
  if (series == nullptr) {
    return;
  }
  if (series->bounds != bounds) {  // new, or the configuration changed
    series->bounds = bounds;
    series->counts.assign(bounds.size() + 1, 0);
    series->value = 0;
  }
  const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), value) - bounds.begin();
  series->counts[static_cast<size_t>(bucket)] += 1;
  series->value += value;
}

// `sink(name, labels, value)` for each sample that the series are exposed as.
template <typename Sink>
void LogMetrics::ForEach(Sink&& sink) const {
  for (const auto& [key, series] : series_) {
    if (series.bounds.empty()) {
      sink(key.first, key.second, series.value);
      continue;
    }
    double total = 0;
    for (size_t i = 0; i < series.counts.size(); ++i) {
      total += series.counts[i];
      Labels labels = key.second;
      labels.emplace_back("le", i < series.bounds.size() ? NumberText(series.bounds[i]) : "+Inf");
      sink(key.first + "_bucket", labels, total);
    }
    sink(key.first + "_sum", key.second, series.value);
    sink(key.first + "_count", key.second, total);
  }
}

base::Status LogMetrics::Flush(base::TimestampMs now) {
  if (store_ == nullptr) {
    return base::OkStatus();
  }
  base::MutexLock lock(mutex_);
  if (series_.empty()) {
    return base::OkStatus();
  }
  const auto appender = store_->NewAppender();
  uint64_t refused = 0;
  ForEach([&](const std::string& name, const Labels& labels, double value) {
    std::vector<model::Label> sorted = {{model::kMetricName, name}};
    for (const auto& [label, text] : labels) {
      sorted.push_back({label, text});
    }
    const auto ref = appender->Resolve(model::LabelSet::FromLabels(std::move(sorted)));
    model::Sample sample;
    sample.time_ms = now.Value();
    sample.value = value;
    if (!ref.ok() || !appender->Append(*ref, sample).ok()) {
      ++refused;
    }
  });
  losses_->Add(LossReason::kConnectorStoreRefused, refused);
  return appender->Commit();
}

std::vector<std::string> LogMetrics::Print() const {
  std::vector<std::string> lines;
  base::MutexLock lock(mutex_);
  ForEach([&lines](const std::string& name, const Labels& labels, double value) {
    std::string line = name;
    for (size_t i = 0; i < labels.size(); ++i) {
      line += (i == 0 ? "{" : ",") + labels[i].first + "=\"" + labels[i].second + "\"";
    }
    lines.push_back(line + (labels.empty() ? " " : "} ") + NumberText(value));
  });
  return lines;
}

}  // namespace sb::ingest
