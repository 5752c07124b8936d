// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/series_writer.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/log.h"

namespace sb::rules {

store::Appender& SeriesWriter::Appender(store::AppenderFactory& store) {
  if (appender_ == nullptr) {
    appender_ = store.NewAppender();
  }
  return *appender_;
}

void SeriesWriter::Append(store::Appender& appender, const model::LabelSet& labels,
                          store::SeriesRef* ref, const model::Sample& sample) {
  base::Status status = base::NotFound("");
  if (*ref != store::SeriesRef::kNone) {
    status = appender.Append(*ref, sample);
  }
  if (status.code() == base::StatusCode::kNotFound) {
    const auto resolved = appender.Resolve(labels);
    status = resolved.status();
    if (resolved.ok()) {
      *ref = *resolved;
      status = appender.Append(*ref, sample);
    }
  }
  if (status.ok()) {
    ++written_;
    return;
  }
  ++refused_;
  SB_LOG_EVERY(10, kWarn, "the store refuses a sample of a rule", {"series", labels.ToString()},
               {"why", status.message()});
}

void SeriesWriter::Write(store::AppenderFactory& store, size_t rule,
                         const query::InstantVector& rows, int64_t time_ms) {
  LiveSeries old = std::exchange(live_[rule], {});
  if (rows.empty() && old.empty()) {
    return;
  }
  store::Appender& appender = Appender(store);
  LiveSeries& live = live_[rule];
  live.reserve(rows.size());
  for (const query::VectorElement& row : rows) {
    store::SeriesRef ref = store::SeriesRef::kNone;
    if (const auto known = old.find(row.labels); known != old.end()) {
      ref = known->second;
      old.erase(known);
    }
    model::Sample sample;
    sample.time_ms = row.time_ms;
    sample.value = row.value;
    sample.histogram = row.histogram;
    Append(appender, row.labels, &ref, sample);
    live.emplace(row.labels, ref);
  }
  MarkStale(store, old, time_ms);
}

void SeriesWriter::MarkStale(store::AppenderFactory& store, const LiveSeries& series,
                             int64_t time_ms) {
  for (const auto& [labels, ref] : series) {
    if (IsLive(labels)) {
      continue;
    }
    store::SeriesRef known = ref;
    model::Sample sample;
    sample.time_ms = time_ms;
    sample.value = model::StaleNan();
    Append(Appender(store), labels, &known, sample);
  }
}

base::Status SeriesWriter::Commit() {
  if (appender_ == nullptr) {
    return base::OkStatus();
  }
  const auto appender = std::move(appender_);
  return appender->Commit();
}

bool SeriesWriter::IsLive(const model::LabelSet& labels) const {
  return std::any_of(live_.begin(), live_.end(),
                     [&](const LiveSeries& series) { return series.contains(labels); });
}

}  // namespace sb::rules
