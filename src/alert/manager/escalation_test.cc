// SPDX-License-Identifier: Apache-2.0
//
// Acknowledgement, escalation and the route test.
#include "alert/manager/escalation.h"

#include <gtest/gtest.h>

#include "alert/manager/manager.h"
#include "alert/manager/testing/hook_notifier.h"
#include "base/testing/simulated_env.h"

namespace sb::alert {
namespace {

constexpr const char* kConfig = R"(
route:
  receiver: first
  group_by: [alertname]
  group_wait: 1s
  group_interval: 1h
  routes:
  - {matchers: ['team="night"'], receiver: second, mute_time_intervals: [always], continue: true}
  - {matchers: ['team="night"'], receiver: third, group_by: [alertname, pod], repeat_interval: 1h}
receivers:
- {name: first, webhook_configs: [{url: "http://hook.example/first"}]}
- {name: second, webhook_configs: [{url: "http://hook.example/second"}]}
- {name: third, webhook_configs: [{url: "http://hook.example/third"}]}
time_intervals:
- {name: always, time_intervals: [{times: [{start_time: "00:00", end_time: "24:00"}]}]}
inhibit_rules:
- {source_matchers: [alertname=Down], target_matchers: [alertname=Slow], equal: [job]}
)";

constexpr const char* kEscalations = R"(
escalations:
- name: pager
  matchers: ['severity="critical"']
  steps:
  - { after: 30m, receiver: third }
  - { after: 10m, receiver: second }
)";

class EscalationTest : public testing::Test {
 protected:
  EscalationTest() { Open(); }

  void Open() {
    manager_.reset();
    Manager::Options options;
    options.env = &env_;
    options.folder = "/alerts";
    options.make_notifier = recorder_.Factory(&env_);
    auto manager = Manager::Open(options);
    ASSERT_TRUE(manager.ok()) << manager.status().ToString();
    manager_ = std::move(manager).value();
    const auto config = ParseManagerConfig(kConfig, "am.yml", {});
    ASSERT_TRUE(config.ok()) << config.status().ToString();
    auto escalations = ParseEscalations(kEscalations, "escalations.yml", **config);
    ASSERT_TRUE(escalations.ok()) << escalations.status().ToString();
    auto prepared = manager_->Prepare(*config, *escalations);
    ASSERT_TRUE(prepared.ok());
    manager_->Commit(*prepared);
  }

  uint64_t Fire(const model::LabelSet& labels) {
    notify::PostedAlert alert;
    alert.labels = labels;
    alert.starts_at = env_.clock().Now();
    alert.ends_at = env_.clock().Now() + base::DurationNs(int64_t{86'400} * 1'000'000'000);
    EXPECT_TRUE(manager_->Put({alert}).ok());
    return notify::Fingerprint(labels);
  }

  void Pass(base::DurationMs time) {
    for (int64_t ms = 0; ms < time.Value(); ms += 500) {
      env_.manual_clock().Advance(base::Milliseconds(500));
      manager_->Tick();
    }
  }

  size_t Told(const std::string& hook) const {
    size_t count = 0;
    for (const HookCall& call : recorder_.calls) {
      count += call.hook == hook ? 1 : 0;
    }
    return count;
  }

  base::SimulatedEnv env_{11};
  HookRecorder recorder_;
  std::unique_ptr<Manager> manager_;
  const model::LabelSet critical_ =
      model::LabelSet::FromPairs({{"alertname", "Full"}, {"job", "a"}, {"severity", "critical"}});
};

TEST_F(EscalationTest, EachStepIsTakenOnceWhenItsTimeHasCome) {
  const uint64_t alert = Fire(critical_);
  Pass(base::Minutes(9));
  EXPECT_EQ(Told("first"), 1u);
  EXPECT_EQ(Told("second"), 0u);
  Pass(base::Minutes(2));
  EXPECT_EQ(Told("second"), 1u);
  EXPECT_EQ(Told("third"), 0u);
  const std::vector<ExplainedStep> steps = manager_->Escalation(alert);
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(steps[0].receiver, "second");
  EXPECT_TRUE(steps[0].taken.has_value());
  EXPECT_FALSE(steps[1].taken.has_value());
  Pass(base::Minutes(25));
  EXPECT_EQ(Told("second"), 1u);
  EXPECT_EQ(Told("third"), 1u);
  EXPECT_EQ(recorder_.calls.back().message.reason, "not acknowledged (policy pager)");
}

TEST_F(EscalationTest, StepsAreNotRepeatedAfterARestart) {
  Fire(critical_);
  Pass(base::Minutes(11));
  EXPECT_EQ(Told("second"), 1u);
  Open();
  Pass(base::Minutes(5));
  EXPECT_EQ(Told("second"), 1u);
}

TEST_F(EscalationTest, AcknowledgementStopsItAndTakingBackStartsItAgain) {
  const uint64_t alert = Fire(critical_);
  ASSERT_TRUE(manager_->Acknowledge(alert, "kim", "looking").ok());
  Pass(base::Minutes(40));
  EXPECT_EQ(Told("second"), 0u);
  Open();
  const std::vector<AlertView> views = manager_->Alerts({});
  ASSERT_EQ(views.size(), 1u);
  EXPECT_EQ(views[0].acknowledged_by, "kim");
  ASSERT_TRUE(manager_->Unacknowledge(alert).ok());
  EXPECT_EQ(manager_->Unacknowledge(alert).code(), base::StatusCode::kNotFound);
  Open();
  EXPECT_EQ(manager_->Alerts({})[0].acknowledged_by, "");
  Pass(base::Seconds(5));
  EXPECT_EQ(Told("second"), 1u);
  EXPECT_EQ(Told("third"), 1u);
}

TEST_F(EscalationTest, AcknowledgementHoldsForOneFiringOnly) {
  const uint64_t alert = Fire(critical_);
  ASSERT_TRUE(manager_->Acknowledge(alert, "kim", "").ok());
  notify::PostedAlert over;
  over.labels = critical_;
  Pass(base::Minutes(1));
  over.ends_at = env_.clock().Now();
  ASSERT_TRUE(manager_->Put({over}).ok());
  Pass(base::Minutes(2));
  Fire(critical_);
  EXPECT_EQ(manager_->Alerts({})[0].acknowledged_by, "");
  Pass(base::Minutes(11));
  EXPECT_EQ(Told("second"), 1u);
}

TEST_F(EscalationTest, SilencedAlertsDoNotEscalate) {
  Fire(critical_);
  Silence silence;
  silence.starts_at = env_.clock().Now();
  silence.ends_at = silence.starts_at + base::ToNs(base::Hours(1));
  silence.matcher_sets = {{*AlertMatcher::Create(MatcherOp::kEqual, "job", "a")}};
  ASSERT_TRUE(manager_->SetSilence(std::move(silence)).ok());
  Pass(base::Minutes(40));
  EXPECT_EQ(Told("second") + Told("third"), 0u);
}

TEST_F(EscalationTest, ExplainSaysWhoWouldBeToldAndWhyNot) {
  const model::LabelSet labels =
      model::LabelSet::FromPairs({{"alertname", "Slow"}, {"job", "a"}, {"pod", "p"},
                                  {"severity", "critical"}, {"team", "night"}});
  Explanation why = manager_->Explain(labels, env_.clock().Now());
  ASSERT_EQ(why.routes.size(), 2u);
  EXPECT_EQ(why.routes[0].receiver, "second");
  EXPECT_EQ(why.routes[0].muted_by, "always");
  EXPECT_EQ(why.routes[0].path, (std::vector<size_t>{0, 1}));
  EXPECT_EQ(why.routes[1].receiver, "third");
  EXPECT_EQ(why.routes[1].muted_by, "");
  EXPECT_EQ(why.routes[1].group_key, R"({}/{team="night"}:{alertname="Slow", pod="p"})");
  EXPECT_EQ(why.routes[1].integrations, std::vector<std::string>{"webhook[0]"});
  ASSERT_EQ(why.escalation.size(), 2u);
  EXPECT_TRUE(why.inhibited_by.empty());
  const uint64_t down = Fire(model::LabelSet::FromPairs({{"alertname", "Down"}, {"job", "a"}}));
  why = manager_->Explain(labels, env_.clock().Now());
  EXPECT_EQ(why.inhibited_by, std::vector<std::string>{notify::FingerprintText(down)});
}

}  // namespace
}  // namespace sb::alert
