// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/condition.h"

#include <gtest/gtest.h>

#include <random>

#include "base/env.h"

namespace sb::events {
namespace {

using store::EventFilter;
using store::EventValue;
using store::FilterOp;

Condition TextCondition(FilterOp op, std::string_view operand) {
  return Condition::Create(EventFilter::Compare("x", op, EventValue::Text(operand))).value();
}

TEST(ConditionTest, KnowsTheLiteralOfARegularExpression) {
  EXPECT_EQ(TextCondition(FilterOp::kSearchRegex, "user_id\":4[0-9]7,").needle(), "user_id\":4");
  EXPECT_EQ(TextCondition(FilterOp::kSearchRegex, "(?i)Deadline +exceeded").needle(), "exceeded");
  EXPECT_EQ(TextCondition(FilterOp::kSearchRegex, "abc|def").needle(), "");
  EXPECT_EQ(TextCondition(FilterOp::kSearchRegex, "abcx|yabcd").needle(), "abc");
  EXPECT_EQ(TextCondition(FilterOp::kSearchRegex, "a+").needle(), "a");
  EXPECT_EQ(TextCondition(FilterOp::kSearchRegex, "Abc.d").needle(), "Abc");
  EXPECT_EQ(TextCondition(FilterOp::kSearchRegex, "[aA]bc").needle(), "abc");
  EXPECT_EQ(TextCondition(FilterOp::kSearchRegex, "").needle(), "");
  EXPECT_EQ(TextCondition(FilterOp::kMatchRegex, ".*").needle(), "");
}

TEST(ConditionTest, FoldedLiteralKeepsLettersThatOtherLettersFoldTo) {
  // U+212A KELVIN SIGN folds to k.
  const Condition condition = TextCondition(FilterOp::kSearchRegex, "(?i)disk full");
  Bitmap out(1);
  const std::string text = "DIS\xE2\x84\xAA full";
  condition.MatchTexts(text, std::vector<uint32_t>{static_cast<uint32_t>(text.size())}, 0, nullptr,
                       &out);
  EXPECT_EQ(out.Test(0), condition.rule().HoldsText(text));
  EXPECT_TRUE(out.Test(0));
}

TEST(ConditionTest, WholeBufferAgreesWithValueByValue) {
  const uint64_t seed = base::Env::Real().random().Next64();
  std::printf("seed: %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  const std::vector<Condition> conditions = {
      TextCondition(FilterOp::kContains, "ab"),      TextCondition(FilterOp::kContains, "aba"),
      TextCondition(FilterOp::kContainsFold, "aB"),  TextCondition(FilterOp::kSearchRegex, "aba?b"),
      TextCondition(FilterOp::kSearchRegex, "bab."), TextCondition(FilterOp::kMatchRegex, "a.*abb"),
      TextCondition(FilterOp::kContains, ""),        TextCondition(FilterOp::kNotEqual, "ab"),
      TextCondition(FilterOp::kEqual, "ab"),         TextCondition(FilterOp::kLess, "b")};
  for (int round = 0; round < 300; ++round) {
    std::string buffer;
    std::vector<uint32_t> ends;
    for (uint64_t i = 0; i < random() % 20; ++i) {
      for (uint64_t j = random() % 8; j > 0; --j) {
        buffer.push_back("abAB\n"[random() % 5]);
      }
      ends.push_back(static_cast<uint32_t>(buffer.size()));
    }
    Bitmap candidates(ends.size() + 3);
    for (size_t i = 0; i < candidates.size(); ++i) {
      if (random() % 4 != 0) {
        candidates.Set(i);
      }
    }
    for (const Condition& condition : conditions) {
      Bitmap out(candidates.size());
      condition.MatchTexts(buffer, ends, 3, &candidates, &out);
      for (size_t i = 0; i < ends.size(); ++i) {
        const uint32_t begin = i == 0 ? 0 : ends[i - 1];
        const bool expected = candidates.Test(3 + i) &&
                              condition.rule().HoldsText(buffer.substr(begin, ends[i] - begin));
        ASSERT_EQ(out.Test(3 + i), expected) << buffer << " " << i;
      }
    }
  }
}

TEST(ConditionTest, RangesRuleOutOnlyWhatCannotHold) {
  for (const FilterOp op : {FilterOp::kEqual, FilterOp::kNotEqual, FilterOp::kLess,
                            FilterOp::kLessEqual, FilterOp::kGreater, FilterOp::kGreaterEqual}) {
    for (int operand = -6; operand <= 6; ++operand) {
      for (const EventValue& value : {EventValue::Int(operand), EventValue::Float(operand + 0.5)}) {
        const Condition condition = Condition::Create(EventFilter::Compare("x", op, value)).value();
        for (int low = -4; low <= 4; ++low) {
          for (int high = low; high <= 4; ++high) {
            bool any = false;
            for (int v = low; v <= high; ++v) {
              any |= condition.rule().HoldsInt(v);
            }
            EXPECT_TRUE(!any || condition.MayHoldBetween(int64_t{low}, int64_t{high}));
            EXPECT_TRUE(!any || condition.MayHoldBetween(double(low), double(high)));
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace sb::events
