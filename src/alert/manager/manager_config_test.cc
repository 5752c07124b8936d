// SPDX-License-Identifier: Apache-2.0
#include "alert/manager/manager_config.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <sstream>

#include "alert/manager/testing/conformance.h"
#include "config/codec.h"
#include "config/yaml_writer.h"

namespace sb::alert {
namespace {

using config::Node;

base::Result<std::shared_ptr<const ManagerConfig>> Parse(
    const std::string& text, MatcherMode mode = MatcherMode::kFallback) {
  return ParseManagerConfig(text, "alertmanager.yml",
                            {.mode = mode, .files = nullptr, .folder = ""});
}

bool Loads(const std::string& text, const std::string& result, const std::string& error,
           std::string* why) {
  const auto config = Parse(text);
  *why = config.ok() ? "accepted" : std::string(config.status().message());
  if (result == "ok") {
    return config.ok();
  }
  if (result == "classic-error") {
    const auto classic = Parse(text, MatcherMode::kClassic);
    *why = classic.ok() ? "accepted" : std::string(classic.status().message());
    return config.ok() && !classic.ok() && why->find(error) != std::string::npos;
  }
  return !config.ok() && why->find(error) != std::string::npos;
}

TEST(ManagerConfigTest, WhatIsNotDoneIsNamedWithItsPlace) {
  const auto config = Parse(
      "route: {receiver: r}\n"
      "tracing: {endpoint: 'localhost:4317'}\n"
      "event_recorder: {}\n"
      "receivers:\n"
      "- name: r\n"
      "  sns_configs:\n"
      "  - {topic_arn: t, sigv4: {region: r, profile: p}}\n"
      "  - {topic_arn: t, sigv4: {region: r, access_key: a, secret_key: s, role_arn: x}}\n"
      "  - {topic_arn: t, sigv4: {region: r}}\n"
      "  - {topic_arn: t, sigv4: {region: r, access_key: a, secret_key: s}}\n");
  ASSERT_TRUE(config.ok()) << config.status().message();
  const std::vector<std::string> places = {"2:1", "3:1", "7:5", "8:5", "9:5"};
  const std::vector<std::string> hints = {"self_tracing", "/api/signalbox/v1/notifications",
                                          "sigv4.profile is not used", "sigv4.role_arn",
                                          "set sigv4.access_key"};
  ASSERT_EQ((*config)->warnings.size(), places.size());
  for (size_t i = 0; i < places.size(); ++i) {
    const std::string& warning = (*config)->warnings[i];
    EXPECT_TRUE(warning.starts_with("alertmanager.yml:" + places[i] + ": ")) << warning;
    EXPECT_NE(warning.find(hints[i]), std::string::npos) << warning;
  }
  EXPECT_TRUE(
      (*Parse("route: {receiver: r}\ntracing:\nreceivers: [{name: r}]\n"))->warnings.empty());
}

TEST(ConfigConformanceTest, AcceptsAndRefusesAsTheReference) {
  if (ConformanceFolder().empty()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  std::istringstream rows(ReadConformance("config/expected.tsv"));
  std::string line;
  size_t good = 0;
  size_t all = 0;
  while (std::getline(rows, line)) {
    if (line.empty() || line[0] == '#') {
      continue;
    }
    const size_t first = line.find('\t');
    const size_t second = line.find('\t', first + 1);
    const std::string file = line.substr(0, first);
    const std::string result = line.substr(first + 1, second - first - 1);
    const std::string error = second == std::string::npos ? "" : line.substr(second + 1);
    std::string why;
    const bool ok = Loads(ReadConformance("config/" + file), result, error, &why);
    ++all;
    good += ok ? 1 : 0;
    EXPECT_TRUE(ok) << file << ": " << why << "\nwant: " << result << " " << error;
  }
  std::printf("conformance: alertmanager/config %zu of %zu\n", good, all);
}

TEST(ConfigConformanceTest, ReceiversAreCheckedAsTheReference) {
  if (ConformanceFolder().empty()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  constexpr const char* kBase = R"(global: {smtp_smarthost: "localhost:25",
  smtp_from: "am@example.org", opsgenie_api_key: k, wechat_api_secret: s, wechat_api_corp_id: c,
  rocketchat_token: t, rocketchat_token_id: i, victorops_api_key: v,
  slack_api_url: "http://slack.example/x"}
route: {receiver: r}
receivers:
- name: r
)";
  const config::NodePtr rows = ReadConformanceYaml("receiver-config.yaml");
  size_t good = 0;
  for (const config::NodePtr& row : rows->items) {
    const auto snippet = config::ParseYaml(TextOf(*row, "config"), "snippet");
    ASSERT_TRUE(snippet.ok());
    const std::string list = config::WriteYaml(*config::MakeMapping(
        {{TextOf(*row, "receiver") + "_configs", config::MakeSequence({*snippet})}}));
    std::string text = kBase;
    std::istringstream lines(list);
    for (std::string line; std::getline(lines, line);) {
      text += "  " + line + "\n";
    }
    const std::string error = TextOf(*row, "error");
    std::string why;
    const bool ok = Loads(text, error.empty() ? "ok" : "error", error == "*" ? "" : error, &why);
    good += ok ? 1 : 0;
    EXPECT_TRUE(ok) << TextOf(*row, "receiver") << " " << TextOf(*row, "case") << ": " << why
                    << "\nwant: " << error << "\n"
                    << text;
  }
  std::printf("conformance: alertmanager/receiver-config %zu of %zu\n", good, rows->items.size());
}

TEST(ConfigConformanceTest, SecretsAreNotShown) {
  if (ConformanceFolder().empty()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const auto config = Parse(ReadConformance("config/conf.good.yml"));
  ASSERT_TRUE(config.ok());
  const std::string shown = (*config)->ToYaml();
  EXPECT_EQ(shown.find("mysecret"), std::string::npos);
  size_t count = 0;
  for (size_t at = shown.find("<secret>"); at != std::string::npos;
       at = shown.find("<secret>", at + 1)) {
    ++count;
  }
  EXPECT_EQ(count, 13u) << shown;
  EXPECT_TRUE(Parse(shown).ok()) << Parse(shown).status().ToString();
}

bool RouteAgrees(const Route& route, const Node& want) {
  std::vector<std::string> group_by = route.group_by;
  if (route.group_by_all) {
    group_by = {"..."};
  }
  std::sort(group_by.begin(), group_by.end());
  std::vector<std::string> wanted;
  for (const config::NodePtr& item : want.Find("group_by")->items) {
    wanted.push_back(item->text);
  }
  using Duration = config::Codec<base::DurationMs>;
  return route.receiver == TextOf(want, "receiver") && route.key == TextOf(want, "key") &&
         group_by == wanted &&
         Duration::Write(route.group_wait)->text == TextOf(want, "group_wait") &&
         Duration::Write(route.group_interval)->text == TextOf(want, "group_interval") &&
         Duration::Write(route.repeat_interval)->text == TextOf(want, "repeat_interval");
}

TEST(RouteConformanceTest, AlertsReachTheReferencesRoutes) {
  if (ConformanceFolder().empty()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const config::NodePtr rows = ReadConformanceYaml("routes/cases.yaml");
  size_t good = 0;
  for (const config::NodePtr& row : rows->items) {
    const auto config = Parse(ReadConformance("routes/" + TextOf(*row, "config")));
    ASSERT_TRUE(config.ok()) << config.status().ToString();
    std::vector<const Route*> routes;
    (*config)->route->Match(LabelsOf(row->Find("labels")), &routes);
    std::vector<std::string> receivers;
    std::string keys;
    for (const Route* route : routes) {
      receivers.push_back(route->receiver);
      keys += " " + route->key;
    }
    std::vector<std::string> wanted;
    for (const config::NodePtr& item : row->Find("receivers")->items) {
      wanted.push_back(item->text);
    }
    bool ok = receivers == wanted;
    const Node* details = row->Find("routes");
    for (size_t i = 0; ok && details != nullptr && i < routes.size(); ++i) {
      ok = RouteAgrees(*routes[i], *details->items[i]);
    }
    good += ok ? 1 : 0;
    EXPECT_TRUE(ok) << TextOf(*row, "config") << ":" << row->position.line << keys;
  }
  std::printf("conformance: alertmanager/routes %zu of %zu\n", good, rows->items.size());
}

base::TimestampNs Instant(const std::string& text) {
  std::string full = text;
  if (full.size() == 17 && full.ends_with('Z')) {
    full.insert(16, ":00");
  }
  const auto time = gotemplate::ParseTime(gotemplate::kRfc3339Nano, full, nullptr);
  EXPECT_TRUE(time.ok()) << text;
  return base::TimestampNs(time->seconds * 1'000'000'000);
}

bool IntervalAgrees(const Node& row, std::string* why) {
  config::ErrorList errors("intervals");
  NamedTimeInterval named;
  const auto node = config::ParseYaml(TextOf(row, "intervals"), "intervals");
  named.intervals = ReadTimeIntervals(**node, base::Env::Real().files(), errors);
  *why = errors.ToStatus().ToString();
  if (row.Find("error") != nullptr) {
    const std::string error = TextOf(row, "error");
    return !errors.empty() && (error == "*" || why->find(error) != std::string::npos);
  }
  if (!errors.empty()) {
    return false;
  }
  if (const Node* minutes = row.Find("minutes"); minutes != nullptr) {
    const IntRange& range = named.intervals[0].minutes[0];
    return std::to_string(range.first) == minutes->items[0]->text &&
           std::to_string(range.last) == minutes->items[1]->text;
  }
  for (const auto& [key, inside] : {std::pair{"contains", true}, {"excludes", false}}) {
    const Node* list = row.Find(key);
    for (const config::NodePtr& item :
         list == nullptr ? std::vector<config::NodePtr>{} : list->items) {
      if (named.Contains(Instant(item->text)) != inside) {
        *why = item->text;
        return false;
      }
    }
  }
  return true;
}

bool NamedAgrees(const Node& row) {
  std::vector<std::string> muted;
  for (const Node::Entry& entry : row.Find("named")->entries) {
    config::ErrorList errors("intervals");
    NamedTimeInterval named;
    const auto node = config::ParseYaml(entry.value->text, "intervals");
    named.intervals = ReadTimeIntervals(**node, base::Env::Real().files(), errors);
    if (named.Contains(Instant(TextOf(row, "now")))) {
      muted.push_back(entry.key->text);
    }
  }
  std::vector<std::string> wanted;
  for (const config::NodePtr& item : row.Find("muted_by")->items) {
    wanted.push_back(item->text);
  }
  return muted == wanted;
}

TEST(TimeIntervalConformanceTest, ContainsWhatTheReferenceContains) {
  if (ConformanceFolder().empty()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const config::NodePtr rows = ReadConformanceYaml("timeintervals.yaml");
  size_t good = 0;
  for (const config::NodePtr& row : rows->items) {
    std::string why;
    const bool ok = row->Find("named") != nullptr ? NamedAgrees(*row) : IntervalAgrees(*row, &why);
    good += ok ? 1 : 0;
    EXPECT_TRUE(ok) << TextOf(*row, "intervals") << why;
  }
  std::printf("conformance: alertmanager/timeintervals %zu of %zu\n", good, rows->items.size());
}

TEST(ManagerConfigTest, BuiltInDefaultLoads) {
  EXPECT_TRUE(Parse(std::string(DefaultManagerConfig())).ok());
}

}  // namespace
}  // namespace sb::alert
