// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdio>

#include "alert/manager/inhibitor.h"
#include "alert/manager/notification_log.h"
#include "alert/manager/testing/conformance.h"
#include "config/duration.h"

namespace sb::alert {
namespace {

using config::Node;

constexpr base::TimestampNs kNow{1'700'000'000'000'000'000};

AlertPtr MakeAlert(model::LabelSet labels, bool resolved) {
  auto alert = std::make_shared<notify::Alert>();
  alert->labels = std::move(labels);
  alert->starts_at = kNow - base::DurationNs(60'000'000'000);
  alert->ends_at =
      resolved ? kNow - base::DurationNs(1'000'000'000) : kNow + base::DurationNs(60'000'000'000);
  alert->fingerprint = notify::Fingerprint(alert->labels);
  return alert;
}

bool TargetAgrees(const Inhibitor& inhibitor, const Node& target, std::string* why) {
  const AlertPtr alert = MakeAlert(LabelsOf(target.Find("labels")), false);
  const auto source = inhibitor.InhibitedBy(*alert, kNow);
  const bool wanted = TextOf(target, "inhibited") == "true";
  *why = alert->labels.ToString() + (source.has_value() ? " inhibited" : " free");
  if (source.has_value() != wanted) {
    return false;
  }
  const Node* by = target.Find("by_any_of");
  if (by == nullptr || !source.has_value()) {
    return true;
  }
  for (const config::NodePtr& item : by->items) {
    if (item->text == notify::FingerprintText(*source)) {
      return true;
    }
  }
  return false;
}

TEST(InhibitConformanceTest, MutesAsTheReference) {
  if (ConformanceFolder().empty()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const config::NodePtr rows = ReadConformanceYaml("inhibit.yaml");
  size_t good = 0;
  for (const config::NodePtr& row : rows->items) {
    config::ErrorList errors("rules");
    const auto node = config::ParseYaml(TextOf(*row, "inhibit_rules"), "rules");
    const std::vector<InhibitRule> rules = ReadInhibitRules(**node, MatcherMode::kFallback, errors);
    ASSERT_TRUE(errors.empty());
    Inhibitor inhibitor(&rules);
    for (const config::NodePtr& alert : row->Find("alerts")->items) {
      inhibitor.Update(
          MakeAlert(LabelsOf(alert->Find("labels")), TextOf(*alert, "resolved") == "true"));
    }
    bool ok = true;
    std::string why;
    for (const config::NodePtr& target : row->Find("targets")->items) {
      ok = ok && TargetAgrees(inhibitor, *target, &why);
    }
    good += ok ? 1 : 0;
    EXPECT_TRUE(ok) << TextOf(*row, "name") << ": " << why;
  }
  std::printf("conformance: alertmanager/inhibit %zu of %zu\n", good, rows->items.size());
}

TEST(InhibitorTest, SevenThousandSourcesCostOneLookUpEach) {
  const std::vector<InhibitRule> rules = [] {
    config::ErrorList errors("rules");
    const auto node = config::ParseYaml(
        "- {source_matchers: [sev=critical], target_matchers: [sev=warning], equal: [job]}", "r");
    return ReadInhibitRules(**node, MatcherMode::kFallback, errors);
  }();
  Inhibitor inhibitor(&rules);
  std::vector<AlertPtr> targets;
  for (int i = 0; i < 7'000; ++i) {
    const std::string job = "j" + std::to_string(i % 50);
    const std::string instance = std::to_string(i);
    inhibitor.Update(MakeAlert(
        model::LabelSet::FromPairs(
            {{"alertname", "A"}, {"instance", instance}, {"job", job}, {"sev", "critical"}}),
        false));
    targets.push_back(MakeAlert(
        model::LabelSet::FromPairs(
            {{"alertname", "A"}, {"instance", instance}, {"job", job}, {"sev", "warning"}}),
        false));
  }
  size_t muted = 0;
  for (const AlertPtr& target : targets) {
    muted += inhibitor.InhibitedBy(*target, kNow).has_value() ? 1 : 0;
  }
  EXPECT_EQ(muted, targets.size());
}

std::set<uint64_t> Numbers(const Node* node) {
  std::set<uint64_t> numbers;
  for (const config::NodePtr& item : node->items) {
    numbers.insert(std::stoull(item->text));
  }
  return numbers;
}

TEST(DedupConformanceTest, NotifiesWhenTheReferenceNotifies) {
  if (ConformanceFolder().empty()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const config::NodePtr rows = ReadConformanceYaml("dedup.yaml");
  size_t good = 0;
  for (const config::NodePtr& row : rows->items) {
    NotificationEntry entry;
    const Node* logged = row->Find("logged");
    if (!logged->IsNull()) {
      entry.firing = Numbers(logged->Find("firing"));
      entry.resolved = Numbers(logged->Find("resolved"));
      entry.sent_at = kNow - base::ToNs(*config::ParseDuration(TextOf(*row, "since_last")));
    }
    const NotifyReason reason =
        NeedsNotification(logged->IsNull() ? nullptr : &entry, Numbers(row->Find("firing")),
                          Numbers(row->Find("resolved")), kNow,
                          *config::ParseDuration(TextOf(*row, "repeat_interval")),
                          TextOf(*row, "send_resolved") == "true");
    bool ok = (reason != NotifyReason::kNone) == (TextOf(*row, "notify") == "true");
    if (ok && row->Find("reason") != nullptr) {
      ok = NotifyReasonText(reason) == TextOf(*row, "reason");
    }
    good += ok ? 1 : 0;
    EXPECT_TRUE(ok) << TextOf(*row, "name") << ": " << NotifyReasonText(reason);
  }
  std::printf("conformance: alertmanager/dedup %zu of %zu\n", good, rows->items.size());
}

}  // namespace
}  // namespace sb::alert
