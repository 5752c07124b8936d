// SPDX-License-Identifier: Apache-2.0
#include "slo/slo_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/log.h"
#include "config/yaml_reader.h"
#include "query/promql/parser.h"
#include "query/promql/printer.h"
#include "query/promql/walk.h"
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

std::string CountQuery(const std::string& query, int64_t window_s) {
  const std::string expanded = WithWindow(query, fmt::format("{}s", window_s));
  promql::ParseError error;
  promql::ExprPtr expr = promql::ParseExpr(expanded, &error);
  if (expr == nullptr) {
    return expanded;
  }
  bool rates = false;
  promql::InspectMutable(*expr, [&rates](promql::Expr& node) {
    auto* call = promql::TryAs<promql::Call>(&node);
    if (call == nullptr || call->args.empty()) {
      return;
    }
    const std::string_view name = call->function->name;
    auto* range = promql::TryAs<promql::MatrixSelector>(call->args[0].get());
    if (range == nullptr || (name != "rate" && name != "increase")) {
      return;
    }
    rates = rates || name == "rate";
    // From the last sample before the window: increments of neighbouring windows then add up to
    // that of both, without extrapolation.
    range->selector->anchored = !range->selector->smoothed;
  });
  const std::string text = promql::Print(*expr);
  return rates ? fmt::format("({}) * {}", text, window_s) : text;
}

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

base::Result<SloService::Rows> SloService::Query(const std::string& query, int64_t first_ms,
                                                 int64_t last_ms) const {
  query::QueryContext context(parts_.env.clock(), parts_.engine.ContextOptions());
  SB_ASSIGN_OR_RETURN(query::QueryResult result, parts_.engine.Range(context, parts_.metrics, query,
                                                                     {first_ms, last_ms, kHourMs}));
  Rows rows;
  for (const query::MatrixSeries& series : std::get<query::Matrix>(result.value)) {
    std::vector<std::pair<int64_t, double>> points;
    for (const query::FloatPoint& point : series.floats) {
      if (std::isfinite(point.value)) {
        points.emplace_back(point.time_ms, point.value);
      }
    }
    rows.emplace_back(series.labels.WithoutMetricName(), std::move(points));
  }
  return rows;
}

namespace {

// Totals and errors of one objective in windows of one length, by group and end of window.
using Counts = std::map<std::pair<model::LabelSet, int64_t>, Events>;

}  // namespace

base::Status SloService::Measure(Tracked* tracked, int64_t first_hour, int64_t end_hour) const {
  const Objective& slo = tracked->objective;
  const int64_t first_ms = (first_hour + 1) * kHourMs, last_ms = end_hour * kHourMs;
  Counts counts;
  const auto each = [&](const std::string& query, auto&& use) -> base::Status {
    SB_ASSIGN_OR_RETURN(const Rows rows,
                        Query(CountQuery(query, kHourMs / 1000), first_ms, last_ms));
    for (const auto& [labels, points] : rows) {
      for (const auto& [time_ms, value] : points) {
        use(counts[{labels, time_ms}], value);
      }
    }
    return base::OkStatus();
  };
  constexpr double kSeconds = kHourMs / 1000;
  switch (slo.kind) {
    case SliKind::kEvents:
      SB_RETURN_IF_ERROR(each(slo.total_query, [](Events& e, double v) { e.total += v; }));
      SB_RETURN_IF_ERROR(each(slo.error_query, [](Events& e, double v) { e.errors += v; }));
      break;
    // Ratios know no events: seconds are counted instead.
    case SliKind::kErrorRatio:
      SB_RETURN_IF_ERROR(each(WithWindow(slo.error_query, "1h"), [](Events& e, double v) {
        e = {kSeconds, kSeconds * std::clamp(v, 0.0, 1.0)};
      }));
      break;
    case SliKind::kSuccessRatio:
      SB_RETURN_IF_ERROR(each(WithWindow(slo.total_query, "1h"), [](Events& e, double v) {
        e = {kSeconds, kSeconds * (1 - std::clamp(v, 0.0, 1.0))};
      }));
      break;
  }
  for (const auto& [key, events] : counts) {
    if (events.total > 0) {
      const double errors = std::clamp(events.errors, 0.0, events.total);
      tracked->history.Set(key.first, key.second / kHourMs - 1, {events.total, errors});
    }
  }
  return base::OkStatus();
}

base::Status SloService::MeasureNow(Tracked* tracked, int64_t hour, int64_t now_ms) const {
  const int64_t seconds = (now_ms - hour * kHourMs) / 1000;
  if (seconds < 15) {
    return base::OkStatus();
  }
  const Objective& slo = tracked->objective;
  std::map<model::LabelSet, Events> counts;
  const std::string window = fmt::format("{}s", seconds);
  const auto length = static_cast<double>(seconds);
  const auto each = [&](const std::string& query, auto&& use) -> base::Status {
    SB_ASSIGN_OR_RETURN(const Rows rows, Query(query, now_ms, now_ms));
    for (const auto& [labels, points] : rows) {
      for (const auto& [time_ms, value] : points) {
        use(counts[labels], value);
      }
    }
    return base::OkStatus();
  };
  if (slo.kind == SliKind::kEvents) {
    SB_RETURN_IF_ERROR(
        each(CountQuery(slo.total_query, seconds), [](Events& e, double v) { e.total += v; }));
    SB_RETURN_IF_ERROR(
        each(CountQuery(slo.error_query, seconds), [](Events& e, double v) { e.errors += v; }));
  } else {
    const bool success = slo.kind == SliKind::kSuccessRatio;
    SB_RETURN_IF_ERROR(each(WithWindow(success ? slo.total_query : slo.error_query, window),
                            [&](Events& e, double v) {
                              const double ratio = std::clamp(v, 0.0, 1.0);
                              e = {length, length * (success ? 1 - ratio : ratio)};
                            }));
  }
  for (const auto& [labels, events] : counts) {
    if (events.total > 0) {
      tracked->history.Set(labels, hour,
                           {events.total, std::clamp(events.errors, 0.0, events.total)});
    }
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
