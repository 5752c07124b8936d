// SPDX-License-Identifier: Apache-2.0
//
// Rule files and rule unit tests of other projects (SIGNALBOX_CONFORMANCE_DIR), which are not part
// of this repository; without them the tests are skipped.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "alert/rules/memory_store.h"
#include "alert/rules/promql_language.h"
#include "alert/rules/rule_group.h"
#include "alert/rules/unit_test_runner.h"
#include "base/env.h"

namespace sb::rules {
namespace {

class RulesConformanceTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
    if (folder == nullptr) {
      GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
    }
    folder_ = folder;
  }

  bool Passes(const std::string& file, const std::vector<std::string>& run = {}) {
    const auto outcomes =
        RunUnitTestFile(base::Env::Real(), folder_ + "/rules/" + file, {run, false});
    EXPECT_TRUE(outcomes.ok()) << outcomes.status().ToString();
    return outcomes.ok() && std::all_of(outcomes->begin(), outcomes->end(),
                                        [](const auto& o) { return o.errors.empty(); });
  }

  std::string folder_;
};

TEST_F(RulesConformanceTest, UnitTestFilesEndAsTheReferenceEndsThem) {
  const struct {
    const char* file;
    std::vector<std::string> run;
    bool passes;
  } cases[] = {{"no-test-group-interval.yml", {}, true},
               {"rules_run.yml", {}, false},
               {"rules_run.yml", {"correct"}, true},
               {"failing.yml", {}, false}};
  int good = 0;
  for (const auto& one : cases) {
    const bool passes = Passes(one.file, one.run);
    EXPECT_EQ(passes, one.passes) << one.file;
    good += passes == one.passes;
  }
  std::printf("conformance: rules/unit-tests %d of %zu\n", good, std::size(cases));
}

TEST_F(RulesConformanceTest, AnomalyRulesLoadAndEvaluate) {
  base::Env& env = base::Env::Real();
  const promql::Engine engine{{}};
  const PromqlLanguage language(engine, env.clock());
  const auto names = env.files().List(folder_ + "/anomaly");
  ASSERT_TRUE(names.ok());
  int files = 0, good = 0;
  for (const std::string& name : *names) {
    if (!name.ends_with(".yml")) {
      continue;
    }
    ++files;
    const auto text = env.files().ReadFile(folder_ + "/anomaly/" + name);
    const auto file = ParseRuleFile(*text, name, {.language = &language});
    ASSERT_TRUE(file.ok()) << file.status().ToString();
    MemoryStore store;
    for (int64_t minute = 0; minute <= 120; ++minute) {
      model::Sample sample;
      sample.time_ms = minute * 60'000;
      sample.value = 100 + static_cast<double>(minute % 7);
      const auto labels = model::LabelSet::FromPairs({{"__name__", "input"},
                                                      {"anomaly_name", "x"},
                                                      {"anomaly_type", "resource"},
                                                      {"anomaly_strategy", "adaptive"}});
      ASSERT_TRUE(store.Append(labels, sample).ok());
    }
    bool ok = true;
    for (const RuleGroupSpec& spec : file->groups) {
      auto definition = CompileGroup(language, name, "files", spec);
      ASSERT_TRUE(definition.ok()) << definition.status().ToString();
      RuleGroup group(
          std::move(definition).value(), {60'000, 0}, true,
          GroupEnvironment{env.clock(), store, store, nullptr, nullptr, nullptr, {}, {}},
          std::make_shared<TemplateEnvironment>());
      group.Evaluate(60 * 60'000);
      group.Evaluate(61 * 60'000);
      for (const RuleView& rule : group.View().rules) {
        EXPECT_EQ(rule.health, RuleHealth::kOk) << rule.spec.name() << ": " << rule.last_error;
        ok = ok && rule.health == RuleHealth::kOk;
      }
    }
    good += ok;
  }
  std::printf("conformance: anomaly %d of %d\n", good, files);
}

}  // namespace
}  // namespace sb::rules
