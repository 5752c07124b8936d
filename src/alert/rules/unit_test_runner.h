// SPDX-License-Identifier: Apache-2.0
//
// Runs the tests of one `promtool test rules` file.
//
//   SB_ASSIGN_OR_RETURN(auto outcomes, RunUnitTestFile(env, "alerts_test.yml", {}));
//   for (const UnitTestOutcome& o : outcomes) { for (const std::string& e : o.errors) … }
//
// Each test group has a store of its own. At each evaluation interval the input samples up to then
// are there, all groups are evaluated in order, and their results written. Messages are those of
// the reference. Errors: what is wrong with the file or with its rule files.
//
// Source: cmd/promtool/unittest.go of the reference. Threads: functions without state.
#pragma once

#include <string>
#include <vector>

#include "base/env.h"
#include "base/status.h"

namespace sb::rules {

struct UnitTestOptions {
  std::vector<std::string> run;  // RE2, matched anywhere in the name; empty: all tests
  bool ignore_unknown_fields = false;
};

struct UnitTestOutcome {
  std::string name;
  std::vector<std::string> errors;  // empty: passed
};

base::Result<std::vector<UnitTestOutcome>> RunUnitTestFile(base::Env& env, const std::string& path,
                                                           const UnitTestOptions& options);

// JUnit's XML of several files.
struct UnitTestReport {
  std::string file;
  std::vector<UnitTestOutcome> outcomes;
};
std::string JunitXml(const std::vector<UnitTestReport>& reports);

}  // namespace sb::rules
