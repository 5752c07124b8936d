// SPDX-License-Identifier: Apache-2.0
//
// An alerting rule: each element of its expression's vector is an alert, which is pending for
// `for`, then fires; when the element is gone, it is resolved (after `keep_firing_for`). The state
// is written as ALERTS{alertstate=…} and ALERTS_FOR_STATE, from which `for` is restored after a
// restart.
//
//   pending --for--> firing --gone--> resolved (kept and resent for 15 minutes)
//      \--gone--> forgotten
//
// Source: Prometheus rules/alerting.go. Threads: see Rule.
#pragma once

#include <unordered_map>

#include "alert/rules/rule.h"

namespace sb::rules {

inline constexpr std::string_view kAlertsMetric = "ALERTS";
inline constexpr std::string_view kAlertsForStateMetric = "ALERTS_FOR_STATE";
inline constexpr std::string_view kAlertName = "alertname";
// A row with this label has its value for a name instead of the rule's.
inline constexpr std::string_view kOwnAlertName = "__alertname__";
inline constexpr int64_t kResolvedRetentionMs = 15 * 60 * 1000;

class AlertingRule final : public Rule {
 public:
  // `restored`: false for rules that were there before the program started, whose alerts are
  // written only once their past was looked up (Restore).
  AlertingRule(RuleSpec spec, std::unique_ptr<Expression> expression, const LabelMap& group_labels,
               bool restored);

  base::Result<query::InstantVector> Evaluate(const EvaluationContext& context) override;
  RuleView View() const override;
  std::vector<std::string> Outputs() const override;
  ExpressionInputs Inputs() const override;
  void TakeOver(Rule& old) override;

  // The alerts that are due to be sent at `time_ms`, marked as sent.
  std::vector<OutgoingAlert> TakeDue(int64_t time_ms, const SendTimes& times,
                                     const std::string& external_url);
  // Sets back the pending alerts to when they became active before the outage.
  base::Status Restore(store::QuerierFactory& metrics, const base::Clock& clock, int64_t time_ms,
                       const RestoreTimes& times);
  bool restored() const;

 private:
  struct Active {
    AlertView view;
    int64_t resolved_at_ms = 0;
    int64_t last_sent_ms = 0;
  };
  using ActiveMap = std::unordered_map<model::LabelSet, Active, model::LabelSetHash>;
  struct Templates {
    std::string name;
    RuleTemplate text;
  };

  base::Result<ActiveMap> MakeAlerts(const EvaluationContext& context) const;
  model::LabelSet AlertLabels(const EvaluationContext& context,
                              const query::VectorElement& row) const;
  // False: the alert is to be forgotten.
  bool Advance(Active* alert, bool present, int64_t time_ms) const;
  void AppendSamples(const Active& alert, int64_t time_ms, query::InstantVector* rows) const;
  // By label set without ALERTS_FOR_STATE's own labels: when it was last seen, and the value.
  struct Past {
    int64_t seen_ms = 0;
    int64_t active_at_ms = 0;
  };
  base::Result<std::unordered_map<model::LabelSet, Past, model::LabelSetHash>> ReadPast(
      store::QuerierFactory& metrics, const base::Clock& clock, int64_t time_ms,
      int64_t tolerance_ms) const;
  int64_t RestoredActiveAt(const Past& past, int64_t time_ms, int64_t grace_ms) const;

  std::vector<Templates> label_templates_;
  std::vector<Templates> annotation_templates_;

  mutable base::Mutex mutex_;
  ActiveMap active_ SB_GUARDED_BY(mutex_);
  bool restored_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::rules
