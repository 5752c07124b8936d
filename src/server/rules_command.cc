// SPDX-License-Identifier: Apache-2.0
//
// `signalbox test-rules FILE…` and `signalbox check rules FILE…`: promtool's `test rules` and
// `check rules`.
#include <fmt/format.h>

#include <cstdio>
#include <iterator>

#include "alert/rules/promql_language.h"
#include "alert/rules/rule_file.h"
#include "alert/rules/unit_test_runner.h"
#include "base/env.h"
#include "query/promql/engine.h"
#include "server/commands.h"

namespace sb::server {
namespace {

void PrintErrors(const std::vector<std::string>& errors) {
  std::fputs("  FAILED:\n", stderr);
  for (const std::string& error : errors) {
    std::fprintf(stderr, "%s\n", error.c_str());
  }
}

int RunTestRules(const Arguments& arguments) {
  if (arguments.positional().empty()) {
    std::fputs("signalbox test-rules: name at least one test file\n", stderr);
    return kExitUsage;
  }
  rules::UnitTestOptions options;
  options.run = arguments.GetAll("run");
  options.ignore_unknown_fields = arguments.Has("ignore-unknown-fields");
  bool failed = false;
  std::vector<rules::UnitTestReport> reports;
  for (const std::string& path : arguments.positional()) {
    std::printf("Unit Testing:  %s\n", path.c_str());
    auto outcomes = rules::RunUnitTestFile(base::Env::Real(), path, options);
    std::vector<std::string> errors;
    if (!outcomes.ok()) {
      errors.push_back("  " + std::string(outcomes.status().message()));
      outcomes = std::vector<rules::UnitTestOutcome>{{path, errors}};
    } else {
      for (const rules::UnitTestOutcome& outcome : *outcomes) {
        errors.insert(errors.end(), outcome.errors.begin(), outcome.errors.end());
      }
    }
    std::fflush(stdout);
    if (errors.empty()) {
      std::puts("  SUCCESS");
    } else {
      PrintErrors(errors);
      failed = true;
    }
    std::puts("");
    reports.push_back({path, *std::move(outcomes)});
  }
  if (arguments.Has("junit")) {
    const base::Status written = base::WriteFileAtomically(
        base::Env::Real().files(), arguments.Get("junit"), rules::JunitXml(reports));
    if (!written.ok()) {
      std::fprintf(stderr, "%s\n", std::string(written.message()).c_str());
      return kExitFailed;
    }
  }
  return failed ? kExitFailed : kExitOk;
}

bool CheckRuleFile(const std::string& path, bool ignore_unknown) {
  std::printf("Checking %s\n", path.c_str());
  std::fflush(stdout);
  const promql::Engine engine{{}};
  const rules::PromqlLanguage language(engine, base::Env::Real().clock());
  rules::RuleFileOptions options;
  options.language = &language;
  options.ignore_unknown_fields = ignore_unknown;
  const auto text = base::Env::Real().files().ReadFile(path);
  base::Status status = text.status();
  if (text.ok()) {
    const auto file = rules::ParseRuleFile(*text, path, options);
    status = file.status();
    if (file.ok()) {
      size_t rules = 0;
      for (const rules::RuleGroupSpec& group : file->groups) {
        rules += group.rules.size();
      }
      std::printf("  SUCCESS: %zu rules found\n\n", rules);
      return true;
    }
  }
  std::fprintf(stderr, "  FAILED:\n%s\n", std::string(status.message()).c_str());
  std::puts("");
  return false;
}

int RunCheckRules(const Arguments& arguments) {
  if (arguments.positional().empty()) {
    std::fputs("signalbox check rules: name at least one file\n", stderr);
    return kExitUsage;
  }
  bool good = true;
  for (const std::string& path : arguments.positional()) {
    good = CheckRuleFile(path, arguments.Has("ignore-unknown-fields")) && good;
  }
  return good ? kExitOk : kExitFailed;
}

}  // namespace

Command TestRulesCommand() {
  Command command;
  command.name = "test-rules";
  command.summary = "Runs unit tests of rules, the files of `promtool test rules`.";
  command.description =
      "Runs the tests of each file against the rule files that it names, in a store of their own.\n"
      "Exit code 1 if a test fails.";
  command.positional = "FILE…";
  command.flags = {{"run", "REGEX", "Only tests whose name matches; may be repeated.", true},
                   {"junit", "FILE", "Writes the outcome as JUnit XML."},
                   {"ignore-unknown-fields", "", "Rule files may have fields not known here."}};
  command.examples = {"signalbox test-rules alerts_test.yml",
                      "signalbox test-rules --run 'node.*' tests/*.yml"};
  command.run = RunTestRules;
  return command;
}

Command CheckRulesCommand() {
  Command command;
  command.name = "rules";
  command.summary = "Checks rule files and shows everything that is wrong.";
  command.description =
      "Checks rule files of Prometheus: fields, expressions, templates. Exit code 1 if a file is\n"
      "not valid.";
  command.positional = "FILE…";
  command.flags = {{"ignore-unknown-fields", "", "Fields not known here are no error."}};
  command.examples = {"signalbox check rules /etc/prometheus/rules/*.yml"};
  command.run = RunCheckRules;
  return command;
}

}  // namespace sb::server
