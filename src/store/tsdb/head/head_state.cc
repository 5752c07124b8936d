// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/head/head_state.h"

#include <algorithm>
#include <utility>

namespace sb::tsdb {
namespace {

base::Counter& Refused(base::Registry& registry, const char* reason) {
  return registry.AddCounter(
      "signalbox_tsdb_samples_refused_total",
      "Samples that the store did not accept, by reason; the sender was told.",
      {{"reason", reason}});
}

base::Counter& Plain(base::Registry& registry, const char* name, const char* help) {
  return registry.AddCounter(name, help);
}

}  // namespace

HeadCounters::HeadCounters(base::Registry& registry)
    : samples(Plain(registry, "signalbox_tsdb_samples_appended_total", "Samples committed.")),
      histograms(Plain(registry, "signalbox_tsdb_native_samples_appended_total",
                       "Native histogram samples committed (part of the samples).")),
      exemplars(Plain(registry, "signalbox_tsdb_exemplars_appended_total", "Exemplars committed.")),
      out_of_order(Plain(registry, "signalbox_tsdb_out_of_order_samples_total",
                         "Committed samples that were older than the newest of their series.")),
      duplicates(Plain(registry, "signalbox_tsdb_duplicate_samples_total",
                       "Samples that were there already with the same value; accepted silently.")),
      commits(Plain(registry, "signalbox_tsdb_commits_total", "Batches committed.")),
      refused_too_old(Refused(registry, "too_old")),
      refused_out_of_order(Refused(registry, "out_of_order")),
      refused_conflict(Refused(registry, "duplicate_timestamp")),
      refused_future(Refused(registry, "future")),
      refused_late_conflict(Refused(registry, "concurrent_write")),
      refused_series_limit(registry.AddCounter("signalbox_tsdb_series_refused_total",
                                               "New series refused because of the series limit.")),
      exemplars_refused(Plain(registry, "signalbox_tsdb_exemplars_refused_total",
                              "Exemplars not accepted (out of order).")),
      commit_failures(Plain(registry, "signalbox_tsdb_commit_failures_total",
                            "Batches refused because the log could not be written.")),
      series_created(
          Plain(registry, "signalbox_tsdb_head_series_created_total", "Series created.")),
      series_removed(
          Plain(registry, "signalbox_tsdb_head_series_removed_total",
                "Series without recent samples removed from memory (blocks keep them).")),
      wal_damaged(Plain(registry, "signalbox_tsdb_wal_damaged_records_total",
                        "Records of the log found damaged at start; their samples are lost.")),
      wal_orphans(Plain(registry, "signalbox_tsdb_wal_orphan_samples_total",
                        "Samples lost at start because the record of their series was damaged.")) {}

HeadState::HeadState(base::Env& env_in, HeadOptions options_in, base::Registry& registry)
    : env(env_in),
      options(std::move(options_in)),
      counters(registry),
      exemplars(options.exemplars_max) {
  const auto gauge = [&](const char* name, const char* help, std::function<double()> read) {
    handles.push_back(
        registry.AddCallback(base::InstrumentKind::kGauge, name, help, {}, std::move(read)));
  };
  gauge("signalbox_tsdb_head_series", "Series in memory.",
        [this] { return static_cast<double>(indexed_series.load()); });
  gauge("signalbox_tsdb_head_chunks", "Sealed chunks in memory.",
        [this] { return static_cast<double>(chunks.load()); });
  gauge("signalbox_tsdb_head_chunk_bytes", "Bytes of sealed chunks in memory.",
        [this] { return static_cast<double>(chunk_bytes.load()); });
  gauge("signalbox_tsdb_head_newest_time_seconds", "Time of the newest sample.",
        [this] { return static_cast<double>(newest_time.load()) / 1000; });
}

MemSeries* HeadState::FindSeries(uint32_t tag, const std::vector<model::Label>& labels) {
  const uint32_t slot = series_by_tag.Find(tag, [&](uint32_t candidate) {
    const std::span<const uint32_t> pairs = series.at(candidate).pairs();
    if (pairs.size() != labels.size()) {
      return false;
    }
    for (size_t i = 0; i < pairs.size(); ++i) {
      if (!index.Equals(pairs[i], labels[i])) {
        return false;
      }
    }
    return true;
  });
  return slot == TagTable::kNone ? nullptr : &series.at(slot);
}

MemSeries* HeadState::CreateSeries(uint32_t tag, const std::vector<model::Label>& labels) {
  uint32_t slot = slots;
  if (!free_slots.empty()) {
    slot = free_slots.back();
    free_slots.pop_back();
  } else {
    series.Extend(++slots);
  }
  const uint64_t generation = series.at(slot).generation() + 1ULL;
  SB_CHECK(generation <= ~uint32_t{0});
  return PlaceSeries(generation << 32 | slot, tag, labels);
}

MemSeries* HeadState::PlaceSeries(uint64_t ref, uint32_t tag,
                                  const std::vector<model::Label>& labels) {
  std::vector<uint32_t> pairs;
  pairs.reserve(labels.size());
  for (const model::Label& label : labels) {
    pairs.push_back(index.Intern(label));
  }
  return PlaceSeries(ref, tag, std::move(pairs));
}

MemSeries* HeadState::PlaceSeries(uint64_t ref, uint32_t tag, std::vector<uint32_t> pairs) {
  const auto slot = static_cast<uint32_t>(ref);
  MemSeries& member = series.at(slot);
  SB_CHECK(!member.live);
  const base::SpinLockHolder lock(member.lock);  // maintenance looks at all slots
  member.Identify(slot, static_cast<uint32_t>(ref >> 32), tag, std::move(pairs));
  series_by_tag.Insert(tag, slot);
  ++live_series;
  return &member;
}

MemSeries* HeadState::SeriesOf(uint64_t ref) {
  MemSeries* member = series.Find(static_cast<uint32_t>(ref));
  return member != nullptr && member->live && member->ref() == ref ? member : nullptr;
}

void HeadState::IndexSeries(MemSeries* member) {
  if (member->indexed) {
    return;
  }
  for (const uint32_t pair : member->pairs()) {
    index.AddPosting(pair, member->slot());
  }
  index.AddToAll(member->slot());
  member->indexed = true;
  indexed_series.fetch_add(1, std::memory_order_relaxed);
}

void HeadState::ForgetSeries(MemSeries* member) {
  series_by_tag.Erase(member->tag(), member->slot());
  {
    const base::SpinLockHolder lock(member->lock);
    member->live = false;
  }
  --live_series;
  if (member->indexed) {
    indexed_series.fetch_sub(1, std::memory_order_relaxed);
  }
  graveyard.emplace_back(sessions.last(), member->slot());
}

void HeadState::FreeGraves() {
  const uint64_t oldest = sessions.Oldest();
  std::erase_if(graveyard, [&](const std::pair<uint64_t, uint32_t>& grave) {
    if (grave.first >= oldest) {
      return false;
    }
    MemSeries& member = series.at(grave.second);
    for (const uint32_t pair : member.pairs()) {
      index.Release(pair);
    }
    {
      const base::SpinLockHolder lock(member.lock);
      member.Clear();
    }
    free_slots.push_back(grave.second);
    return true;
  });
}

void HeadState::SortPostingsIfNeeded() {
  {
    base::ReaderLock lock(index_mutex);
    if (!index.has_unsorted()) {
      return;
    }
  }
  base::WriterLock lock(index_mutex);
  index.SortPostings();
}

model::LabelSet HeadState::LabelsOf(const MemSeries& member) const {
  model::Label labels[32];
  const std::span<const uint32_t> pairs = member.pairs();
  if (pairs.size() <= 32) {
    for (size_t i = 0; i < pairs.size(); ++i) {
      labels[i] = index.LabelOf(pairs[i]);
    }
    return model::LabelSet::FromSorted(labels, pairs.size());
  }
  std::vector<model::Label> many;
  for (const uint32_t pair : pairs) {
    many.push_back(index.LabelOf(pair));
  }
  return model::LabelSet::FromSorted(many.data(), many.size());
}

ApplyContext HeadState::NewContext(uint64_t commit) {
  ApplyContext context;
  context.commit = commit;
  context.block_range_ms = options.block_range.Value();
  context.boundary = boundary.load();
  context.has_readers = sessions.Readers(&context.oldest_reader, &context.newest_reader);
  return context;
}

std::string HeadState::WalFolder() const {
  return base::JoinPath(options.folder, "wal");
}

void ApplyFloat(MemSeries* member, int64_t time, double value, ApplyContext* context) {
  base::SpinLockHolder lock(member->lock);
  if (time > member->last_time() && time >= context->boundary) [[likely]] {
    member->AppendFloat(time, value, 0, context);
    return;
  }
  model::Sample sample;
  sample.time_ms = time;
  sample.value = value;
  model::Sample existing;
  if (!member->FindAt(time, &existing)) {
    member->InsertOutOfOrder(sample, context);
  }
}

void ApplyFloats(std::span<const PendingFloat> floats, ApplyContext* context) {
  MemSeries* const member = floats.front().series;
  bool in_order = floats.size() > 1 && floats.front().time >= context->boundary;
  for (size_t i = 1; i < floats.size(); ++i) {
    in_order &= floats[i - 1].time < floats[i].time;
  }
  if (in_order) {
    base::SpinLockHolder lock(member->lock);
    if (floats.front().time > member->last_time()) {
      member->AppendFloats(floats, context);
      return;
    }
  }
  for (const PendingFloat& f : floats) {
    ApplyFloat(member, f.time, f.value, context);
  }
}

void ApplySample(MemSeries* member, const model::Sample& sample, ApplyContext* context) {
  base::SpinLockHolder lock(member->lock);
  if (sample.time_ms > member->last_time() && sample.time_ms >= context->boundary) {
    member->Append(sample, context);
    return;
  }
  model::Sample existing;
  if (!member->FindAt(sample.time_ms, &existing)) {
    member->InsertOutOfOrder(sample, context);
  }
}

}  // namespace sb::tsdb
