// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/needle_fit.h"

#include <gtest/gtest.h>

#include <string>

namespace sb::events {
namespace {

constexpr LiteralSides kBoth = {.variable_before = true, .variable_after = true};

TEST(NeedleFitTest, ComparesWhatStandsAroundTheWord) {
  // The word "user_id" at 1 of the needle, at 2 of the literal.
  const auto whole = PlaceNeedle("\"user_id\"", 1, 7, "{\"user_id\":", 2, kBoth);
  ASSERT_TRUE(whole.has_value());
  EXPECT_TRUE(whole->whole());
  EXPECT_FALSE(PlaceNeedle("'user_id", 1, 7, "{\"user_id\":", 2, kBoth).has_value());
  EXPECT_FALSE(PlaceNeedle("user_id =", 0, 7, "{\"user_id\":", 2, kBoth).has_value());
  const auto into = PlaceNeedle("user_id\":4", 0, 7, "{\"user_id\":", 2, kBoth);
  ASSERT_TRUE(into.has_value());
  EXPECT_FALSE(into->from_before);
  EXPECT_EQ(into->rest, 9U);
  const auto from = PlaceNeedle("7 {\"user_id", 4, 7, " {\"user_id\":", 3, kBoth);
  ASSERT_TRUE(from.has_value());
  EXPECT_TRUE(from->from_before);
  EXPECT_EQ(from->rest, NeedlePlace::kNone);
}

TEST(NeedleFitTest, NothingLiesBeyondTheLine) {
  EXPECT_FALSE(PlaceNeedle("word 7", 0, 4, "word ", 0, {.variable_before = true}).has_value());
  EXPECT_FALSE(PlaceNeedle("7 word", 2, 4, " word", 1, {.variable_after = true}).has_value());
}

TEST(NeedleFitTest, NumbersBeginAsTheyAreWritten) {
  // A number in a line is followed by a byte of no word, here ','.
  for (const std::string_view rest : {"4", "42", "42,", "0", "0,", "40", ",", "4a", "04", "40,7"}) {
    const NumberStart start(rest);
    for (uint64_t number = 0; number < 5000; ++number) {
      const std::string written = std::to_string(number) + ",7";
      if (written.starts_with(rest)) {
        ASSERT_TRUE(start.possible() && start.Fits(number)) << rest << " in " << written;
      } else if (start.possible() && rest.find('a') == std::string_view::npos) {
        ASSERT_FALSE(start.Fits(number)) << rest << " in " << written;
      }
    }
  }
}

}  // namespace
}  // namespace sb::events
