// SPDX-License-Identifier: Apache-2.0
#include "encoding/float_column.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "encoding/decimal.h"
#include "encoding/testing/sample_shapes.h"

namespace sb::encoding {
namespace {

using base::StatusCode;

bool SameBits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

TEST(DecimalTest, FindsTheLeastExponentOfDecimals) {
  EXPECT_EQ(FindDecimalExponent(std::vector<double>{1, 2, 3000000}), 0u);
  EXPECT_EQ(FindDecimalExponent(std::vector<double>{1, 2.5, 3.25}), 2u);
  EXPECT_EQ(FindDecimalExponent(std::vector<double>{0.1, 0.2, 12345.678901234}), 9u);
  EXPECT_EQ(FindDecimalExponent(std::vector<double>{9.869604401089358, 9.12345678901234567, 0.1}),
            kNoDecimalExponent);
}

TEST(DecimalTest, WhatDoesNotComeBackIsAnException) {
  const std::vector<double> values = {-0.0, 1.5, 1.0 / 3, 2.5};
  std::vector<int64_t> integers(4);
  std::vector<uint32_t> exceptions(4);
  EXPECT_EQ(ToDecimals(values, 1, 4, integers.data(), exceptions.data()), 2u);
  EXPECT_EQ(integers, (std::vector<int64_t>{15, 15, 15, 25}));
  EXPECT_EQ(exceptions[0], 0u);
  EXPECT_EQ(exceptions[1], 2u);
  EXPECT_EQ(ToDecimals(values, 1, 1, integers.data(), exceptions.data()), 2u);  // too many
}

TEST(FloatColumnTest, EveryShapeComesBackBitByBit) {
  for (const Shape shape : kAllShapes) {
    for (const size_t count : {0u, 1u, 2u, 120u, 241u, 5760u}) {
      for (const bool thorough : {false, true}) {
        const std::vector<double> values = MakeDoubles(shape, count, count + 3);
        std::string bytes;
        AppendFloatColumn(values, {.page_values = 240, .thorough = thorough}, &bytes);
        FloatColumn column;
        ASSERT_TRUE(column.Parse(bytes).ok()) << ShapeName(shape) << count;
        ASSERT_EQ(column.count(), count);
        std::vector<double> back(count);
        const base::Status status = column.Decode(0, count, back.data());
        ASSERT_TRUE(status.ok()) << ShapeName(shape) << count << thorough << status.ToString();
        EXPECT_TRUE(SameBits(back, values)) << ShapeName(shape) << count;
        if (count > 130) {
          std::vector<double> part(100);
          ASSERT_TRUE(column.Decode(30, 130, part.data()).ok());
          EXPECT_TRUE(SameBits(part, {values.begin() + 30, values.begin() + 130}));
        }
        EXPECT_LE(bytes.size(), count * 9 + 100) << ShapeName(shape) << " is larger than raw";
      }
    }
  }
}

TEST(FloatColumnTest, UsualShapesAreSmall) {
  const auto bytes_per_value = [](Shape shape) {
    std::string bytes;
    AppendFloatColumn(MakeDoubles(shape, 5760, 1), {.page_values = 240, .thorough = true}, &bytes);
    return static_cast<double>(bytes.size()) / 5760;
  };
  EXPECT_LT(bytes_per_value(Shape::kConstant), 0.01);
  EXPECT_LT(bytes_per_value(Shape::kCounter), 1.2);
  EXPECT_LT(bytes_per_value(Shape::kBuckets), 0.3);
  EXPECT_LT(bytes_per_value(Shape::kDecimalCounter), 1.0);
  EXPECT_LT(bytes_per_value(Shape::kSmallGauge), 0.5);
  EXPECT_LT(bytes_per_value(Shape::kResets), 1.0);
}

TEST(FloatColumnTest, AColumnMayBeTheDifferenceToAnother) {
  const std::vector<double> below = MakeDoubles(Shape::kCounter, 1000, 1);
  std::vector<double> above = below;
  for (size_t i = 0; i < above.size(); ++i) {
    above[i] += static_cast<double>(i / 100);
  }
  WholeColumn found;
  ASSERT_TRUE(FindWholeNumbers(below, &found));
  const std::vector<int64_t> reference = found.integers;
  ASSERT_TRUE(FindWholeNumbers(above, &found));
  std::string bytes;
  AppendFloatColumnWithReference(above, found, reference, {.thorough = true}, &bytes);
  EXPECT_LT(bytes.size(), 100u);
  FloatColumn column;
  ASSERT_TRUE(column.Parse(bytes).ok());
  ASSERT_TRUE(column.has_reference());
  std::vector<double> back(1000);
  EXPECT_EQ(column.Decode(0, 1000, back.data()).code(), StatusCode::kDataLoss);
  std::vector<int64_t> integers(1000);
  ASSERT_TRUE(column.DecodeIntegers(0, 1000, integers.data()).ok());
  for (size_t i = 0; i < integers.size(); ++i) {
    integers[i] += reference[i];
  }
  column.ToDoubles(0, 1000, integers.data(), back.data());
  EXPECT_TRUE(SameBits(back, above));
  EXPECT_FALSE(FindWholeNumbers(MakeDoubles(Shape::kFullFloats, 1000, 1), &found));
}

TEST(FloatColumnTest, DamagedBytesNeverCrash) {
  for (const Shape shape : {Shape::kCounter, Shape::kWithStaleMarkers, Shape::kSpecials}) {
    std::string bytes;
    AppendFloatColumn(MakeDoubles(shape, 300, 4), {.page_values = 120}, &bytes);
    for (size_t i = 0; i < bytes.size(); ++i) {
      for (int change = 1; change < 256; change += 7) {
        std::vector<char> broken(bytes.begin(), bytes.end());
        broken[i] = static_cast<char>(broken[i] ^ change);
        FloatColumn column;
        if (column.Parse({broken.data(), broken.size()}).ok() && column.count() < 100000) {
          std::vector<double> out(column.count());
          (void)column.Decode(0, column.count(), out.data()).ok();
        }
      }
    }
  }
}

}  // namespace
}  // namespace sb::encoding
