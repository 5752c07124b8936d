// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/head/head_reader.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "store/tsdb/head/head_state.h"

namespace sb::tsdb {
namespace {

// Series looked at under one hold of the index lock: keeps the creation of series from waiting
// long.
constexpr size_t kBatch = 512;

class HeadSeries final : public store::Series {
 public:
  HeadSeries(MemSeries* member, model::LabelSet labels, uint64_t commit)
      : member_(member), labels_(std::move(labels)), commit_(commit) {}

  const model::LabelSet& labels() const override { return labels_; }

  base::Status Read(base::TimeRange range, model::SampleColumns* out) override {
    if (range.Empty()) {
      return base::OkStatus();
    }
    SeriesView view;
    {
      base::SpinLockHolder lock(member_->lock);
      member_->View(range, commit_, &view);
    }
    return view.Decode(range, out);
  }

 private:
  MemSeries* const member_;  // kept by the reader's session
  const model::LabelSet labels_;
  const uint64_t commit_;
};

std::vector<uint32_t> MatchSlots(HeadState* state, std::span<const model::Matcher> matchers) {
  while (true) {
    state->SortPostingsIfNeeded();
    base::ReaderLock lock(state->index_mutex);
    if (!state->index.has_unsorted()) {
      return state->index.Match(matchers);
    }
  }
}

// Calls visit(member) for the series of `slots` that have samples in range, in batches under the
// shared index lock.
template <typename Visit>
base::Status ForEachSeries(HeadState* state, const store::ReadContext& context,
                           const std::vector<uint32_t>& slots, Visit&& visit) {
  for (size_t begin = 0; begin < slots.size(); begin += kBatch) {
    SB_RETURN_IF_ERROR(context.CheckAlive());
    base::ReaderLock lock(state->index_mutex);
    for (size_t i = begin; i < std::min(begin + kBatch, slots.size()); ++i) {
      MemSeries& member = state->series.at(slots[i]);
      if (member.live && member.indexed) {
        visit(member);
      }
    }
  }
  return base::OkStatus();
}

bool HasSamples(MemSeries* member, base::TimeRange range, uint64_t commit) {
  base::SpinLockHolder lock(member->lock);
  return member->Overlaps(range, commit);
}

}  // namespace

HeadReader::~HeadReader() {
  state_->sessions.Close(session_);
}

base::Result<std::vector<std::unique_ptr<store::Series>>> HeadReader::Select(
    const store::ReadContext& context, base::TimeRange range,
    std::span<const model::Matcher> matchers) const {
  const std::vector<uint32_t> slots = MatchSlots(state_, matchers);
  std::vector<uint32_t> held;
  held.reserve(slots.size());
  SB_RETURN_IF_ERROR(ForEachSeries(state_, context, slots, [&](MemSeries& member) {
    if (HasSamples(&member, range, commit_)) {
      held.push_back(member.slot());
    }
  }));
  {
    // Series with samples for this reader stay in their slots while its session is open.
    base::ReaderLock lock(state_->index_mutex);
    std::sort(held.begin(), held.end(), [&](uint32_t a, uint32_t b) {
      return state_->index.Less(state_->series.at(a).pairs(), state_->series.at(b).pairs());
    });
  }
  std::vector<std::unique_ptr<store::Series>> found;
  found.reserve(held.size());
  for (size_t begin = 0; begin < held.size(); begin += kBatch) {
    base::ReaderLock lock(state_->index_mutex);
    for (size_t i = begin; i < std::min(begin + kBatch, held.size()); ++i) {
      MemSeries& member = state_->series.at(held[i]);
      found.push_back(std::make_unique<HeadSeries>(&member, state_->LabelsOf(member), commit_));
    }
  }
  return found;
}

base::Result<std::vector<std::string>> HeadReader::LabelNames(
    const store::ReadContext& context, base::TimeRange range,
    std::span<const model::Matcher> matchers) const {
  std::unordered_set<std::string_view> names;
  std::vector<std::string> sorted;
  if (matchers.empty()) {
    base::ReaderLock lock(state_->index_mutex);
    for (const std::string_view name : state_->index.Names()) {
      sorted.emplace_back(name);
    }
  } else {
    const std::vector<uint32_t> slots = MatchSlots(state_, matchers);
    SB_RETURN_IF_ERROR(ForEachSeries(state_, context, slots, [&](MemSeries& member) {
      if (!HasSamples(&member, range, commit_)) {
        return;
      }
      for (const uint32_t pair : member.pairs()) {
        // Names are never freed while the head lives.
        names.insert(state_->index.LabelOf(pair).name);
      }
    }));
    sorted.assign(names.begin(), names.end());
  }
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

base::Result<std::vector<std::string>> HeadReader::LabelValues(
    const store::ReadContext& context, base::TimeRange range, const std::string& name,
    std::span<const model::Matcher> matchers) const {
  std::vector<std::string> sorted;
  if (matchers.empty()) {
    base::ReaderLock lock(state_->index_mutex);
    for (const std::string_view value : state_->index.Values(name)) {
      sorted.emplace_back(value);
    }
  } else {
    std::unordered_set<std::string> values;
    const std::vector<uint32_t> slots = MatchSlots(state_, matchers);
    SB_RETURN_IF_ERROR(ForEachSeries(state_, context, slots, [&](MemSeries& member) {
      if (!HasSamples(&member, range, commit_)) {
        return;
      }
      for (const uint32_t pair : member.pairs()) {
        const model::Label label = state_->index.LabelOf(pair);
        if (label.name == name) {
          values.emplace(label.value);
        }
      }
    }));
    sorted.assign(values.begin(), values.end());
  }
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

base::Result<std::vector<store::ExemplarSeries>> HeadReader::Exemplars(
    const store::ReadContext& context, base::TimeRange range,
    std::span<const std::vector<model::Matcher>> selectors) const {
  std::unordered_set<uint64_t> wanted;
  std::unordered_map<uint64_t, model::LabelSet> labels;
  for (const std::vector<model::Matcher>& selector : selectors) {
    const std::vector<uint32_t> slots = MatchSlots(state_, selector);
    SB_RETURN_IF_ERROR(ForEachSeries(state_, context, slots, [&](MemSeries& member) {
      if (wanted.insert(member.ref()).second) {
        labels.emplace(member.ref(), state_->LabelsOf(member));
      }
    }));
  }
  std::unordered_map<uint64_t, std::vector<model::Exemplar>> found;
  {
    base::MutexLock lock(state_->commit_mutex);
    state_->exemplars.Read(wanted, range, &found);
  }
  std::vector<store::ExemplarSeries> out;
  for (auto& [ref, exemplars] : found) {
    out.push_back({labels.at(ref), std::move(exemplars)});
  }
  std::sort(out.begin(), out.end(),
            [](const auto& a, const auto& b) { return a.labels < b.labels; });
  return out;
}

}  // namespace sb::tsdb
