// SPDX-License-Identifier: Apache-2.0
#include "slo/slo_trial.h"

#include <gtest/gtest.h>

#include "alert/rules/memory_store.h"
#include "base/testing/simulated_env.h"
#include "config/yaml_reader.h"
#include "slo/native_spec.h"

namespace sb::slo {
namespace {

constexpr int64_t kMinuteMs = 60'000;
constexpr int64_t kDayMs = 86'400'000;

class SloTrialTest : public testing::Test {
 protected:
  // Counters of `pod` that grow by `good` and `bad` every five minutes, over hours [from, to).
  void Count(const char* pod, int64_t from, int64_t to, double good, double bad) {
    for (int64_t at = from * kHourMs; at < to * kHourMs; at += 5 * kMinuteMs) {
      Append(pod, "200", at, counters_[{pod, "200"}] += good);
      Append(pod, "500", at, counters_[{pod, "500"}] += bad);
    }
  }
  void Append(const char* pod, const char* code, int64_t time_ms, double value) {
    model::Sample sample;
    sample.time_ms = time_ms;
    sample.value = value;
    const auto labels =
        model::LabelSet::FromPairs({{"__name__", "requests_total"}, {"code", code}, {"pod", pod}});
    ASSERT_TRUE(store_.Append(labels, sample).ok());
  }
  Objective Read(const std::string& more) {
    const std::string text =
        "slos:\n- name: a\n  service: shop\n  objective: 99\n  window: 30d\n  sli:\n    ratio: "
        "{errors: 'requests_total{code=\"500\"}', total: requests_total}\n" +
        more;
    const auto node = config::ParseYaml(text, "t");
    EXPECT_TRUE(node.ok());
    const auto objectives = ReadNative(**node, "t");
    EXPECT_TRUE(objectives.ok()) << objectives.status().ToString();
    return objectives.ok() ? objectives->at(0) : Objective();
  }
  base::Result<SloTrial> Try(const Objective& objective, int64_t hour, TrialOptions options = {}) {
    env_.manual_clock().Set(base::TimestampMs(hour * kHourMs));
    return TryOnHistory({env_.clock(), store_, engine_}, objective, options);
  }

  base::SimulatedEnv env_{5};
  rules::MemoryStore store_;
  promql::Engine engine_{{}};
  std::map<std::pair<std::string, std::string>, double> counters_;
};

TEST_F(SloTrialTest, CountsBudgetsAndAlertsOfAnIncident) {
  Count("a", 0, 800, 100, 0);
  Count("a", 800, 802, 50, 50);  // the burn rate is 50: every alert sees it
  Count("a", 802, 840, 100, 0);
  const auto trial = Try(Read(""), 840);
  ASSERT_TRUE(trial.ok()) << trial.status().ToString();
  ASSERT_EQ(trial->groups.size(), 1u);
  const TrialGroup& group = trial->groups[0];
  EXPECT_DOUBLE_EQ(group.whole.errors, 24 * 50);
  EXPECT_NEAR(group.whole.total, 28 * 24 * 1200, 101);
  EXPECT_NEAR(group.week.total, 7 * 24 * 1200, 101);
  EXPECT_NEAR(group.burn_down.back().remaining, 1 - group.whole.errors / (group.whole.total * 0.01),
              0.01);
  ASSERT_EQ(group.alerts.size(), 4u);
  for (const TrialAlert& alert : group.alerts) {
    // 100 minutes of full burn are 1.2 % in three days, less than the slowest allows.
    const bool fires = alert.window.long_window < base::Hours(72) || 1200.0 / 86400 > 0.01;
    EXPECT_EQ(alert.firings.size(), fires ? 1u : 0u) << alert.window.long_window.Value();
  }
  // 14.4 % in the last hour: after 4 of 12 steps half of which fail, and until 5 minutes after.
  const TrialFiring page = group.alerts[0].firings.at(0);
  EXPECT_GT(page.start_ms, 800 * kHourMs);
  EXPECT_LT(page.start_ms, 800 * kHourMs + 30 * kMinuteMs);
  EXPECT_GE(page.end_ms, 802 * kHourMs);
  EXPECT_LE(page.end_ms, 802 * kHourMs + 10 * kMinuteMs);
  EXPECT_TRUE(trial->warnings.empty());
}

TEST_F(SloTrialTest, WhatHappenedAMomentAgoCounts) {
  Count("a", 0, 30, 100, 0);
  Append("a", "500", 30 * kHourMs + 30'000, counters_[{"a", "500"}] += 7);
  env_.manual_clock().Set(base::TimestampMs(30 * kHourMs + 61'500));
  const auto trial = TryOnHistory({env_.clock(), store_, engine_}, Read(""), {.days = 1});
  ASSERT_TRUE(trial.ok());
  EXPECT_EQ(trial->end_ms, 30 * kHourMs + 61'000);
  EXPECT_DOUBLE_EQ(trial->groups.at(0).whole.errors, 7);
  EXPECT_NEAR(trial->groups[0].whole.total, 24 * 1200 + 7, 101);
}

TEST_F(SloTrialTest, GroupsHaveTheirOwnBudgetsWorstFirst) {
  Count("a", 700, 800, 100, 0);
  Count("b", 700, 800, 90, 10);
  const auto trial = Try(Read("  group_by: [pod]\n"), 800);
  ASSERT_TRUE(trial.ok());
  ASSERT_EQ(trial->groups.size(), 2u);
  EXPECT_EQ(trial->groups[0].labels.Get("pod"), "b");
  EXPECT_EQ(trial->groups[1].whole.errors, 0);
  EXPECT_NEAR(trial->groups[0].whole.errors / trial->groups[0].whole.total, 0.1, 1e-12);
  EXPECT_EQ(trial->groups[0].alerts[1].firings.size(), 1u);
  EXPECT_EQ(trial->groups[0].alerts[1].firings[0].end_ms, 0);  // it would fire now
  EXPECT_TRUE(trial->groups[1].alerts[0].firings.empty());
  ASSERT_EQ(trial->warnings.size(), 1u);
  EXPECT_EQ(trial->warnings[0], "the history is only 4.2 days long");
}

TEST_F(SloTrialTest, LooksOnlyAtAlertsThatAreOnAndEnoughErrors) {
  Count("a", 0, 48, 50, 50);
  const auto all = Try(Read(""), 48);
  const auto some = Try(Read("  alerting: {ticket: {disabled: true}, windows: {page_slow: "
                             "{disabled: true}, page_quick: {burn_rate: 60}}}\n"),
                        48);
  const auto many = Try(Read("  alerting: {failures_min: 1000}\n"), 48);
  ASSERT_TRUE(all.ok() && some.ok() && many.ok());
  EXPECT_EQ(all->groups[0].alerts.size(), 4u);
  EXPECT_EQ(all->groups[0].alerts[0].firings.size(), 1u);
  ASSERT_EQ(some->groups[0].alerts.size(), 1u);
  EXPECT_TRUE(some->groups[0].alerts[0].firings.empty());  // it burns 50 times, not 60
  EXPECT_TRUE(many->groups[0].alerts[0].firings.empty());  // 600 errors an hour
}

TEST_F(SloTrialTest, SaysWhatIsWrongWithTheNumbers) {
  const auto nothing = Try(Read(""), 48);
  ASSERT_TRUE(nothing.ok());
  EXPECT_TRUE(nothing->groups.empty());
  ASSERT_EQ(nothing->warnings.size(), 1u);
  EXPECT_NE(nothing->warnings[0].find("no events were found"), std::string::npos);
  EXPECT_FALSE(Try(Read(""), 48, {.days = 0}).ok());
  EXPECT_FALSE(Try(Read(""), 48, {.days = 91}).ok());
  const auto gone = Try(Read(""), 48, {.days = 2, .is_cancelled = [] { return true; }});
  EXPECT_EQ(gone.status().code(), base::StatusCode::kCancelled);
}

TEST_F(SloTrialTest, AThresholdBetweenTheBoundsOfAHistogramIsToldOf) {
  for (int64_t at = 0; at < 2 * kDayMs; at += 5 * kMinuteMs) {
    for (const auto& [name, le] :
         std::map<std::string, std::string>{{"h_count", ""}, {"h_bucket", "0.5"}}) {
      model::Sample sample;
      sample.time_ms = at;
      sample.value = static_cast<double>(at) / 60'000;
      ASSERT_TRUE(
          store_.Append(model::LabelSet::FromPairs({{"__name__", name}, {"le", le}}), sample).ok());
    }
  }
  const auto read = [](const char* threshold) {
    const auto node = config::ParseYaml(
        std::string("slos: [{name: a, service: s, objective: 99, sli: {latency: {histogram: h, "
                    "threshold: ") +
            threshold + "}}}]",
        "t");
    return ReadNative(**node, "t")->at(0);
  };
  const auto good = Try(read("500ms"), 48, {.days = 1});
  const auto between = Try(read("400ms"), 48, {.days = 1});
  ASSERT_TRUE(good.ok() && between.ok());
  EXPECT_TRUE(good->warnings.empty()) << good->warnings[0];
  ASSERT_EQ(between->warnings.size(), 1u);
  EXPECT_NE(between->warnings[0].find("no bucket with this bound"), std::string::npos);
}

}  // namespace
}  // namespace sb::slo
