// SPDX-License-Identifier: Apache-2.0
#include "store/events/part/checked_pages.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace sb::events {
namespace {

constexpr int64_t kStart = 1'000'000'000;

store::PageRef Page(uint64_t offset, uint64_t size) {
  store::PageRef page;
  page.offset = offset;
  page.size_bytes = size;
  return page;
}

TEST(CheckedPagesTest, KeepsAPageFreshForAMinute) {
  const CheckedPages checked({Page(0, 100), Page(100, 50)});
  EXPECT_FALSE(checked.IsFresh(Page(0, 100), kStart));
  checked.Note(Page(0, 100), kStart);
  EXPECT_TRUE(checked.IsFresh(Page(0, 100), kStart));
  EXPECT_TRUE(checked.IsFresh(Page(0, 100), kStart + CheckedPages::kFreshNs - 1));
  EXPECT_FALSE(checked.IsFresh(Page(0, 100), kStart + CheckedPages::kFreshNs + 1));
  EXPECT_FALSE(checked.IsFresh(Page(100, 50), kStart));  // each for itself
}

TEST(CheckedPagesTest, IsFreshAgainAfterTheNextCheck) {
  const CheckedPages checked({Page(8, 8)});
  checked.Note(Page(8, 8), kStart);
  const int64_t later = kStart + 3 * CheckedPages::kFreshNs;
  EXPECT_FALSE(checked.IsFresh(Page(8, 8), later));
  checked.Note(Page(8, 8), later);
  EXPECT_TRUE(checked.IsFresh(Page(8, 8), later + 1));
}

TEST(CheckedPagesTest, FindsPagesWhateverTheirOrder) {
  const CheckedPages checked({Page(300, 1), Page(100, 1), Page(200, 1)});
  for (const uint64_t offset : {100, 200, 300}) {
    checked.Note(Page(offset, 1), kStart);
    EXPECT_TRUE(checked.IsFresh(Page(offset, 1), kStart));
  }
}

TEST(CheckedPagesTest, NeverTakesAPageItDoesNotKnowForChecked) {
  const CheckedPages checked({Page(100, 50)});
  const CheckedPages none;
  for (const store::PageRef page : {Page(0, 10), Page(120, 10), Page(1'000, 10)}) {
    checked.Note(page, kStart);
    none.Note(page, kStart);
    EXPECT_FALSE(checked.IsFresh(page, kStart));
    EXPECT_FALSE(none.IsFresh(page, kStart));
  }
  EXPECT_FALSE(checked.IsFresh(Page(100, 50), kStart));
}

TEST(CheckedPagesTest, IsSafeForManyReaders) {
  std::vector<store::PageRef> pages;
  for (uint64_t i = 0; i < 64; ++i) {
    pages.push_back(Page(i * 10, 10));
  }
  const CheckedPages checked(pages);
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&checked, &pages] {
      for (int round = 0; round < 100; ++round) {
        for (const store::PageRef& page : pages) {
          checked.Note(page, kStart + round);
          EXPECT_TRUE(checked.IsFresh(page, kStart + round));
        }
      }
    });
  }
  for (std::thread& reader : readers) {
    reader.join();
  }
}

}  // namespace
}  // namespace sb::events
