// SPDX-License-Identifier: Apache-2.0
#include "signalbox/propagation.h"

#include <cstdlib>

#include "hex.h"
#include "percent.h"

namespace signalbox {

namespace {

using internal::FromHex;

// Ids of older tracers may leave out leading zeros or the upper half.
template <typename Id>
bool ReadId(std::string_view text, Id* id) {
  const size_t digits = id->bytes.size() * 2;
  if (text.empty() || text.size() > digits) {
    return false;
  }
  return FromHex(std::string(digits - text.size(), '0') + std::string(text), id->bytes) &&
         id->IsValid();
}

void InjectTraceContext(const SpanContext& span, const HeaderSetter& set) {
  set("traceparent",
      "00-" + span.trace_id.Hex() + "-" + span.span_id.Hex() + (span.is_sampled ? "-01" : "-00"));
  if (!span.trace_state.empty()) {
    set("tracestate", span.trace_state);
  }
}

bool ExtractTraceContext(const HeaderGetter& get, SpanContext* span) {
  const std::string header = get("traceparent");
  const auto parts = internal::Split(internal::Trim(header), '-');
  uint8_t version[1];
  uint8_t flags[1];
  // Later versions may append fields; version ff is forbidden.
  const bool has_shape = parts.size() >= 4 && FromHex(parts[0], version) && version[0] != 0xff &&
                         (version[0] != 0 || parts.size() == 4) && FromHex(parts[3], flags);
  if (!has_shape || parts[1].size() != 32 || parts[2].size() != 16 ||
      !ReadId(parts[1], &span->trace_id) || !ReadId(parts[2], &span->span_id)) {
    return false;
  }
  span->is_sampled = (flags[0] & 1) != 0;
  span->trace_state = get("tracestate");
  return true;
}

void InjectB3(const SpanContext& span, const HeaderSetter& set) {
  set("b3", span.trace_id.Hex() + "-" + span.span_id.Hex() + (span.is_sampled ? "-1" : "-0"));
}

bool ExtractB3(const HeaderGetter& get, SpanContext* span) {
  const std::string header = get("b3");
  const auto parts = internal::Split(internal::Trim(header), '-');
  if (parts.size() < 2 || !ReadId(parts[0], &span->trace_id) || !ReadId(parts[1], &span->span_id)) {
    return false;
  }
  span->is_sampled = parts.size() > 2 && (parts[2] == "1" || parts[2] == "d");
  return true;
}

void InjectB3Multi(const SpanContext& span, const HeaderSetter& set) {
  set("x-b3-traceid", span.trace_id.Hex());
  set("x-b3-spanid", span.span_id.Hex());
  set("x-b3-sampled", span.is_sampled ? "1" : "0");
}

bool ExtractB3Multi(const HeaderGetter& get, SpanContext* span) {
  if (!ReadId(get("x-b3-traceid"), &span->trace_id) ||
      !ReadId(get("x-b3-spanid"), &span->span_id)) {
    return false;
  }
  const std::string sampled = get("x-b3-sampled");
  span->is_sampled = sampled == "1" || sampled == "true" || get("x-b3-flags") == "1";
  return true;
}

void InjectJaeger(const SpanContext& span, const HeaderSetter& set) {
  set("uber-trace-id",
      span.trace_id.Hex() + ":" + span.span_id.Hex() + ":0:" + (span.is_sampled ? "1" : "0"));
}

bool ExtractJaeger(const HeaderGetter& get, SpanContext* span) {
  const std::string header = internal::PercentDecode(get("uber-trace-id"));
  const auto parts = internal::Split(header, ':');
  if (parts.size() != 4 || !ReadId(parts[0], &span->trace_id) ||
      !ReadId(parts[1], &span->span_id)) {
    return false;
  }
  uint8_t flags[1];
  const std::string text(parts[3]);
  span->is_sampled = FromHex(text.size() == 1 ? "0" + text : text, flags) && (flags[0] & 1) != 0;
  return true;
}

bool ExtractSpan(Propagator propagator, const HeaderGetter& get, SpanContext* span) {
  switch (propagator) {
    case Propagator::kTraceContext:
      return ExtractTraceContext(get, span);
    case Propagator::kB3:
      return ExtractB3(get, span) || ExtractB3Multi(get, span);
    case Propagator::kB3Multi:
      return ExtractB3Multi(get, span);
    case Propagator::kJaeger:
      return ExtractJaeger(get, span);
    case Propagator::kBaggage:
      break;
  }
  return false;
}

void InjectSpan(Propagator propagator, const SpanContext& span, const HeaderSetter& set) {
  switch (propagator) {
    case Propagator::kTraceContext:
      return InjectTraceContext(span, set);
    case Propagator::kB3:
      return InjectB3(span, set);
    case Propagator::kB3Multi:
      return InjectB3Multi(span, set);
    case Propagator::kJaeger:
      return InjectJaeger(span, set);
    case Propagator::kBaggage:
      break;
  }
}

const std::vector<Propagator>& Configured() {
  static const std::vector<Propagator> configured = PropagatorsFromEnvironment();
  return configured;
}

}  // namespace

std::vector<Propagator> PropagatorsFromEnvironment() {
  const char* names = std::getenv("OTEL_PROPAGATORS");
  if (names == nullptr || *names == '\0') {
    return {Propagator::kTraceContext, Propagator::kBaggage};
  }
  std::vector<Propagator> propagators;
  for (const std::string_view name : internal::Split(names, ',')) {
    const std::string_view trimmed = internal::Trim(name);
    if (trimmed == "tracecontext") {
      propagators.push_back(Propagator::kTraceContext);
    } else if (trimmed == "baggage") {
      propagators.push_back(Propagator::kBaggage);
    } else if (trimmed == "b3") {
      propagators.push_back(Propagator::kB3);
    } else if (trimmed == "b3multi") {
      propagators.push_back(Propagator::kB3Multi);
    } else if (trimmed == "jaeger") {
      propagators.push_back(Propagator::kJaeger);
    }
  }
  return propagators;
}

void Inject(const Context& context, const HeaderSetter& set) {
  Inject(context, Configured(), set);
}

void Inject(const Context& context, const std::vector<Propagator>& with, const HeaderSetter& set) {
  for (const Propagator propagator : with) {
    if (propagator == Propagator::kBaggage) {
      if (context.baggage != nullptr && !context.baggage->empty()) {
        set("baggage", context.baggage->ToHeader());
      }
    } else if (context.span.IsValid()) {
      InjectSpan(propagator, context.span, set);
    }
  }
}

Context Extract(const HeaderGetter& get) {
  return Extract(Configured(), get);
}

Context Extract(const std::vector<Propagator>& with, const HeaderGetter& get) {
  Context context;
  for (const Propagator propagator : with) {
    if (propagator == Propagator::kBaggage) {
      const Baggage baggage = Baggage::FromHeader(get("baggage"));
      if (!baggage.empty()) {
        context.baggage = std::make_shared<const Baggage>(baggage);
      }
      continue;
    }
    SpanContext span;
    if (!context.span.IsValid() && ExtractSpan(propagator, get, &span)) {
      context.span = std::move(span);
      context.span.is_remote = true;
    }
  }
  return context;
}

}  // namespace signalbox
