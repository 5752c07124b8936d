// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/db/merged_series.h"

#include <algorithm>
#include <compare>
#include <iterator>
#include <utility>

#include "store/interface/piecewise_series.h"

namespace sb::tsdb {
namespace {

// Appends the samples of `from` from `begin` on to `to`, whose last time is lower.
void AppendFrom(const model::SampleColumns& from, size_t begin, model::SampleColumns* to) {
  const auto offset = static_cast<ptrdiff_t>(begin);
  const size_t before = to->size();
  const bool start_times = !from.start_times.empty() || !to->start_times.empty();
  const bool histograms = !from.histograms.empty() || !to->histograms.empty();
  to->times.insert(to->times.end(), from.times.begin() + offset, from.times.end());
  to->values.insert(to->values.end(), from.values.begin() + offset, from.values.end());
  if (start_times) {
    to->start_times.resize(before, 0);
    if (!from.start_times.empty()) {
      to->start_times.insert(to->start_times.end(), from.start_times.begin() + offset,
                             from.start_times.end());
    }
    to->start_times.resize(to->times.size(), 0);
  }
  if (histograms) {
    to->histograms.resize(before);
    if (!from.histograms.empty()) {
      to->histograms.insert(to->histograms.end(), from.histograms.begin() + offset,
                            from.histograms.end());
    }
    to->histograms.resize(to->times.size());
  }
}

void Shrink(size_t size, model::SampleColumns* columns) {
  columns->times.resize(size);
  columns->values.resize(size);
  if (!columns->start_times.empty()) {
    columns->start_times.resize(size);
  }
  if (!columns->histograms.empty()) {
    columns->histograms.resize(size);
  }
}

// Two runs of samples in `all`, the second from `middle` on, become one in time order; where both
// have a time, the second one's sample stays. Nothing is moved if they do not overlap.
void MergeRuns(size_t begin, size_t middle, model::SampleColumns* all) {
  if (middle == begin || middle == all->size() || all->times[middle - 1] < all->times[middle]) {
    return;
  }
  model::SampleColumns merged;
  size_t i = begin;
  size_t j = middle;
  while (i < middle || j < all->size()) {
    if (j == all->size() || (i < middle && all->times[i] < all->times[j])) {
      merged.Append(all->At(i++));
    } else {
      if (i < middle && all->times[i] == all->times[j]) {
        ++i;
      }
      merged.Append(all->At(j++));
    }
  }
  Shrink(begin, all);
  AppendFrom(merged, 0, all);
}

// The samples of one label set from several sources, oldest first, and without deleted ones.
class MergedSeries final : public store::PiecewiseSeries {
 public:
  MergedSeries(SeriesList sources, std::shared_ptr<const BlockSet> set, int64_t oldest_kept)
      : sources_(std::move(sources)), set_(std::move(set)), oldest_kept_(oldest_kept) {}

  const model::LabelSet& labels() const override { return sources_.front()->labels(); }

  base::Status Read(base::TimeRange range, model::SampleColumns* out) override {
    range = Kept(range);
    if (range.Empty()) {
      return base::OkStatus();
    }
    if (!set_->tombstones.empty()) {
      model::SampleColumns all;
      const base::Status status = ReadSources(range, &all);
      ApplyTombstones(labels(), set_->tombstones, &all);
      AppendFrom(all, 0, out);
      return status;
    }
    return ReadSources(range, out);
  }

  base::TimeRange Bounds() const override {
    return {base::TimestampMs::Min(), base::TimestampMs::Max()};
  }

  // In pieces only where the sources lie one behind the other.
  base::Result<bool> ReadPieces(base::TimeRange range, store::PieceSink* sink) override {
    if (!set_->tombstones.empty()) {
      return false;
    }
    range = Kept(range);
    if (range.Empty()) {
      return true;
    }
    std::vector<Part> parts;
    for (const auto& source : sources_) {
      SB_RETURN_IF_ERROR(AddPart(*source, range, &parts));
    }
    std::sort(parts.begin(), parts.end(),
              [](const Part& a, const Part& b) { return a.bounds.start < b.bounds.start; });
    for (size_t i = 1; i < parts.size(); ++i) {
      if (parts[i].bounds.start < parts[i - 1].bounds.end) {
        return false;
      }
    }
    for (Part& part : parts) {
      if (part.piecewise == nullptr) {
        if (!sink->TakeSamples(&part.columns)) {
          break;
        }
        continue;
      }
      // A sink that wants no more says so to each part.
      SB_ASSIGN_OR_RETURN(const bool told, part.piecewise->ReadPieces(range, sink));
      if (!told) {
        return base::Internal("a part of a series that cannot be read in pieces");
      }
    }
    return true;
  }

 private:
  base::TimeRange Kept(base::TimeRange range) const {
    return {std::max(range.start, base::TimestampMs(oldest_kept_)), range.end};
  }

  // A source that is piecewise, or the samples of one that is not.
  struct Part {
    base::TimeRange bounds;
    store::PiecewiseSeries* piecewise = nullptr;
    model::SampleColumns columns;
  };

  static base::Status AddPart(store::Series& source, base::TimeRange range,
                              std::vector<Part>* parts) {
    Part part;
    part.piecewise = dynamic_cast<store::PiecewiseSeries*>(&source);
    if (part.piecewise != nullptr) {
      part.bounds = part.piecewise->Bounds();
      if (!part.bounds.Overlaps(range)) {
        return base::OkStatus();
      }
    } else {
      SB_RETURN_IF_ERROR(source.Read(range, &part.columns));
      if (part.columns.empty()) {
        return base::OkStatus();
      }
      part.bounds = {base::TimestampMs(part.columns.times.front()),
                     base::TimestampMs(part.columns.times.back() + 1)};
    }
    parts->push_back(std::move(part));
    return base::OkStatus();
  }

  base::Status ReadSources(base::TimeRange range, model::SampleColumns* out) {
    const size_t begin = out->size();
    base::Status first_error;
    for (const auto& source : sources_) {
      const size_t middle = out->size();
      const base::Status status = source->Read(range, out);
      if (!status.ok()) {
        if (status.code() != base::StatusCode::kDataLoss) {
          return status;
        }
        first_error = first_error.ok() ? status : first_error;
      }
      MergeRuns(begin, middle, out);
    }
    return first_error;
  }

  const SeriesList sources_;
  const std::shared_ptr<const BlockSet> set_;
  const int64_t oldest_kept_;  // by the retention rules; INT64_MIN: all
};

// The lists from the front on, as far as they have not been taken.
class ListCursor {
 public:
  explicit ListCursor(SeriesList* list) : list_(list) {}
  bool done() const { return next_ == list_->size(); }
  const model::LabelSet& labels() const { return (*list_)[next_]->labels(); }
  std::unique_ptr<store::Series> Take() { return std::move((*list_)[next_++]); }

 private:
  SeriesList* list_;
  size_t next_ = 0;
};

// Takes the series with the lowest labels from all lists that have it, oldest source first.
SeriesList TakeLowest(std::vector<ListCursor>* cursors) {
  std::vector<size_t> lowest;
  for (size_t i = 0; i < cursors->size(); ++i) {
    const ListCursor& cursor = (*cursors)[i];
    if (cursor.done()) {
      continue;
    }
    const auto order = lowest.empty() ? std::strong_ordering::equal
                                      : cursor.labels() <=> (*cursors)[lowest.front()].labels();
    if (order < 0) {
      lowest.clear();
    }
    if (order <= 0) {
      lowest.push_back(i);
    }
  }
  SeriesList taken;
  taken.reserve(lowest.size());
  for (const size_t i : lowest) {
    taken.push_back((*cursors)[i].Take());
  }
  return taken;
}

}  // namespace

SeriesList MergeLists(std::vector<SeriesList> lists, const std::shared_ptr<const BlockSet>& set,
                      const Expiry& expiry) {
  const bool rules = expiry.rules != nullptr && !expiry.rules->empty();
  std::vector<ListCursor> cursors;
  size_t longest = 0;
  for (SeriesList& list : lists) {
    cursors.emplace_back(&list);
    longest = std::max(longest, list.size());
  }
  SeriesList merged;
  merged.reserve(longest);
  while (true) {
    SeriesList sources = TakeLowest(&cursors);
    if (sources.empty()) {
      return merged;
    }
    const int64_t oldest =
        rules ? expiry.rules->OldestKept(sources.front()->labels(), expiry.newest) : INT64_MIN;
    if (oldest >= expiry.range_end.Value()) {
      continue;
    }
    if (sources.size() == 1 && set->tombstones.empty() && oldest == INT64_MIN) {
      merged.push_back(std::move(sources.front()));
    } else {
      merged.push_back(std::make_unique<MergedSeries>(std::move(sources), set, oldest));
    }
  }
}

}  // namespace sb::tsdb
