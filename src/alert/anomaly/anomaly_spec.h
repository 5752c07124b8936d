// SPDX-License-Identifier: Apache-2.0
//
// AnomalySpec is one entry of `anomalies` in signalbox.yaml: a query whose series get bands.
//
//   anomalies:
//   - name: checkout_requests
//     query: sum by (service_name) (rate(calls_total{cuj_name="checkout"}[5m]))
//     alert: {for: 5m, labels: {severity: warning}}
//
// Threads: values.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "alert/anomaly/seasonal_model.h"
#include "base/time.h"
#include "config/option_table.h"

namespace sb::anomaly {

struct AnomalyAlert {
  std::string direction = "both";  // both, above, below, none
  base::DurationMs hold = base::Minutes(5);
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;
};

struct AnomalySpec {
  std::string name;
  std::string query;
  std::string type;  // label anomaly_type
  base::DurationMs interval = base::Minutes(1);
  std::string season = "week";  // week, day, none
  double sensitivity = 3;
  double floor = 0.05;
  double margin = 0;
  base::DurationMs history_min = base::Hours(24);
  uint64_t series_max = 100;
  AnomalyAlert alert;

  SeasonalOptions Options() const;
};

const config::OptionTable<AnomalyAlert>& OptionsOf(const AnomalyAlert*);
const config::OptionTable<AnomalySpec>& OptionsOf(const AnomalySpec*);

// kInvalidArgument: two specs of one name.
base::Status CheckNames(const std::vector<AnomalySpec>& specs);
Season SeasonOf(std::string_view text);

// The rule AnomalyDetected of all specs, as the text of a rule file; empty: there is none.
std::string AlertRules(const std::vector<AnomalySpec>& specs);

}  // namespace sb::anomaly
