// SPDX-License-Identifier: Apache-2.0
//
// Where samples are added up: one Results per isolate, so that users of different isolates never
// wait for each other, and one CheckBook for the test.
//
//   TagSet* tags = results.Find(key);            // key: AppendTag("method", "GET", &key) …
//   results.Record(tags, {{kHttpReqs, 1}, {kHttpReqDuration, 12.5}});
//
// A tag set knows which sub-metrics it belongs to. With `keep_series` every tag set also has sinks
// of its own, which become the series of the live output. At most kTagSetsMax tag sets are kept;
// the samples of further ones still count everywhere but have no series (counted: untracked()).
//
// Threads: Results and CheckBook are safe for concurrent use.
#pragma once

#include <atomic>
#include <deque>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "metric.h"

namespace sb::load {

// Tags in one string: a later tag of the same name replaces an earlier one.
void AppendTag(std::string_view name, std::string_view value, std::string* key);

struct Sample {
  MetricId metric;
  double value;
};

struct TagSet {
  Tags tags;  // sorted by name, each name once
  std::vector<std::vector<uint32_t>> slots;  // per metric; empty until used
  std::map<MetricId, Sink> sinks;            // with keep_series
  // The slowest request since the last look, so that a chart leads to its trace.
  double slowest_ms = -1;
  std::string slowest_trace;
};

struct SlowRequest {
  double ms = 0;
  std::string name;
  std::string trace_id;
};

class Results {
 public:
  static constexpr size_t kTagSetsMax = 20'000;
  static constexpr size_t kSlowMax = 10;

  Results(const MetricRegistry& registry, bool keep_series)
      : registry_(registry), keep_series_(keep_series) {}

  void Record(const std::string& key, std::span<const Sample> samples);
  void Record(const std::string& key, std::initializer_list<Sample> samples) {
    Record(key, std::span(samples.begin(), samples.size()));
  }
  void NoteTrace(const std::string& key, double ms, std::string_view name,
                 std::string_view trace_id);

  // Adds this one's slots to `sinks` (one per slot of the registry).
  void MergeInto(std::vector<Sink>* sinks) const;
  // Adds every series to `series`, by key; resets the slowest requests.
  void MergeSeries(std::map<std::string, TagSet>* series);
  std::vector<SlowRequest> Slowest() const;
  uint64_t untracked() const;

 private:
  TagSet* Find(const std::string& key) SB_REQUIRES(mutex_);
  const std::vector<uint32_t>& SlotsOf(TagSet* set, MetricId metric) SB_REQUIRES(mutex_);

  const MetricRegistry& registry_;
  const bool keep_series_;
  mutable base::Mutex mutex_;
  std::vector<std::optional<Sink>> sinks_ SB_GUARDED_BY(mutex_);
  std::unordered_map<std::string, std::unique_ptr<TagSet>> sets_ SB_GUARDED_BY(mutex_);
  TagSet overflow_ SB_GUARDED_BY(mutex_);
  std::vector<SlowRequest> slow_ SB_GUARDED_BY(mutex_);
  uint64_t untracked_ SB_GUARDED_BY(mutex_) = 0;
};

struct Check {
  std::string name;
  std::atomic<uint64_t> passes{0};
  std::atomic<uint64_t> fails{0};
};

struct Group {
  std::string name;
  std::string path;  // "::browse::item"
  std::deque<std::unique_ptr<Group>> groups;
  std::deque<std::unique_ptr<Check>> checks;
};

// Groups and checks in the order in which they were first seen.
class CheckBook {
 public:
  static constexpr size_t kEntriesMax = 10'000;

  // Null when there are too many.
  Check* FindCheck(const std::string& group_path, const std::string& name);
  void AddGroup(const std::string& path);
  // Only when nothing is added any more.
  const Group& root() const { return root_; }

 private:
  Group* FindGroup(std::string_view path) SB_REQUIRES(mutex_);

  base::Mutex mutex_;
  Group root_;
  size_t entries_ SB_GUARDED_BY(mutex_) = 0;
  std::unordered_map<std::string, Check*> checks_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::load
