// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/rule_group.h"

#include <gtest/gtest.h>

#include "alert/rules/alerting_rule.h"
#include "alert/rules/memory_store.h"
#include "alert/rules/promql_language.h"
#include "alert/rules/rule_batches.h"
#include "base/testing/simulated_env.h"

namespace sb::rules {
namespace {

constexpr int64_t kMinute = 60'000;

class CollectingSink final : public AlertSink {
 public:
  void Send(const std::vector<OutgoingAlert>& alerts) override {
    sent.insert(sent.end(), alerts.begin(), alerts.end());
  }
  std::vector<OutgoingAlert> sent;
};

class RuleGroupTest : public testing::Test {
 protected:
  std::unique_ptr<RuleGroup> Group(std::string_view yaml, bool restored = true) {
    auto spec = ParseRuleGroup(yaml, "r.yml", {.language = &promql_});
    EXPECT_TRUE(spec.ok()) << spec.status().ToString();
    auto definition = CompileGroup(promql_, "r.yml", "files", *spec);
    EXPECT_TRUE(definition.ok()) << definition.status().ToString();
    return std::make_unique<RuleGroup>(
        std::move(definition).value(), RuleGroup::Times{kMinute, 0}, restored,
        GroupEnvironment{env_.clock(), store_, store_, &sink_, nullptr, nullptr, {}, {}},
        std::make_shared<TemplateEnvironment>());
  }

  void Set(const std::string& name, int64_t time_ms, double value, const char* job = "a") {
    model::Sample sample;
    sample.time_ms = time_ms;
    sample.value = value;
    const auto labels = model::LabelSet::FromPairs({{"__name__", name}, {"job", job}});
    ASSERT_TRUE(store_.Append(labels, sample).ok());
  }

  // "name{labels} time:value …" of all series of `metric`.
  std::string Written(std::string_view metric) {
    std::string text;
    for (const auto& entry : store_.entries()) {
      if (entry->labels.metric_name() != metric) {
        continue;
      }
      text += entry->labels.ToString();
      for (size_t i = 0; i < entry->columns.size(); ++i) {
        const double value = entry->columns.values[i];
        text += " " + std::to_string(entry->columns.times[i] / 1000) + ":" +
                (model::IsStaleNan(value) ? "stale" : std::to_string(static_cast<int64_t>(value)));
      }
      text += "\n";
    }
    return text;
  }

  base::SimulatedEnv env_{7};
  promql::Engine engine_{{}};
  PromqlLanguage promql_{engine_, env_.clock()};
  MemoryStore store_;
  CollectingSink sink_;
};

TEST_F(RuleGroupTest, LaterRuleSeesWhatEarlierOneWroteAtTheSameTime) {
  const auto group = Group(R"(name: g
rules:
- {record: a, expr: in * 2}
- {record: b, expr: a + 1}
)");
  Set("in", 0, 10);
  group->Evaluate(0);
  EXPECT_EQ(Written("b"), "b{job=\"a\"} 0:21\n");
}

TEST_F(RuleGroupTest, OnlyIndependentRulesRunTogether) {
  const auto group = Group(R"(name: g
rules:
- {record: a, expr: in}
- {record: b, expr: in}
- {record: c, expr: a + b}
- {alert: X, expr: c > 0}
- {record: d, expr: ALERTS}
- {record: e, expr: '{job="a"}'}
)");
  EXPECT_EQ(IndependentRuns(group->rules()), (std::vector<size_t>{0, 2, 3, 4, 5, 6}));
}

TEST_F(RuleGroupTest, VanishedSeriesGetsStaleMarker) {
  const auto group = Group("name: g\nrules:\n- {record: a, expr: in > 5}\n");
  Set("in", 0, 10);
  group->Evaluate(0);
  Set("in", kMinute, 1);
  group->Evaluate(kMinute);
  group->Evaluate(2 * kMinute);
  EXPECT_EQ(Written("a"), "a{job=\"a\"} 0:10 60:stale\n");
}

TEST_F(RuleGroupTest, QueryOffsetShiftsSamplesAndQuery) {
  const auto group = Group("name: g\nquery_offset: 1m\nrules:\n- {record: a, expr: in}\n");
  Set("in", 0, 1);
  Set("in", kMinute, 2);
  group->Evaluate(kMinute);
  EXPECT_EQ(Written("a"), "a{job=\"a\"} 0:1\n");
}

TEST_F(RuleGroupTest, AlertIsPendingThenFiresThenIsResolved) {
  const auto group = Group("name: g\nrules:\n- {alert: X, expr: in > 5, for: 2m}\n");
  for (int64_t minute = 0; minute < 6; ++minute) {
    Set("in", minute * kMinute, minute < 4 ? 10 : 1);
    group->Evaluate(minute * kMinute);
  }
  EXPECT_EQ(Written("ALERTS"),
            "ALERTS{alertname=\"X\", alertstate=\"pending\", job=\"a\"} 0:1 60:1 120:stale\n"
            "ALERTS{alertname=\"X\", alertstate=\"firing\", job=\"a\"} 120:1 180:1 240:stale\n");
  EXPECT_EQ(Written("ALERTS_FOR_STATE"),
            "ALERTS_FOR_STATE{alertname=\"X\", job=\"a\"} 0:0 60:0 120:0 180:0 240:stale\n");
  ASSERT_EQ(sink_.sent.size(), 2u);  // the repetition at 3m is not due: resend after more than 1m
  EXPECT_EQ(sink_.sent[0].starts_at_ms, 2 * kMinute);
  EXPECT_EQ(sink_.sent[0].ends_at_ms, 2 * kMinute + 4 * kMinute);
  EXPECT_FALSE(sink_.sent[0].resolved);
  EXPECT_TRUE(sink_.sent[1].resolved);
  EXPECT_EQ(sink_.sent[1].ends_at_ms, 4 * kMinute);
  EXPECT_EQ(sink_.sent[1].generator_url, "/graph?g0.expr=in+%3E+5&g0.tab=1");
}

TEST_F(RuleGroupTest, KeepFiringForHoldsTheAlert) {
  const auto group = Group("name: g\nrules:\n- {alert: X, expr: in > 5, keep_firing_for: 2m}\n");
  for (int64_t minute = 0; minute < 5; ++minute) {
    Set("in", minute * kMinute, minute < 1 ? 10 : 1);
    group->Evaluate(minute * kMinute);
  }
  EXPECT_EQ(Written("ALERTS"),
            "ALERTS{alertname=\"X\", alertstate=\"firing\", job=\"a\"} 0:1 60:1 120:1 180:stale\n");
}

TEST_F(RuleGroupTest, LimitDropsTheRuleWithoutStaleMarkers) {
  const auto group = Group("name: g\nlimit: 1\nrules:\n- {record: a, expr: in}\n");
  Set("in", 0, 1);
  group->Evaluate(0);
  Set("in", kMinute, 1, "b");
  group->Evaluate(kMinute);
  EXPECT_EQ(group->View().rules[0].last_error, "exceeded limit of 1 with 2 series");
  EXPECT_EQ(Written("a"), "a{job=\"a\"} 0:1\n");
  EXPECT_EQ(group->View().rules[0].health, RuleHealth::kError);
}

TEST_F(RuleGroupTest, SameLabelSetTwiceIsAnError) {
  const auto group =
      Group("name: g\nrules:\n- {alert: X, expr: '{job=\"a\"}', labels: {job: b}}\n");
  Set("in", 0, 1);
  Set("in2", 0, 1);
  group->Evaluate(0);
  EXPECT_EQ(group->View().rules[0].last_error,
            "vector contains metrics with the same labelset after applying alert labels");
}

TEST_F(RuleGroupTest, ForIsRestoredWithoutTheOutage) {
  const char* yaml = "name: g\nrules:\n- {alert: X, expr: in > 5, for: 30m}\n";
  {
    const auto group = Group(yaml);
    for (int64_t minute = 0; minute <= 10; ++minute) {
      Set("in", minute * kMinute, 10);
      group->Evaluate(minute * kMinute);
    }
  }
  const auto group = Group(yaml, false);
  for (int64_t minute = 20; minute <= 22; ++minute) {
    Set("in", minute * kMinute, 10);
    group->Evaluate(minute * kMinute);
    if (minute == 21) {
      EXPECT_TRUE(group->NeedsRestore());
      group->Restore(minute * kMinute);
    }
  }
  // Ten minutes of waiting were over at minute 10; the eleven minutes of outage do not count.
  EXPECT_EQ(group->View().rules[0].alerts.at(0).active_at_ms, 11 * kMinute);
}

TEST_F(RuleGroupTest, TakesOverStateAndEndsSeriesOfRemovedRules) {
  const auto old = Group(R"(name: g
rules:
- {record: a, expr: in}
- {alert: X, expr: in > 5, for: 5m}
)");
  Set("in", 0, 10);
  old->Evaluate(0);
  const auto fresh = Group("name: g\nrules:\n- {alert: X, expr: in > 5, for: 5m}\n");
  fresh->TakeOver(*old);
  Set("in", kMinute, 10);
  fresh->Evaluate(kMinute);
  EXPECT_EQ(Written("a"), "a{job=\"a\"} 0:10 60:stale\n");
  EXPECT_EQ(fresh->View().rules[0].alerts.at(0).active_at_ms, 0);
}

TEST_F(RuleGroupTest, SlotsAreOnTheGridOfTheInterval) {
  const auto group = Group("name: g\nrules: []\n");
  const int64_t slot = group->SlotBefore(1'700'000'000'000);
  EXPECT_LE(slot, 1'700'000'000'000);
  EXPECT_GT(slot, 1'700'000'000'000 - kMinute);
  EXPECT_EQ(group->SlotBefore(slot), slot);
  EXPECT_EQ(group->SlotBefore(slot - 1), slot - kMinute);
}

}  // namespace
}  // namespace sb::rules
