// SPDX-License-Identifier: Apache-2.0
#include "config/yaml_writer.h"

#include <gtest/gtest.h>

#include "config/yaml_reader.h"

namespace sb::config {
namespace {

TEST(WriteYamlTest, LaysOutAsGoDoes) {
  const NodePtr tree = MakeMapping(
      {{"global", MakeMapping({{"scrape_interval", MakePlain("15s")},
                               {"external_labels", MakeMapping({{"a", MakeString("b")}})}})},
       {"rule_files", MakeSequence({MakeString("first.rules"), MakeString("my/*.rules")})},
       {"jobs", MakeSequence({MakeMapping({{"name", MakeString("x")},
                                           {"labels", MakeSequence({MakeString("job")}, true)},
                                           {"targets", MakeSequence({MakeString("h:1")})}})})},
       {"none", MakeSequence({})},
       {"empty", MakeMapping({})}});
  EXPECT_EQ(WriteYaml(*tree),
            "global:\n"
            "  scrape_interval: 15s\n"
            "  external_labels:\n"
            "    a: b\n"
            "rule_files:\n"
            "- first.rules\n"
            "- my/*.rules\n"
            "jobs:\n"
            "- name: x\n"
            "  labels: [job]\n"
            "  targets:\n"
            "  - h:1\n"
            "none: []\n"
            "empty: {}\n");
}

TEST(WriteYamlTest, QuotesWhatWouldReadAsSomethingElse) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "\"\"\n"},
      {"123", "\"123\"\n"},
      {"true", "\"true\"\n"},
      {"null", "\"null\"\n"},
      {"~", "\"~\"\n"},
      {"a: b", "'a: b'\n"},
      {"a #b", "'a #b'\n"},
      {"'q'", "'''q'''\n"},
      {"*x", "'*x'\n"},
      {"-x", "-x\n"},
      {"- x", "'- x'\n"},
      {"a\nb", "\"a\\nb\"\n"},
      {"<secret>", "<secret>\n"},
      {"2020-01-01", "\"2020-01-01\"\n"},
      {"x:", "'x:'\n"},
      {"http://h:1/p", "http://h:1/p\n"},
      {"(.*)", "(.*)\n"},
      {"$1", "$1\n"},
      {";", ";\n"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(WriteYaml(*MakeString(text)), expected);
  }
}

TEST(WriteYamlTest, WhatItWritesReadsBackTheSame) {
  for (const char* text :
       {"",   "a",   "1",   "yes", "a: b", "- x", "-",     "?",      "x\ty", "é",   "a\nb\n",
        "'",  "\"",  "[a",  "{",   "}",    "#",   " lead", "trail ", "a,b",  "0x1", "1e3",
        ".5", "...", "---", "!t",  "&a",   "%d",  "@x",    "`",      "<<",   "\\",  "\x01"}) {
    const NodePtr tree =
        MakeMapping({{text, MakeSequence({MakeString(text), MakeSequence({MakeString(text)}, true),
                                          MakeMapping({{"k", MakeString(text)}})})}});
    const std::string yaml = WriteYaml(*tree);
    const auto back = ParseYaml(yaml, "f");
    ASSERT_TRUE(back.ok()) << yaml << back.status().ToString();
    const Node::Entry& entry = (*back)->entries.at(0);
    EXPECT_EQ(entry.key->text, text) << yaml;
    EXPECT_EQ(entry.value->items.at(0)->text, text) << yaml;
    EXPECT_EQ(entry.value->items.at(1)->items.at(0)->text, text) << yaml;
    EXPECT_EQ(entry.value->items.at(2)->Find("k")->text, text) << yaml;
  }
}

}  // namespace
}  // namespace sb::config
