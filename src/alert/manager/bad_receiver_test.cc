// SPDX-License-Identifier: Apache-2.0
//
// Receivers and senders that misbehave, on a simulated clock: down for an hour, too many requests,
// hanging, clocks apart, a hundred thousand alerts at once. Bounded, explained, nothing lost,
// nothing doubled.
#include <gtest/gtest.h>

#include <set>

#include "alert/manager/manager.h"
#include "alert/manager/testing/hook_notifier.h"
#include "base/testing/simulated_env.h"

namespace sb::alert {
namespace {

constexpr const char* kConfig = R"(
route: {receiver: both, group_by: [alertname], group_wait: 1s, group_interval: 1m, repeat_interval: 12h}
receivers:
- name: both
  webhook_configs:
  - {url: "http://hook.example/bad"}
  - {url: "http://hook.example/good"}
)";

class BadReceiverTest : public testing::Test {
 protected:
  BadReceiverTest() { Open(200'000); }

  void Open(size_t alerts_max) {
    manager_.reset();
    Manager::Options options;
    options.env = &env_;
    options.folder = "/alerts";
    options.alerts_max = alerts_max;
    options.make_notifier = recorder_.Factory(&env_);
    auto manager = Manager::Open(options);
    ASSERT_TRUE(manager.ok()) << manager.status().ToString();
    manager_ = std::move(manager).value();
    const auto config = ParseManagerConfig(kConfig, "am.yml", {});
    ASSERT_TRUE(config.ok()) << config.status().ToString();
    manager_->Commit(*manager_->Prepare(*config));
  }

  base::TimestampNs Now() const { return env_.clock().Now(); }

  notify::PostedAlert Firing(const std::string& name, const std::string& instance = "1") const {
    notify::PostedAlert alert;
    alert.labels = model::LabelSet::FromPairs({{"alertname", name}, {"instance", instance}});
    alert.starts_at = Now();
    alert.ends_at = Now() + base::ToNs(base::Hours(100));
    return alert;
  }

  void Pass(base::DurationMs time, base::DurationMs step = base::Milliseconds(250)) {
    const base::TimestampNs end = Now() + base::ToNs(time);
    while (Now() < end) {
      env_.manual_clock().Advance(step);
      manager_->Tick();
    }
  }

  std::vector<const HookCall*> Calls(const std::string& hook) const {
    std::vector<const HookCall*> calls;
    for (const HookCall& call : recorder_.calls) {
      if (call.hook == hook) {
        calls.push_back(&call);
      }
    }
    return calls;
  }

  std::vector<HistoryEntry> Failures() const {
    HistoryQuery query;
    query.outcome = "failed";
    return manager_->History(query);
  }

  // How often each alert was told to a hook as firing.
  std::map<std::string, int> Told(const std::string& hook) const {
    std::map<std::string, int> told;
    for (const HookCall* call : Calls(hook)) {
      for (const notify::Alert& alert : call->message.alerts) {
        ++told[std::string(alert.labels.Get("alertname"))];
      }
    }
    return told;
  }

  base::SimulatedEnv env_{11};
  HookRecorder recorder_;
  std::unique_ptr<Manager> manager_;
};

TEST_F(BadReceiverTest, DownForAnHourIsToldOnceWhenItIsBackAndDelaysNobody) {
  recorder_.refusals["bad"] = {Now() + base::ToNs(base::Hours(1)), 503};
  ASSERT_TRUE(manager_->Put({Firing("Early")}).ok());
  Pass(base::Minutes(30));
  ASSERT_TRUE(manager_->Put({Firing("Late")}).ok());
  Pass(base::Minutes(29));
  EXPECT_TRUE(Told("bad").empty());
  EXPECT_EQ(Told("good"), (std::map<std::string, int>{{"Early", 1}, {"Late", 1}}));
  EXPECT_LT((Calls("good")[0]->at - (Now() - base::ToNs(base::Minutes(59)))).Value(),
            base::ToNs(base::Seconds(3)).Value());
  // Tried for an hour and a half hour of groups, but with pauses that grow.
  EXPECT_LT(recorder_.attempts["bad"], 90 * 12);
  EXPECT_GT(manager_->stats().failed.at("webhook"), 80u);
  const std::vector<HistoryEntry> history = Failures();
  ASSERT_FALSE(history.empty());
  EXPECT_EQ(history[0].error, "status 503");
  Pass(base::Minutes(3));
  EXPECT_EQ(Told("bad"), (std::map<std::string, int>{{"Early", 1}, {"Late", 1}}));
  Pass(base::Minutes(60));
  EXPECT_EQ(Told("bad"), (std::map<std::string, int>{{"Early", 1}, {"Late", 1}}));
}

TEST_F(BadReceiverTest, RetryAfterIsWaitedFor) {
  std::vector<base::TimestampNs> tries;
  recorder_.behaviours["bad"] = [&](const notify::Message&) -> notify::SendResult {
    tries.push_back(Now());
    if (tries.size() == 1) {
      return {base::Unavailable("unexpected status code 429"), true, 130'000};
    }
    return {};
  };
  ASSERT_TRUE(manager_->Put({Firing("A")}).ok());
  Pass(base::Minutes(10));
  ASSERT_EQ(tries.size(), 2u);
  EXPECT_GE((tries[1] - tries[0]).Value(), base::ToNs(base::Seconds(130)).Value());
  EXPECT_LE((tries[1] - tries[0]).Value(), base::ToNs(base::Seconds(135)).Value());
  EXPECT_EQ(Told("good"), (std::map<std::string, int>{{"A", 1}}));
}

TEST_F(BadReceiverTest, HangingReceiverIsGivenTheFlushAndNotMore) {
  int64_t longest_ms = 0;
  recorder_.behaviours["bad"] = [&](const notify::Message& message) -> notify::SendResult {
    longest_ms = std::max(longest_ms, message.timeout_ms);
    env_.manual_clock().Advance(base::DurationMs(message.timeout_ms));
    return {base::DeadlineExceeded("no answer"), true, 0};
  };
  ASSERT_TRUE(manager_->Put({Firing("A")}).ok());
  Pass(base::Minutes(20));
  EXPECT_LE(longest_ms, 60'000);  // group_interval
  EXPECT_EQ(Told("good"), (std::map<std::string, int>{{"A", 1}}));
  EXPECT_GT(manager_->stats().failed.at("webhook"), 8u);
  EXPECT_EQ(Failures()[0].error, "no answer");
  recorder_.behaviours.clear();
  Pass(base::Minutes(3));
  EXPECT_EQ(Told("bad"), (std::map<std::string, int>{{"A", 1}}));
}

TEST_F(BadReceiverTest, FloodIsMeteredPerReceiver) {
  constexpr size_t kGroups = 800;
  std::vector<notify::PostedAlert> alerts;
  for (size_t i = 0; i < kGroups; ++i) {
    alerts.push_back(Firing("G" + std::to_string(i)));
  }
  ASSERT_TRUE(manager_->Put(std::move(alerts)).ok());
  Pass(base::Seconds(2));
  EXPECT_GE(Calls("bad").size(), 500u);  // the burst
  EXPECT_LE(Calls("bad").size(), 500u + 2 * 50u);
  Pass(base::Seconds(10));
  EXPECT_EQ(Told("bad").size(), kGroups);
  for (const auto& [name, count] : Told("bad")) {
    EXPECT_EQ(count, 1) << name;
  }
}

TEST_F(BadReceiverTest, SendersWithOtherClocksAreUnderstood) {
  notify::PostedAlert ahead = Firing("Ahead");
  ahead.starts_at = Now() + base::ToNs(base::Minutes(10));
  notify::PostedAlert over = Firing("Over");
  over.starts_at = Now() - base::ToNs(base::Hours(2));
  over.ends_at = Now() - base::ToNs(base::Hours(1));
  notify::PostedAlert backwards = Firing("Backwards");
  backwards.ends_at = backwards.starts_at - base::ToNs(base::Seconds(1));
  const base::Status status = manager_->Put({ahead, over, backwards});
  EXPECT_EQ(status.message(), "start time must be before end time");
  EXPECT_EQ(manager_->stats().invalid, 1u);
  Pass(base::Minutes(3));
  EXPECT_EQ(Told("good"), (std::map<std::string, int>{{"Ahead", 1}}));
}

TEST_F(BadReceiverTest, OwnClockThatIsSetBackDelaysNothing) {
  ASSERT_TRUE(manager_->Put({Firing("Before")}).ok());
  Pass(base::Seconds(10));
  EXPECT_EQ(Told("good"), (std::map<std::string, int>{{"Before", 1}}));
  env_.manual_clock().Set(base::ToMs(Now() - base::ToNs(base::Hours(3))));
  manager_->Tick();
  ASSERT_TRUE(manager_->Put({Firing("Before", "2"), Firing("After")}).ok());
  Pass(base::Minutes(2));
  EXPECT_EQ(Told("good")["After"], 1);
  EXPECT_EQ(Told("good")["Before"], 3);  // the first one alone, then both
  EXPECT_EQ(Told("bad"), Told("good"));
}

TEST_F(BadReceiverTest, HundredThousandAtOnceAreAllToldOnce) {
  constexpr size_t kAlerts = 100'000;
  constexpr size_t kGroups = 200;
  std::vector<notify::PostedAlert> alerts;
  for (size_t i = 0; i < kAlerts; ++i) {
    alerts.push_back(Firing("G" + std::to_string(i % kGroups), std::to_string(i)));
  }
  ASSERT_TRUE(manager_->Put(std::move(alerts)).ok());
  Pass(base::Seconds(8), base::Seconds(1));
  std::set<uint64_t> seen;
  size_t told = 0;
  for (const HookCall* call : Calls("good")) {
    for (const notify::Alert& alert : call->message.alerts) {
      seen.insert(alert.fingerprint);
      ++told;
    }
  }
  EXPECT_EQ(told, kAlerts);
  EXPECT_EQ(seen.size(), kAlerts);
  EXPECT_EQ(Calls("good").size(), kGroups);
  Pass(base::Minutes(3), base::Seconds(1));
  EXPECT_EQ(Calls("good").size(), kGroups);
}

TEST_F(BadReceiverTest, BeyondTheLimitAlertsAreRefusedAndCounted) {
  Open(1'000);
  std::vector<notify::PostedAlert> alerts;
  for (size_t i = 0; i < 1'500; ++i) {
    alerts.push_back(Firing("G", std::to_string(i)));
  }
  const base::Status status = manager_->Put(alerts);
  EXPECT_EQ(status.code(), base::StatusCode::kResourceExhausted);
  EXPECT_NE(status.message().find("limit of 1000 alerts reached"), std::string_view::npos);
  EXPECT_EQ(manager_->stats().refused, 500u);
  alerts.resize(1'000);
  EXPECT_TRUE(manager_->Put(alerts).ok());  // known ones are still updated
  Pass(base::Seconds(3));
  ASSERT_EQ(Calls("good").size(), 1u);
  EXPECT_EQ(Calls("good")[0]->message.alerts.size(), 1'000u);
}

TEST_F(BadReceiverTest, FullDiskRefusesAlertsAndSaysSo) {
  env_.disk().SetSpace(env_.disk().UsedBytes());
  EXPECT_FALSE(manager_->Put({Firing("A")}).ok());
  EXPECT_GT(manager_->stats().journal_errors, 0u);
  env_.disk().SetSpace(~0ULL);
  EXPECT_TRUE(manager_->Put({Firing("A")}).ok());
  Pass(base::Seconds(3));
  EXPECT_EQ(Told("good"), (std::map<std::string, int>{{"A", 1}}));
}

}  // namespace
}  // namespace sb::alert
