// SPDX-License-Identifier: Apache-2.0
//
// SuggestSlos offers objectives for what is seen in telemetry: user journeys (spans "cuj.NAME" of
// WithJourney, or an attribute cuj.name), services, and on demand the endpoints of one service.
// They rest on the metrics that are made of spans, those of Signalbox's own family or of a
// Collector's span metrics connector.
//
//   SB_ASSIGN_OR_RETURN(const auto subjects, SuggestSlos(measuring, slos.Objectives(), {}));
//
// Targets are the strictest usual ones that history kept with a quarter of the budget to spare, and
// whose budget holds a handful of errors at the traffic seen; a threshold of a latency is the
// smallest bound of the histogram below which at least 97 % stayed.
//
// What the engine says when a query fails; latency is left out then. Threads: a function.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "slo/native_spec.h"
#include "slo/objective.h"
#include "slo/slo_measure.h"

namespace sb::slo {

inline constexpr size_t kSubjectsMax = 200;

struct SloOffer {
  NativeSlo spec;       // complete, with the target
  double sli = 1;       // of history
  bool kept = false;    // history would have kept the target
  std::string covered;  // the id of an objective that is there already; "" for none
};

struct LatencyBound {
  base::DurationMs threshold{0};
  double share = 0;  // of the calls that were at most so slow
};

enum class SubjectKind : uint8_t { kJourney, kService, kEndpoint };

struct SloSubject {
  SubjectKind kind = SubjectKind::kService;
  std::string service;
  std::string journey;    // kJourney
  std::string operation;  // kEndpoint: the span's name
  std::string metric;     // the family of counters it was seen in
  double calls = 0;       // of history
  double errors = 0;
  int64_t days = 0;  // on which there were calls
  SloOffer availability;
  std::optional<SloOffer> latency;
  std::vector<LatencyBound> bounds;  // ascending
};

struct SuggestionOptions {
  std::string service;  // not empty: the endpoints of this service instead
  int64_t days = 28;    // of history; latency looks at the last seven at most
};

// Journeys first, then by calls.
base::Result<std::vector<SloSubject>> SuggestSlos(const Measuring& with,
                                                  const std::vector<Objective>& objectives,
                                                  const SuggestionOptions& options);

// The strictest usual target, in percent, that `error_share` keeps with room; 0: none of them.
double UsualTarget(double error_share, double calls_per_30_days);

}  // namespace sb::slo
