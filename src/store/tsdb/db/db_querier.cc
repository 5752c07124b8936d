// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/db/db_querier.h"

#include <algorithm>
#include <bit>
#include <map>
#include <utility>

#include "store/tsdb/db/merged_series.h"

namespace sb::tsdb {
namespace {

base::TimeRange Intersect(base::TimeRange a, base::TimeRange b) {
  return {std::max(a.start, b.start), std::min(a.end, b.end)};
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
                     std::shared_ptr<const BlockSet> blocks,
                     std::shared_ptr<const RetentionRules> rules, int64_t newest)
    : range_(range),
      head_(std::move(head)),
      set_(std::move(blocks)),
      rules_(std::move(rules)),
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
  if (lists.size() == 1 && set_->tombstones.empty() && rules_->empty()) {
    merged = std::move(lists.front());
  } else if (!lists.empty()) {
    merged = MergeLists(std::move(lists), set_,
                        {.rules = rules_.get(), .newest = newest_, .range_end = range.end});
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
    if (!rules_->empty()) {
      const int64_t oldest = rules_->OldestKept(labels, newest_);
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

int64_t DbQuerier::SpacingMs() const {
  int64_t spacing = 0;
  for (const auto& block : blocks_) {
    spacing = std::max(spacing, block->meta().spacing_ms);
  }
  return spacing;
}

std::vector<std::string> DbQuerier::Warnings() const {
  return set_->warnings;
}

}  // namespace sb::tsdb
