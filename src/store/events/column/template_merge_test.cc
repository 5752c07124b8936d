// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/template_merge.h"

#include <gtest/gtest.h>

#include <random>

#include "base/env.h"
#include "store/events/column/line_template.h"
#include "store/events/column/value_column.h"

namespace sb::events {
namespace {

using store::EventFilter;
using store::EventValue;
using store::FilterOp;

std::string Shown(std::string_view pattern) {
  std::string text;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (static_cast<unsigned char>(pattern[i]) >= kMarkLimit) {
      text.push_back(pattern[i]);
      continue;
    }
    text += "?NDHWT"[static_cast<size_t>(pattern[i])];
    if (HasParameter(static_cast<VariableKind>(pattern[i]))) {
      ++i;
    }
  }
  return text;
}

std::vector<std::string> PatternsOf(const std::vector<std::string>& lines) {
  std::vector<std::string> patterns;
  LineSplitter splitter;
  for (const std::string& line : lines) {
    splitter.Split(line, nullptr);
    patterns.push_back(splitter.pattern());
  }
  return patterns;
}

MergedTemplates Merge(const std::vector<std::string>& patterns) {
  return MergeTemplates(std::vector<std::string_view>(patterns.begin(), patterns.end()));
}

TEST(TemplateMergeTest, JoinsWhatDiffersInPhrasesOnly) {
  const std::vector<std::string> patterns = PatternsOf(
      {R"({"level":"info","msg":"cache miss","took":1,"ok":true})",
       R"({"level":"warn","msg":"lease renewed","took":2,"ok":true})",
       R"({"level":"info","msg":"lease renewed by peer","took":3,"ok":true})",
       R"({"level":"warn","msg":"cache miss","took":4,"ok":true})",
       R"({"level":"warn","msg":"cache miss","took":4,"ok":false})", "something else"});
  const MergedTemplates merged = Merge(patterns);
  ASSERT_EQ(merged.targets.size(), 3U);
  EXPECT_EQ(Shown(merged.targets[0].pattern), R"({"level":"W","msg":"W","took":N,"ok":true})");
  EXPECT_EQ(merged.targets[0].added, (std::vector<bool>{true, true, false}));
  EXPECT_EQ(merged.target_of, (std::vector<uint32_t>{0, 0, 0, 0, 1, 2}));
  EXPECT_EQ(merged.phrases[2],
            (std::vector<std::string_view>{"info", "lease renewed by peer"}));
  EXPECT_TRUE(merged.phrases[4].empty());
}

TEST(TemplateMergeTest, LeavesNamesEscapesAndWhatFollowsATime) {
  const MergedTemplates merged = Merge(PatternsOf(
      {R"(a=x "k":"\nab")", R"(b=x "k":"\nab")", R"(a=y "k":"\ncd")", R"(a=z "m":"\nab")",
       R"(a=x "k":"\nef")", R"(a=w "k":"\nab")", R"(a=q "k":"\nab")", R"(a=r "k":"\nab")"}));
  for (const MergedTemplates::Target& target : merged.targets) {
    EXPECT_EQ(target.pattern.find('='), 1U);
    EXPECT_EQ(target.pattern[target.pattern.size() - 5], '\\');
  }
  ASSERT_EQ(merged.targets.size(), 5U);
  EXPECT_EQ(Shown(merged.targets[0].pattern), R"(a=W "k":"\nab")");
}

std::string RandomLine(std::mt19937_64& random) {
  static constexpr std::string_view kWords[] = {"info", "warn", "error", "Error", "GET", "err",
                                                "cache miss", "miss", "time out", "a b c"};
  const auto word = [&random] { return std::string(kWords[random() % std::size(kWords)]); };
  const std::string number = std::to_string(random() % 1200);
  switch (random() % 3) {
    case 0:
      return "{\"level\":\"" + word() + "\",\"msg\":\"" + word() + "\",\"n\":" + number + "}";
    case 1:
      return "level=" + word() + " msg=\"" + word() + " " + number + " " + word() + "\"";
    default:
      return word() + " /" + number + "/" + word() + ": done";
  }
}

// Whatever needle is looked for, templates or not, the answer is that of the lines themselves.
TEST(TemplateMergeTest, FindsWhatTheLinesHave) {
  const uint64_t seed = base::Env::Real().random().Next64();
  std::printf("seed: %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  std::vector<std::string> lines;
  for (int i = 0; i < 4000; ++i) {
    lines.push_back(RandomLine(random));
  }
  const std::vector<std::string_view> views(lines.begin(), lines.end());
  std::string bytes;
  ASSERT_EQ(AppendTextColumn(views, {}, {}, &bytes), TextForm::kTemplates);
  const auto column = OpenTextColumn(bytes, static_cast<uint32_t>(lines.size()), nullptr);
  ASSERT_TRUE(column.ok());
  std::vector<uint32_t> all;
  for (uint32_t i = 0; i < lines.size(); ++i) {
    all.push_back(i);
  }
  TextValues read;
  ASSERT_TRUE((*column)->Read(all, &read).ok());
  ASSERT_EQ(read.texts, views);
  for (int round = 0; round < 400; ++round) {
    const std::string& from = lines[random() % lines.size()];
    const size_t begin = random() % from.size();
    std::string needle = from.substr(begin, 1 + random() % 24);
    if (random() % 4 == 0) {
      needle[random() % needle.size()] = "e \"1x"[random() % 5];
    }
    const bool fold = random() % 3 == 0;
    const auto condition = Condition::Create(EventFilter::Compare(
        "line", fold ? FilterOp::kContainsFold : FilterOp::kContains, EventValue::Text(needle)));
    ASSERT_TRUE(condition.ok());
    Bitmap found(lines.size());
    ASSERT_TRUE((*column)->Evaluate(*condition, nullptr, &found).ok());
    for (uint32_t i = 0; i < lines.size(); ++i) {
      ASSERT_EQ(found.Test(i), condition->rule().HoldsText(lines[i]))
          << "needle <" << needle << "> fold " << fold << " line " << lines[i];
    }
  }
}

}  // namespace
}  // namespace sb::events
