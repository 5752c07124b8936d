// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/template_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <random>

#include "base/env.h"
#include "store/events/column/line_template.h"
#include "store/events/column/value_column.h"

namespace sb::events {
namespace {

using store::EventFilter;
using store::EventValue;
using store::FilterOp;

constexpr int64_t kTime = 1'732'655'655'123'456'789;  // 2024-11-26T21:14:15.123456789Z

// As the writer uses it: the numbers of the lines' templates.
std::vector<uint32_t> NumbersOf(const std::vector<std::string>& lines) {
  TemplateTree tree;
  LineSplitter splitter;
  std::deque<std::string> patterns;
  std::vector<uint32_t> numbers;
  for (const std::string& line : lines) {
    uint32_t number = 0;
    const bool found = tree.Find(line, &kTime, &number);
    splitter.Split(line, &kTime);
    const auto known = std::find(patterns.begin(), patterns.end(), splitter.pattern());
    if (found) {
      EXPECT_LT(number, patterns.size());
      EXPECT_EQ(patterns[number], splitter.pattern()) << line;
      EXPECT_EQ(tree.variables().size(), splitter.variables().size());
      for (size_t i = 0; i < splitter.variables().size(); ++i) {
        const Variable& expected = splitter.variables()[i];
        EXPECT_EQ(tree.variables()[i].kind, expected.kind) << line;
        EXPECT_EQ(tree.variables()[i].text, expected.text) << line;
        EXPECT_EQ(tree.variables()[i].number, expected.number) << line;
      }
    } else {
      number = static_cast<uint32_t>(known - patterns.begin());
      if (known == patterns.end()) {
        patterns.push_back(splitter.pattern());
      }
      if (!splitter.is_whole()) {
        tree.Add(number, patterns[number]);
      }
    }
    numbers.push_back(number);
  }
  return numbers;
}

TEST(TemplateTreeTest, LinesThatDifferInPhrasesAreOfOneTemplate) {
  EXPECT_EQ(NumbersOf({R"({"level":"info","msg":"cache miss","took":1,"ok":true})",
                       R"({"level":"warn","msg":"lease renewed by peer","took":21,"ok":true})",
                       R"({"level":"warn","msg":"cache miss","took":4,"ok":false})",
                       "something else", "something", "something 4",
                       R"({"level":"warn","msg":"x","took":4,"ok":true})"}),
            (std::vector<uint32_t>{0, 0, 1, 2, 2, 3, 0}));
  EXPECT_EQ(NumbersOf({"level=info msg=\"got it\" user=4", "level=warn msg=\"lost\" user=17",
                       "level=warn msg=\"lost\" uses=17"}),
            (std::vector<uint32_t>{0, 0, 1}));
  EXPECT_EQ(NumbersOf({R"("k":"\nab c")", R"("k":"\nab d e")", R"("k":"\ncd c")"}),
            (std::vector<uint32_t>{0, 0, 1}));
  EXPECT_EQ(NumbersOf({"2024-11-26T21:14:15Z up", "2024-11-26T21:14:16Z down",
                       "2024-11-26T21:14:16T down", "2024-11-26T21:14:16Z9 down"}),
            (std::vector<uint32_t>{0, 0, 1, 2}));
}

// Whatever the lines are, the tree finds what the splitter finds.
TEST(TemplateTreeTest, AgreesWithTheSplitter) {
  const uint64_t seed = base::Env::Real().random().Next64();
  std::printf("seed: %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  static constexpr std::string_view kBits[] = {
      "a", "b ", " ", "=", "\":", "\"", "\\", "12", "0", "x9", "true", "null ", "name=", ".",
      "2024-11-26T21:14:15", "Z", "0af7651916cd43dd", "\xC3\xA4", ",", "error ", "\x02"};
  for (int round = 0; round < 50; ++round) {
    std::vector<std::string> lines;
    for (int i = 0; i < 200; ++i) {
      std::string& line = lines.emplace_back();
      for (uint64_t n = random() % 6; n > 0; --n) {
        line += kBits[random() % std::size(kBits)];
      }
    }
    (void)NumbersOf(lines);
  }
}

std::string RandomLine(std::mt19937_64& random) {
  static constexpr std::string_view kWords[] = {"info", "warn", "error", "Error", "GET", "err",
                                                "cache miss", "miss", "time out", "a b c"};
  const auto word = [&random] { return std::string(kWords[random() % std::size(kWords)]); };
  const std::string number = std::to_string(random() % 1200);
  switch (random() % 4) {
    case 0:
      return "{\"level\":\"" + word() + "\",\"msg\":\"" + word() + "\",\"n\":" + number + "}";
    case 1:
      return "level=" + word() + " msg=\"" + word() + " " + number + " " + word() + "\"";
    case 2:
      return "2024-11-26T21:14:" + std::to_string(10 + random() % 50) +
             (random() % 2 == 0 ? "" : ".5") +
             (random() % 2 == 0 ? "Z " : "Zulu ") + word() + " " + number;
    default:
      return word() + " /" + number + "/" + word() + ": done";
  }
}

// An expression that finds the text and some others, with or without a look at what is beside it.
std::string AsRegex(const std::string& text, std::mt19937_64& random) {
  static constexpr std::string_view kBefore[] = {"", "", "(?i)", "^", "\\b", "[^e]", "x?"};
  static constexpr std::string_view kBehind[] = {"", "", "$", "\\b", "\\B", "[^e]", "(s|d)?"};
  std::string pattern(kBefore[random() % std::size(kBefore)]);
  for (const char c : text) {
    if (IsWordByte(c)) {
      pattern += random() % 12 == 0 ? "." : random() % 12 == 0 ? "[a-z0-9]" : std::string(1, c);
    } else {
      pattern += c == ' ' ? std::string(random() % 2 == 0 ? " +" : " ") : std::string("\\") + c;
    }
  }
  pattern += kBehind[random() % std::size(kBehind)];
  return pattern;
}

// The rows' times, all the same.
class SameTimes final : public TextSurroundings {
 public:
  explicit SameTimes(size_t rows) : times_(rows, 1'732'655'655'000'000'000) {}
  base::Result<std::span<const int64_t>> Times() const override { return std::span(times_); }
  base::Result<std::string_view> LineBytes() const override { return std::string_view(); }

 private:
  const std::vector<int64_t> times_;
};

// Whatever needle is looked for, templates or not, the answer is that of the lines themselves.
TEST(TemplateTreeTest, FindsWhatTheLinesHave) {
  const uint64_t seed = base::Env::Real().random().Next64();
  std::printf("seed: %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  std::vector<std::string> lines;
  for (int i = 0; i < 4000; ++i) {
    lines.push_back(RandomLine(random));
  }
  const std::vector<std::string_view> views(lines.begin(), lines.end());
  std::string bytes;
  const SameTimes times(lines.size());
  ASSERT_EQ(AppendTextColumn(views, *times.Times(), {}, &bytes), TextForm::kTemplates);
  const auto column = OpenTextColumn(bytes, static_cast<uint32_t>(lines.size()), &times);
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
    FilterOp op = std::array{FilterOp::kContains, FilterOp::kContainsFold,
                             FilterOp::kSearchRegex}[random() % 3];
    if (op == FilterOp::kSearchRegex) {
      needle = AsRegex(needle, random);
    }
    const auto condition =
        Condition::Create(EventFilter::Compare("line", op, EventValue::Text(needle)));
    ASSERT_TRUE(condition.ok()) << needle;
    Bitmap found(lines.size());
    ASSERT_TRUE((*column)->Evaluate(*condition, nullptr, &found).ok());
    for (uint32_t i = 0; i < lines.size(); ++i) {
      ASSERT_EQ(found.Test(i), condition->rule().HoldsText(lines[i]))
          << "needle <" << needle << "> op " << static_cast<int>(op) << " line " << lines[i];
    }
  }
}

}  // namespace
}  // namespace sb::events
