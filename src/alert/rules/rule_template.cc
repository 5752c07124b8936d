// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/rule_template.h"

#include <utility>

#include "alert/rules/rule_functions.h"
#include "base/log.h"
#include "template/containers.h"
#include "template/template_set.h"

namespace sb::rules {
namespace {

using gotemplate::MapObject;
using gotemplate::StructObject;
using gotemplate::Value;

constexpr std::string_view kVariables =
    "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}"
    "{{$externalURL := .ExternalURL}}{{$value := .Value}}";

Value DataOf(const TemplateEnvironment& environment, const TemplateInput& input) {
  std::map<std::string, std::string> labels;
  for (const model::Label& label : input.labels) {
    labels.emplace(label.name, label.value);
  }
  StructObject::Fields fields;
  fields.emplace_back("Labels", MapObject::Strings(labels));
  fields.emplace_back("ExternalLabels", MapObject::Strings(environment.external_labels));
  fields.emplace_back("ExternalURL", Value(environment.external_url));
  fields.emplace_back("Value", Value(input.value));
  return Value(std::make_shared<StructObject>("struct", std::move(fields)));
}

}  // namespace

RuleTemplate::RuleTemplate(const std::string& name, std::string text)
    : text_(std::move(text)), name_(name) {
  if (text_.find("{{") == std::string::npos) {
    return;
  }
  auto set = std::make_shared<gotemplate::TemplateSet>(&RuleFunctions());
  broken_ = set->Parse(name, std::string(kVariables) + text_);
  if (broken_.ok()) {
    set_ = std::move(set);
  } else {
    broken_ = base::InvalidArgument("error parsing template " + name + ": " +
                                    std::string(broken_.message()));
  }
}

bool RuleTemplate::MayQuery() const {
  return set_ != nullptr && text_.find("query") != std::string::npos;
}

base::Result<std::string> RuleTemplate::TryExpand(const TemplateEnvironment& environment,
                                                  const TemplateInput& input) const {
  SB_RETURN_IF_ERROR(broken_);
  if (set_ == nullptr) {
    return text_;
  }
  FunctionState state{environment, *set_, input.time_ms};
  gotemplate::ExecuteOptions options;
  options.missing_key = gotemplate::MissingKey::kZero;
  options.user = &state;
  std::string out;
  const base::Status status = set_->Execute(name_, DataOf(environment, input), options, &out);
  if (!status.ok()) {
    return base::InvalidArgument("error executing template " + name_ + ": " +
                                 std::string(status.message()));
  }
  return out;
}

std::string RuleTemplate::Expand(const TemplateEnvironment& environment,
                                 const TemplateInput& input) const {
  auto expanded = TryExpand(environment, input);
  if (expanded.ok()) {
    return std::move(expanded).value();
  }
  SB_LOG_EVERY(60, kWarn, "a template of a rule cannot be expanded", {"template", name_},
               {"error", expanded.status().message()});
  return "<error expanding template: " + std::string(expanded.status().message()) + ">";
}

std::vector<base::Status> CheckTemplates(const RuleSpec& rule) {
  std::vector<base::Status> errors;
  const auto check = [&](const LabelMap& texts, const char* what) {
    for (const auto& [key, text] : texts) {
      const RuleTemplate one("__alert_" + rule.alert, text);
      if (!one.parsed().ok()) {
        errors.push_back(one.parsed().WithPrefix(what + std::string(" \"") + key + "\""));
      }
    }
  };
  check(rule.labels, "label");
  check(rule.annotations, "annotation");
  return errors;
}

}  // namespace sb::rules
