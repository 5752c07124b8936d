// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/alerting_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "alert/rules/query_link.h"

namespace sb::rules {

AlertingRule::AlertingRule(RuleSpec spec, std::unique_ptr<Expression> expression,
                           const LabelMap& group_labels, bool restored)
    : Rule(std::move(spec), std::move(expression), group_labels), restored_(restored) {
  const std::string name = "__alert_" + spec_.alert;
  for (const auto& [label, text] : labels_) {
    label_templates_.push_back({label, RuleTemplate(name, text)});
  }
  for (const auto& [annotation, text] : spec_.annotations) {
    annotation_templates_.push_back({annotation, RuleTemplate(name, text)});
  }
}

std::vector<std::string> AlertingRule::Outputs() const {
  return {std::string(kAlertsMetric), std::string(kAlertsForStateMetric)};
}

ExpressionInputs AlertingRule::Inputs() const {
  ExpressionInputs inputs = expression_->Inputs();
  for (const auto* templates : {&label_templates_, &annotation_templates_}) {
    for (const Templates& one : *templates) {
      inputs.known = inputs.known && !one.text.MayQuery();
    }
  }
  return inputs;
}

bool AlertingRule::restored() const {
  base::MutexLock lock(mutex_);
  return restored_;
}

model::LabelSet AlertingRule::AlertLabels(const EvaluationContext& context,
                                          const query::VectorElement& row) const {
  model::LabelSetBuilder labels(row.labels);
  labels.Delete(model::kMetricName);
  const TemplateInput input{row.labels, row.value, row.histogram.get(), context.time_ms};
  for (const Templates& label : label_templates_) {
    labels.Set(label.name, label.text.Expand(context.templates, input));
  }
  const std::string_view own_name = row.labels.Get(kOwnAlertName);
  labels.Delete(kOwnAlertName);
  labels.Set(kAlertName, own_name.empty() ? std::string_view(spec_.alert) : own_name);
  return labels.Build();
}

base::Result<AlertingRule::ActiveMap> AlertingRule::MakeAlerts(
    const EvaluationContext& context) const {
  SB_ASSIGN_OR_RETURN(
      const query::InstantVector rows,
      expression_->Evaluate(context.metrics, context.time_ms - context.query_offset_ms));
  ActiveMap alerts;
  for (const query::VectorElement& row : rows) {
    Active alert;
    alert.view.labels = AlertLabels(context, row);
    const TemplateInput input{row.labels, row.value, row.histogram.get(), context.time_ms};
    for (const Templates& annotation : annotation_templates_) {
      alert.view.annotations.emplace_back(annotation.name,
                                          annotation.text.Expand(context.templates, input));
    }
    alert.view.state = AlertState::kPending;
    alert.view.active_at_ms = context.time_ms;
    alert.view.value = row.value;
    const model::LabelSet key = alert.view.labels;
    if (!alerts.emplace(key, std::move(alert)).second) {
      return base::FailedPrecondition(
          "vector contains metrics with the same labelset after applying alert labels");
    }
  }
  return alerts;
}

bool AlertingRule::Advance(Active* alert, bool present, int64_t time_ms) const {
  AlertView& view = alert->view;
  if (present) {
    view.keep_firing_since_ms = 0;
  } else {
    bool keep = false;
    if (view.state == AlertState::kFiring && spec_.keep_firing_for.Value() > 0) {
      if (view.keep_firing_since_ms == 0) {
        view.keep_firing_since_ms = time_ms;
      }
      keep = time_ms - view.keep_firing_since_ms < spec_.keep_firing_for.Value();
    }
    if (view.state == AlertState::kPending ||
        (alert->resolved_at_ms != 0 && time_ms - alert->resolved_at_ms > kResolvedRetentionMs)) {
      return false;
    }
    if (!keep) {
      if (view.state != AlertState::kInactive) {
        view.state = AlertState::kInactive;
        alert->resolved_at_ms = time_ms;
      }
      return true;
    }
  }
  if (view.state == AlertState::kPending && time_ms - view.active_at_ms >= spec_.hold.Value()) {
    view.state = AlertState::kFiring;
    view.fired_at_ms = time_ms;
  }
  return true;
}

void AlertingRule::AppendSamples(const Active& alert, int64_t time_ms,
                                 query::InstantVector* rows) const {
  model::LabelSetBuilder labels(alert.view.labels);
  labels.Set(model::kMetricName, kAlertsMetric);
  labels.Set("alertstate", AlertStateName(alert.view.state));
  rows->push_back({labels.Build(), time_ms, 1, nullptr});
  labels.Reset(alert.view.labels);
  labels.Set(model::kMetricName, kAlertsForStateMetric);
  // Whole seconds, as the reference writes them.
  const auto seconds = static_cast<double>(alert.view.active_at_ms / 1000);
  rows->push_back({labels.Build(), time_ms, seconds, nullptr});
}

base::Result<query::InstantVector> AlertingRule::Evaluate(const EvaluationContext& context) {
  SB_ASSIGN_OR_RETURN(ActiveMap found, MakeAlerts(context));
  base::MutexLock lock(mutex_);
  for (auto& [labels, alert] : found) {
    const auto known = active_.find(labels);
    if (known != active_.end() && known->second.view.state != AlertState::kInactive) {
      known->second.view.value = alert.view.value;
      known->second.view.annotations = std::move(alert.view.annotations);
    } else {
      active_[labels] = std::move(alert);
    }
  }
  query::InstantVector rows;
  int64_t count = 0;
  for (auto at = active_.begin(); at != active_.end();) {
    if (!Advance(&at->second, found.contains(at->first), context.time_ms)) {
      at = active_.erase(at);
      continue;
    }
    if (at->second.view.state != AlertState::kInactive) {
      ++count;
      if (restored_) {
        AppendSamples(at->second, context.time_ms - context.query_offset_ms, &rows);
      }
    }
    ++at;
  }
  if (context.limit > 0 && count > context.limit) {
    active_.clear();
    return base::ResourceExhausted(
        fmt::format("exceeded limit of {} with {} alerts", context.limit, count));
  }
  std::sort(rows.begin(), rows.end(),
            [](const auto& a, const auto& b) { return a.labels < b.labels; });
  return rows;
}

RuleView AlertingRule::View() const {
  RuleView view = Rule::View();
  base::MutexLock lock(mutex_);
  for (const auto& [labels, alert] : active_) {
    if (alert.view.state != AlertState::kInactive) {
      view.state = std::max(view.state, alert.view.state);
      view.alerts.push_back(alert.view);
    }
  }
  std::sort(view.alerts.begin(), view.alerts.end(),
            [](const AlertView& a, const AlertView& b) { return a.labels < b.labels; });
  return view;
}

void AlertingRule::TakeOver(Rule& old) {
  auto* from = dynamic_cast<AlertingRule*>(&old);
  if (from == nullptr) {
    return;
  }
  ActiveMap active;
  bool was_restored = false;
  {
    base::MutexLock lock(from->mutex_);
    active = std::move(from->active_);
    from->active_.clear();
    was_restored = from->restored_;
  }
  base::MutexLock lock(mutex_);
  active_ = std::move(active);
  restored_ = was_restored;
}

std::vector<OutgoingAlert> AlertingRule::TakeDue(int64_t time_ms, const SendTimes& times,
                                                 const std::string& external_url) {
  std::vector<OutgoingAlert> due;
  const int64_t valid_ms = 4 * std::max(times.resend_delay_ms, times.interval_ms);
  base::MutexLock lock(mutex_);
  for (auto& [labels, alert] : active_) {
    if (alert.view.state == AlertState::kPending) {
      continue;
    }
    const bool news = alert.resolved_at_ms > alert.last_sent_ms;
    if (!news && alert.last_sent_ms != 0 && alert.last_sent_ms + times.resend_delay_ms >= time_ms) {
      continue;
    }
    alert.last_sent_ms = time_ms;
    OutgoingAlert out;
    out.labels = alert.view.labels;
    out.annotations = alert.view.annotations;
    out.starts_at_ms = alert.view.fired_at_ms;
    out.resolved = alert.resolved_at_ms != 0;
    out.ends_at_ms = out.resolved ? alert.resolved_at_ms : time_ms + valid_ms;
    out.generator_url = external_url + TableLink(expression_->Text());
    due.push_back(std::move(out));
  }
  return due;
}

}  // namespace sb::rules
