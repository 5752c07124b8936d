// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/db/db_querier.h"

#include <algorithm>
#include <bit>
#include <map>
#include <utility>

namespace sb::tsdb {
namespace {

using SeriesList = std::vector<std::unique_ptr<store::Series>>;

base::TimeRange Intersect(base::TimeRange a, base::TimeRange b) {
  return {std::max(a.start, b.start), std::min(a.end, b.end)};
}

// Appends all of `from` to `to`, whose last time is lower.
void AppendAll(const model::SampleColumns& from, model::SampleColumns* to) {
  const size_t before = to->size();
  const bool start_times = !from.start_times.empty() || !to->start_times.empty();
  const bool histograms = !from.histograms.empty() || !to->histograms.empty();
  to->times.insert(to->times.end(), from.times.begin(), from.times.end());
  to->values.insert(to->values.end(), from.values.begin(), from.values.end());
  if (start_times) {
    to->start_times.resize(before, 0);
    to->start_times.insert(to->start_times.end(), from.start_times.begin(), from.start_times.end());
    to->start_times.resize(to->times.size(), 0);
  }
  if (histograms) {
    to->histograms.resize(before);
    to->histograms.insert(to->histograms.end(), from.histograms.begin(), from.histograms.end());
    to->histograms.resize(to->times.size());
  }
}

// Merges `newer` into `all`; where both have a time, the newer sample stays.
void MergeInto(const model::SampleColumns& newer, model::SampleColumns* all) {
  if (newer.empty()) {
    return;
  }
  if (all->empty() || all->times.back() < newer.times.front()) {
    AppendAll(newer, all);
    return;
  }
  model::SampleColumns merged;
  size_t i = 0;
  size_t j = 0;
  while (i < all->size() || j < newer.size()) {
    if (j == newer.size() || (i < all->size() && all->times[i] < newer.times[j])) {
      merged.Append(all->At(i++));
    } else {
      if (i < all->size() && all->times[i] == newer.times[j]) {
        ++i;
      }
      merged.Append(newer.At(j++));
    }
  }
  *all = std::move(merged);
}

// The samples of one label set from several sources, oldest first, and without deleted ones.
class MergedSeries final : public store::Series {
 public:
  MergedSeries(std::vector<std::unique_ptr<store::Series>> sources,
               std::shared_ptr<const BlockSet> set, int64_t oldest_kept)
      : sources_(std::move(sources)), set_(std::move(set)), oldest_kept_(oldest_kept) {}

  const model::LabelSet& labels() const override { return sources_.front()->labels(); }

  base::Status Read(base::TimeRange range, model::SampleColumns* out) override {
    range.start = std::max(range.start, base::TimestampMs(oldest_kept_));
    if (range.Empty()) {
      return base::OkStatus();
    }
    model::SampleColumns all;
    base::Status first_error;
    for (const auto& source : sources_) {
      model::SampleColumns part;
      const base::Status status = source->Read(range, &part);
      if (!status.ok()) {
        if (status.code() != base::StatusCode::kDataLoss) {
          return status;
        }
        first_error = first_error.ok() ? status : first_error;
      }
      MergeInto(part, &all);
    }
    if (!set_->tombstones.empty()) {
      ApplyTombstones(labels(), set_->tombstones, &all);
    }
    AppendAll(all, out);
    return first_error;
  }

 private:
  const std::vector<std::unique_ptr<store::Series>> sources_;
  const std::shared_ptr<const BlockSet> set_;
  const int64_t oldest_kept_;  // by the retention rules; INT64_MIN: all
};

// One list from several sorted ones; series with the same labels become one. Series that have
// expired before the range's end are left out.
SeriesList MergeLists(std::vector<SeriesList> lists, const std::shared_ptr<const BlockSet>& set,
                      const RetentionRules& rules, int64_t newest, base::TimestampMs range_end) {
  struct Member {
    std::unique_ptr<store::Series> series;
    size_t source = 0;
  };
  std::vector<Member> members;
  for (size_t source = 0; source < lists.size(); ++source) {
    for (auto& series : lists[source]) {
      members.push_back({std::move(series), source});
    }
  }
  std::stable_sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
    const auto order = a.series->labels() <=> b.series->labels();
    return order != 0 ? order < 0 : a.source < b.source;
  });
  SeriesList merged;
  for (size_t begin = 0; begin < members.size();) {
    size_t end = begin + 1;
    while (end < members.size() &&
           members[end].series->labels() == members[begin].series->labels()) {
      ++end;
    }
    const int64_t oldest =
        rules.empty() ? INT64_MIN : rules.OldestKept(members[begin].series->labels(), newest);
    if (oldest >= range_end.Value()) {
      begin = end;
      continue;
    }
    if (end == begin + 1 && set->tombstones.empty() && oldest == INT64_MIN) {
      merged.push_back(std::move(members[begin].series));
    } else {
      SeriesList sources;
      for (size_t i = begin; i < end; ++i) {
        sources.push_back(std::move(members[i].series));
      }
      merged.push_back(std::make_unique<MergedSeries>(std::move(sources), set, oldest));
    }
    begin = end;
  }
  return merged;
}

void UniteInto(std::vector<std::string> more, std::vector<std::string>* all) {
  if (all->empty()) {
    *all = std::move(more);
    return;
  }
  std::vector<std::string> merged;
  merged.reserve(all->size() + more.size());
  std::set_union(all->begin(), all->end(), more.begin(), more.end(), std::back_inserter(merged));
  *all = std::move(merged);
}

}  // namespace

DbQuerier::DbQuerier(base::TimeRange range, std::unique_ptr<HeadReader> head,
                     std::shared_ptr<const BlockSet> blocks, const RetentionRules& rules,
                     int64_t newest)
    : range_(range),
      head_(std::move(head)),
      set_(std::move(blocks)),
      rules_(rules),
      newest_(newest) {
  for (const auto& block : set_->blocks) {
    if (block->meta().range.Overlaps(range_)) {
      blocks_.push_back(block);
    }
  }
}

base::Result<SeriesList> DbQuerier::Select(const store::ReadContext& context,
                                           const store::SelectHints& hints,
                                           std::span<const model::Matcher> matchers) {
  const base::TimeRange range = hints.range.Empty() ? range_ : Intersect(range_, hints.range);
  std::vector<SeriesList> lists;
  for (const auto& block : blocks_) {
    SB_RETURN_IF_ERROR(context.CheckAlive());
    if (block->meta().range.Overlaps(range)) {
      store::SelectHints block_hints = hints;
      block_hints.range = range;
      block_hints.limit = 0;
      SB_ASSIGN_OR_RETURN(SeriesList found, block->Select(context, block_hints, matchers));
      if (!found.empty()) {
        lists.push_back(std::move(found));
      }
    }
  }
  SB_ASSIGN_OR_RETURN(SeriesList found, head_->Select(context, range, matchers));
  if (!found.empty()) {
    lists.push_back(std::move(found));
  }
  SeriesList merged;
  if (lists.size() == 1 && set_->tombstones.empty() && rules_.empty()) {
    merged = std::move(lists.front());
  } else if (!lists.empty()) {
    merged = MergeLists(std::move(lists), set_, rules_, newest_, range.end);
  }
  if (hints.limit > 0 && merged.size() > hints.limit) {
    merged.resize(hints.limit);
  }
  return merged;
}

base::Result<std::vector<std::string>> DbQuerier::LabelNames(
    const store::ReadContext& context, std::span<const model::Matcher> matchers) {
  SB_ASSIGN_OR_RETURN(std::vector<std::string> all, head_->LabelNames(context, range_, matchers));
  for (const auto& block : blocks_) {
    SB_RETURN_IF_ERROR(context.CheckAlive());
    SB_ASSIGN_OR_RETURN(std::vector<std::string> names, block->LabelNames(matchers));
    UniteInto(std::move(names), &all);
  }
  return all;
}

base::Result<std::vector<std::string>> DbQuerier::LabelValues(
    const store::ReadContext& context, const std::string& name,
    std::span<const model::Matcher> matchers) {
  SB_ASSIGN_OR_RETURN(std::vector<std::string> all,
                      head_->LabelValues(context, range_, name, matchers));
  for (const auto& block : blocks_) {
    SB_RETURN_IF_ERROR(context.CheckAlive());
    SB_ASSIGN_OR_RETURN(std::vector<std::string> values, block->LabelValues(name, matchers));
    UniteInto(std::move(values), &all);
  }
  return all;
}

base::Result<std::vector<store::ExemplarSeries>> DbQuerier::Exemplars(
    const store::ReadContext& context, std::span<const std::vector<model::Matcher>> selectors) {
  std::map<model::LabelSet, std::vector<model::Exemplar>> by_labels;
  const auto collect = [&](std::vector<store::ExemplarSeries> found) {
    for (store::ExemplarSeries& series : found) {
      std::vector<model::Exemplar>& all = by_labels[series.labels];
      all.insert(all.end(), series.exemplars.begin(), series.exemplars.end());
    }
  };
  for (const auto& block : blocks_) {
    SB_RETURN_IF_ERROR(context.CheckAlive());
    SB_ASSIGN_OR_RETURN(std::vector<store::ExemplarSeries> found,
                        block->Exemplars(range_, selectors));
    collect(std::move(found));
  }
  SB_ASSIGN_OR_RETURN(std::vector<store::ExemplarSeries> found,
                      head_->Exemplars(context, range_, selectors));
  collect(std::move(found));
  std::vector<store::ExemplarSeries> out;
  for (auto& [labels, exemplars] : by_labels) {
    if (!rules_.empty()) {
      const int64_t oldest = rules_.OldestKept(labels, newest_);
      std::erase_if(exemplars, [&](const auto& e) { return e.time_ms < oldest; });
      if (exemplars.empty()) {
        continue;
      }
    }
    std::stable_sort(exemplars.begin(), exemplars.end(),
                     [](const auto& a, const auto& b) { return a.time_ms < b.time_ms; });
    // Just after a cut an exemplar is in a block and in the head.
    exemplars.erase(std::unique(exemplars.begin(), exemplars.end(),
                                [](const auto& a, const auto& b) {
                                  return a.time_ms == b.time_ms && a.labels == b.labels &&
                                         std::bit_cast<uint64_t>(a.value) ==
                                             std::bit_cast<uint64_t>(b.value);
                                }),
                    exemplars.end());
    out.push_back({labels, std::move(exemplars)});
  }
  return out;
}

std::vector<std::string> DbQuerier::Warnings() const {
  return set_->warnings;
}

}  // namespace sb::tsdb
