// SPDX-License-Identifier: Apache-2.0
#include "alert/manager/matcher.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "alert/manager/testing/conformance.h"

namespace sb::alert {
namespace {

using config::Node;

MatcherOp OpOf(const std::string& text) {
  return text == "="    ? MatcherOp::kEqual
         : text == "!=" ? MatcherOp::kNotEqual
         : text == "=~" ? MatcherOp::kRegex
                        : MatcherOp::kNotRegex;
}

base::Result<AlertMatchers> ParseRow(const Node& row, MatcherMode mode) {
  const std::string input = TextOf(row, "input");
  if (TextOf(row, "entry") == "matchers") {
    return ParseMatchers(input, mode);
  }
  SB_ASSIGN_OR_RETURN(AlertMatcher matcher, ParseMatcher(input, mode));
  return AlertMatchers{std::move(matcher)};
}

bool Agrees(const Node& row, MatcherMode mode, std::string_view error_key, std::string* why) {
  const base::Result<AlertMatchers> got = ParseRow(row, mode);
  const std::string error = TextOf(row, error_key);
  if (!error.empty()) {
    *why = got.ok() ? "accepted: " + ToString(*got) : std::string(got.status().message());
    return !got.ok() && (error == "*" || got.status().message() == error);
  }
  if (!got.ok()) {
    *why = std::string(got.status().message());
    return false;
  }
  AlertMatchers want;
  for (const config::NodePtr& item : row.Find("matchers")->items) {
    want.push_back(*AlertMatcher::Create(OpOf(TextOf(*item, "op")), TextOf(*item, "name"),
                                         TextOf(*item, "value")));
  }
  *why = ToString(*got);
  return *got == want;
}

bool ParsesAs(const Node& row, std::string* why) {
  const std::string parser = TextOf(row, "parser");
  if (parser == "utf8") {
    return Agrees(row, MatcherMode::kUtf8, "error", why) &&
           (row.Find("classic_error") == nullptr ||
            Agrees(row, MatcherMode::kClassic, "classic_error", why));
  }
  const MatcherMode mode = parser == "fallback" ? MatcherMode::kFallback : MatcherMode::kClassic;
  return Agrees(row, mode, "error", why) &&
         (parser != "classic-only" || Agrees(row, MatcherMode::kFallback, "error", why));
}

bool Behaves(const Node& row, std::string* why) {
  const std::string kind = TextOf(row, "kind");
  if (kind.empty()) {
    return ParsesAs(row, why);
  }
  if (kind == "string-list") {
    *why = ToString(*ParseMatchers(TextOf(row, "matchers"), MatcherMode::kUtf8));
    return *why == TextOf(row, "string");
  }
  const auto matcher =
      AlertMatcher::Create(OpOf(TextOf(row, "op")), TextOf(row, "name"), TextOf(row, "value"));
  if (kind == "bad-regex") {
    return !matcher.ok();
  }
  if (kind == "match") {
    return matcher->MatchesValue(TextOf(row, "label_value")) == (TextOf(row, "match") == "true");
  }
  *why = matcher->ToString();
  return kind != "string" || *why == TextOf(row, "string");
}

TEST(MatcherConformanceTest, ReadsPrintsAndMatchesAsTheReference) {
  if (ConformanceFolder().empty()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const config::NodePtr rows = ReadConformanceYaml("matchers.yaml");
  size_t good = 0;
  for (const config::NodePtr& row : rows->items) {
    std::string why;
    const bool ok = Behaves(*row, &why);
    good += ok ? 1 : 0;
    EXPECT_TRUE(ok) << row->position.line << ": " << TextOf(*row, "input") << " -> " << why;
  }
  std::printf("conformance: alertmanager/matchers %zu of %zu\n", good, rows->items.size());
}

TEST(MatcherTest, DotDoesNotMatchNewline) {
  EXPECT_FALSE(AlertMatcher::Create(MatcherOp::kRegex, "a", "x.y")->MatchesValue("x\ny"));
}

TEST(MatcherTest, AbsentLabelIsEmpty) {
  EXPECT_TRUE(AlertMatcher::Create(MatcherOp::kEqual, "a", "")->Matches(model::LabelSet()));
}

}  // namespace
}  // namespace sb::alert
