// SPDX-License-Identifier: Apache-2.0
#include "alert/provisioning/merged_routing.h"

#include <gtest/gtest.h>

#include "alert/provisioning/node_read.h"
#include "config/yaml_reader.h"

namespace sb::provisioning {
namespace {

constexpr const char* kOwn =
    "route:\n  receiver: ops\n  routes:\n  - {receiver: mail, matchers: ['a=\"b\"']}\n"
    "receivers: [{name: ops}, {name: mail}]\n"
    "time_intervals: [{name: night, time_intervals: []}]\n";
constexpr const char* kGrafana =
    "route:\n  receiver: mail\n  routes:\n"
    "  - {receiver: chat, mute_time_intervals: [night, noon]}\n"
    "receivers: [{name: mail}, {name: chat}]\n"
    "time_intervals: [{name: night}, {name: noon}]\n";

TEST(MergedRoutingTest, GrafanaRulesFollowGrafanasPoliciesAndTakenNamesAreChanged) {
  const auto text = MergedRouting(kOwn, "am.yml", kGrafana);
  ASSERT_TRUE(text.ok()) << text.status().ToString();
  const auto root = config::ParseYaml(*text, "merged");
  ASSERT_TRUE(root.ok()) << *text;
  const config::Node* route = (*root)->Find("route");
  EXPECT_EQ(TextAt(*route, "receiver"), "ops");
  ASSERT_EQ(route->Find("routes")->items.size(), 2u);
  const config::Node& policy = *route->Find("routes")->items[0];
  EXPECT_EQ(TextAt(policy, "receiver"), "grafana/mail");
  EXPECT_EQ(policy.Find("matchers")->items[0]->text, "grafana_folder!=\"\"");
  const config::Node& child = *policy.Find("routes")->items[0];
  EXPECT_EQ(TextAt(child, "receiver"), "chat");
  EXPECT_EQ(child.Find("mute_time_intervals")->items[0]->text, "grafana/night");
  EXPECT_EQ(child.Find("mute_time_intervals")->items[1]->text, "noon");
  EXPECT_EQ(TextAt(*route->Find("routes")->items[1], "receiver"), "mail");
  EXPECT_EQ((*root)->Find("receivers")->items.size(), 4u);
  EXPECT_EQ((*root)->Find("time_intervals")->items.size(), 3u);
}

TEST(MergedRoutingTest, WhatHasNoRouteIsRefused) {
  EXPECT_FALSE(MergedRouting("receivers: []\n", "am.yml", kGrafana).ok());
  EXPECT_FALSE(MergedRouting("{", "am.yml", kGrafana).ok());
}

}  // namespace
}  // namespace sb::provisioning
