// SPDX-License-Identifier: Apache-2.0
//
// Rule files as Prometheus has them, read strictly, with the place of every mistake.
//
//   SB_ASSIGN_OR_RETURN(RuleFile file, ParseRuleFile(text, "alerts.yml", {}));
//   std::string yaml = PrintRuleGroup(file.groups[0]);     // reads back as the same group
//
// kInvalidArgument lists everything that is wrong, one "file:line:column: message" a line, in the
// reference's words: `group "a", rule 1, "X": could not parse expression: 1:5: parse error: …`.
// Expressions are checked by the language the caller names (expression.h), templates by expanding
// them once without data.
//
// Source: Prometheus model/rulefmt. Threads: values; pure functions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "config/option_table.h"
#include "model/relabel.h"

namespace sb::rules {

class ExpressionLanguage;

using LabelMap = std::map<std::string, std::string>;

// A recording rule has `record`, an alerting rule `alert`.
struct RuleSpec {
  std::string record;
  std::string alert;
  std::string expr;
  base::DurationMs hold{0};  // `for`
  base::DurationMs keep_firing_for{0};
  LabelMap labels;
  LabelMap annotations;
  config::Position position;

  bool is_alert() const { return !alert.empty(); }
  const std::string& name() const { return is_alert() ? alert : record; }
};

struct RuleGroupSpec {
  std::string name;
  base::DurationMs interval{0};                  // 0: the default
  std::optional<base::DurationMs> query_offset;  // not set: the default
  int64_t limit = 0;
  LabelMap labels;  // of all its rules, unless they have their own
  std::vector<RuleSpec> rules;
  config::Position position;
};

struct RuleFile {
  std::vector<RuleGroupSpec> groups;
};

const config::OptionTable<RuleSpec>& OptionsOf(const RuleSpec*);
const config::OptionTable<RuleGroupSpec>& OptionsOf(const RuleGroupSpec*);
const config::OptionTable<RuleFile>& OptionsOf(const RuleFile*);

struct RuleFileOptions {
  // Null: expressions are not checked.
  const ExpressionLanguage* language = nullptr;
  model::NameValidation names = model::NameValidation::kUtf8;
  bool ignore_unknown_fields = false;
};

base::Result<RuleFile> ParseRuleFile(std::string_view text, const std::string& path,
                                     const RuleFileOptions& options);
// One group alone, as the ruler API takes it (YAML or JSON).
base::Result<RuleGroupSpec> ParseRuleGroup(std::string_view text, const std::string& path,
                                           const RuleFileOptions& options);

std::string PrintRuleGroup(const RuleGroupSpec& group);

}  // namespace sb::rules
