// SPDX-License-Identifier: Apache-2.0
//
// ScrapeCache remembers what became of each series of one target, so that a scrape of known series
// needs neither parsing of labels nor relabelling:
//
//   CachedSeries* series = cache.Find(raw);             // raw: the bytes before the value
//   if (series == nullptr) series = cache.Insert(raw);  // then fill in ref or dropped
//   cache.Track(series);                                // seen with the server's timestamp
//   cache.ForEachVanished([](CachedSeries& s) { … });   // tracked last time, not now
//   cache.Finish(ScrapeEnd::kGood);
//
// Targets write their series in the same order every time, so each entry remembers its successor
// and most look-ups compare one hash. Entries are known by the 128-bit hash of their bytes, not the
// bytes: 56 bytes a series however long its labels are.
//
// After a good scrape, entries that were not in it are forgotten, though not always at once.
// Threads: one at a time. Pointers hold until the next Insert or Finish.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "encoding/hash.h"
#include "store/interface/appender.h"

namespace sb::scrape {

struct CachedSeries {
  encoding::Hash128 key;
  store::SeriesRef ref = store::SeriesRef::kNone;
  uint32_t next = UINT32_MAX;   // index of the series that followed last time
  uint32_t seen_scrape = 0;     // number of the scrape that had it last
  uint32_t tracked_scrape = 0;  // … for which staleness counts
  uint32_t created_scrape = 0;
  bool dropped = false;    // by metric_relabel_configs
  bool duplicate = false;  // already seen in this scrape when found last
};

enum class ScrapeEnd : uint8_t {
  kGood,
  kFailed,    // stale markers were written for everything: nothing is tracked any more
  kNotStored  // the store took nothing: what was tracked before still is
};

class ScrapeCache {
 public:
  ScrapeCache();

  CachedSeries* Find(std::string_view raw);
  // `raw` was not found just before.
  CachedSeries* Insert(std::string_view raw);
  void Track(CachedSeries* series);

  template <typename Function>
  void ForEachVanished(Function function) {
    for (const uint32_t index : tracked_before_) {
      if (series_[index].tracked_scrape != scrape_) {
        function(series_[index]);
      }
    }
  }
  // All that were tracked in the last scrape, whatever was seen in this one.
  template <typename Function>
  void ForEachTrackedBefore(Function function) {
    for (const uint32_t index : tracked_before_) {
      function(series_[index]);
    }
  }

  template <typename Function>
  void ForEachTrackedNow(Function function) {
    for (const uint32_t index : tracked_now_) {
      function(series_[index]);
    }
  }

  // Forgets what this scrape did, so that it can be read again from the start.
  void Restart();
  // The same, and all references: the store does not know them any more.
  void ForgetReferences();
  // Ends the scrape; anything but kGood forgets what it did.
  void Finish(ScrapeEnd end);

  size_t size() const { return series_.size(); }
  uint32_t IndexOf(const CachedSeries* series) const {
    return static_cast<uint32_t>(series - series_.data());
  }
  CachedSeries& At(uint32_t index) { return series_[index]; }
  // Whether this scrape brought the series in.
  bool IsNew(const CachedSeries& series) const { return series.created_scrape == scrape_; }
  size_t tracked() const { return tracked_now_.size() + tracked_before_.size(); }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  CachedSeries* Visit(uint32_t index);
  size_t SlotOf(const encoding::Hash128& key) const;
  void Rehash();
  void DropUnseen();

  std::vector<CachedSeries> series_;
  std::vector<uint32_t> slots_;  // open addressing, power of two, at most half full
  std::vector<uint32_t> tracked_before_;
  std::vector<uint32_t> tracked_now_;
  encoding::Hash128 last_key_;  // of the last Find that failed
  uint32_t last_ = kNone;       // the series visited last
  uint32_t first_ = kNone;      // the one a scrape starts with
  uint32_t scrape_ = 1;
  uint32_t seen_ = 0;  // entries visited in this scrape
};

}  // namespace sb::scrape
