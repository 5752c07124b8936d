// SPDX-License-Identifier: Apache-2.0
#include "results.h"

#include <algorithm>

namespace sb::load {
namespace {

constexpr char kNameEnd = '\x1f';
constexpr char kTagEnd = '\x1e';

Tags TagsOf(std::string_view key) {
  std::map<std::string, std::string> sorted;
  while (!key.empty()) {
    const size_t name_end = key.find(kNameEnd);
    const size_t tag_end = key.find(kTagEnd, name_end);
    sorted[std::string(key.substr(0, name_end))] =
        key.substr(name_end + 1, tag_end - name_end - 1);
    key.remove_prefix(tag_end + 1);
  }
  return {sorted.begin(), sorted.end()};
}

bool Matches(const Slot& slot, const Tags& tags) {
  return std::ranges::all_of(slot.match, [&](const auto& want) {
    const auto it = std::ranges::find(tags, want.first, &Tags::value_type::first);
    // A tag that is not there equals the empty value.
    return it == tags.end() ? want.second.empty() : it->second == want.second;
  });
}

}  // namespace

void AppendTag(std::string_view name, std::string_view value, std::string* key) {
  const auto clean = [](char c) { return c != kNameEnd && c != kTagEnd; };
  if (std::ranges::all_of(name, clean) && std::ranges::all_of(value, clean)) {
    key->append(name).push_back(kNameEnd);
    key->append(value).push_back(kTagEnd);
  }
}

TagSet* Results::Find(const std::string& key) {
  const auto it = sets_.find(key);
  if (it != sets_.end()) return it->second.get();
  if (sets_.size() >= kTagSetsMax) {
    overflow_ = TagSet();
    overflow_.tags = TagsOf(key);
    return &overflow_;
  }
  auto set = std::make_unique<TagSet>();
  set->tags = TagsOf(key);
  return sets_.emplace(key, std::move(set)).first->second.get();
}

const std::vector<uint32_t>& Results::SlotsOf(TagSet* set, MetricId metric) {
  if (set->slots.size() <= metric) set->slots.resize(metric + 1);
  std::vector<uint32_t>& slots = set->slots[metric];
  if (!slots.empty()) return slots;
  const Metric& known = registry_.metric(metric);
  for (const uint32_t index : known.slots) {
    if (!Matches(registry_.slot(index), set->tags)) continue;
    slots.push_back(index);
    if (sinks_.size() <= index) sinks_.resize(index + 1);
    if (!sinks_[index]) sinks_[index].emplace(known.type);
  }
  return slots;
}

void Results::Record(const std::string& key, std::span<const Sample> samples) {
  base::MutexLock lock(mutex_);
  TagSet* set = Find(key);
  for (const Sample& sample : samples) {
    for (const uint32_t slot : SlotsOf(set, sample.metric)) sinks_[slot]->Add(sample.value);
    if (!keep_series_) continue;
    if (set == &overflow_) {
      untracked_++;
      continue;
    }
    set->sinks.try_emplace(sample.metric, registry_.metric(sample.metric).type)
        .first->second.Add(sample.value);
  }
}

void Results::NoteTrace(const std::string& key, double ms, std::string_view name,
                        std::string_view trace_id) {
  base::MutexLock lock(mutex_);
  if (keep_series_) {
    TagSet* set = Find(key);
    if (ms > set->slowest_ms) {
      set->slowest_ms = ms;
      set->slowest_trace = trace_id;
    }
  }
  if (slow_.size() == kSlowMax && slow_.back().ms >= ms) return;
  if (slow_.size() == kSlowMax) slow_.pop_back();
  const auto at = std::ranges::find_if(slow_, [&](const SlowRequest& s) { return s.ms < ms; });
  slow_.insert(at, {ms, std::string(name), std::string(trace_id)});
}

void Results::MergeInto(std::vector<Sink>* sinks) const {
  base::MutexLock lock(mutex_);
  for (size_t i = 0; i < sinks_.size() && i < sinks->size(); i++) {
    if (sinks_[i]) (*sinks)[i].Merge(*sinks_[i]);
  }
}

void Results::MergeSeries(std::map<std::string, TagSet>* series) {
  base::MutexLock lock(mutex_);
  for (auto& [key, set] : sets_) {
    TagSet& into = (*series)[key];
    into.tags = set->tags;
    for (const auto& [metric, sink] : set->sinks) {
      into.sinks.try_emplace(metric, sink.type()).first->second.Merge(sink);
    }
    if (set->slowest_ms > into.slowest_ms) {
      into.slowest_ms = set->slowest_ms;
      into.slowest_trace = std::move(set->slowest_trace);
    }
    set->slowest_ms = -1;
    set->slowest_trace.clear();
  }
}

std::vector<SlowRequest> Results::Slowest() const {
  base::MutexLock lock(mutex_);
  return slow_;
}

uint64_t Results::untracked() const {
  base::MutexLock lock(mutex_);
  return untracked_;
}

Group* CheckBook::FindGroup(std::string_view path) {
  Group* at = &root_;
  while (path.starts_with("::")) {
    path.remove_prefix(2);
    const std::string_view name = path.substr(0, path.find("::"));
    path.remove_prefix(name.size());
    const auto it =
        std::ranges::find_if(at->groups, [&](const auto& g) { return g->name == name; });
    if (it != at->groups.end()) {
      at = it->get();
      continue;
    }
    if (entries_ >= kEntriesMax) return at;
    entries_++;
    auto group = std::make_unique<Group>();
    group->name = name;
    group->path = at->path + "::" + std::string(name);
    at->groups.push_back(std::move(group));
    at = at->groups.back().get();
  }
  return at;
}

void CheckBook::AddGroup(const std::string& path) {
  base::MutexLock lock(mutex_);
  FindGroup(path);
}

Check* CheckBook::FindCheck(const std::string& group_path, const std::string& name) {
  base::MutexLock lock(mutex_);
  const std::string key = group_path + "::" + name;
  const auto it = checks_.find(key);
  if (it != checks_.end()) return it->second;
  if (entries_ >= kEntriesMax) return nullptr;
  entries_++;
  Group* group = FindGroup(group_path);
  group->checks.push_back(std::make_unique<Check>());
  Check* check = group->checks.back().get();
  check->name = name;
  checks_[key] = check;
  return check;
}

}  // namespace sb::load
