// SPDX-License-Identifier: Apache-2.0
//
// Runs the reference's test scripts, unchanged, and counts. They are reached through
// SIGNALBOX_CONFORMANCE_DIR and not part of this repository; without it the test is skipped.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/env.h"
#include "query/promql/testing/script_runner.h"

namespace sb::promql {
namespace {

// All of them pass, so the number is never lowered.
constexpr int kEvaluations = 2214;

TEST(PromqlConformanceTest, AnswersTheReferenceScripts) {
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (folder == nullptr) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const std::string path = base::JoinPath(folder, "promql");
  base::FileSystem& files = base::Env::Real().files();
  const auto names = files.List(path);
  ASSERT_TRUE(names.ok()) << names.status().ToString();
  ScriptRunner::Counts all;
  for (const std::string& name : *names) {
    if (!name.ends_with(".test")) {
      continue;
    }
    const auto text = files.ReadFile(base::JoinPath(path, name));
    ASSERT_TRUE(text.ok()) << text.status().ToString();
    const auto script = ReadTestScript(*text, CombineForScript);
    ASSERT_TRUE(script.ok()) << name << ": " << script.status().ToString();
    ScriptRunner runner(name, ScriptRunner::ReferenceOptions());
    runner.Run(*script);
    const ScriptRunner::Counts& c = runner.counts();
    fmt::print("  {:<28} {:>4}/{:<4} range {:>4}/{:<4} @ {:>5}/{:<5}\n", name, c.evals.pass,
               c.evals.total, c.range_checks.pass, c.range_checks.total, c.at_checks.pass,
               c.at_checks.total);
    for (const std::string& failure : runner.failures()) {
      ADD_FAILURE() << failure;
    }
    all.Add(c);
  }
  fmt::print("PromQL conformance: {} of {} evaluations pass\n", all.evals.pass, kEvaluations);
  fmt::print("PromQL cross-checks: range {} of {}, @ {} of {}\n", all.range_checks.pass,
             all.range_checks.total, all.at_checks.pass, all.at_checks.total);
  EXPECT_EQ(all.evals.pass, kEvaluations);
  EXPECT_EQ(all.evals.total, kEvaluations);
  EXPECT_EQ(all.range_checks.pass, all.range_checks.total);
  EXPECT_EQ(all.at_checks.pass, all.at_checks.total);
}

}  // namespace
}  // namespace sb::promql
