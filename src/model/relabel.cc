// SPDX-License-Identifier: Apache-2.0
#include "model/relabel.h"

#include <array>
#include <utility>

#include "model/label_name.h"
#include "model/relabel_rule.h"

namespace sb::model {
namespace {

constexpr std::array<std::string_view, 11> kActionNames = {
    "replace",  "keep",      "drop",      "keepequal", "dropequal", "hashmod",
    "labelmap", "labeldrop", "labelkeep", "lowercase", "uppercase"};

bool HasVariable(std::string_view text) {
  return text.find('$') != text.npos;
}

// Legacy target labels may hold variables: letters, digits, `_` and `$name` or `${name}`.
bool IsLegacyTargetTemplate(std::string_view text) {
  const auto is_word = [](char c, bool first) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (!first && c >= '0' && c <= '9');
  };
  size_t at = 0;
  while (at < text.size()) {
    if (text[at] != '$') {
      if (!is_word(text[at], at == 0)) {
        return false;
      }
      ++at;
      continue;
    }
    const bool braced = at + 1 < text.size() && text[at + 1] == '{';
    at += braced ? 2 : 1;
    const size_t name = at;
    while (at < text.size() && is_word(text[at], false)) {
      ++at;
    }
    if (at == name || (braced && (at == text.size() || text[at++] != '}'))) {
      return false;
    }
  }
  return !text.empty();
}

bool IsValidTemplate(std::string_view text, NameValidation validation) {
  return validation == NameValidation::kUtf8 ? IsValidLabelName(text, validation)
                                             : IsLegacyTargetTemplate(text);
}

base::Status InvalidField(const std::string& value, std::string_view field, RelabelAction action) {
  return base::InvalidArgument(QuoteString(value) + " is invalid '" + std::string(field) +
                               "' for " + std::string(RelabelActionName(action)) + " action");
}

bool WritesTarget(RelabelAction action) {
  switch (action) {
    case RelabelAction::kReplace:
    case RelabelAction::kHashMod:
    case RelabelAction::kLowercase:
    case RelabelAction::kUppercase:
    case RelabelAction::kKeepEqual:
    case RelabelAction::kDropEqual:
      return true;
    default:
      return false;
  }
}

base::Status ValidateTarget(const RelabelConfig& config, NameValidation validation) {
  const bool valid = config.action == RelabelAction::kReplace && HasVariable(config.target_label)
                         ? IsValidTemplate(config.target_label, validation)
                         : IsValidLabelName(config.target_label, validation);
  return valid ? base::OkStatus()
               : InvalidField(config.target_label, "target_label", config.action);
}

base::Status ValidateOnlyFields(const RelabelConfig& config) {
  const std::string name(RelabelActionName(config.action));
  const bool plain = config.modulus == 0 && config.separator == kDefaultRelabelSeparator &&
                     config.replacement == kDefaultRelabelReplacement;
  const bool equal =
      config.action == RelabelAction::kKeepEqual || config.action == RelabelAction::kDropEqual;
  if (equal && (!plain || config.regex)) {
    return base::InvalidArgument(
        name + " action requires only 'source_labels' and `target_label`, and no other fields");
  }
  const bool by_name =
      config.action == RelabelAction::kLabelDrop || config.action == RelabelAction::kLabelKeep;
  if (by_name && (!plain || config.source_labels || !config.target_label.empty())) {
    return base::InvalidArgument(name + " action requires only 'regex', and no other fields");
  }
  return base::OkStatus();
}

}  // namespace

std::string_view RelabelActionName(RelabelAction action) {
  return kActionNames[static_cast<size_t>(action)];
}

std::optional<RelabelAction> ParseRelabelAction(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  }
  for (size_t i = 0; i < kActionNames.size(); ++i) {
    if (kActionNames[i] == lower) {
      return static_cast<RelabelAction>(i);
    }
  }
  return std::nullopt;
}

bool IsValidLabelName(std::string_view name, NameValidation validation) {
  if (validation == NameValidation::kLegacy) {
    return IsLegacyLabelName(name);
  }
  return !name.empty() && IsValidUtf8(name);
}

base::Status ValidateRelabelConfig(const RelabelConfig& config, NameValidation validation) {
  const std::string name(RelabelActionName(config.action));
  if (config.modulus == 0 && config.action == RelabelAction::kHashMod) {
    return base::InvalidArgument("relabel configuration for hashmod requires non-zero modulus");
  }
  if (WritesTarget(config.action)) {
    if (config.target_label.empty()) {
      return base::InvalidArgument("relabel configuration for " + name +
                                   " action requires 'target_label' value");
    }
    SB_RETURN_IF_ERROR(ValidateTarget(config, validation));
    const bool copies =
        config.action != RelabelAction::kReplace && config.action != RelabelAction::kHashMod;
    if (copies && config.replacement != kDefaultRelabelReplacement) {
      return base::InvalidArgument("'replacement' can not be set for " + name + " action");
    }
  }
  if (config.action == RelabelAction::kLabelMap &&
      !IsValidTemplate(config.replacement, validation)) {
    return InvalidField(config.replacement, "replacement", config.action);
  }
  return ValidateOnlyFields(config);
}

base::Result<RelabelRules> RelabelRules::Create(const std::vector<RelabelConfig>& configs,
                                                NameValidation validation) {
  RelabelRules rules;
  for (const RelabelConfig& config : configs) {
    SB_RETURN_IF_ERROR(ValidateRelabelConfig(config, validation));
    SB_ASSIGN_OR_RETURN(auto rule, RelabelRule::Create(config, validation));
    rules.rules_.push_back(std::move(rule));
  }
  return rules;
}

bool RelabelRules::Apply(LabelSetBuilder* labels) const {
  for (const auto& rule : rules_) {
    if (!rule->Apply(labels)) {
      return false;
    }
  }
  return true;
}

bool RelabelRules::ApplyOne(size_t i, LabelSetBuilder* labels) const {
  return rules_[i]->Apply(labels);
}

}  // namespace sb::model
