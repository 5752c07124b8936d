// SPDX-License-Identifier: Apache-2.0
//
// AnomalyService evaluates the queries of `anomalies`, keeps a SeasonalModel for each series, and
// writes what it expects as series that rules and graphs can use, with the names of Grafana's
// anomaly detection rules:
//
//   anomaly:level  anomaly:mid  anomaly:upper_band  anomaly:lower_band  anomaly:zscore
//
// each with the labels of the query's result and anomaly_name, anomaly_type,
// anomaly_strategy="seasonal".
//
//   AnomalyService anomalies({env, db, db, engine, catalog});
//   anomalies.Configure(specs);
//   anomalies.Run();                  // every few seconds: evaluates the jobs that are due
//
// A new job learns from stored data (five weeks, every five minutes) before its first band. Whole
// hours are kept in the catalog, so that a restart costs no history, also where metrics are kept
// for a shorter time; what came since is read from the store. Memory is bounded: series_max models
// a job.
//
// Failures are part of the job's status; the job is tried again at its next slot.
//
// Threads: Run on one thread at a time; Configure and Statuses on any.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alert/anomaly/anomaly_spec.h"
#include "alert/anomaly/seasonal_model.h"
#include "base/env.h"
#include "base/mutex.h"
#include "model/label_set.h"
#include "query/engine/result.h"
#include "query/promql/engine.h"
#include "store/catalog/catalog.h"
#include "store/interface/appender.h"
#include "store/interface/querier.h"

namespace sb::anomaly {

struct AnomalySeries {
  model::LabelSet labels;
  double value = 0;
  std::optional<Band> band;
  int64_t hours = 0;  // that are known
};

struct AnomalyStatus {
  AnomalySpec spec;
  int64_t evaluated_ms = 0;  // 0: not yet
  std::string error;         // of the last evaluation; empty: it went well
  uint64_t refused = 0;      // series beyond series_max
  std::vector<AnomalySeries> series;
};

class AnomalyService {
 public:
  // All outlive it.
  struct Parts {
    base::Env& env;
    store::QuerierFactory& metrics;
    store::AppenderFactory& writes;
    const promql::Engine& engine;
    catalog::Catalog& catalog;
  };
  explicit AnomalyService(const Parts& parts) : parts_(parts) {}

  // Jobs of an unchanged query keep what they know.
  void Configure(std::vector<AnomalySpec> specs);
  void Run();
  std::vector<AnomalyStatus> Statuses() const;

 private:
  static constexpr size_t kOutputs = 5;
  struct Tracked {
    explicit Tracked(const SeasonalOptions& options) : model(options) {}
    SeasonalModel model;
    std::array<store::SeriesRef, kOutputs> refs{};
    std::array<model::LabelSet, kOutputs> names;  // empty: not written yet
    bool has_band = false;                        // written at the last slot
    bool is_live = false;                         // level written at the last slot
  };
  struct Job {
    AnomalySpec spec;
    std::map<model::LabelSet, Tracked> series;
    int64_t last_slot_ms = 0;
    int64_t saved_hour = -1;
    bool is_loaded = false;
    bool is_warm = false;
    uint64_t refused = 0;
  };
  void TakeWanted();
  base::Status Evaluate(Job* job, int64_t slot_ms, AnomalyStatus* status);
  base::Status WarmUp(Job* job, int64_t slot_ms);
  base::Result<query::InstantVector> Instant(const Job& job, int64_t slot_ms) const;
  Tracked* Find(Job* job, const model::LabelSet& labels);
  void Write(Job* job, const model::LabelSet& labels, Tracked* tracked, int64_t time_ms,
             const std::array<std::optional<double>, kOutputs>& values, store::Appender* appender);
  void EndSeries(Job* job, int64_t time_ms, store::Appender* appender);
  void Load(Job* job);
  void Save(Job* job, int64_t hour);

  const Parts parts_;
  std::map<std::string, Job> jobs_;  // by name; of Run alone
  mutable base::Mutex mutex_;
  std::optional<std::vector<AnomalySpec>> wanted_ SB_GUARDED_BY(mutex_);
  std::map<std::string, AnomalyStatus> statuses_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::anomaly
