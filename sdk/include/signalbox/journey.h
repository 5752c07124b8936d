// SPDX-License-Identifier: Apache-2.0
//
// Journeys: what a user came to do, followed through every service that takes part.
//
//   WithJourney(tracer, "checkout", [&] { … call other services … });
//
// opens a span cuj.checkout and puts cuj.name and cuj.critical into the baggage. Every span started
// below, in this process and in those that take over the context (propagation.h), carries both as
// attributes (tracer.h), so that rates, errors and objectives can be had per journey.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "signalbox/tracer.h"

namespace signalbox {

inline constexpr std::string_view kJourneyName = "cuj.name";
inline constexpr std::string_view kJourneyCritical = "cuj.critical";

enum class Criticality { kCritical, kOrdinary };

// The context in which the work of a journey starts; its spans are children of the current one.
Context JourneyContext(std::string_view journey, Criticality criticality);

// Runs `work` inside the journey. An exception marks the span as failed and goes on to the caller.
template <typename Work>
auto WithJourney(const Tracer& tracer, std::string_view journey, Work&& work,
                 Criticality criticality = Criticality::kCritical) {
  ContextScope scope(JourneyContext(journey, criticality));
  ActiveSpan span(tracer, "cuj." + std::string(journey));
  try {
    return std::forward<Work>(work)();
  } catch (const std::exception& error) {
    span->RecordException(error);
    throw;
  }
}

}  // namespace signalbox
