// SPDX-License-Identifier: Apache-2.0
#include "alert/manager/escalation.h"

#include <algorithm>

#include "alert/manager/config_reader.h"
#include "config/codec.h"
#include "config/yaml_reader.h"

namespace sb::alert {
namespace {

using config::Node;

EscalationStep ReadStep(const Node& node, const ManagerConfig& config, config::ErrorList& errors) {
  EscalationStep step;
  for (const Node::Entry& entry : node.entries) {
    if (entry.key->text == "after") {
      config::Codec<base::DurationMs>::Read(*entry.value, {}, &step.after, errors);
    } else if (entry.key->text == "receiver") {
      step.receiver = entry.value->text;
    } else {
      errors.Add(*entry.key, "unknown option of an escalation step: " + entry.key->text);
    }
  }
  if (config.FindReceiver(step.receiver) == nullptr) {
    errors.Add(node, "undefined receiver \"" + step.receiver + "\" used in escalation");
  }
  if (step.after.Value() <= 0) {
    errors.Add(node, "an escalation step needs `after`, a duration above zero");
  }
  return step;
}

}  // namespace

base::Result<EscalationPolicies> ParseEscalations(std::string_view text, const std::string& file,
                                                  const ManagerConfig& config) {
  SB_ASSIGN_OR_RETURN(const config::NodePtr root, config::ParseYaml(text, file));
  config::ErrorList errors(file);
  EscalationPolicies policies;
  const Node* list = root->Find("escalations");
  if (list == nullptr || !list->IsSequence()) {
    errors.Add(*root, "a list `escalations` is wanted");
    return errors.ToStatus();
  }
  for (const config::NodePtr& item : list->items) {
    EscalationPolicy policy;
    if (const Node* name = item->Find("name"); name != nullptr) {
      policy.name = name->text;
    }
    policy.matchers = ReadMatchers(*item, "", config.mode, errors);
    const Node* steps = item->Find("steps");
    for (const config::NodePtr& step :
         steps == nullptr ? std::vector<config::NodePtr>{} : steps->items) {
      policy.steps.push_back(ReadStep(*step, config, errors));
    }
    if (policy.name.empty() || policy.steps.empty()) {
      errors.Add(*item, "an escalation policy needs a name and steps");
    }
    std::stable_sort(
        policy.steps.begin(), policy.steps.end(),
        [](const EscalationStep& a, const EscalationStep& b) { return a.after < b.after; });
    policies.push_back(std::move(policy));
  }
  SB_RETURN_IF_ERROR(errors.ToStatus());
  return policies;
}

}  // namespace sb::alert
