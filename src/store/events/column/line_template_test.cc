// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/line_template.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "base/env.h"
#include "encoding/hex.h"
#include "store/events/column/value_column.h"

namespace sb::events {
namespace {

using store::EventFilter;
using store::EventValue;
using store::FilterOp;

constexpr int64_t kTime = 1'732'655'655'123'456'789;  // 2024-11-26T21:14:15.123456789Z

class FixedTimes final : public TextSurroundings {
 public:
  explicit FixedTimes(std::vector<int64_t> times) : times_(std::move(times)) {}
  base::Result<std::span<const int64_t>> Times() const override {
    return std::span<const int64_t>(times_);
  }
  base::Result<std::string_view> LineBytes() const override { return lines; }
  std::string_view lines;

 private:
  std::vector<int64_t> times_;
};

std::string PatternOf(std::string_view line) {
  LineSplitter splitter;
  splitter.Split(line, &kTime);
  std::string pattern;
  for (size_t i = 0; i < splitter.pattern().size(); ++i) {
    const char c = splitter.pattern()[i];
    if (static_cast<unsigned char>(c) >= kMarkLimit) {
      pattern.push_back(c);
      continue;
    }
    pattern += "?NDHWTP"[static_cast<size_t>(c)];
    if (HasParameter(static_cast<VariableKind>(c))) {
      pattern += std::to_string(splitter.pattern()[++i] & 0x7f);
    }
  }
  return pattern;
}

TEST(LineTemplateTest, TellsWhatVaries) {
  EXPECT_EQ(PatternOf("GET /users/17 took 12.034ms"), "P /P/N P N.W");
  EXPECT_EQ(PatternOf("\"duration_ms\":12.034,"), "\"duration_ms\":N.D3,");
  EXPECT_EQ(PatternOf("ip 10.0.37.5 port 080"), "P N.N.N.N P D3");
  EXPECT_EQ(PatternOf("id=0af7651916cd43dd8448eb211c80319c"), "id=H16");
  EXPECT_EQ(PatternOf("2024-11-26T21:14:15.123456Z start"), "T6Z P");
  EXPECT_EQ(PatternOf("2024-11-26 21:14:15 start"), "T64 P");
  EXPECT_EQ(PatternOf("2024-02-30T21:14:15Z"), "N-D2-W:N:W");
  EXPECT_EQ(PatternOf("v1 no_digits here"), "W P");
  EXPECT_EQ(PatternOf("level=info msg=\"all is well\" ok=true 5"), "level=P msg=\"P\" ok=true N");
  EXPECT_EQ(PatternOf("[true,false,\"null\"] true enough"), "[true,false,\"null\"] P");
  EXPECT_EQ(PatternOf("\\nnew line, C:\\dir"), "\\nnew P, P:\\dir");
  EXPECT_EQ(PatternOf(std::string_view("a\0b", 3)), "W");
  EXPECT_EQ(PatternOf(""), "");
}

TEST(LineTemplateTest, TimesComeBackFromTheRowsTime) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 2000; ++round) {
    const int64_t near = kTime + static_cast<int64_t>(random() % 1'000'000'000'000'000'000) -
                         500'000'000'000'000'000;
    const TimeForm form{static_cast<uint8_t>(random() % 10), random() % 2 == 0};
    std::string text;
    AppendTime(near, 0, form, &text);
    uint8_t parameter = 0;
    int64_t distance = -1;
    ASSERT_EQ(ParseTime(text, near, &parameter, &distance), text.size()) << text;
    EXPECT_EQ(distance, 0);
    ASSERT_EQ(ParseTime(text, kTime, &parameter, &distance), text.size());
    std::string again;
    AppendTime(kTime, distance, TimeFormOf(parameter), &again);
    ASSERT_EQ(again, text);
  }
}

std::string RandomLine(std::mt19937_64& random, int64_t* time) {
  *time = kTime + static_cast<int64_t>(random() % 1'000'000'000'000);
  std::string stamp;
  AppendTime(*time, static_cast<int64_t>(random() % 3) - 1, {6, random() % 2 == 0}, &stamp);
  static const char* const kWords[] = {"error", "Timeout", "ok", "x9", "needle-7f3a9c51"};
  std::string id;
  for (int i = 0; i < 16; ++i) {
    id.push_back("0123456789abcdef"[random() % 16]);
  }
  const std::string number = std::to_string(random() % (random() % 2 == 0 ? 10 : 100000));
  switch (random() % 5) {
    case 0:
      return stamp + "Z level=" + kWords[random() % 5] + " user=" + number + " id=" + id;
    case 1:
      return "GET /api/v1/users/" + number + " " + number + "." + std::to_string(random() % 1000);
    case 2:
      return "plain " + std::string(kWords[random() % 5]) + "\xC3\xA4 " + number;
    case 3:
      return random() % 8 == 0 ? std::string("\x01\0z7", 4) : "pod-" + id.substr(0, 10) + "x";
    default:
      return std::string(kWords[random() % 5]) + number + "error" + id;
  }
}

TEST(TemplateTextTest, LinesComeBackAndAreSearchedExactly) {
  const uint64_t seed = base::Env::Real().random().Next64();
  std::printf("seed: %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  std::vector<std::string> lines;
  std::vector<int64_t> times;
  for (int i = 0; i < 5000; ++i) {
    lines.push_back(RandomLine(random, &times.emplace_back()));
  }
  const std::vector<std::string_view> views(lines.begin(), lines.end());
  std::string bytes;
  ASSERT_EQ(AppendTextColumn(views, times, {}, &bytes), TextForm::kTemplates);
  const FixedTimes source(times);
  const auto column = OpenTextColumn(bytes, 5000, &source);
  ASSERT_TRUE(column.ok()) << column.status().ToString();
  for (const int every : {1, 7, 1500}) {
    std::vector<uint32_t> positions;
    Bitmap candidates(5000);
    for (uint32_t i = 0; i < 5000; ++i) {
      if (random() % static_cast<uint64_t>(every) == 0) {
        positions.push_back(i);
        candidates.Set(i);
      }
    }
    TextValues read;
    ASSERT_TRUE((*column)->Read(positions, &read).ok());
    std::vector<int64_t> lengths;
    ASSERT_TRUE((*column)->Lengths(positions, &lengths).ok());
    for (size_t i = 0; i < positions.size(); ++i) {
      ASSERT_EQ(read.texts[i], lines[positions[i]]);
      ASSERT_EQ(lengths[i], static_cast<int64_t>(lines[positions[i]].size()));
    }
    std::vector<std::string> operands = {"error",    "ERROR",    "needle-7f3a9c51",
                                         "zzabsent", "-7",       "9",
                                         "15.12",    "id=",      "7f3",
                                         "T21:",     "1Z l",     "00",
                                         "users/4",  "\xC3\xA4", "z7",
                                         "user=12",  "user=7 id"};
    for (int i = 0; i < 25; ++i) {
      const std::string& line = lines[random() % lines.size()];
      const size_t begin = random() % (line.size() + 1);
      operands.push_back(line.substr(begin, random() % 12));
    }
    for (const std::string& operand : operands) {
      for (const FilterOp op : {FilterOp::kContains, FilterOp::kContainsFold, FilterOp::kEqual}) {
        const auto condition =
            Condition::Create(EventFilter::Compare("x", op, EventValue::Text(operand)));
        Bitmap out(5000);
        ASSERT_TRUE((*column)->Evaluate(*condition, &candidates, &out).ok());
        for (const uint32_t i : positions) {
          ASSERT_EQ(out.Test(i), condition->rule().HoldsText(lines[i]))
              << operand << " in " << lines[i];
        }
      }
    }
  }
}

TEST(TemplateTextTest, IdsThatLinesHaveAreStoredOnce) {
  std::mt19937_64 random(3);
  std::vector<std::string> lines;
  std::vector<std::string> ids;
  for (int i = 0; i < 1000; ++i) {
    std::string id;
    std::string text = "trace=";
    for (int j = 0; j < 16; ++j) {
      const auto byte = static_cast<unsigned char>(random());
      id.push_back(static_cast<char>(byte));
      text += "0123456789abcdef"[byte / 16];
      text += "0123456789abcdef"[byte % 16];
    }
    ids.push_back(id);
    lines.push_back(text + " done");
  }
  const std::vector<std::string_view> line_views(lines.begin(), lines.end());
  const std::vector<std::string_view> id_views(ids.begin(), ids.end());
  std::string line_bytes;
  LineIds of_lines;
  ASSERT_EQ(AppendTextColumn(line_views, {}, {}, &line_bytes, &of_lines), TextForm::kTemplates);
  std::string bytes;
  ASSERT_TRUE(AppendSharedText(id_views, of_lines.stored, &bytes));
  EXPECT_LT(bytes.size(), 10U);
  FixedTimes surroundings({});
  surroundings.lines = line_bytes;
  const auto column = OpenTextColumn(bytes, 1000, &surroundings);
  ASSERT_TRUE(column.ok()) << column.status().ToString();
  TextValues read;
  ASSERT_TRUE((*column)->Read(std::vector<uint32_t>{0, 17, 999}, &read).ok());
  EXPECT_EQ(read.texts[1], ids[17]);
  const auto condition =
      Condition::Create(EventFilter::Compare("x", FilterOp::kEqual, EventValue::Bytes(ids[500])));
  Bitmap out(1000);
  ASSERT_TRUE((*column)->Evaluate(*condition, nullptr, &out).ok());
  EXPECT_TRUE(out.Test(500));
  EXPECT_EQ(out.Count(), 1U);
  EXPECT_FALSE(OpenTextColumn(bytes, 2000, &surroundings).ok());
  EXPECT_FALSE(OpenTextColumn(bytes, 1000, nullptr).ok());
}

TEST(TemplateTextTest, DamagedBytesGiveDataLossNotRubbishMemory) {
  std::mt19937_64 random(5);
  std::vector<std::string> lines;
  std::vector<int64_t> times;
  for (int i = 0; i < 600; ++i) {
    lines.push_back(RandomLine(random, &times.emplace_back()));
  }
  const std::vector<std::string_view> views(lines.begin(), lines.end());
  std::string bytes;
  AppendTextColumn(views, times, {}, &bytes);
  const FixedTimes source(times);
  std::vector<uint32_t> positions(600);
  for (uint32_t i = 0; i < 600; ++i) {
    positions[i] = i;
  }
  for (int round = 0; round < 500; ++round) {
    std::string damaged = bytes;
    damaged[random() % damaged.size()] ^= static_cast<char>(1 << (random() % 8));
    const auto column = OpenTextColumn(damaged, 600, &source);
    if (column.ok()) {
      TextValues read;
      std::vector<int64_t> lengths;
      (void)(*column)->Read(positions, &read).ok();
      (void)(*column)->Lengths(positions, &lengths).ok();
    }
  }
}

// Ids in JSON as they are, in logfmt half as long, and lines without.
TEST(LineTemplateTest, IdsOfLinesAreKeptOnce) {
  constexpr uint32_t kLines = 3000;
  std::mt19937_64 random(7);
  std::vector<std::string> lines;
  std::vector<std::string> ids;
  Bitmap present(kLines);
  for (uint32_t i = 0; i < kLines; ++i) {
    std::string id;
    for (int byte = 0; byte < 16; ++byte) {
      id.push_back(i % 3 == 1 && byte < 8 ? '\0' : static_cast<char>(random() | 0x80));
    }
    const std::string hex = encoding::HexOf(id);
    const std::string n = std::to_string(i);
    lines.push_back(i % 3 == 0   ? "{\"n\":" + n + ",\"trace_id\":\"" + hex + "\"}"
                    : i % 3 == 1 ? "n=" + n + " traceID=" + hex.substr(16)
                                 : "nothing " + n);
    if (i % 3 != 2) {
      present.Set(i);
      ids.push_back(id);
    }
  }
  const std::vector<std::string_view> line_views(lines.begin(), lines.end());
  std::vector<std::string_view> id_views(ids.begin(), ids.end());
  FixedTimes times(std::vector<int64_t>(kLines, kTime));
  std::string line_bytes;
  LineIds of_lines;
  ASSERT_EQ(AppendTextColumn(line_views, {}, {}, &line_bytes, &of_lines), TextForm::kTemplates);
  times.lines = line_bytes;
  std::string bytes;
  ASSERT_TRUE(AppendTextOfLines(id_views, present, of_lines, &bytes));
  EXPECT_LT(bytes.size(), 64U);
  const auto count = static_cast<uint32_t>(ids.size());
  const auto column = OpenTextColumn(bytes, count, &times);
  ASSERT_TRUE(column.ok()) << column.status().ToString();
  std::vector<uint32_t> all(count);
  std::iota(all.begin(), all.end(), 0U);
  TextValues read;
  ASSERT_TRUE((*column)->Read(all, &read).ok());
  EXPECT_EQ(read.texts, id_views);
  EXPECT_FALSE(OpenTextColumn(bytes, count - 1, &times).ok());
  EXPECT_FALSE(OpenTextColumn(bytes, count + 1, &times).ok());
  EXPECT_FALSE(OpenTextColumn(bytes, count, nullptr).ok());
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string hostile = bytes;
    hostile[i] = static_cast<char>(hostile[i] ^ 0x21);
    (void)OpenTextColumn(hostile, count, &times).ok();
  }
  // Another id in one line, a value where the lines have none: the form does not suit.
  std::string other = ids[5];
  other[15] ^= 1;
  id_views[5] = other;
  EXPECT_FALSE(AppendTextOfLines(id_views, present, of_lines, &bytes));
  id_views[5] = ids[5];
  present.Clear(0);
  id_views.erase(id_views.begin());
  EXPECT_FALSE(AppendTextOfLines(id_views, present, of_lines, &bytes));
}

}  // namespace
}  // namespace sb::events
