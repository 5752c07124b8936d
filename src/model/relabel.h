// SPDX-License-Identifier: Apache-2.0
//
// Relabelling: rules that change or drop a label set, as in relabel_configs and
// metric_relabel_configs.
//
//   SB_ASSIGN_OR_RETURN(RelabelRules rules, RelabelRules::Create(configs, NameValidation::kUtf8));
//   LabelSetBuilder labels(discovered);
//   if (!rules.Apply(&labels)) { /* dropped */ }
//
// Regular expressions are RE2, anchored at both ends, `.` matches newline. Replacements and target
// labels expand `$1`, `${1}` and `$name` as Go's Regexp.Expand does: an unknown group is empty,
// `$$` is a dollar. A replacement that becomes empty deletes the label; a target that is no valid
// label name leaves the set as it was.
//
// Create fails with kInvalidArgument and the wording of the reference. Rules that match nothing do
// no allocation besides the joined value of several source labels.
//
// Source: Prometheus model/relabel. Threads: immutable once created; copies share.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/label_set.h"

namespace sb::model {

enum class RelabelAction : uint8_t {
  kReplace,
  kKeep,
  kDrop,
  kKeepEqual,
  kDropEqual,
  kHashMod,
  kLabelMap,
  kLabelDrop,
  kLabelKeep,
  kLowercase,
  kUppercase
};

std::string_view RelabelActionName(RelabelAction action);
// In any case of letters; nothing when unknown.
std::optional<RelabelAction> ParseRelabelAction(std::string_view name);

enum class NameValidation : uint8_t { kUtf8, kLegacy };
bool IsValidLabelName(std::string_view name, NameValidation validation);

inline constexpr std::string_view kDefaultRelabelSeparator = ";";
inline constexpr std::string_view kDefaultRelabelRegex = "(.*)";
inline constexpr std::string_view kDefaultRelabelReplacement = "$1";

// One rule as the file has it.
struct RelabelConfig {
  std::optional<std::vector<std::string>> source_labels{};
  std::string separator{kDefaultRelabelSeparator};
  std::optional<std::string> regex{};  // not set: "(.*)"
  uint64_t modulus = 0;
  std::string target_label{};
  std::string replacement{kDefaultRelabelReplacement};
  RelabelAction action = RelabelAction::kReplace;

  friend bool operator==(const RelabelConfig&, const RelabelConfig&) = default;
};

// Everything Create checks, except that the regex compiles.
base::Status ValidateRelabelConfig(const RelabelConfig& config, NameValidation validation);

class RelabelRule;

class RelabelRules {
 public:
  RelabelRules() = default;  // no rules: keeps everything as it is
  static base::Result<RelabelRules> Create(const std::vector<RelabelConfig>& configs,
                                           NameValidation validation);

  // False: the set is dropped (and `labels` is in an unspecified state).
  bool Apply(LabelSetBuilder* labels) const;
  // The i-th rule alone, for showing the steps.
  bool ApplyOne(size_t i, LabelSetBuilder* labels) const;

  size_t size() const { return rules_.size(); }
  bool empty() const { return rules_.empty(); }

 private:
  std::vector<std::shared_ptr<const RelabelRule>> rules_;
};

}  // namespace sb::model
