// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/scrape_cache.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace sb::scrape {
namespace {

CachedSeries* FindOrInsert(ScrapeCache* cache, const std::string& raw) {
  CachedSeries* series = cache->Find(raw);
  return series != nullptr ? series : cache->Insert(raw);
}

// Scrapes `names`; gives each a reference when new; returns what vanished.
std::set<uint64_t> Scrape(ScrapeCache* cache, const std::vector<std::string>& names,
                          ScrapeEnd end = ScrapeEnd::kGood) {
  for (const std::string& name : names) {
    CachedSeries* series = FindOrInsert(cache, name);
    if (series->ref == store::SeriesRef::kNone) {
      series->ref = store::SeriesRef{std::stoull(name)};
    }
    EXPECT_EQ(static_cast<uint64_t>(series->ref), std::stoull(name));
    cache->Track(series);
  }
  std::set<uint64_t> vanished;
  cache->ForEachVanished([&vanished](const CachedSeries& series) {
    vanished.insert(static_cast<uint64_t>(series.ref));
  });
  cache->Finish(end);
  return vanished;
}

TEST(ScrapeCacheTest, RemembersSeriesInAnyOrder) {
  ScrapeCache cache;
  Scrape(&cache, {"1", "2", "3", "4"});
  Scrape(&cache, {"4", "3", "2", "1"});
  Scrape(&cache, {"2", "4", "1", "3"});
  EXPECT_EQ(cache.size(), 4U);
}

TEST(ScrapeCacheTest, TellsWhatVanishedOnce) {
  ScrapeCache cache;
  EXPECT_TRUE(Scrape(&cache, {"1", "2", "3"}).empty());
  EXPECT_EQ(Scrape(&cache, {"1", "3"}), (std::set<uint64_t>{2}));
  EXPECT_TRUE(Scrape(&cache, {"1", "3"}).empty());
  EXPECT_TRUE(Scrape(&cache, {"1", "2", "3"}).empty());  // it is back
  EXPECT_EQ(Scrape(&cache, {}), (std::set<uint64_t>{1, 2, 3}));
}

TEST(ScrapeCacheTest, AFailedScrapeLeavesNothingTracked) {
  ScrapeCache cache;
  Scrape(&cache, {"1", "2"});
  Scrape(&cache, {"1", "5"}, ScrapeEnd::kFailed);
  EXPECT_TRUE(Scrape(&cache, {"2"}).empty());
}

TEST(ScrapeCacheTest, AScrapeThatWasNotStoredKeepsWhatWasTracked) {
  ScrapeCache cache;
  Scrape(&cache, {"1", "2"});
  Scrape(&cache, {"1"}, ScrapeEnd::kNotStored);
  EXPECT_EQ(Scrape(&cache, {"1"}), (std::set<uint64_t>{2}));
}

TEST(ScrapeCacheTest, SeesDuplicatesWithinAScrape) {
  ScrapeCache cache;
  EXPECT_FALSE(FindOrInsert(&cache, "1")->duplicate);
  EXPECT_FALSE(FindOrInsert(&cache, "2")->duplicate);
  EXPECT_TRUE(FindOrInsert(&cache, "1")->duplicate);
  cache.Finish(ScrapeEnd::kGood);
  EXPECT_FALSE(FindOrInsert(&cache, "1")->duplicate);
}

TEST(ScrapeCacheTest, RestartForgetsReferencesOfNewSeriesOnly) {
  ScrapeCache cache;
  Scrape(&cache, {"1"});
  FindOrInsert(&cache, "1");
  FindOrInsert(&cache, "2")->ref = store::SeriesRef{2};
  cache.Restart();
  EXPECT_EQ(cache.Find("1")->ref, store::SeriesRef{1});
  EXPECT_EQ(cache.Find("2")->ref, store::SeriesRef::kNone);
  EXPECT_FALSE(cache.Find("2") == nullptr);
}

TEST(ScrapeCacheTest, ForgetsSeriesThatAreGone) {
  ScrapeCache cache;
  std::vector<std::string> many;
  for (int i = 1; i <= 1000; ++i) {
    many.push_back(std::to_string(i));
  }
  Scrape(&cache, many);
  EXPECT_EQ(cache.size(), 1000U);
  const std::vector<std::string> few(many.begin() + 100, many.begin() + 400);
  EXPECT_EQ(Scrape(&cache, few).size(), 700U);
  EXPECT_EQ(cache.size(), 300U);
  EXPECT_TRUE(Scrape(&cache, few).empty());
  EXPECT_EQ(Scrape(&cache, {"101"}).size(), 299U);
}

}  // namespace
}  // namespace sb::scrape
