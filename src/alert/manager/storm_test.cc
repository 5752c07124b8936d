// SPDX-License-Identifier: Apache-2.0
//
// kill -9 in the middle of notification storms: nothing acknowledged is lost, and what is told
// twice is what was being told when the process died, under the same idempotency key.
#include <gtest/gtest.h>

#include <cstdio>
#include <set>

#include "alert/manager/manager.h"
#include "alert/manager/testing/hook_notifier.h"
#include "base/testing/simulated_env.h"

namespace sb::alert {
namespace {

constexpr int kCycles = 200;
constexpr int kAlertsPerCycle = 5;

class Storm {
 public:
  explicit Storm(uint64_t seed) : env_(seed), random_(seed) {}

  void Open() {
    Manager::Options options;
    options.env = &env_;
    options.folder = "/alerts";
    options.make_notifier = recorder_.Factory(&env_);
    auto manager = Manager::Open(options);
    ASSERT_TRUE(manager.ok()) << manager.status().ToString();
    manager_ = std::move(manager).value();
    auto config = ParseManagerConfig(kOneHookConfig, "storm.yml", {});
    auto prepared = manager_->Prepare(*config);
    ASSERT_TRUE(prepared.ok());
    manager_->Commit(*prepared);
  }

  void Cycle() {
    std::vector<notify::PostedAlert> alerts;
    std::vector<uint64_t> fingerprints;
    for (int i = 0; i < kAlertsPerCycle; ++i) {
      notify::PostedAlert alert;
      alert.labels = model::LabelSet::FromPairs({{"alertname", "S" + std::to_string(number_++)}});
      alert.ends_at = env_.clock().Now() + base::DurationNs(int64_t{86'400} * 1'000'000'000);
      fingerprints.push_back(notify::Fingerprint(alert.labels));
      alerts.push_back(std::move(alert));
    }
    // The process dies at a random write, at times between a message and the note of it.
    const uint64_t last_write = env_.disk().writes() + random_.Next64() % 24;
    env_.disk().StopAfterWrites(last_write - env_.disk().writes());
    recorder_.alive = [this, last_write] { return env_.disk().writes() <= last_write; };
    if (manager_->Put(std::move(alerts)).ok()) {
      acknowledged_.insert(fingerprints.begin(), fingerprints.end());
    }
    const uint64_t ticks = random_.Next64() % 12;
    for (uint64_t i = 0; i < ticks; ++i) {
      env_.manual_clock().Advance(base::Milliseconds(50));
      manager_->Tick();
    }
    resent_ += manager_->stats().resent;
    env_.KillProcess();
    manager_.reset();
    env_.disk().StopAfterWrites(~0ULL);
    recorder_.alive = nullptr;
    Open();
  }

  void Settle() {
    for (int i = 0; i < 200; ++i) {
      env_.manual_clock().Advance(base::Milliseconds(50));
      manager_->Tick();
    }
  }

  base::SimulatedEnv env_;
  base::SimulatedRandom random_;
  HookRecorder recorder_;
  std::unique_ptr<Manager> manager_;
  std::set<uint64_t> acknowledged_;
  int number_ = 0;
  uint64_t resent_ = 0;
};

TEST(StormTest, TwoHundredKillsLoseNothingAndDoubleOnlyWhatWasInTheAir) {
  const uint64_t seed = 20'261'126;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  Storm storm(seed);
  storm.Open();
  for (int cycle = 0; cycle < kCycles; ++cycle) {
    storm.Cycle();
    ASSERT_FALSE(testing::Test::HasFatalFailure());
  }
  storm.Settle();
  std::map<uint64_t, std::vector<std::string>> told;
  for (const HookCall& call : storm.recorder_.calls) {
    for (const notify::Alert& alert : call.message.alerts) {
      told[alert.fingerprint].push_back(call.message.idempotency_key);
    }
  }
  size_t again = 0;
  size_t doubled = 0;
  for (const uint64_t fingerprint : storm.acknowledged_) {
    const std::vector<std::string>& keys = told[fingerprint];
    EXPECT_FALSE(keys.empty()) << "lost " << notify::FingerprintText(fingerprint);
    again += keys.size() > 1 ? 1 : 0;
    doubled += std::set<std::string>(keys.begin(), keys.end()).size() > 1 ? 1 : 0;
  }
  std::printf(
      "storm: %d kills, %zu alerts acknowledged, 0 lost, %zu told again under the same key "
      "(killed between answer and note), %zu doubled under another key\n",
      kCycles, storm.acknowledged_.size(), again, doubled);
  EXPECT_GT(storm.acknowledged_.size(), 100u);
  EXPECT_GT(again, 0u);  // else the window was never met
  // A notification is two writes, and a kill falls between them at most once.
  EXPECT_LT(again, static_cast<size_t>(kCycles) / 2);
  EXPECT_EQ(doubled, 0u);
  EXPECT_GT(storm.resent_, 0u);  // and is told in the history
}

TEST(StormTest, TheNoteIsTheNextWriteAfterTheAnswer) {
  Storm storm(11);
  // What the receiver's answer leaves to be done before a kill does no harm any more: one write, no
  // timer, no sync.
  storm.recorder_.on_send = [&storm] { storm.env_.disk().StopAfterWrites(1); };
  storm.Open();
  notify::PostedAlert alert;
  alert.labels = model::LabelSet::FromPairs({{"alertname", "Once"}});
  alert.ends_at = storm.env_.clock().Now() + base::DurationNs(int64_t{86'400} * 1'000'000'000);
  ASSERT_TRUE(storm.manager_->Put({alert}).ok());
  storm.env_.manual_clock().Advance(base::Milliseconds(150));
  storm.manager_->Tick();
  ASSERT_EQ(storm.recorder_.calls.size(), 1u);
  storm.env_.KillProcess();
  storm.manager_.reset();
  storm.env_.disk().StopAfterWrites(~0ULL);
  storm.recorder_.on_send = nullptr;
  storm.Open();
  storm.Settle();
  EXPECT_EQ(storm.recorder_.calls.size(), 1u) << "told again";
}

TEST(StormTest, JournalIsRewrittenAndStillComplete) {
  Storm storm(7);
  storm.Open();
  std::vector<notify::PostedAlert> alerts(20'000);
  for (size_t i = 0; i < alerts.size(); ++i) {
    alerts[i].labels = model::LabelSet::FromPairs(
        {{"alertname", "A"}, {"instance", std::to_string(i)}, {"text", std::string(200, 'x')}});
    alerts[i].ends_at = storm.env_.clock().Now() + base::DurationNs(int64_t{9'000'000'000'000});
  }
  for (int round = 0; round < 20; ++round) {
    ASSERT_TRUE(storm.manager_->Put(alerts).ok());
  }
  const uint64_t before = storm.manager_->stats().journal_bytes;
  storm.env_.manual_clock().Advance(base::Seconds(60));
  storm.manager_->Tick();
  EXPECT_LT(storm.manager_->stats().journal_bytes, before / 4);
  storm.env_.KillProcess();
  storm.manager_.reset();
  storm.Open();
  EXPECT_EQ(storm.manager_->CountAlerts().active, alerts.size());
}

}  // namespace
}  // namespace sb::alert
