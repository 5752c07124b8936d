// SPDX-License-Identifier: Apache-2.0
#include "template/time_zone.h"

#include <gtest/gtest.h>

namespace sb::gotemplate {
namespace {

base::FileSystem& Files() {
  return base::Env::Real().files();
}

TEST(TimeZoneTest, BerlinHasSummerTimeNowAndInFiftyYears) {
  const auto zone = TimeZone::Load(Files(), "Europe/Berlin");
  if (!zone.ok()) {
    GTEST_SKIP() << "no time zone database on this machine";
  }
  EXPECT_EQ((*zone)->At(1'787'392'800).seconds, 7200);         // August 2026
  EXPECT_EQ((*zone)->At(1'797'000'000).abbreviation, "CET");   // December 2026
  EXPECT_EQ((*zone)->At(3'365'000'000).abbreviation, "CEST");  // August 2076
  EXPECT_EQ((*zone)->ToUnix(1'787'400'000), 1'787'392'800);
}

TEST(TimeZoneTest, UnknownNamesAreRefused) {
  EXPECT_FALSE(TimeZone::Load(Files(), "Mars/Olympus").ok());
  EXPECT_FALSE(TimeZone::Load(Files(), "../../etc/passwd").ok());
  EXPECT_FALSE(TimeZone::Load(Files(), "/etc/passwd").ok());
}

TEST(TimeZoneTest, DamagedFilesAreRefusedNotRead) {
  const auto bytes = Files().ReadFile("/usr/share/zoneinfo/Europe/Berlin");
  if (!bytes.ok()) {
    GTEST_SKIP() << "no time zone database on this machine";
  }
  for (size_t size = 0; size < bytes->size(); size += 7) {
    (void)TimeZone::FromTzif("cut", bytes->substr(0, size)).ok();
  }
  for (size_t i = 0; i < bytes->size(); ++i) {
    std::string flipped = *bytes;
    flipped[i] = static_cast<char>(~flipped[i]);
    const auto zone = TimeZone::FromTzif("flipped", flipped);
    if (zone.ok()) {
      (void)(*zone)->At(1'787'392'800);
      (void)(*zone)->At(4'000'000'000);
    }
  }
}

}  // namespace
}  // namespace sb::gotemplate
