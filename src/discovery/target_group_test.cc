// SPDX-License-Identifier: Apache-2.0
#include "discovery/target_group.h"

#include <gtest/gtest.h>

namespace sb::discovery {
namespace {

std::string Error(std::string_view text, GroupFormat format) {
  const auto groups = ParseTargetGroups(text, "f", format);
  return groups.ok() ? "no error" : std::string(groups.status().message());
}

TEST(TargetGroupTest, ReadsJsonAndYaml) {
  const char* json = R"([{"targets": ["a:1", "b:2"], "labels": {"env": "p", "n": "1"}}, {}])";
  const char* yaml = "- targets: ['a:1', \"b:2\"]\n  labels: {env: p, n: 1}\n- {}\n";
  const auto from_json = ParseTargetGroups(json, "f", GroupFormat::kJson);
  const auto from_yaml = ParseTargetGroups(yaml, "f", GroupFormat::kYaml);
  ASSERT_TRUE(from_json.ok()) << from_json.status().ToString();
  ASSERT_TRUE(from_yaml.ok()) << from_yaml.status().ToString();
  EXPECT_EQ(*from_json, *from_yaml);
  EXPECT_EQ(from_json->at(0).targets, (std::vector<std::string>{"a:1", "b:2"}));
  EXPECT_EQ(from_json->at(0).labels.at("n"), "1");
  const TargetGroup group = MakeTargetGroup("s", from_json->at(0));
  EXPECT_EQ(group.targets[1].at("__address__"), "b:2");
}

TEST(TargetGroupTest, IsAllOrNothing) {
  EXPECT_EQ(Error("[null]", GroupFormat::kJson), "f:1:2: nil target group item found");
  EXPECT_TRUE(Error("{\"targets\": []}", GroupFormat::kJson)
                  .starts_with("f:1:1: unmarshal errors: cannot unmarshal !!map"));
  EXPECT_NE(Error("- target: [a]\n", GroupFormat::kYaml).find("f:1:3: field target not found"),
            std::string::npos);
  EXPECT_TRUE(Error("[{\"targets\": [}]", GroupFormat::kJson).starts_with("f:1:15: json: "));
  EXPECT_EQ(Error("- labels: {\"\": x}\n", GroupFormat::kYaml),
            "f:1:12: \"\" is not a valid label name");
  EXPECT_EQ(Error("", GroupFormat::kYaml), "no error");
}

}  // namespace
}  // namespace sb::discovery
