// SPDX-License-Identifier: Apache-2.0
#include "alert/anomaly/seasonal_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <random>

namespace sb::anomaly {
namespace {

constexpr int64_t kMinuteMs = 60'000;
constexpr uint32_t kSeed = 20'261'127;

// A shop: busy by day, quiet at night and at the weekend, with noise.
class Shop {
 public:
  double At(int64_t time_ms) {
    const double hour = static_cast<double>(time_ms % (24 * kHourMs)) / kHourMs;
    const int64_t day = time_ms / (24 * kHourMs) % 7;
    const double level = (day >= 5 ? 60 : 100) * (1.2 + std::sin((hour - 9) / 24 * 2 * M_PI));
    return level * (1 + 0.03 * noise_(random_));
  }

 private:
  std::mt19937 random_{kSeed};
  std::normal_distribution<double> noise_;
};

class SeasonalModelTest : public testing::Test {
 protected:
  // Feeds [from, to) at an interval of five minutes; `change` is what went wrong.
  void Feed(int64_t from_ms, int64_t to_ms, double change = 1) {
    for (int64_t at = from_ms; at < to_ms; at += 5 * kMinuteMs) {
      model_.Observe(at, shop_.At(at) * change);
    }
  }
  // The share of samples outside of the band while they are fed.
  double Outside(int64_t from_ms, int64_t to_ms, double change = 1) {
    int out = 0, all = 0;
    for (int64_t at = from_ms; at < to_ms; at += 5 * kMinuteMs) {
      const double value = shop_.At(at) * change;
      const auto band = model_.At(at);
      EXPECT_TRUE(band.has_value());
      out += band && (value > band->upper || value < band->lower);
      ++all;
      model_.Observe(at, value);
    }
    return static_cast<double>(out) / all;
  }
  static int64_t Hours(int64_t n) { return n * kHourMs; }

  Shop shop_;
  SeasonalModel model_{SeasonalOptions{}};
};

TEST_F(SeasonalModelTest, OrdinaryWeeksStayInside) {
  Feed(0, Hours(4 * 168));
  const double outside = Outside(Hours(4 * 168), Hours(5 * 168));
  std::printf("seed %u: %.2f %% of an ordinary week outside\n", kSeed, 100 * outside);
  EXPECT_LT(outside, 0.02);
}

TEST_F(SeasonalModelTest, SeesPointsAndShifts) {
  Feed(0, Hours(4 * 168));
  const int64_t noon = Hours(4 * 168 + 12), night = Hours(4 * 168 + 3);
  // A busy noon is no busy night: the same number is usual here and strange there.
  const double usual = model_.At(noon)->mid;
  EXPECT_LT(std::abs(model_.At(noon)->Score(usual * 1.02)), 3);
  EXPECT_GT(model_.At(night)->Score(usual), 20);
  EXPECT_LT(model_.At(noon)->Score(0), -10);
  EXPECT_GT(Outside(Hours(4 * 168), Hours(4 * 168 + 6), 1.5), 0.95);
  EXPECT_GT(Outside(Hours(4 * 168 + 6), Hours(4 * 168 + 12), 0.5), 0.95);
}

TEST_F(SeasonalModelTest, AnOutageDoesNotBecomeUsual) {
  Feed(0, Hours(3 * 168 + 10));
  Feed(Hours(3 * 168 + 10), Hours(3 * 168 + 16), 0);
  Feed(Hours(3 * 168 + 16), Hours(4 * 168 + 10));
  EXPECT_GT(Outside(Hours(4 * 168 + 10), Hours(4 * 168 + 12), 0), 0.99);
}

TEST_F(SeasonalModelTest, FollowsGrowthAfterDays) {
  Feed(0, Hours(4 * 168));
  Feed(Hours(4 * 168), Hours(4 * 168 + 48), 1.4);
  EXPECT_LT(Outside(Hours(4 * 168 + 48), Hours(4 * 168 + 96), 1.4), 0.1);
}

TEST_F(SeasonalModelTest, LivesWithGaps) {
  Feed(0, Hours(168));
  Feed(Hours(2 * 168 + 5), Hours(4 * 168));
  EXPECT_LT(Outside(Hours(4 * 168), Hours(4 * 168 + 48)), 0.05);
}

TEST_F(SeasonalModelTest, StartsWithDaysAndWithHours) {
  EXPECT_FALSE(model_.At(0).has_value());
  Feed(0, Hours(23));
  EXPECT_FALSE(model_.At(Hours(24)).has_value());
  Feed(Hours(23), Hours(26));
  ASSERT_TRUE(model_.At(Hours(26)).has_value());
  Feed(Hours(26), Hours(72));
  // Three equal days: the hour of the day is known.
  EXPECT_LT(Outside(Hours(72), Hours(96)), 0.2);
}

TEST_F(SeasonalModelTest, ForgetsWhatIsOlderThanFiveWeeks) {
  Feed(0, Hours(2 * 168));
  EXPECT_EQ(model_.hours(), 2 * 168 - 1);
  Feed(Hours(20 * 168), Hours(20 * 168 + 10));
  EXPECT_EQ(model_.hours(), 9);
}

TEST_F(SeasonalModelTest, SurvivesSavingAndRefusesDamage) {
  Feed(0, Hours(4 * 168));
  const std::string text = model_.Save();
  SeasonalModel again{SeasonalOptions{}};
  ASSERT_TRUE(again.Load(text).ok());
  EXPECT_EQ(again.hours(), model_.hours());
  const auto a = model_.At(Hours(4 * 168 + 1)), b = again.At(Hours(4 * 168 + 1));
  ASSERT_TRUE(a && b);
  EXPECT_NEAR(a->upper, b->upper, 1e-3 * a->upper);
  for (size_t at = 0; at < text.size(); at += 101) {
    std::string damaged = text;
    damaged[at] = '?';
    SeasonalModel other{SeasonalOptions{}};
    EXPECT_FALSE(other.Load(damaged).ok()) << at;
  }
}

TEST(SeasonalModelValuesTest, PassesOverWhatIsNoNumberAndOutOfOrder) {
  SeasonalModel model{SeasonalOptions{.hours_min = 2}};
  for (int64_t at = 0; at < 5 * kHourMs; at += kMinuteMs) {
    model.Observe(at, 10);
    model.Observe(at, 1e9);
    model.Observe(at - kMinuteMs, 1e9);
    model.Observe(at + 1, NAN);
    model.Observe(at + 1, INFINITY);
  }
  const auto band = model.At(5 * kHourMs);
  ASSERT_TRUE(band.has_value());
  EXPECT_EQ(band->mid, 10);
  EXPECT_EQ(band->upper, 10.5);  // the floor
  EXPECT_EQ(band->lower, 9.5);
}

}  // namespace
}  // namespace sb::anomaly
