// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/scrape_cache.h"

#include <utility>

namespace sb::scrape {

ScrapeCache::ScrapeCache() : slots_(16, kNone) {}

CachedSeries* ScrapeCache::Find(std::string_view raw) {
  const encoding::Hash128 key = encoding::Hash128Of(raw);
  const uint32_t expected = last_ == kNone ? first_ : series_[last_].next;
  if (expected < series_.size() && series_[expected].key == key) {
    return Visit(expected);
  }
  const uint32_t index = slots_[SlotOf(key)];
  if (index == kNone) {
    last_key_ = key;
    return nullptr;
  }
  return Visit(index);
}

CachedSeries* ScrapeCache::Insert(std::string_view) {
  if ((series_.size() + 1) * 2 > slots_.size()) {
    slots_.resize(slots_.size() * 2);
    Rehash();
  }
  const auto index = static_cast<uint32_t>(series_.size());
  series_.emplace_back();
  series_.back().key = last_key_;
  series_.back().created_scrape = scrape_;
  slots_[SlotOf(last_key_)] = index;
  return Visit(index);
}

CachedSeries* ScrapeCache::Visit(uint32_t index) {
  CachedSeries& series = series_[index];
  if (last_ == kNone) {
    first_ = index;
  } else if (last_ != index) {
    series_[last_].next = index;
  }
  last_ = index;
  series.duplicate = series.seen_scrape == scrape_;
  seen_ += series.duplicate ? 0 : 1;
  series.seen_scrape = scrape_;
  return &series;
}

void ScrapeCache::Track(CachedSeries* series) {
  if (series->tracked_scrape != scrape_) {
    series->tracked_scrape = scrape_;
    tracked_now_.push_back(static_cast<uint32_t>(series - series_.data()));
  }
}

void ScrapeCache::Restart() {
  for (CachedSeries& series : series_) {
    if (series.seen_scrape == scrape_) {
      series.seen_scrape = 0;
    }
    if (series.tracked_scrape == scrape_) {
      series.tracked_scrape = 0;
    }
    if (series.created_scrape == scrape_) {
      // A rolled back store has forgotten the series; it is resolved again when it comes back.
      series.ref = store::SeriesRef::kNone;
    }
  }
  tracked_now_.clear();
  last_ = kNone;
  seen_ = 0;
}

void ScrapeCache::ForgetReferences() {
  for (CachedSeries& series : series_) {
    series.ref = store::SeriesRef::kNone;
  }
}

void ScrapeCache::Finish(ScrapeEnd end) {
  if (end != ScrapeEnd::kGood) {
    Restart();
    if (end == ScrapeEnd::kFailed) {
      tracked_before_.clear();
    }
  } else {
    std::swap(tracked_before_, tracked_now_);
    tracked_now_.clear();
    // Compacting costs as much as the scrape itself, so not for every single series that goes.
    const size_t unseen = series_.size() - seen_;
    if (unseen > 64 && unseen * 4 > series_.size()) {
      DropUnseen();
    }
  }
  last_ = kNone;
  seen_ = 0;
  ++scrape_;
}

void ScrapeCache::DropUnseen() {
  std::vector<uint32_t> moved(series_.size(), kNone);
  std::vector<CachedSeries> kept;
  kept.reserve(seen_);
  for (size_t i = 0; i < series_.size(); ++i) {
    if (series_[i].seen_scrape == scrape_) {
      moved[i] = static_cast<uint32_t>(kept.size());
      kept.push_back(series_[i]);
    }
  }
  const auto follow = [&moved](uint32_t index) {
    return index < moved.size() ? moved[index] : kNone;
  };
  for (CachedSeries& series : kept) {
    series.next = follow(series.next);
  }
  first_ = follow(first_);
  for (uint32_t& index : tracked_before_) {
    index = follow(index);
  }
  series_ = std::move(kept);
  Rehash();
}

size_t ScrapeCache::SlotOf(const encoding::Hash128& key) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = static_cast<size_t>(key.low) & mask;
  while (slots_[slot] != kNone && series_[slots_[slot]].key != key) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

void ScrapeCache::Rehash() {
  slots_.assign(slots_.size(), kNone);
  for (uint32_t i = 0; i < series_.size(); ++i) {
    slots_[SlotOf(series_[i].key)] = i;
  }
}

}  // namespace sb::scrape
