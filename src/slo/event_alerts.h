// SPDX-License-Identifier: Apache-2.0
//
// Which alerts fired while a budget burnt: those of the objective itself, those of its service or
// journey, and others of the same time, from the series ALERTS that rules write.
//
//   SB_ASSIGN_OR_RETURN(const auto alerts, AlertsDuring(measuring, objective, group, events));
//   alerts[i] belongs to events[i]
//
// What the engine says when a query fails. Threads: a function.
#pragma once

#include <cstdint>
#include <vector>

#include "base/status.h"
#include "model/label_set.h"
#include "slo/budget_history.h"
#include "slo/objective.h"
#include "slo/slo_measure.h"

namespace sb::slo {

// Events beyond, those that burnt least, are answered without alerts.
inline constexpr size_t kEventsAskedMax = 20;
inline constexpr size_t kAlertsOfEventMax = 30;

enum class AlertRelation : uint8_t {
  kOwn,      // it watches this budget
  kService,  // of the same service or journey
  kTime      // it only fired at the same time
};

struct EventAlert {
  model::LabelSet labels;  // without __name__ and alertstate
  AlertRelation relation = AlertRelation::kTime;
  int64_t start_ms = 0;
  int64_t end_ms = 0;  // 0: it still fires
};

// Own ones first, then by time.
base::Result<std::vector<std::vector<EventAlert>>> AlertsDuring(
    const Measuring& with, const Objective& objective, const model::LabelSet& group,
    const std::vector<BurnEvent>& events);

}  // namespace sb::slo
