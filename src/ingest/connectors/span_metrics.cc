// SPDX-License-Identifier: Apache-2.0
#include "ingest/connectors/span_metrics.h"

#include <algorithm>
#include <utility>

#include "encoding/hash.h"
#include "encoding/varint.h"
#include "model/utf8_repair.h"

namespace sb::ingest {
namespace {

using Source = SpanDimension::Source;

constexpr const char* kOverflowLabel = "otel_metric_overflow";
// Of Tempo: 2 ms, doubled thirteen times.
constexpr int kTempoBuckets = 14;

struct KeyHash {
  using is_transparent = void;
  size_t operator()(std::string_view key) const { return encoding::Hash64Of(key); }
};

SpanDimension Fixed(Source source, const char* label) {
  SpanDimension dimension;
  dimension.source = source;
  dimension.label = label;
  return dimension;
}

}  // namespace

SpanMetricsOptions SpanMetricsOptions::Tempo() {
  SpanMetricsOptions options;
  Group group;
  group.dimensions = {Fixed(Source::kServiceName, "service"), Fixed(Source::kSpanName, "span_name"),
                      Fixed(Source::kSpanKind, "span_kind"),
                      Fixed(Source::kStatusCode, "status_code")};
  group.calls = "traces_spanmetrics_calls_total";
  group.size = "traces_spanmetrics_size_total";
  group.duration = "traces_spanmetrics_latency";
  options.groups = {std::move(group)};
  std::vector<double> bounds;
  double bound = 2;  // in milliseconds, so that the seconds have no rounding but the last
  for (int i = 0; i < kTempoBuckets; ++i, bound *= 2) {
    bounds.push_back(bound / 1000);
  }
  options.shape = LatencyShape::Explicit(std::move(bounds));
  options.needs_service_name = false;
  options.expiration_ms = 15 * 60'000;
  return options;
}

struct SpanMetrics::LabelSet {
  explicit LabelSet(const LatencyShape* shape) : duration(shape) {}
  ConnectorLabels labels;
  int64_t created_ms = 0;
  int64_t seen_ms = 0;
  int64_t written_ms = 0;
  bool changed = false;
  uint64_t calls = 0;
  double bytes = 0;
  uint64_t events = 0;
  HistogramCell duration;
  SeriesSlot calls_slot;
  SeriesSlot size_slot;
  SeriesSlot events_slot;
  std::vector<ConnectorExemplar> exemplars;
};

struct SpanMetrics::GroupState {
  explicit GroupState(const SpanMetricsOptions::Group& of)
      : group(of), duration_names(of.duration) {}
  const SpanMetricsOptions::Group& group;
  const HistogramNames duration_names;
  std::unordered_map<std::string, std::unique_ptr<LabelSet>, KeyHash, std::equal_to<>> sets;
  LabelSet* overflow = nullptr;
};

struct SpanMetrics::Seen {
  const wire::OtlpResource& resource;
  const wire::OtlpScope& scope;
  const wire::OtlpSpan* span;
  std::string_view service;
  int64_t now_ms;
  std::string_view event;  // its name, while events are counted
};

SpanMetrics::SpanMetrics(SpanMetricsOptions options, const base::Clock* clock, LossCounters* losses)
    : options_(std::move(options)), clock_(clock), losses_(losses) {
  for (const SpanMetricsOptions::Group& group : options_.groups) {
    groups_.push_back(std::make_unique<GroupState>(group));
  }
}

SpanMetrics::~SpanMetrics() = default;

size_t SpanMetrics::label_set_count() const {
  const base::MutexLock lock(mutex_);
  size_t count = 0;
  for (const auto& group : groups_) {
    count += group->sets.size();
  }
  return count;
}

void SpanMetrics::AddLabel(const std::string& label, std::string_view value) {
  if (!value.empty()) {
    labels_.emplace_back(label, value);
  }
  encoding::AppendVarint(&key_, value.size());
  key_.append(value);
}

// The labels of the span at hand into labels_, and key_, which is equal for equal labels.
void SpanMetrics::ReadKey(const SpanMetricsOptions::Group& group, const Seen& seen) {
  key_.clear();
  labels_.clear();
  for (const SpanDimension& dimension : group.dimensions) {
    switch (dimension.source) {
      case Source::kServiceName:
        AddLabel(dimension.label, seen.service);
        break;
      case Source::kSpanName:
        AddLabel(dimension.label, model::ValidUtf8(seen.span->name, &scratch_));
        break;
      case Source::kSpanKind:
        AddLabel(dimension.label, wire::OtlpSpanKindName(seen.span->kind));
        break;
      case Source::kStatusCode:
        AddLabel(dimension.label, wire::OtlpStatusCodeName(seen.span->status));
        break;
      case Source::kStatusMessage:
        AddLabel(dimension.label, model::ValidUtf8(seen.span->status_message, &scratch_));
        break;
      case Source::kScopeName:
        AddLabel(dimension.label, model::ValidUtf8(seen.scope.name, &scratch_));
        break;
      case Source::kScopeVersion:
        AddLabel(dimension.label, model::ValidUtf8(seen.scope.version, &scratch_));
        break;
      case Source::kResourceAttribute:
      case Source::kAttribute: {
        const bool asks_span = dimension.source == Source::kAttribute;
        std::string_view text =
            asks_span ? AttributeText(seen.span->attributes, dimension.attribute, &scratch_)
                      : std::string_view();
        if (text.empty()) {
          text = AttributeText(seen.resource.attributes, dimension.attribute, &scratch_);
        }
        AddLabel(dimension.label, text.empty() && dimension.has_fallback
                                      ? std::string_view(dimension.fallback)
                                      : text);
        break;
      }
    }
  }
  if (!seen.event.empty()) {
    AddLabel("event_name", seen.event);
  }
}

SpanMetrics::LabelSet* SpanMetrics::Find(GroupState* group, const Seen& seen) {
  ReadKey(group->group, seen);
  if (const auto found = group->sets.find(std::string_view(key_)); found != group->sets.end()) {
    return found->second.get();
  }
  if (group->sets.size() >= options_.label_sets_max) {
    losses_->Add(LossReason::kConnectorSeriesLimit);
    if (group->overflow != nullptr) {
      return group->overflow;
    }
    key_ = kOverflowLabel;
    labels_ = {{kOverflowLabel, "true"}};
  }
  auto set = std::make_unique<LabelSet>(&options_.shape);
  std::sort(labels_.begin(), labels_.end());
  set->labels = labels_;
  set->created_ms = seen.now_ms;
  LabelSet* const added = set.get();
  if (key_ == kOverflowLabel) {
    group->overflow = added;
  }
  group->sets.emplace(key_, std::move(set));
  return added;
}

void SpanMetrics::Count(GroupState* group, LabelSet* set, const Seen& seen) {
  const wire::OtlpSpan& span = *seen.span;
  const double duration = static_cast<double>(span.DurationNs()) / options_.duration_unit_ns;
  set->seen_ms = seen.now_ms;
  set->changed = true;
  ++set->calls;
  set->bytes += static_cast<double>(span.encoded_bytes);
  if (!group->group.duration.empty()) {
    set->duration.data.Observe(duration);
  }
  if (!options_.has_exemplars) {
    return;
  }
  ConnectorExemplar exemplar{std::string(span.trace_id), std::string(span.span_id), duration,
                             seen.now_ms};
  if (set->exemplars.size() < options_.exemplars_max) {
    set->exemplars.push_back(std::move(exemplar));
  } else if (!set->exemplars.empty()) {
    // The newest ones replace the oldest in turn.
    set->exemplars[set->calls % set->exemplars.size()] = std::move(exemplar);
  }
}

void SpanMetrics::CountEvents(GroupState* group, const Seen& seen) {
  wire::OtlpSpanEvent event;
  std::string name;
  for (const std::string_view bytes : seen.span->events) {
    if (!wire::ReadSpanEvent(bytes, &event).ok() || event.name.empty()) {
      continue;
    }
    Seen of_event = seen;
    of_event.event = model::ValidUtf8(event.name, &name);
    LabelSet* const set = Find(group, of_event);
    set->seen_ms = seen.now_ms;
    set->changed = true;
    ++set->events;
  }
}

void SpanMetrics::Observe(const wire::OtlpResource& resource, const wire::OtlpScope& scope,
                          std::span<const wire::OtlpSpan> spans) {
  std::string service_text;
  const std::string_view service =
      AttributeText(resource.attributes, "service.name", &service_text);
  if (service.empty() && options_.needs_service_name) {
    return;
  }
  Seen seen{resource, scope, nullptr, service, clock_->NowMs().Value(), {}};
  const base::MutexLock lock(mutex_);
  for (const wire::OtlpSpan& span : spans) {
    seen.span = &span;
    for (const std::unique_ptr<GroupState>& group : groups_) {
      if (!group->group.events.empty()) {
        CountEvents(group.get(), seen);
      } else {
        Count(group.get(), Find(group.get(), seen), seen);
      }
    }
  }
}

void SpanMetrics::GatherSet(GroupState* group, LabelSet* set, SeriesFlush* flush) {
  const SpanMetricsOptions::Group& names = group->group;
  if (!names.calls.empty()) {
    flush->AddCounter(&set->calls_slot, &set->labels, names.calls, static_cast<double>(set->calls),
                      set->created_ms);
  }
  if (!names.size.empty()) {
    flush->AddCounter(&set->size_slot, &set->labels, names.size, set->bytes, set->created_ms);
  }
  if (!names.events.empty()) {
    flush->AddCounter(&set->events_slot, &set->labels, names.events,
                      static_cast<double>(set->events), set->created_ms);
  }
  if (!names.duration.empty()) {
    flush->AddHistogram(&set->duration, &set->labels, group->duration_names, set->created_ms);
  }
  for (const ConnectorExemplar& exemplar : set->exemplars) {
    if (!names.duration.empty()) {
      flush->AddExemplar(&set->duration, exemplar);
    }
  }
  if (!set->exemplars.empty() && !names.calls.empty()) {
    flush->AddExemplar(&set->calls_slot, set->exemplars.back());
  }
  set->exemplars.clear();
}

void SpanMetrics::Gather(GroupState* group, int64_t now_ms, SeriesFlush* flush,
                         std::vector<std::unique_ptr<LabelSet>>* ended) {
  for (auto at = group->sets.begin(); at != group->sets.end();) {
    LabelSet* const set = at->second.get();
    if (!set->changed && options_.expiration_ms > 0 &&
        now_ms - set->seen_ms > options_.expiration_ms) {
      for (SeriesSlot* slot : {&set->calls_slot, &set->size_slot, &set->events_slot}) {
        if (slot->is_known) {
          flush->AddEnd(slot);
        }
      }
      if (!group->group.duration.empty()) {
        flush->AddEnd(&set->duration);
      }
      group->overflow = group->overflow == set ? nullptr : group->overflow;
      ended->push_back(std::move(at->second));
      at = group->sets.erase(at);
      continue;
    }
    if (set->changed || now_ms - set->written_ms >= options_.keep_alive_ms) {
      GatherSet(group, set, flush);
      set->changed = false;
      set->written_ms = now_ms;
    }
    ++at;
  }
}

void SpanMetrics::Flush(store::AppenderFactory* store) {
  const int64_t now_ms = clock_->NowMs().Value();
  SeriesFlush flush(now_ms);
  std::vector<std::unique_ptr<LabelSet>> ended;  // until their last rows are written
  {
    const base::MutexLock lock(mutex_);
    for (const std::unique_ptr<GroupState>& group : groups_) {
      Gather(group.get(), now_ms, &flush, &ended);
    }
  }
  flush.Write(store, losses_);
}

}  // namespace sb::ingest
