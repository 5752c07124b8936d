// SPDX-License-Identifier: Apache-2.0
#include "store/interface/filter_condition.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sb::store {
namespace {

bool Holds(FilterOp op, const EventValue& operand, const EventValue& value) {
  const auto condition = FilterCondition::Create(EventFilter::Compare("x", op, operand));
  EXPECT_TRUE(condition.ok()) << condition.status().ToString();
  return condition->Holds(value);
}

TEST(FilterConditionTest, ComparesIntegersWithFloatsExactly) {
  constexpr int64_t kBig = (int64_t{1} << 53) + 1;  // not a double
  EXPECT_EQ(CompareNumbers(kBig, 9007199254740992.0), 1);
  EXPECT_EQ(CompareNumbers(INT64_MAX, 9223372036854775808.0), -1);
  EXPECT_EQ(CompareNumbers(INT64_MIN, -9223372036854775808.0), 0);
  EXPECT_EQ(CompareNumbers(INT64_MIN, -1e300), 1);
  EXPECT_EQ(CompareNumbers(0, INFINITY), -1);
  EXPECT_EQ(CompareNumbers(-1, -0.5), -1);
  EXPECT_EQ(CompareNumbers(0, NAN), 2);
  EXPECT_TRUE(Holds(FilterOp::kGreater, EventValue::Float(2.5), EventValue::Int(3)));
  EXPECT_FALSE(
      Holds(FilterOp::kEqual, EventValue::Float(9007199254740992.0), EventValue::Int(kBig)));
  EXPECT_TRUE(Holds(FilterOp::kLess, EventValue::Int(kBig), EventValue::Float(9007199254740992.0)));
}

TEST(FilterConditionTest, NeverCastsBetweenKinds) {
  EXPECT_FALSE(Holds(FilterOp::kEqual, EventValue::Int(200), EventValue::Text("200")));
  EXPECT_FALSE(Holds(FilterOp::kNotEqual, EventValue::Int(200), EventValue::Text("201")));
  EXPECT_FALSE(Holds(FilterOp::kEqual, EventValue::Bytes("a"), EventValue::Text("a")));
  EXPECT_FALSE(Holds(FilterOp::kEqual, EventValue::Bool(true), EventValue::Int(1)));
  EXPECT_FALSE(Holds(FilterOp::kEqual, EventValue::Text("a"), EventValue::Any("a")));
  const auto exists = FilterCondition::Create(EventFilter::Exists("x"));
  EXPECT_TRUE(exists->Holds(EventValue::Any("a")));
}

TEST(FilterConditionTest, NotANumberIsOnlyUnequal) {
  EXPECT_FALSE(Holds(FilterOp::kEqual, EventValue::Float(NAN), EventValue::Float(NAN)));
  EXPECT_TRUE(Holds(FilterOp::kNotEqual, EventValue::Float(1), EventValue::Float(NAN)));
  EXPECT_FALSE(Holds(FilterOp::kGreaterEqual, EventValue::Int(1), EventValue::Float(NAN)));
}

TEST(FilterConditionTest, FindsTextAndPatterns) {
  const EventValue value = EventValue::Text("Error: a\nb");
  EXPECT_TRUE(Holds(FilterOp::kContains, EventValue::Text("or: a"), value));
  EXPECT_FALSE(Holds(FilterOp::kContains, EventValue::Text("error"), value));
  EXPECT_TRUE(Holds(FilterOp::kContainsFold, EventValue::Text("eRRor"), value));
  EXPECT_TRUE(Holds(FilterOp::kContainsFold, EventValue::Text(""), EventValue::Text("")));
  EXPECT_FALSE(Holds(FilterOp::kSearchRegex, EventValue::Text("a.b"), value));
  EXPECT_TRUE(Holds(FilterOp::kSearchRegex, EventValue::Text("r+or"), value));
  EXPECT_TRUE(Holds(FilterOp::kMatchRegex, EventValue::Text("Err.*b"), value));
  EXPECT_FALSE(Holds(FilterOp::kMatchRegex, EventValue::Text("Err"), value));
  EXPECT_TRUE(Holds(FilterOp::kLess, EventValue::Text("b"), EventValue::Text("a")));
}

TEST(FilterConditionTest, FewAndManyOperandsOfInAnswerAlike) {
  std::vector<FilterOperand> operands;
  for (int i = 0; i < 20; ++i) {
    operands.push_back({EventValue::Text({}), "v" + std::to_string(i)});
    const auto condition = FilterCondition::Create(EventFilter::In("x", operands));
    EXPECT_TRUE(condition->HoldsText("v" + std::to_string(i)));
    EXPECT_FALSE(condition->HoldsText("v" + std::to_string(i + 1)));
  }
  EXPECT_FALSE(FilterCondition::Create(EventFilter::In("x", {}))->Holds(EventValue::Text("a")));
}

TEST(FilterConditionTest, RefusesWhatItCannotMean) {
  const auto code = [](const EventFilter& filter) {
    return RowFilter::Create(filter).status().code();
  };
  EXPECT_EQ(code(EventFilter::Compare("x", FilterOp::kSearchRegex, EventValue::Text("("))),
            base::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(EventFilter::Compare("x", FilterOp::kContains, EventValue::Int(1))),
            base::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(EventFilter::Compare("x", FilterOp::kEqual, EventValue::Any(""))),
            base::StatusCode::kInvalidArgument);
  EventFilter deep = EventFilter::All();
  for (int i = 0; i < 1000; ++i) {
    deep = EventFilter::Not(std::move(deep));
  }
  EXPECT_EQ(code(deep), base::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace sb::store
