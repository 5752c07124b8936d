// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/value_column.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/env.h"
#include "store/events/column/bloom.h"

namespace sb::events {
namespace {

using store::EventFilter;
using store::EventValue;
using store::FilterOp;
using store::ValueType;

std::string HexOf(std::mt19937_64& random, size_t digits) {
  std::string text;
  while (text.size() < digits) {
    text.push_back("0123456789abcdef"[random() % 16]);
  }
  return text;
}

// Texts of a shape for each form, and shapes between them.
std::vector<std::string> TextsOf(int shape, size_t count, std::mt19937_64& random) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < count; ++i) {
    switch (shape) {
      case 0:
        texts.push_back("v" + std::to_string(random() % 20));
        break;
      case 1:
        texts.push_back(HexOf(random, 32));
        break;
      case 2:
        texts.push_back("GET /api/v1/users/" + std::to_string(random() % 1000000) +
                        std::string(random() % 50, 'x'));
        break;
      case 3:
        texts.emplace_back();
        break;
      case 4: {
        const uint64_t bits = random();
        texts.emplace_back(reinterpret_cast<const char*>(&bits), 8);
        break;
      }
      default:
        texts.push_back(std::string(random() % 4, 'a') + std::string(random() % 3, '\0'));
    }
  }
  return texts;
}

void CheckText(const std::vector<std::string>& texts, std::mt19937_64& random) {
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  std::string bytes;
  AppendTextColumn(views, {}, {.block_bytes = 1000}, &bytes);
  const auto count = static_cast<uint32_t>(texts.size());
  const auto column = ValueColumn::Open(ValueType::kText, bytes, count);
  ASSERT_TRUE(column.ok()) << column.status().ToString();
  std::vector<uint32_t> positions;
  Bitmap candidates(count);
  for (uint32_t i = 0; i < count; ++i) {
    if (random() % 3 != 0) {
      positions.push_back(i);
      candidates.Set(i);
    }
  }
  TextValues read;
  ASSERT_TRUE(column->text()->Read(positions, &read).ok());
  std::vector<int64_t> lengths;
  ASSERT_TRUE(column->text()->Lengths(positions, &lengths).ok());
  for (size_t i = 0; i < positions.size(); ++i) {
    ASSERT_EQ(read.texts[i], texts[positions[i]]);
    ASSERT_EQ(lengths[i], static_cast<int64_t>(texts[positions[i]].size()));
    if (!read.dictionary.empty()) {
      ASSERT_EQ(read.dictionary[read.codes[i]], read.texts[i]);
    }
  }
  const std::string some = texts.empty() ? "" : texts[random() % texts.size()];
  for (const FilterOp op : {FilterOp::kEqual, FilterOp::kNotEqual, FilterOp::kContains,
                            FilterOp::kContainsFold, FilterOp::kLess}) {
    for (const std::string& operand : {some, some.substr(0, some.size() / 2), std::string("zz")}) {
      const auto condition =
          Condition::Create(EventFilter::Compare("x", op, EventValue::Text(operand)));
      Bitmap out(count);
      ASSERT_TRUE(column->Evaluate(*condition, &candidates, &out).ok());
      for (const uint32_t i : positions) {
        ASSERT_EQ(out.Test(i), condition->rule().HoldsText(texts[i]));
      }
    }
  }
}

TEST(ValueColumnTest, TextsOfAllShapesComeBackAndAreFiltered) {
  const uint64_t seed = base::Env::Real().random().Next64();
  std::printf("seed: %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  for (int shape = 0; shape < 6; ++shape) {
    for (const size_t count : {0, 1, 7, 600, 3000}) {
      CheckText(TextsOf(shape, count, random), random);
      ASSERT_FALSE(testing::Test::HasFatalFailure()) << "shape " << shape << " count " << count;
    }
  }
}

TEST(ValueColumnTest, NumbersComeBackAndAreFiltered) {
  std::mt19937_64 random(7);
  std::vector<int64_t> integers;
  std::vector<double> numbers;
  std::vector<uint32_t> positions;
  for (uint32_t i = 0; i < 5000; ++i) {
    integers.push_back(static_cast<int64_t>(random() % 100000) - 50000);
    numbers.push_back(static_cast<double>(random() % 1000) / 8);
    if (random() % 5 == 0) {
      positions.push_back(i);
    }
  }
  integers[17] = INT64_MIN;
  integers[18] = INT64_MAX;
  numbers[17] = NAN;
  std::string int_bytes;
  std::string float_bytes;
  AppendIntegers(integers, &int_bytes);
  AppendNumbers(numbers, &float_bytes);
  const auto ints = ValueColumn::Open(ValueType::kInt, int_bytes, 5000);
  const auto floats = ValueColumn::Open(ValueType::kFloat, float_bytes, 5000);
  ASSERT_TRUE(ints.ok() && floats.ok());
  std::vector<int64_t> read;
  std::vector<double> read_numbers;
  ASSERT_TRUE(ints->ReadIntegers(positions, &read).ok());
  ASSERT_TRUE(floats->ReadNumbers(positions, &read_numbers).ok());
  for (size_t i = 0; i < positions.size(); ++i) {
    EXPECT_EQ(read[i], integers[positions[i]]);
    EXPECT_EQ(read_numbers[i], numbers[positions[i]]);
  }
  for (const FilterOp op : {FilterOp::kEqual, FilterOp::kNotEqual, FilterOp::kLess,
                            FilterOp::kLessEqual, FilterOp::kGreater, FilterOp::kGreaterEqual}) {
    for (const EventValue& operand : {EventValue::Int(40), EventValue::Float(40.5),
                                      EventValue::Int(INT64_MIN), EventValue::Int(INT64_MAX)}) {
      const auto condition = Condition::Create(EventFilter::Compare("x", op, operand));
      Bitmap out(5000);
      ASSERT_TRUE(ints->Evaluate(*condition, nullptr, &out).ok());
      Bitmap out_numbers(5000);
      ASSERT_TRUE(floats->Evaluate(*condition, nullptr, &out_numbers).ok());
      for (size_t i = 0; i < 5000; ++i) {
        ASSERT_EQ(out.Test(i), condition->rule().HoldsInt(integers[i]));
        ASSERT_EQ(out_numbers.Test(i), condition->rule().HoldsFloat(numbers[i]));
      }
    }
  }
}

TEST(ValueColumnTest, BloomNeverDeniesWhatIsThere) {
  std::mt19937_64 random(3);
  std::vector<std::string> texts;
  for (int i = 0; i < 2000; ++i) {
    texts.push_back(HexOf(random, 16));
  }
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  std::string bloom;
  AppendBloom(views, &bloom);
  for (const std::string& text : texts) {
    ASSERT_TRUE(BloomMayContain(bloom, text));
  }
  int wrong = 0;
  for (int i = 0; i < 10000; ++i) {
    wrong += BloomMayContain(bloom, HexOf(random, 16)) ? 1 : 0;
  }
  EXPECT_LT(wrong, 300);
}

}  // namespace
}  // namespace sb::events
