// SPDX-License-Identifier: Apache-2.0
//
// Everything that a server does with a manager, at once: alerts arrive, ticks flush, receivers are
// told on a pool, silences and acknowledgements come and go, pages are read, configurations are
// loaded anew. What fires goes out once. Run under ThreadSanitizer for the races.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "alert/manager/manager.h"
#include "alert/manager/testing/hook_notifier.h"
#include "base/task_runner.h"
#include "base/testing/simulated_env.h"

namespace sb::alert {
namespace {

constexpr size_t kWriters = 2;
constexpr int kAlertsOfWriter = 60;
constexpr int kRounds = 40;
constexpr int kResolvedEvery = 4;

std::string NameOf(size_t writer, int n) {
  return "W" + std::to_string(writer) + "-" + std::to_string(n);
}

class ManagerConcurrencyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Manager::Options options;
    options.env = &env_;
    options.notify_pool = &notify_pool_;
    options.folder = "/alerts";
    options.make_notifier = recorder_.Factory(&env_);
    auto manager = Manager::Open(std::move(options));
    ASSERT_TRUE(manager.ok()) << manager.status().ToString();
    manager_ = std::move(manager).value();
    Reload();
  }
  void Reload() {
    auto config = ParseManagerConfig(kOneHookConfig, "alertmanager.yml", {});
    ASSERT_TRUE(config.ok()) << config.status().ToString();
    auto prepared = manager_->Prepare(*config);
    ASSERT_TRUE(prepared.ok()) << prepared.status().ToString();
    manager_->Commit(*prepared);
  }
  void Put(size_t writer, int n, base::DurationNs left) {
    notify::PostedAlert alert;
    alert.labels = model::LabelSet::FromPairs({{"alertname", NameOf(writer, n)}});
    alert.ends_at = env_.clock().Now() + left;
    const base::Status status = manager_->Put({std::move(alert)});
    EXPECT_TRUE(status.ok()) << status.ToString();
  }
  void Write(size_t writer) {
    for (int n = 0; n < kAlertsOfWriter; ++n) {
      Put(writer, n, base::DurationNs(int64_t{86'400} * 1'000'000'000));
      if (n % kResolvedEvery == 0) {
        Put(writer, n, base::DurationNs(0));
      }
    }
  }
  void Tick() {
    env_.manual_clock().Advance(base::Milliseconds(50));
    manager_->Tick();
  }
  void SilenceAndExpire() {
    for (int i = 0; i < kRounds; ++i) {
      Silence silence;
      silence.matcher_sets = {
          {AlertMatcher::Create(MatcherOp::kEqual, "alertname", "none").value()}};
      silence.starts_at = manager_->now();
      silence.ends_at = silence.starts_at + base::DurationNs(int64_t{3'600} * 1'000'000'000);
      silence.created_by = "test";
      const auto id = manager_->SetSilence(std::move(silence));
      ASSERT_TRUE(id.ok()) << id.status().ToString();
      EXPECT_FALSE(manager_->ListSilences().empty());
      const base::Status expired = manager_->ExpireSilence(*id);
      EXPECT_TRUE(expired.ok()) << expired.ToString();
    }
  }
  void Acknowledge() {
    for (int i = 0; i < kRounds; ++i) {
      for (const AlertView& view : manager_->Alerts({})) {
        const uint64_t fingerprint = view.alert->fingerprint;
        // It may be over and gone by now.
        (void)manager_->Acknowledge(fingerprint, "test", "seen");
        (void)manager_->FindAlert(fingerprint);
        (void)manager_->Escalation(fingerprint);
        (void)manager_->Unacknowledge(fingerprint);
      }
    }
  }
  void LookAtPages() {
    const model::LabelSet labels = model::LabelSet::FromPairs({{"alertname", NameOf(0, 1)}});
    for (int i = 0; i < kRounds; ++i) {
      for (const GroupView& group : manager_->Groups({})) {
        EXPECT_EQ(group.receiver, "hook");
      }
      EXPECT_LE(manager_->History({}).size(), 500U);
      (void)manager_->Explain(labels, manager_->now());
      (void)manager_->CountAlerts();
      (void)manager_->stats();
    }
  }
  // How often each name was told as firing.
  std::map<std::string, int> Told() {
    std::map<std::string, int> told;
    const base::MutexLock lock(recorder_.mutex);
    for (const HookCall& call : recorder_.calls) {
      for (const notify::Alert& alert : call.message.alerts) {
        told[std::string(alert.name())] += alert.ResolvedAt(call.at) ? 0 : 1;
      }
    }
    return told;
  }
  // What waits for its turn at a receiver waits by the clock too.
  void Settle() {
    for (int quiet = 0; quiet < 100;) {
      Tick();
      quiet = manager_->stats().in_flight == 0 ? quiet + 1 : 0;
      std::this_thread::yield();
    }
  }

  base::SimulatedEnv env_{17};
  base::ThreadPool notify_pool_{{.name = "notify", .threads = 3}};
  HookRecorder recorder_;
  std::unique_ptr<Manager> manager_;
};

TEST_F(ManagerConcurrencyTest, WhatFiresIsToldOnceWhateverElseGoesOn) {
  base::ThreadPool pool({.name = "test", .threads = kWriters + 5});
  std::atomic<size_t> writing = kWriters;
  base::ParallelFor(pool, kWriters + 5, [&](size_t part) {
    switch (part) {
      case 0:
        while (writing.load() > 0) {
          Tick();
        }
        return;
      case 1:
        return SilenceAndExpire();
      case 2:
        return Acknowledge();
      case 3:
        return LookAtPages();
      case 4:
        for (int i = 0; i < kRounds; ++i) {
          Reload();
        }
        return;
      default:
        Write(part - 5);
        --writing;
    }
  });
  Settle();
  const std::map<std::string, int> told = Told();
  for (size_t writer = 0; writer < kWriters; ++writer) {
    for (int n = 0; n < kAlertsOfWriter; ++n) {
      if (n % kResolvedEvery != 0) {
        const auto found = told.find(NameOf(writer, n));
        EXPECT_EQ(found == told.end() ? 0 : found->second, 1) << NameOf(writer, n);
      }
    }
  }
  EXPECT_EQ(manager_->stats().journal_errors, 0U);
  manager_->Stop();
}

}  // namespace
}  // namespace sb::alert
