// SPDX-License-Identifier: Apache-2.0
#include "alert/anomaly/anomaly_service.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/log.h"
#include "query/promql/parser.h"

namespace sb::anomaly {
namespace {

constexpr catalog::CollectionSpec kHours{
    .name = "anomaly_hours", .body_bytes_max = 64u << 20, .documents_max = 1'000};
constexpr std::string_view kHeader = "signalbox anomaly hours 1\n";
constexpr std::array<std::string_view, 5> kOutputNames = {
    "anomaly:level", "anomaly:mid", "anomaly:upper_band", "anomaly:lower_band", "anomaly:zscore"};
constexpr int64_t kWarmUpStepMs = 300'000;
constexpr int64_t kWarmUpAtOnceMs = kWeekHours * kHourMs;

bool IsSameQuestion(const AnomalySpec& a, const AnomalySpec& b) {
  return a.query == b.query && a.season == b.season && a.sensitivity == b.sensitivity &&
         a.floor == b.floor && a.margin == b.margin && a.history_min == b.history_min &&
         a.type == b.type;
}

model::LabelSet OutputLabels(const AnomalySpec& spec, const model::LabelSet& labels,
                             std::string_view name) {
  std::vector<model::Label> all;
  for (const model::Label& label : labels) {
    all.push_back(label);
  }
  all.push_back({model::kMetricName, name});
  all.push_back({"anomaly_name", spec.name});
  all.push_back({"anomaly_strategy", "seasonal"});
  if (!spec.type.empty()) {
    all.push_back({"anomaly_type", spec.type});
  }
  return model::LabelSet::FromLabels(std::move(all));
}

}  // namespace

void AnomalyService::Configure(std::vector<AnomalySpec> specs) {
  base::MutexLock lock(mutex_);
  std::map<std::string, AnomalyStatus> statuses;
  for (const AnomalySpec& spec : specs) {
    AnomalyStatus& status = statuses[spec.name];
    if (const auto known = statuses_.find(spec.name); known != statuses_.end()) {
      status = std::move(known->second);
    }
    status.spec = spec;
  }
  statuses_ = std::move(statuses);
  wanted_ = std::move(specs);
}

std::vector<AnomalyStatus> AnomalyService::Statuses() const {
  base::MutexLock lock(mutex_);
  std::vector<AnomalyStatus> all;
  for (const auto& [name, status] : statuses_) {
    all.push_back(status);
  }
  return all;
}

void AnomalyService::TakeWanted() {
  std::optional<std::vector<AnomalySpec>> wanted;
  {
    base::MutexLock lock(mutex_);
    wanted = std::exchange(wanted_, std::nullopt);
  }
  if (!wanted) {
    return;
  }
  const int64_t now_ms = parts_.env.clock().NowMs().Value();
  const auto appender = parts_.writes.NewAppender();
  std::map<std::string, Job> jobs;
  for (AnomalySpec& spec : *wanted) {
    const auto known = jobs_.find(spec.name);
    if (known != jobs_.end() && IsSameQuestion(known->second.spec, spec)) {
      jobs[spec.name] = std::move(known->second);
      jobs_.erase(known);
    }
    jobs[spec.name].spec = std::move(spec);
  }
  for (auto& [name, gone] : jobs_) {
    EndSeries(&gone, now_ms, appender.get());
  }
  if (const base::Status ended = appender->Commit(); !ended.ok()) {
    SB_LOG(kWarn, "bands of removed anomaly jobs are not ended", {"why", ended.message()});
  }
  jobs_ = std::move(jobs);
}

void AnomalyService::Run() {
  TakeWanted();
  const int64_t now_ms = parts_.env.clock().NowMs().Value();
  for (auto& [name, job] : jobs_) {
    const int64_t interval = job.spec.interval.Value();
    const int64_t slot_ms = now_ms / interval * interval;
    if (slot_ms <= job.last_slot_ms) {
      continue;
    }
    AnomalyStatus status;
    status.spec = job.spec;
    status.evaluated_ms = slot_ms;
    status.error = std::string(Evaluate(&job, slot_ms, &status).message());
    status.refused = job.refused;
    job.last_slot_ms = slot_ms;
    base::MutexLock lock(mutex_);
    if (const auto at = statuses_.find(name); at != statuses_.end()) {
      at->second = std::move(status);
    }
  }
}

base::Result<query::InstantVector> AnomalyService::Instant(const Job& job, int64_t slot_ms) const {
  query::QueryContext context(parts_.env.clock(), parts_.engine.ContextOptions());
  SB_ASSIGN_OR_RETURN(query::QueryResult result,
                      parts_.engine.Instant(context, parts_.metrics, job.spec.query, slot_ms));
  if (auto* vector = std::get_if<query::InstantVector>(&result.value)) {
    return std::move(*vector);
  }
  return base::InvalidArgument("the query must give an instant vector: " + job.spec.query);
}

AnomalyService::Tracked* AnomalyService::Find(Job* job, const model::LabelSet& labels) {
  const auto known = job->series.find(labels);
  if (known != job->series.end()) {
    return &known->second;
  }
  if (job->series.size() >= job->spec.series_max) {
    ++job->refused;
    return nullptr;
  }
  return &job->series.emplace(labels, Tracked(job->spec.Options())).first->second;
}

base::Status AnomalyService::WarmUp(Job* job, int64_t slot_ms) {
  if (!std::exchange(job->is_loaded, true)) {
    Load(job);
  }
  int64_t from = slot_ms - kHoursMax * kHourMs;
  for (const auto& [labels, tracked] : job->series) {
    from = std::max(from, (tracked.model.last_hour() + 1) * kHourMs);
  }
  from = from / kHourMs * kHourMs;
  for (; from < slot_ms; from += kWarmUpAtOnceMs) {
    const int64_t last = std::min(from + kWarmUpAtOnceMs, slot_ms) - 1;
    query::QueryContext context(parts_.env.clock(), parts_.engine.ContextOptions());
    SB_ASSIGN_OR_RETURN(
        query::QueryResult result,
        parts_.engine.Range(context, parts_.metrics, job->spec.query, {from, last, kWarmUpStepMs}));
    for (const query::MatrixSeries& series : std::get<query::Matrix>(result.value)) {
      Tracked* const tracked = Find(job, series.labels.WithoutMetricName());
      for (size_t i = 0; tracked != nullptr && i < series.floats.size(); ++i) {
        tracked->model.Observe(series.floats[i].time_ms, series.floats[i].value);
      }
    }
  }
  job->is_warm = true;
  return base::OkStatus();
}

base::Status AnomalyService::Evaluate(Job* job, int64_t slot_ms, AnomalyStatus* status) {
  job->refused = 0;
  if (!job->is_warm) {
    SB_RETURN_IF_ERROR(WarmUp(job, slot_ms));
    job->refused = 0;
  }
  SB_ASSIGN_OR_RETURN(const query::InstantVector rows, Instant(*job, slot_ms));
  const auto appender = parts_.writes.NewAppender();
  std::set<model::LabelSet> present;
  for (const query::VectorElement& row : rows) {
    const model::LabelSet labels = row.labels.WithoutMetricName();
    Tracked* const tracked = row.histogram == nullptr ? Find(job, labels) : nullptr;
    if (tracked == nullptr || !present.insert(labels).second) {
      continue;
    }
    const std::optional<Band> band = tracked->model.At(slot_ms);
    std::array<std::optional<double>, kOutputs> values = {row.value};
    if (band) {
      values = {row.value, band->mid, band->upper, band->lower, band->Score(row.value)};
    }
    Write(job, labels, tracked, slot_ms, values, appender.get());
    tracked->model.Observe(slot_ms, row.value);
    status->series.push_back({labels, row.value, band, tracked->model.hours()});
  }
  for (auto& [labels, tracked] : job->series) {
    if (tracked.is_live && !present.contains(labels)) {
      Write(job, labels, &tracked, slot_ms, {}, appender.get());
    }
  }
  SB_RETURN_IF_ERROR(appender->Commit());
  if (slot_ms / kHourMs != job->saved_hour) {
    std::erase_if(job->series, [&](const auto& entry) {
      return entry.second.model.last_time_ms() < slot_ms - kHoursMax * kHourMs;
    });
    Save(job, slot_ms / kHourMs);
  }
  return base::OkStatus();
}

// A value that is missing now and was there at the last slot becomes a stale marker.
void AnomalyService::Write(Job* job, const model::LabelSet& labels, Tracked* tracked,
                           int64_t time_ms,
                           const std::array<std::optional<double>, kOutputs>& values,
                           store::Appender* appender) {
  for (size_t i = 0; i < kOutputs; ++i) {
    const bool was_there = i == 0 ? tracked->is_live : tracked->has_band;
    if (!values[i] && !was_there) {
      continue;
    }
    if (tracked->names[i].empty()) {
      tracked->names[i] = OutputLabels(job->spec, labels, kOutputNames[i]);
    }
    model::Sample sample;
    sample.time_ms = time_ms;
    sample.value = values[i].value_or(model::StaleNan());
    base::Status status = base::NotFound("");
    if (tracked->refs[i] != store::SeriesRef::kNone) {
      status = appender->Append(tracked->refs[i], sample);
    }
    if (status.code() == base::StatusCode::kNotFound) {
      const auto ref = appender->Resolve(tracked->names[i]);
      tracked->refs[i] = ref.ok() ? *ref : store::SeriesRef::kNone;
      status = ref.ok() ? appender->Append(*ref, sample) : ref.status();
    }
    if (!status.ok()) {
      SB_LOG_EVERY(10, kWarn, "the store refuses a sample of an anomaly job",
                   {"series", tracked->names[i].ToString()}, {"why", status.message()});
    }
  }
  tracked->is_live = values[0].has_value();
  tracked->has_band = values[1].has_value();
}

void AnomalyService::EndSeries(Job* job, int64_t time_ms, store::Appender* appender) {
  for (auto& [labels, tracked] : job->series) {
    Write(job, labels, &tracked, time_ms, {}, appender);
  }
}

void AnomalyService::Save(Job* job, int64_t hour) {
  catalog::PutRequest request;
  request.id = job->spec.name;
  request.message = job->spec.query;
  request.body = kHeader;
  for (const auto& [labels, tracked] : job->series) {
    request.body += "s " + labels.ToString() + "\n" + tracked.model.Save();
  }
  if (const auto put = parts_.catalog.Put(kHours, request); !put.ok()) {
    SB_LOG_EVERY(60, kWarn, "what an anomaly job knows is not kept", {"job", job->spec.name},
                 {"why", put.status().message()});
  }
  job->saved_hour = hour;
}

void AnomalyService::Load(Job* job) {
  const auto document = parts_.catalog.Get(kHours, job->spec.name);
  if (!document.ok() || document->message != job->spec.query) {
    return;
  }
  std::string_view text = document->body;
  const auto read = [&]() -> base::Status {
    if (!text.starts_with(kHeader)) {
      return base::DataLoss("not the hours of an anomaly job");
    }
    text.remove_prefix(kHeader.size());
    while (text.starts_with("s ")) {
      const size_t line_end = std::min(text.find('\n'), text.size());
      SB_ASSIGN_OR_RETURN(const model::LabelSet labels,
                          promql::ParseMetric(text.substr(2, line_end - 2)));
      text.remove_prefix(std::min(line_end + 1, text.size()));
      const size_t next = text.find("\ns ");
      const std::string_view hours = text.substr(0, next);
      text.remove_prefix(next == std::string_view::npos ? text.size() : next + 1);
      if (Tracked* const tracked = Find(job, labels); tracked != nullptr) {
        SB_RETURN_IF_ERROR(tracked->model.Load(hours));
      }
    }
    return text.empty() ? base::OkStatus() : base::DataLoss("broken line");
  }();
  if (!read.ok()) {
    SB_LOG(kError, "what an anomaly job knew is damaged; it learns again from stored data",
           {"job", job->spec.name}, {"error", read.message()});
    job->series.clear();
  }
}

}  // namespace sb::anomaly
