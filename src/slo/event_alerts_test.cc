// SPDX-License-Identifier: Apache-2.0
#include "slo/event_alerts.h"

#include <gtest/gtest.h>

#include "alert/rules/memory_store.h"
#include "base/testing/simulated_env.h"

namespace sb::slo {
namespace {

constexpr int64_t kMinuteMs = 60'000;

class EventAlertsTest : public testing::Test {
 protected:
  EventAlertsTest() {
    objective_.id = "shop-checkout";
    objective_.name = "checkout";
    objective_.service = "shop";
    objective_.labels = {{"cuj_name", "pay"}};
  }
  // Firing at every half minute of [from, to].
  void Fire(std::map<std::string, std::string> labels, int64_t from_min, int64_t to_min) {
    labels["__name__"] = "ALERTS";
    labels["alertstate"] = "firing";
    std::vector<model::Label> list;
    for (const auto& [name, value] : labels) {
      list.push_back({name, value});
    }
    for (int64_t at = from_min * kMinuteMs; at <= to_min * kMinuteMs; at += kMinuteMs / 2) {
      model::Sample sample;
      sample.time_ms = at;
      sample.value = 1;
      ASSERT_TRUE(store_.Append(model::LabelSet::FromLabels(list), sample).ok());
    }
  }
  std::vector<std::vector<EventAlert>> During(const std::vector<BurnEvent>& events, int64_t now_min,
                                              const model::LabelSet& group = {}) {
    env_.manual_clock().Set(base::TimestampMs(now_min * kMinuteMs));
    const auto alerts = AlertsDuring({env_.clock(), store_, engine_}, objective_, group, events);
    EXPECT_TRUE(alerts.ok()) << alerts.status().ToString();
    return alerts.ok() ? *alerts : std::vector<std::vector<EventAlert>>(events.size());
  }

  base::SimulatedEnv env_{7};
  rules::MemoryStore store_;
  promql::Engine engine_{{}};
  Objective objective_;
};

TEST_F(EventAlertsTest, NamesOwnAlertsFirstThenThoseOfTheServiceThenOthers) {
  Fire({{"alertname", "DiskFull"}, {"instance", "db1"}}, 590, 640);
  Fire({{"alertname", "JourneyFails"}, {"journey", "pay"}}, 615, 630);
  Fire({{"alertname", "ShopDown"}, {"service", "shop"}}, 610, 630);
  Fire({{"alertname", "burn"}, {"sloth_id", "shop-checkout"}, {"sloth_severity", "page"}}, 620,
       700);
  Fire({{"alertname", "Before"}}, 500, 550);
  Fire({{"alertname", "After"}}, 690, 720);
  Fire({{"alertname", "Watchdog"}}, 0, 800);
  const auto alerts = During({{600 * kMinuteMs, 660 * kMinuteMs, 5, 0.4, 9}}, 900);
  std::string names;
  for (const EventAlert& alert : alerts.at(0)) {
    names += std::string(alert.labels.Get("alertname")) +
             std::to_string(static_cast<int>(alert.relation)) + " ";
    EXPECT_FALSE(alert.labels.Has("alertstate"));
  }
  EXPECT_EQ(names, "burn0 ShopDown1 JourneyFails1 DiskFull2 ");
  EXPECT_EQ(alerts[0][0].start_ms, 620 * kMinuteMs);
  EXPECT_EQ(alerts[0][0].end_ms, 700 * kMinuteMs);
}

TEST_F(EventAlertsTest, TwoFiringsOfOneAlertAreTwoAndOneMayGoOn) {
  Fire({{"alertname", "A"}}, 600, 610);
  Fire({{"alertname", "A"}}, 630, 660);
  const auto alerts = During({{600 * kMinuteMs, 660 * kMinuteMs, 5, 0.4, 9}}, 661);
  ASSERT_EQ(alerts.at(0).size(), 2u);
  EXPECT_EQ(alerts[0][0].end_ms, 610 * kMinuteMs);
  EXPECT_EQ(alerts[0][1].start_ms, 630 * kMinuteMs);
  EXPECT_EQ(alerts[0][1].end_ms, 0);
}

TEST_F(EventAlertsTest, AlertsOfAnotherGroupAreNotOwn) {
  Fire({{"alertname", "burn"}, {"region", "eu"}, {"sloth_id", "shop-checkout"}}, 600, 610);
  Fire({{"alertname", "burn"}, {"region", "us"}, {"sloth_id", "shop-checkout"}}, 600, 610);
  const auto alerts = During({{600 * kMinuteMs, 660 * kMinuteMs, 5, 0.4, 9}}, 900,
                             model::LabelSet::FromPairs({{"region", "us"}}));
  ASSERT_EQ(alerts.at(0).size(), 2u);
  EXPECT_EQ(alerts[0][0].labels.Get("region"), "us");
  EXPECT_EQ(alerts[0][0].relation, AlertRelation::kOwn);
  EXPECT_EQ(alerts[0][1].relation, AlertRelation::kService);
}

TEST_F(EventAlertsTest, OnlyTheEventsThatBurntMostAreAsked) {
  Fire({{"alertname", "A"}}, 0, 60 * 30);
  std::vector<BurnEvent> events;
  for (int64_t i = 0; i < 25; ++i) {
    events.push_back({i * kHourMs, (i + 1) * kHourMs, 1, 0.01 * static_cast<double>(i), 2});
  }
  const auto alerts = During(events, 60 * 40);
  ASSERT_EQ(alerts.size(), 25u);
  EXPECT_TRUE(alerts[4].empty());
  EXPECT_EQ(alerts[5].size(), 1u);
  EXPECT_EQ(alerts[24].size(), 1u);
}

}  // namespace
}  // namespace sb::slo
