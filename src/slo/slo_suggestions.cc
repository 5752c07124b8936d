// SPDX-License-Identifier: Apache-2.0
#include "slo/slo_suggestions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/log.h"
#include "config/scalar.h"
#include "model/label_name.h"

namespace sb::slo {
namespace {

constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kLatencyDays = 7;
constexpr double kTargets[] = {99.99, 99.95, 99.9, 99.5, 99, 98, 95, 90};
constexpr double kRoom = 0.75;    // of the budget may be used by history
constexpr double kErrorsMin = 5;  // that a budget has to hold
constexpr double kFastShare = 0.97;
constexpr const char* kOwnCalls = "traces_spanmetrics_calls_total";
constexpr const char* kEntryKinds = "span_kind=~\"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER\"";

// One family of metrics made of spans.
struct Family {
  std::string calls;
  std::string service_label;
  std::vector<std::pair<std::string, std::string>> durations;  // histograms and their units
};

Family FamilyOf(const std::string& calls) {
  if (calls == kOwnCalls) {
    return {calls, "service", {{"traces_spanmetrics_latency", "s"}}};
  }
  const std::string prefix = calls.substr(0, calls.size() - std::string("calls_total").size());
  return {calls,
          "service_name",
          {{prefix + "duration_seconds", "s"}, {prefix + "duration_milliseconds", "ms"}}};
}

// What is looked for in a family.
struct Search {
  SubjectKind kind;
  std::string matchers;
  std::string subject_label;  // beside the service's; "" for none
};

std::vector<Search> SearchesIn(const Family& family, const SuggestionOptions& options) {
  if (!options.service.empty()) {
    return {{SubjectKind::kEndpoint,
             fmt::format("{}={},{}", family.service_label, model::QuoteString(options.service),
                         kEntryKinds),
             "span_name"}};
  }
  return {{SubjectKind::kJourney, "span_name=~\"cuj[.].+\"", "span_name"},
          {SubjectKind::kJourney,
           fmt::format("cuj_name!=\"\",span_name!~\"cuj[.].+\",{}", kEntryKinds), "cuj_name"},
          {SubjectKind::kService, kEntryKinds, ""}};
}

std::string Slug(std::string_view text) {
  std::string slug;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const bool upper = c >= 'A' && c <= 'Z';
    if (plain || upper) {
      slug += upper ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!slug.empty() && slug.back() != '-') {
      slug += '-';
    }
  }
  while (!slug.empty() && slug.back() == '-') {
    slug.pop_back();
  }
  return slug;
}

class Suggester {
 public:
  Suggester(const Measuring& with, const std::vector<Objective>& objectives,
            const SuggestionOptions& options)
      : with_(with),
        objectives_(objectives),
        options_(options),
        now_ms_(with.clock.NowMs().Value()) {}

  base::Result<std::vector<SloSubject>> Run() {
    SB_ASSIGN_OR_RETURN(const std::vector<std::string> names, Names());
    for (const std::string& name : names) {
      const Family family = FamilyOf(name);
      for (const Search& search : SearchesIn(family, options_)) {
        SB_RETURN_IF_ERROR(Look(family, search));
      }
    }
    std::stable_sort(subjects_.begin(), subjects_.end(),
                     [](const SloSubject& a, const SloSubject& b) {
                       return std::pair(a.kind, -a.calls) < std::pair(b.kind, -b.calls);
                     });
    subjects_.resize(std::min(subjects_.size(), kSubjectsMax));
    return std::move(subjects_);
  }

 private:
  // Families of span metrics, Signalbox's own first: it knows every span.
  base::Result<std::vector<std::string>> Names() const {
    query::QueryContext context(with_.clock, with_.engine.ContextOptions());
    SB_ASSIGN_OR_RETURN(
        const query::QueryResult result,
        with_.engine.Instant(context, with_.metrics,
                             "group by (__name__) (last_over_time({__name__=~\"(.+_)?calls_total\","
                             "span_kind!=\"\",span_name!=\"\"}[1d]))",
                             now_ms_));
    std::vector<std::string> names;
    for (const query::VectorElement& row : std::get<query::InstantVector>(result.value)) {
      names.emplace_back(row.labels.metric_name());
    }
    std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
      return std::pair(a != kOwnCalls, a) < std::pair(b != kOwnCalls, b);
    });
    return names;
  }

  base::Status Look(const Family& family, const Search& search) {
    Objective counted;
    counted.group_by = {family.service_label};
    if (!search.subject_label.empty()) {
      counted.group_by.push_back(search.subject_label);
    }
    const std::string by = fmt::format("{}", fmt::join(counted.group_by, ", "));
    counted.total_query =
        fmt::format("sum by ({}) (rate({}{{{}}}[{}]))", by, family.calls, search.matchers, kWindow);
    counted.error_query =
        fmt::format("sum by ({}) (rate({}{{{},status_code=\"STATUS_CODE_ERROR\"}}[{}]))", by,
                    family.calls, search.matchers, kWindow);
    SB_ASSIGN_OR_RETURN(
        const Counts counts,
        CountEvents(with_, counted, {now_ms_ - (options_.days - 1) * kDayMs, now_ms_, kDayMs}));
    std::vector<SloSubject> found;
    for (const auto& [labels, days] : counts) {
      SloSubject subject = SubjectOf(family, search, labels, days);
      const auto key =
          std::tuple(subject.kind, subject.service, subject.journey, subject.operation);
      // A journey with a span of its own needs no look at the services it passes.
      const bool is_passed =
          search.subject_label == "cuj_name" && journeys_with_span_.contains(subject.journey);
      if (search.kind == SubjectKind::kJourney && search.subject_label == "span_name") {
        journeys_with_span_.insert(subject.journey);
      }
      // 1: rounding of an increase, or a counter that began before anything was called.
      if (!is_passed && !subject.service.empty() && subject.calls >= 1 &&
          seen_.insert(key).second) {
        found.push_back(std::move(subject));
      }
    }
    if (!found.empty()) {
      AddLatencies(family, search, by, &found);
    }
    std::move(found.begin(), found.end(), std::back_inserter(subjects_));
    return base::OkStatus();
  }

  SloSubject SubjectOf(const Family& family, const Search& search, const model::LabelSet& labels,
                       const std::map<int64_t, Events>& days) const {
    SloSubject subject;
    subject.kind = search.kind;
    subject.service = labels.Get(family.service_label);
    subject.metric = family.calls;
    const std::string value(search.subject_label.empty() ? std::string_view()
                                                         : labels.Get(search.subject_label));
    if (search.kind == SubjectKind::kJourney) {
      subject.journey = search.subject_label == "span_name" ? value.substr(4) : value;
    } else if (search.kind == SubjectKind::kEndpoint) {
      subject.operation = value;
    }
    for (const auto& [time_ms, events] : days) {
      subject.calls += events.total;
      subject.errors += events.errors;
    }
    subject.days = static_cast<int64_t>(days.size());
    const std::string matchers = MatchersOf(family, search, subject, value);
    SloOffer& offer = subject.availability;
    offer.spec = SpecOf(subject, "availability");
    offer.spec.sli.ratio = NativeRatio{
        fmt::format("{}{{{},status_code=\"STATUS_CODE_ERROR\"}}", family.calls, matchers), "",
        fmt::format("{}{{{}}}", family.calls, matchers)};
    SetTarget(subject, subject.calls > 0 ? 1 - subject.errors / subject.calls : 1, &offer);
    return subject;
  }

  // Of exactly one subject.
  static std::string MatchersOf(const Family& family, const Search& search,
                                const SloSubject& subject, const std::string& value) {
    std::string matchers =
        fmt::format("{}={}", family.service_label, model::QuoteString(subject.service));
    if (!search.subject_label.empty()) {
      matchers += fmt::format(",{}={}", search.subject_label, model::QuoteString(value));
    }
    // The span of a journey is no entry of a service; everything else is.
    if (search.kind != SubjectKind::kJourney || search.subject_label == "cuj_name") {
      matchers += fmt::format(",{}", kEntryKinds);
    }
    return matchers;
  }

  NativeSlo SpecOf(const SloSubject& subject, const std::string& what) const {
    NativeSlo spec;
    spec.service = subject.service;
    const bool quick = what == "latency";
    switch (subject.kind) {
      case SubjectKind::kJourney:
        spec.name = Slug(subject.journey) + "-" + what;
        spec.journey = subject.journey;
        spec.description = fmt::format("The journey {} {}", subject.journey,
                                       quick ? "is quick" : "ends without an error");
        break;
      case SubjectKind::kService:
        spec.name = what;
        spec.description =
            fmt::format("{} answers {}", subject.service, quick ? "quickly" : "without an error");
        break;
      case SubjectKind::kEndpoint:
        spec.name = Slug(subject.operation) + "-" + what;
        spec.description = fmt::format("{} of {} {}", subject.operation, subject.service,
                                       quick ? "is quick" : "ends without an error");
        break;
    }
    return spec;
  }

  void SetTarget(const SloSubject& subject, double sli, SloOffer* offer) const {
    const double days = std::max<double>(1, static_cast<double>(subject.days));
    const double target = UsualTarget(1 - sli, subject.calls / days * 30);
    offer->sli = sli;
    offer->kept = target > 0;
    offer->spec.objective = target > 0 ? target : kTargets[std::size(kTargets) - 1];
    offer->covered = CoveredBy(subject, offer->spec);
  }

  // The objective that watches the same thing in the same way.
  std::string CoveredBy(const SloSubject& subject, const NativeSlo& spec) const {
    const bool quick = !spec.sli.ratio.has_value();
    for (const Objective& one : objectives_) {
      const std::string queries = one.error_query + one.total_query;
      const bool is_quick = !one.bucket.empty() || queries.find("_bucket") != std::string::npos ||
                            queries.find("histogram_") != std::string::npos;
      if (is_quick == quick && IsAbout(subject, one, queries)) {
        return one.id;
      }
    }
    return "";
  }

  static bool IsAbout(const SloSubject& subject, const Objective& one, const std::string& queries) {
    const auto names = [&](const std::string& label, const std::string& value) {
      return queries.find(label + "=" + model::QuoteString(value)) != std::string::npos;
    };
    const auto journey = one.labels.find("cuj_name");
    switch (subject.kind) {
      case SubjectKind::kJourney:
        return (journey != one.labels.end() && journey->second == subject.journey) ||
               names("span_name", "cuj." + subject.journey) || names("cuj_name", subject.journey);
      case SubjectKind::kService:
        return one.service == subject.service && journey == one.labels.end() &&
               queries.find("span_name=") == std::string::npos;
      case SubjectKind::kEndpoint:
        return (names("service", subject.service) || names("service_name", subject.service)) &&
               names("span_name", subject.operation);
    }
    return false;
  }

  void AddLatencies(const Family& family, const Search& search, const std::string& by,
                    std::vector<SloSubject>* found) const {
    const int64_t days = std::min(options_.days, kLatencyDays);
    for (const auto& [histogram, unit] : family.durations) {
      const std::string query =
          CountQuery(fmt::format("sum by ({}, le) (increase({}_bucket{{{}}}[{}]))", by, histogram,
                                 search.matchers, kWindow),
                     days * kDayMs / 1000);
      const auto rows = QueryRows(with_, query, {now_ms_, now_ms_, kDayMs});
      if (!rows.ok()) {
        SB_LOG_EVERY(60, kWarn, "no objectives for latency are offered", {"histogram", histogram},
                     {"why", rows.status().message()});
        return;
      }
      for (SloSubject& subject : *found) {
        AddLatency(family, search, *rows, histogram, unit, &subject);
      }
    }
  }

  void AddLatency(const Family& family, const Search& search, const Rows& rows,
                  const std::string& histogram, const std::string& unit,
                  SloSubject* subject) const {
    const std::string value = search.kind == SubjectKind::kEndpoint ? subject->operation
                              : search.subject_label == "span_name" ? "cuj." + subject->journey
                                                                    : subject->journey;
    std::vector<std::pair<double, double>> bounds;  // milliseconds and calls
    for (const auto& [labels, points] : rows) {
      if (labels.Get(family.service_label) != subject->service || points.empty() ||
          (!search.subject_label.empty() && labels.Get(search.subject_label) != value)) {
        continue;
      }
      const auto bound = config::ParseYamlFloat(std::string(labels.Get("le")));
      const bool is_last = labels.Get("le") == "+Inf";
      if (bound || is_last) {
        // Rounded, because 16.384 * 1000 is no whole number.
        bounds.emplace_back(
            is_last ? INFINITY : std::round(*bound * (unit == "ms" ? 1 : 1000) * 1e6) / 1e6,
            points.back().second);
      }
    }
    std::sort(bounds.begin(), bounds.end());
    if (bounds.empty() || std::isfinite(bounds.back().first) || !(bounds.back().second > 0)) {
      return;
    }
    const double all = bounds.back().second;
    subject->bounds.clear();
    for (const auto& [bound_ms, calls] : bounds) {
      // A threshold is whole milliseconds.
      if (std::isfinite(bound_ms) && bound_ms >= 1 && bound_ms == std::floor(bound_ms)) {
        subject->bounds.push_back(
            {base::DurationMs(static_cast<int64_t>(bound_ms)), std::min(1.0, calls / all)});
      }
    }
    OfferLatency(histogram, unit, MatchersOf(family, search, *subject, value), subject);
  }

  void OfferLatency(const std::string& histogram, const std::string& unit,
                    const std::string& matchers, SloSubject* subject) const {
    if (subject->bounds.empty()) {
      return;
    }
    auto chosen = std::find_if(subject->bounds.begin(), subject->bounds.end(),
                               [](const LatencyBound& bound) { return bound.share >= kFastShare; });
    if (chosen == subject->bounds.end()) {
      chosen = std::prev(subject->bounds.end());
    }
    SloOffer offer;
    offer.spec = SpecOf(*subject, "latency");
    NativeLatency latency;
    latency.histogram = fmt::format("{}{{{}}}", histogram, matchers);
    latency.threshold = chosen->threshold;
    latency.unit = unit == "s" ? "" : unit;
    offer.spec.sli.latency = std::move(latency);
    SetTarget(*subject, chosen->share, &offer);
    subject->latency = std::move(offer);
  }

  const Measuring with_;
  const std::vector<Objective>& objectives_;
  const SuggestionOptions& options_;
  const int64_t now_ms_;
  std::set<std::tuple<SubjectKind, std::string, std::string, std::string>> seen_;
  std::set<std::string> journeys_with_span_;
  std::vector<SloSubject> subjects_;
};

}  // namespace

double UsualTarget(double error_share, double calls_per_30_days) {
  for (const double target : kTargets) {
    const double budget = 1 - target / 100;
    // The loosest target needs no traffic: something has to be offered to a small service too.
    const bool holds_errors =
        calls_per_30_days * budget >= kErrorsMin || target == kTargets[std::size(kTargets) - 1];
    if (error_share <= budget * kRoom && holds_errors) {
      return target;
    }
  }
  return 0;
}

base::Result<std::vector<SloSubject>> SuggestSlos(const Measuring& with,
                                                  const std::vector<Objective>& objectives,
                                                  const SuggestionOptions& options) {
  return Suggester(with, objectives, options).Run();
}

}  // namespace sb::slo
