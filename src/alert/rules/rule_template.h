// SPDX-License-Identifier: Apache-2.0
//
// Templates in labels and annotations of rules: Go text/template with Prometheus' functions.
//
//   RuleTemplate text("__alert_InstanceDown", "{{ $labels.instance }} is down");
//   std::string summary = text.Expand(environment, {labels, value, time_ms});
//
// What cannot be expanded becomes "<error expanding template: …>", as in the reference, so that an
// alert is never lost for a typing mistake in its text. Text without "{{" costs a copy.
//
// Source: Prometheus template/template.go. Threads: immutable after construction.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "alert/rules/rule_file.h"
#include "base/env.h"
#include "base/status.h"
#include "model/label_set.h"
#include "query/engine/result.h"

namespace sb::gotemplate {
class TemplateSet;
}

namespace sb::rules {

// What all templates of a manager see.
struct TemplateEnvironment {
  LabelMap external_labels;
  std::string external_url;  // without the slash at its end
  // `query "…"`; null: queries give nothing.
  std::function<base::Result<query::InstantVector>(const std::string& query, int64_t time_ms)>
      query;
  const base::Clock* clock = nullptr;  // for `now`; null: the evaluation's time
};

struct TemplateInput {
  const model::LabelSet& labels;  // of the sample, the metric name included
  double value = 0;
  const model::Histogram* histogram = nullptr;
  int64_t time_ms = 0;
};

class RuleTemplate {
 public:
  RuleTemplate(const std::string& name, std::string text);

  std::string Expand(const TemplateEnvironment& environment, const TemplateInput& input) const;
  // The same, with the error as it is.
  base::Result<std::string> TryExpand(const TemplateEnvironment& environment,
                                      const TemplateInput& input) const;
  const std::string& text() const { return text_; }
  // What is wrong with the text itself.
  const base::Status& parsed() const { return broken_; }
  // Its result may depend on any series of the store.
  bool MayQuery() const;

 private:
  std::string text_;
  std::string name_;
  std::shared_ptr<const gotemplate::TemplateSet> set_;  // null: plain text, or broken
  base::Status broken_;
};

// What does not parse. What fails only when it is expanded (`slice $labels.id 0 8` of a short
// label) is for the reference no reason to refuse a file; it becomes the text of that annotation.
std::vector<base::Status> CheckTemplates(const RuleSpec& rule);

}  // namespace sb::rules
