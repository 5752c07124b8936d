// SPDX-License-Identifier: Apache-2.0
//
// Rule is one rule of a group: it is evaluated at a time and gives the samples to be written.
//
// Threads: Evaluate from one thread at a time; views from any.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "alert/rules/alert_sink.h"
#include "alert/rules/expression.h"
#include "alert/rules/rule_file.h"
#include "alert/rules/rule_template.h"
#include "alert/rules/rule_view.h"
#include "base/mutex.h"
#include "base/status.h"

namespace sb::rules {

struct EvaluationContext {
  store::QuerierFactory& metrics;
  const TemplateEnvironment& templates;
  int64_t time_ms = 0;
  int64_t query_offset_ms = 0;
  int64_t limit = 0;  // 0: none
};

// When a firing alert is sent again.
struct SendTimes {
  int64_t resend_delay_ms = 60'000;
  int64_t interval_ms = 60'000;
};

// Which outages `for` survives, and what it waits at least after one.
struct RestoreTimes {
  int64_t outage_tolerance_ms = 3'600'000;
  int64_t grace_period_ms = 600'000;
};

class Rule {
 public:
  // `group_labels`: those that the rule does not set itself are added.
  Rule(RuleSpec spec, std::unique_ptr<Expression> expression, const LabelMap& group_labels);
  virtual ~Rule() = default;
  Rule(const Rule&) = delete;
  Rule& operator=(const Rule&) = delete;

  // The samples to write, at time - offset. After an error nothing is written, and nothing is
  // marked as gone.
  virtual base::Result<query::InstantVector> Evaluate(const EvaluationContext& context) = 0;
  virtual RuleView View() const;
  // The metric names it writes.
  virtual std::vector<std::string> Outputs() const = 0;
  // What it reads, templates included.
  virtual ExpressionInputs Inputs() const { return expression_->Inputs(); }
  // Takes over the state of an equal rule of an earlier configuration.
  virtual void TakeOver(Rule& /*old*/) {}

  const RuleSpec& spec() const { return spec_; }
  const LabelMap& labels() const { return labels_; }
  void Record(const base::Status& outcome, int64_t time_ms, double seconds);

 protected:
  const RuleSpec spec_;
  const std::unique_ptr<Expression> expression_;
  const LabelMap labels_;

 private:
  mutable base::Mutex mutex_;
  RuleHealth health_ SB_GUARDED_BY(mutex_) = RuleHealth::kUnknown;
  std::string last_error_ SB_GUARDED_BY(mutex_);
  int64_t evaluated_at_ms_ SB_GUARDED_BY(mutex_) = 0;
  double evaluation_s_ SB_GUARDED_BY(mutex_) = 0;
};

// Refuses a vector in which two elements have one label set. `where`: "rule" or "alert".
base::Status CheckDistinct(const query::InstantVector& rows, std::string_view where);

}  // namespace sb::rules
