// SPDX-License-Identifier: Apache-2.0
#include "slo/event_alerts.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace sb::slo {
namespace {

// Budgets burn by whole hours, alerts by the minute: one that fires soon after still belongs to it.
constexpr int64_t kAfterMs = 900'000;
// How far before an event an alert may have begun to be told exactly.
constexpr int64_t kBeforeMs = 2 * kHourMs;
// A firing alert is written at every evaluation; a longer gap is an end.
constexpr int64_t kGapMs = 300'000;
// Beyond, samples are a minute apart.
constexpr int64_t kRawMs = 48 * kHourMs;
constexpr const char* kServiceLabels[] = {"service", "service_name", "sloth_service", "job", "app"};
constexpr const char* kJourneyLabels[] = {"cuj_name", "journey"};

bool HasValue(const model::LabelSet& labels, const auto& names, std::string_view value) {
  return !value.empty() && std::any_of(std::begin(names), std::end(names),
                                       [&](const char* name) { return labels.Get(name) == value; });
}

AlertRelation RelationOf(const model::LabelSet& labels, const Objective& objective,
                         const model::LabelSet& group) {
  const bool own = labels.Get("sloth_id") == objective.id ||
                   (labels.Get("slo") == objective.name && labels.Has("exhaustion"));
  if (own) {
    const bool same_group = std::all_of(group.begin(), group.end(), [&](const auto& label) {
      return labels.Get(label.name) == label.value;
    });
    return same_group ? AlertRelation::kOwn : AlertRelation::kService;
  }
  const auto journey = objective.labels.find("cuj_name");
  const bool near =
      HasValue(labels, kServiceLabels, objective.service) ||
      (journey != objective.labels.end() && HasValue(labels, kJourneyLabels, journey->second));
  return near ? AlertRelation::kService : AlertRelation::kTime;
}

// Stretches of one series, from times of its samples.
void AddFirings(const query::MatrixSeries& series, const BurnEvent& event, int64_t now_ms,
                const EventAlert& like, std::vector<EventAlert>* alerts) {
  const auto& points = series.floats;
  for (size_t i = 0; i < points.size();) {
    size_t end = i + 1;
    while (end < points.size() && points[end].time_ms - points[end - 1].time_ms <= kGapMs) {
      ++end;
    }
    EventAlert alert = like;
    alert.start_ms = points[i].time_ms;
    alert.end_ms = points[end - 1].time_ms;
    if (alert.start_ms < event.end_ms + kAfterMs && alert.end_ms >= event.start_ms) {
      alert.end_ms = alert.end_ms + kGapMs > now_ms ? 0 : alert.end_ms;
      alerts->push_back(std::move(alert));
    }
    i = end;
  }
}

base::Result<std::vector<EventAlert>> During(const Measuring& with, const Objective& objective,
                                             const model::LabelSet& group, const BurnEvent& event) {
  const int64_t now_ms = with.clock.NowMs().Value();
  // To the end of what fires now, so that "it still fires" is true.
  const int64_t end_ms = std::min(now_ms, event.end_ms + 24 * kHourMs);
  const int64_t length_ms = end_ms - event.start_ms + kBeforeMs;
  const std::string query =
      fmt::format("ALERTS{{alertstate=\"firing\",alertname!=\"Watchdog\"}}[{}s{}]",
                  length_ms / 1000, length_ms > kRawMs ? ":1m" : "");
  query::QueryContext context(with.clock, with.engine.ContextOptions());
  SB_ASSIGN_OR_RETURN(const query::QueryResult result,
                      with.engine.Instant(context, with.metrics, query, end_ms));
  std::vector<EventAlert> alerts;
  for (const query::MatrixSeries& series : std::get<query::Matrix>(result.value)) {
    EventAlert like;
    like.labels = series.labels.Without({"__name__", "alertstate"});
    like.relation = RelationOf(like.labels, objective, group);
    AddFirings(series, event, now_ms, like, &alerts);
  }
  std::stable_sort(alerts.begin(), alerts.end(), [](const EventAlert& a, const EventAlert& b) {
    return std::pair(a.relation, a.start_ms) < std::pair(b.relation, b.start_ms);
  });
  if (alerts.size() > kAlertsOfEventMax) {
    alerts.resize(kAlertsOfEventMax);
  }
  return alerts;
}

}  // namespace

base::Result<std::vector<std::vector<EventAlert>>> AlertsDuring(
    const Measuring& with, const Objective& objective, const model::LabelSet& group,
    const std::vector<BurnEvent>& events) {
  std::vector<size_t> order(events.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return events[a].budget_share > events[b].budget_share;
  });
  order.resize(std::min(order.size(), kEventsAskedMax));
  std::vector<std::vector<EventAlert>> alerts(events.size());
  for (const size_t index : order) {
    SB_ASSIGN_OR_RETURN(alerts[index], During(with, objective, group, events[index]));
  }
  return alerts;
}

}  // namespace sb::slo
