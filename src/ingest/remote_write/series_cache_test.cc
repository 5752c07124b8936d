// SPDX-License-Identifier: Apache-2.0
#include "ingest/remote_write/series_cache.h"

#include <gtest/gtest.h>

#include <string>

namespace sb::ingest {
namespace {

using encoding::Hash128;
using store::SeriesRef;

Hash128 Key(uint64_t i) {
  return encoding::Hash128Of(std::to_string(i), 7);
}

SeriesRef FindOne(SeriesCache* cache, uint64_t i) {
  const Hash128 key = Key(i);
  SeriesRef ref{99};
  cache->Find({&key, 1}, {&ref, 1});
  return ref;
}

void InsertOne(SeriesCache* cache, uint64_t i, uint64_t value) {
  const Hash128 key = Key(i);
  const SeriesRef ref{value};
  cache->Insert({&key, 1}, {&ref, 1});
}

TEST(SeriesCacheTest, FindsWhatWasInsertedAndNothingElse) {
  SeriesCache cache(1'000'000);
  EXPECT_EQ(FindOne(&cache, 1), SeriesRef::kNone);
  for (uint64_t i = 1; i <= 20'000; ++i) {
    InsertOne(&cache, i, i);
  }
  EXPECT_EQ(cache.size(), 20'000U);
  for (uint64_t i = 1; i <= 20'000; ++i) {
    ASSERT_EQ(FindOne(&cache, i), SeriesRef{i});
  }
  EXPECT_EQ(FindOne(&cache, 20'001), SeriesRef::kNone);
}

TEST(SeriesCacheTest, AnEntryCanBeReplaced) {
  SeriesCache cache(100);
  InsertOne(&cache, 1, 10);
  InsertOne(&cache, 1, 11);
  InsertOne(&cache, 1, 0);  // kNone is left out
  EXPECT_EQ(FindOne(&cache, 1), SeriesRef{11});
  EXPECT_EQ(cache.size(), 1U);
}

TEST(SeriesCacheTest, StaysBoundedAndForgetsWhatIsNotUsed) {
  SeriesCache cache(2'000);
  for (uint64_t i = 1; i <= 100'000; ++i) {
    InsertOne(&cache, i, i);
    ASSERT_LE(cache.size(), 2'000U);
    ASSERT_EQ(FindOne(&cache, 1), SeriesRef{1}) << "used all the time, lost after " << i;
  }
  EXPECT_EQ(FindOne(&cache, 2), SeriesRef::kNone);
  EXPECT_EQ(FindOne(&cache, 100'000), SeriesRef{100'000});
}

TEST(SeriesCacheTest, KeysThatShareASlotAreKeptApart) {
  SeriesCache cache(1'000);
  for (uint64_t i = 1; i <= 50; ++i) {
    const Hash128 key{.low = 1023, .high = i};
    const SeriesRef ref{i};
    cache.Insert({&key, 1}, {&ref, 1});
  }
  for (uint64_t i = 1; i <= 50; ++i) {
    const Hash128 key{.low = 1023, .high = i};
    SeriesRef ref{};
    cache.Find({&key, 1}, {&ref, 1});
    EXPECT_EQ(ref, SeriesRef{i});
  }
}

}  // namespace
}  // namespace sb::ingest
