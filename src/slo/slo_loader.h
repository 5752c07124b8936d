// SPDX-License-Identifier: Apache-2.0
//
// Reads all SLO files that a configuration names, whatever tool they were written for, and makes
// their rules.
//
// All or nothing: kInvalidArgument lists every mistake, one a line. Threads: pure functions but for
// the files they read.
#pragma once

#include <string>
#include <vector>

#include "alert/rules/rule_file.h"
#include "base/env.h"
#include "base/status.h"
#include "slo/objective.h"

namespace sb::slo {

struct SloRules {
  std::string file;
  std::vector<rules::RuleGroupSpec> groups;
};

struct LoadedSlos {
  std::vector<Objective> objectives;
  std::vector<SloRules> rules;  // those of an objective belong to its file
  std::vector<std::string> notices;
};

base::Result<LoadedSlos> LoadSloFiles(base::FileSystem& files,
                                      const std::vector<std::string>& patterns);

// The rules of an objective that is not Pyrra's, under Sloth's names.
std::vector<rules::RuleGroupSpec> RulesOf(const Objective& objective);

}  // namespace sb::slo
