// SPDX-License-Identifier: Apache-2.0
#include "config/json_writer.h"

#include <gtest/gtest.h>

#include "config/json_reader.h"
#include "config/yaml_reader.h"

namespace sb::config {
namespace {

TEST(JsonWriterTest, WhatWasReadComesBack) {
  const std::string text =
      R"({"a":[1,-2.5e-3,true,null,"x\"y\n"],"b":{"c":"1","d":{}},"e":[],"f":"true"})";
  const auto node = ParseJson(text, "t.json");
  ASSERT_TRUE(node.ok()) << node.status().ToString();
  EXPECT_EQ(WriteJson(**node), text);
}

TEST(JsonWriterTest, YamlScalarsThatAreNoJsonBecomeStrings) {
  const auto node = ParseYaml("a: 010\nb: 5m\nc: yes\nd: .5\ne: 7\n", "t.yml");
  ASSERT_TRUE(node.ok());
  EXPECT_EQ(WriteJson(**node), R"({"a":"010","b":"5m","c":"yes","d":".5","e":7})");
}

}  // namespace
}  // namespace sb::config
