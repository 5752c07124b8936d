// SPDX-License-Identifier: Apache-2.0
#include "signalbox/tracer.h"

#include "entropy.h"
#include "signalbox/journey.h"

namespace signalbox {

namespace {

// Who takes part in a journey says so: read from the baggage that came with the work.
void StampJourney(const Context& parent, Attributes* attributes) {
  const std::string_view journey = parent.BaggageValue(kJourneyName);
  if (journey.empty()) {
    return;
  }
  attributes->emplace_back(kJourneyName, journey);
  const std::string_view critical = parent.BaggageValue(kJourneyCritical);
  if (!critical.empty()) {
    attributes->emplace_back(kJourneyCritical, critical == "true");
  }
}

}  // namespace

Tracer::Tracer(std::shared_ptr<const InstrumentationScope> scope, SpanSink* sink,
               std::shared_ptr<const Sampler> sampler)
    : scope_(std::move(scope)), sink_(sink), sampler_(std::move(sampler)) {}

Span Tracer::StartSpan(std::string_view name, SpanOptions options) const {
  const Context& current = Context::Current();
  Context parent = options.parent.has_value() ? *std::move(options.parent) : current;
  if (sink_ == nullptr) {
    return Span(parent.span, parent, nullptr, nullptr);
  }
  SpanContext context;
  const bool has_parent = parent.span.IsValid();
  context.trace_id = has_parent ? parent.span.trace_id : internal::NewTraceId();
  context.span_id = internal::NewSpanId();
  context.trace_state = parent.span.trace_state;
  context.is_sampled = sampler_->IsSampled(parent.span, context.trace_id);
  if (!context.is_sampled) {
    return Span(std::move(context), std::move(parent), nullptr, nullptr);
  }
  auto data = std::make_unique<SpanData>();
  data->context = context;
  if (has_parent) {
    data->parent_id = parent.span.span_id;
  }
  data->name = name;
  data->kind = options.kind;
  data->attributes = std::move(options.attributes);
  data->links = std::move(options.links);
  data->scope = scope_;
  StampJourney(parent, &data->attributes);
  data->start_ns = internal::NowNs() - options.elapsed_ns;
  return Span(std::move(context), std::move(parent), std::move(data), sink_, options.elapsed_ns);
}

Context JourneyContext(std::string_view journey, Criticality criticality) {
  return Context::Current()
      .WithBaggage(kJourneyName, journey)
      .WithBaggage(kJourneyCritical, criticality == Criticality::kCritical ? "true" : "false");
}

}  // namespace signalbox
