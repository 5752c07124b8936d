// SPDX-License-Identifier: Apache-2.0
#include "slo/slo_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "config/yaml_reader.h"
#include "slo/grafana_slo.h"
#include "slo/native_spec.h"
#include "slo/sloth_spec.h"

namespace sb::slo {
namespace {

constexpr catalog::CollectionSpec kStored{.name = "slos", .history_max = 20};
constexpr catalog::CollectionSpec kHistories{
    .name = "slo_hours", .body_bytes_max = 32u << 20, .documents_max = 20'000};
// An hour is final when late samples have had time to arrive.
constexpr int64_t kGraceMs = 120'000;
// Hours asked for by one query.
constexpr int64_t kHoursAtOnce = 24 * 7;

std::string DocumentId(const std::string& kind, const std::string& id) {
  return kind + "/" + id;
}

base::Result<std::vector<Objective>> ReadStored(const std::string& document_id,
                                                const std::string& body) {
  const size_t slash = document_id.find('/');
  const std::string kind = document_id.substr(0, slash), id = document_id.substr(slash + 1);
  SB_ASSIGN_OR_RETURN(const config::NodePtr node, config::ParseYaml(body, id));
  if (kind == "grafana") {
    SB_ASSIGN_OR_RETURN(Objective objective, ReadGrafanaSlo(*node, id));
    return std::vector<Objective>{std::move(objective)};
  }
  if (kind != "native") {
    return std::vector<Objective>();  // a document that is only kept
  }
  SB_ASSIGN_OR_RETURN(std::vector<Objective> objectives, ReadNative(*node, "api"));
  if (objectives.size() != 1) {
    return base::InvalidArgument("exactly one SLO is expected");
  }
  objectives[0].id = id;
  return objectives;
}

// What the numbers of a history were taken with.
std::string Fingerprint(const Objective& objective) {
  return fmt::format("# {} {} {}", static_cast<int>(objective.kind), objective.error_query,
                     objective.total_query);
}

}  // namespace

void SloService::SetFiles(LoadedSlos loaded) {
  base::MutexLock lock(mutex_);
  files_ = std::move(loaded);
}

base::Status SloService::LoadStored() {
  SB_ASSIGN_OR_RETURN(const auto documents, parts_.catalog.List(kStored));
  std::map<std::string, std::vector<Objective>> stored;
  for (const catalog::Document& document : documents) {
    auto objectives = ReadStored(document.id, document.body);
    if (objectives.ok()) {
      stored[document.id] = *std::move(objectives);
    } else {
      SB_LOG(kError, "a stored SLO cannot be read", {"id", document.id},
             {"error", objectives.status().message()});
    }
  }
  base::MutexLock lock(mutex_);
  stored_ = std::move(stored);
  return base::OkStatus();
}

base::Status SloService::Put(const std::string& kind, const std::string& id,
                             const std::string& body) {
  const std::string document = DocumentId(kind, id);
  SB_ASSIGN_OR_RETURN(std::vector<Objective> objectives, ReadStored(document, body));
  {
    base::MutexLock lock(mutex_);
    for (const Objective& objective : files_.objectives) {
      if (objective.id == id) {
        return base::AlreadyExists("an SLO of a file has this id: " + id);
      }
    }
  }
  catalog::PutRequest request;
  request.id = document;
  request.body = body;
  SB_RETURN_IF_ERROR(parts_.catalog.Put(kStored, request).status());
  base::MutexLock lock(mutex_);
  stored_[document] = std::move(objectives);
  return base::OkStatus();
}

base::Result<std::string> SloService::Body(const std::string& kind, const std::string& id) const {
  SB_ASSIGN_OR_RETURN(catalog::Document document,
                      parts_.catalog.Get(kStored, DocumentId(kind, id)));
  return std::move(document.body);
}

base::Result<std::map<std::string, std::string>> SloService::Bodies(const std::string& kind) const {
  SB_ASSIGN_OR_RETURN(const auto documents, parts_.catalog.List(kStored));
  std::map<std::string, std::string> bodies;
  const std::string prefix = kind + "/";
  for (const catalog::Document& document : documents) {
    if (document.id.starts_with(prefix)) {
      bodies[document.id.substr(prefix.size())] = document.body;
    }
  }
  return bodies;
}

base::Status SloService::Delete(const std::string& kind, const std::string& id) {
  SB_RETURN_IF_ERROR(parts_.catalog.Delete(kStored, DocumentId(kind, id)));
  if (const base::Status gone = parts_.catalog.Delete(kHistories, id);
      !gone.ok() && gone.code() != base::StatusCode::kNotFound) {
    SB_LOG(kWarn, "the history of an SLO stays", {"id", id}, {"why", gone.message()});
  }
  base::MutexLock lock(mutex_);
  stored_.erase(DocumentId(kind, id));
  tracked_.erase(id);
  return base::OkStatus();
}

std::string SloService::NewId() {
  return fmt::format("{:016x}{:08x}", parts_.env.random().Next64(),
                     parts_.env.random().Next64() & 0xffffffff);
}

std::vector<Objective> SloService::Objectives() const {
  base::MutexLock lock(mutex_);
  std::vector<Objective> all = files_.objectives;
  for (const auto& [id, objectives] : stored_) {
    all.insert(all.end(), objectives.begin(), objectives.end());
  }
  return all;
}

std::vector<SloRules> SloService::Rules() const {
  base::MutexLock lock(mutex_);
  std::vector<SloRules> all = files_.rules;
  for (const auto& [id, objectives] : stored_) {
    SloRules rules{id, {}};
    for (const Objective& objective : objectives) {
      for (rules::RuleGroupSpec& group : RulesOf(objective)) {
        rules.groups.push_back(std::move(group));
      }
    }
    all.push_back(std::move(rules));
  }
  return all;
}

std::shared_ptr<SloService::Tracked> SloService::TrackedFor(const Objective& objective) {
  const auto known = tracked_.find(objective.id);
  auto tracked = known != tracked_.end() ? std::make_shared<Tracked>(*known->second)
                                         : std::make_shared<Tracked>();
  if (known != tracked_.end() && Fingerprint(known->second->objective) != Fingerprint(objective)) {
    *tracked = Tracked();  // measured in another way: begin anew
  }
  tracked->objective = objective;
  return tracked;
}

void SloService::Refresh() {
  const int64_t now_ms = parts_.env.clock().NowMs().Value();
  for (const Objective& objective : Objectives()) {
    std::shared_ptr<Tracked> tracked;
    {
      base::MutexLock lock(mutex_);
      tracked = TrackedFor(objective);
    }
    const base::Status status = RefreshOne(tracked.get(), now_ms);
    tracked->error = std::string(status.message());
    tracked->updated_ms = now_ms;
    base::MutexLock lock(mutex_);
    tracked_[objective.id] = std::move(tracked);
  }
}

base::Status SloService::RefreshOne(Tracked* tracked, int64_t now_ms) const {
  const Objective& objective = tracked->objective;
  if (objective.error_query.empty() && objective.total_query.empty()) {
    return base::OkStatus();
  }
  const int64_t now_hour = now_ms / kHourMs;
  if (!tracked->loaded) {
    LoadHistory(tracked);
    tracked->loaded = true;
  }
  const int64_t oldest = PeriodStart(objective.period, now_ms) / kHourMs;
  const int64_t from = std::max(tracked->next_hour, oldest);
  const int64_t final_end = (now_ms - kGraceMs) / kHourMs;
  for (int64_t first = from; first < final_end; first += kHoursAtOnce) {
    const int64_t end = std::min(first + kHoursAtOnce, final_end);
    SB_RETURN_IF_ERROR(Measure(tracked, first, end));
    tracked->next_hour = end;
  }
  if (from < final_end) {
    tracked->history.Trim(now_hour - kHistoryHoursMax);
    Keep(*tracked);
  }
  if (final_end < now_hour) {
    SB_RETURN_IF_ERROR(Measure(tracked, final_end, now_hour));
  }
  return MeasureNow(tracked, now_hour, now_ms);
}

base::Status SloService::Measure(Tracked* tracked, int64_t first_hour, int64_t end_hour) const {
  SB_ASSIGN_OR_RETURN(const Counts counts,
                      CountEvents(measuring(), tracked->objective,
                                  {(first_hour + 1) * kHourMs, end_hour * kHourMs, kHourMs}));
  for (const auto& [group, hours] : counts) {
    for (const auto& [end_ms, events] : hours) {
      tracked->history.Set(group, end_ms / kHourMs - 1, events);
    }
  }
  return base::OkStatus();
}

base::Status SloService::MeasureNow(Tracked* tracked, int64_t hour, int64_t now_ms) const {
  const int64_t seconds = (now_ms - hour * kHourMs) / 1000;
  if (seconds < 15) {
    return base::OkStatus();
  }
  SB_ASSIGN_OR_RETURN(const Counts counts, CountEvents(measuring(), tracked->objective,
                                                       {now_ms, now_ms, seconds * 1000}));
  for (const auto& [group, windows] : counts) {
    tracked->history.Set(group, hour, windows.begin()->second);
  }
  return base::OkStatus();
}

void SloService::Keep(const Tracked& tracked) const {
  catalog::PutRequest request;
  request.id = tracked.objective.id;
  request.key = fmt::format("{}", tracked.next_hour);
  request.message = Fingerprint(tracked.objective);
  request.body = tracked.history.Save();
  if (const auto put = parts_.catalog.Put(kHistories, request); !put.ok()) {
    SB_LOG_EVERY(60, kWarn, "the history of an SLO is not kept", {"slo", tracked.objective.id},
                 {"why", put.status().message()});
  }
}

void SloService::LoadHistory(Tracked* tracked) const {
  const auto document = parts_.catalog.Get(kHistories, tracked->objective.id);
  if (!document.ok() || document->message != Fingerprint(tracked->objective)) {
    return;
  }
  auto history = BudgetHistory::Load(document->body);
  if (!history.ok()) {
    SB_LOG(kError, "the history of an SLO is damaged; it is measured again",
           {"slo", tracked->objective.id}, {"error", history.status().message()});
    return;
  }
  tracked->history = *std::move(history);
  tracked->next_hour = std::stoll("0" + document->key);
}

}  // namespace sb::slo
