// SPDX-License-Identifier: Apache-2.0
//
// Reads the rule files that a configuration names, all or nothing.
//
//   SB_ASSIGN_OR_RETURN(auto groups, LoadRuleFiles(env.files(), patterns, language, {}));
//
// Threads: pure functions but for the files they read.
#pragma once

#include <string>
#include <vector>

#include "alert/rules/rule_group.h"
#include "base/env.h"
#include "base/status.h"

namespace sb::rules {

inline constexpr size_t kRuleFilesMax = 10'000;

// Every mistake of every file, one a line.
base::Result<std::vector<GroupDefinition>> LoadRuleFiles(base::FileSystem& files,
                                                         const std::vector<std::string>& patterns,
                                                         const ExpressionLanguage& language,
                                                         const RuleFileOptions& options);

// Always on: the Watchdog that fires for ever, so that its silence tells of a broken chain, and
// what this program knows about its own health.
std::vector<GroupDefinition> BuiltInRules(const ExpressionLanguage& language);

}  // namespace sb::rules
