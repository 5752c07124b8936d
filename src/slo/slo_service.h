// SPDX-License-Identifier: Apache-2.0
//
// SloService holds all objectives (of files, of people, of Grafana's API), keeps their budgets up
// to date, and answers how they stand.
//
//   SloService slos(parts);
//   slos.SetFiles(loaded);                     // objectives of files
//   SB_RETURN_IF_ERROR(slos.LoadStored());     // those in the catalog
//   slos.Refresh();                            // once a minute
//   SB_ASSIGN_OR_RETURN(SloStatus status, slos.Status("shop-checkout"));
//
// Budgets rest on sums per hour (budget_history.h) that are taken from the counters once and kept
// in the catalog: exact over the whole window, and longer than the metrics themselves. A new
// objective is filled from the past at its first Refresh. Increments are taken between the last
// samples before the borders of the hours, so no event is counted twice or lost.
//
// Threads: safe for concurrent use; Refresh may take long and is called from one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/env.h"
#include "base/mutex.h"
#include "query/promql/engine.h"
#include "slo/budget_history.h"
#include "slo/objective.h"
#include "slo/slo_loader.h"
#include "slo/slo_measure.h"
#include "store/catalog/catalog.h"
#include "store/interface/querier.h"

namespace sb::slo {

struct GroupStatus {
  model::LabelSet labels;  // of the group; empty: the objective has one budget
  Events events;           // of the period
  BudgetState budget;
  double burn_rate_1h = 0;
  double burn_rate_6h = 0;
  double hours_to_exhaustion = 0;  // at the rate of the last hour; 0: it will last
};

struct SloStatus {
  Objective objective;
  int64_t period_start_ms = 0;
  int64_t updated_ms = 0;  // 0: not yet
  std::string error;       // why the last refresh failed; empty: it did not
  std::vector<GroupStatus> groups;
};

struct SloDetail {
  SloStatus status;
  // For the group asked for.
  std::vector<BurnDownPoint> burn_down;
  std::vector<BurnEvent> events;
};

// One line of a report: how an objective did in a period.
struct ReportLine {
  Objective objective;
  model::LabelSet labels;
  Events events;
  BudgetState budget;
  double downtime_minutes = 0;  // as much full outage as would give the same errors
};

class SloService {
 public:
  // All outlive it.
  struct Parts {
    base::Env& env;
    store::QuerierFactory& metrics;
    const promql::Engine& engine;
    catalog::Catalog& catalog;
  };
  explicit SloService(const Parts& parts) : parts_(parts) {}

  void SetFiles(LoadedSlos loaded);
  base::Status LoadStored();

  // Objectives of people and of Grafana's API. `kind`: "native" (body: one SLO file) or "grafana".
  base::Status Put(const std::string& kind, const std::string& id, const std::string& body);
  base::Result<std::string> Body(const std::string& kind, const std::string& id) const;
  base::Result<std::map<std::string, std::string>> Bodies(const std::string& kind) const;
  base::Status Delete(const std::string& kind, const std::string& id);
  // Documents that only Grafana's API knows, such as its reports: kept, not read.
  std::string NewId();

  std::vector<Objective> Objectives() const;
  // Of all objectives.
  std::vector<SloRules> Rules() const;

  void Refresh();
  std::vector<SloStatus> Statuses() const;
  base::Result<SloDetail> Detail(const std::string& id, const model::LabelSet& group) const;
  std::vector<ReportLine> Report(int64_t start_ms, int64_t end_ms) const;

  // What it measures with.
  Measuring measuring() const { return {parts_.env.clock(), parts_.metrics, parts_.engine}; }

 private:
  struct Tracked {
    Objective objective;
    BudgetHistory history;
    int64_t next_hour = 0;  // the first one that is not final
    bool loaded = false;
    int64_t updated_ms = 0;
    std::string error;
  };

  base::Status RefreshOne(Tracked* tracked, int64_t now_ms) const;
  base::Status Measure(Tracked* tracked, int64_t first_hour, int64_t end_hour) const;
  base::Status MeasureNow(Tracked* tracked, int64_t hour, int64_t now_ms) const;
  void Keep(const Tracked& tracked) const;
  void LoadHistory(Tracked* tracked) const;
  SloStatus StatusOf(const Tracked& tracked, int64_t now_ms) const;
  std::shared_ptr<Tracked> TrackedFor(const Objective& objective) SB_REQUIRES(mutex_);

  const Parts parts_;
  mutable base::Mutex mutex_;
  LoadedSlos files_ SB_GUARDED_BY(mutex_);
  std::map<std::string, std::vector<Objective>> stored_ SB_GUARDED_BY(mutex_);  // by document
  // Replaced as a whole by Refresh, so that readers never wait for it.
  std::map<std::string, std::shared_ptr<const Tracked>> tracked_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::slo
