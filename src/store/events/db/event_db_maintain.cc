// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "base/log.h"
#include "store/events/db/event_db_impl.h"
#include "store/events/db/part_merge.h"

namespace sb::events {
namespace {

constexpr int64_t kRetireIntervalNs = int64_t{60} * 1'000'000'000;

}  // namespace

// Fresh rows step back from the writers, to be written as parts. What did not work out before is
// finished first.
base::Status EventDb::Impl::Freeze() {
  base::MutexLock write(write_mutex_);
  {
    base::MutexLock state(state_mutex_);
    if (frozen_ != nullptr || fresh_->row_count() == 0) {
      return base::OkStatus();
    }
  }
  SB_ASSIGN_OR_RETURN(frozen_wal_end_, wal_->CutSegment());
  base::MutexLock state(state_mutex_);
  frozen_ = std::move(fresh_);
  fresh_ = std::make_unique<FreshRows>();
  return base::OkStatus();
}

base::Status EventDb::Impl::FlushLocked() {
  SB_RETURN_IF_ERROR(Freeze());
  std::shared_ptr<const FreshRows::List> rows;
  {
    base::MutexLock state(state_mutex_);
    if (frozen_ == nullptr) {
      return base::OkStatus();
    }
    rows = frozen_->list();
  }
  PartList::Change change;
  change.wal_start = frozen_wal_end_;
  const uint64_t first = parts_.PeekSequence();
  const base::Status written = WriteFreshParts(env_, parts_, part_options_, *rows, &change.added);
  if (!written.ok()) {
    RemoveUnlisted(first);
    return written;
  }
  SB_RETURN_IF_ERROR(parts_.Apply(change, [this](std::shared_ptr<const PartSet> set) {
    base::MutexLock write(write_mutex_);
    base::MutexLock state(state_mutex_);
    set_ = std::move(set);
    frozen_.reset();
    room_.NotifyAll();
  }));
  parts_written_.Add(change.added.size());
  return wal_->RemoveSegmentsBefore(change.wal_start);
}

// Files of an attempt that failed, from this sequence on. Best effort: what stays is named by no
// manifest, and the next start puts it aside.
void EventDb::Impl::RemoveUnlisted(uint64_t first) {
  for (uint64_t sequence = first; sequence < parts_.PeekSequence(); ++sequence) {
    (void)env_.files().Remove(parts_.PathOf(sequence));
  }
}

base::Status EventDb::Impl::Flush() {
  base::MutexLock lock(maintenance_mutex_);
  SB_RETURN_IF_ERROR(FlushLocked());
  SB_RETURN_IF_ERROR(FlushLocked());  // what came while an older flush was finished
  return MergeAll(true);
}

base::Status EventDb::Impl::Maintain() {
  base::MutexLock lock(maintenance_mutex_);
  const base::Status status = MaintainLocked();
  if (!status.ok()) {
    failures_.Add();
  }
  return status;
}

base::Status EventDb::Impl::MaintainLocked() {
  if (FlushIsDue()) {
    SB_RETURN_IF_ERROR(FlushLocked());
  }
  SB_RETURN_IF_ERROR(Retire());
  return MergeAll(false);
}

base::Status EventDb::Impl::MergeAll(bool everything) {
  const auto eagerness = everything ? MergeEagerness::kAll : MergeEagerness::kWorthwhile;
  PartSet healthy;
  for (const ListedPart& listed : parts_.Current()->parts) {
    if (!damaged_.contains(listed.part->sequence())) {
      healthy.parts.push_back(listed);
    }
  }
  for (const std::vector<ListedPart>& parts : PlanMerges(healthy, eagerness)) {
    PartList::Change change;
    const uint64_t first = parts_.PeekSequence();
    const base::Status merged =
        MergeParts(env_, parts_, part_options_, parts, options_.flush_bytes, &change.added);
    if (!merged.ok()) {
      RemoveUnlisted(first);
    }
    if (merged.code() == base::StatusCode::kDataLoss) {
      // What can be read of a damaged part stays readable where it is.
      for (const ListedPart& listed : parts) {
        const base::Status verified = VerifyPart(*listed.part);
        if (!verified.ok()) {
          damaged_.insert(listed.part->sequence());
          SB_LOG(kError, "a damaged part is left as it is", {"error", verified.ToString()});
        }
      }
      continue;
    }
    SB_RETURN_IF_ERROR(merged);
    for (const ListedPart& listed : parts) {
      change.removed.push_back(listed.part->sequence());
    }
    SB_RETURN_IF_ERROR(parts_.Apply(change, [this](std::shared_ptr<const PartSet> set) {
      base::MutexLock state(state_mutex_);
      set_ = std::move(set);
    }));
    merges_.Add();
  }
  return base::OkStatus();
}

base::Status EventDb::Impl::Delete(const store::EventRange& range,
                                   const std::vector<model::Matcher>& matchers,
                                   const store::EventFilter& filter) {
  SB_ASSIGN_OR_RETURN(const ColumnFilter compiled, ColumnFilter::Create(filter));
  base::MutexLock lock(maintenance_mutex_);
  // Deleted rows are marked in parts; rows that come later are not meant.
  SB_RETURN_IF_ERROR(FlushLocked());
  SB_RETURN_IF_ERROR(FlushLocked());
  PartList::Change change;
  uint64_t count = 0;
  store::ScanStats stats;
  for (const ListedPart& listed : parts_.Current()->parts) {
    auto deleted = std::make_shared<DeletedRows>();
    if (listed.deleted != nullptr) {
      *deleted = *listed.deleted;
    }
    deleted->groups.resize(listed.part->group_count());
    bool any = false;
    for (size_t g = 0; g < listed.part->group_count(); ++g) {
      Bitmap selected;
      const ScanPiece piece{listed.part->OpenGroup(g), deleted->groups[g]};
      const base::Status status = SelectRows(piece, range, matchers, compiled, &selected, &stats);
      if (status.code() == base::StatusCode::kDataLoss) {
        SB_LOG(kError, "rows that cannot be read cannot be deleted", {"error", status.ToString()});
        continue;  // no scan shows them either
      }
      SB_RETURN_IF_ERROR(status);
      if (selected.Any()) {
        any = true;
        count += selected.Count();
        if (deleted->groups[g] != nullptr) {
          selected.Or(*deleted->groups[g]);
        }
        deleted->groups[g] = std::make_shared<const Bitmap>(std::move(selected));
      }
    }
    if (any) {
      change.deleted.emplace(listed.part->sequence(), std::move(deleted));
    }
  }
  if (change.deleted.empty()) {
    return base::OkStatus();
  }
  SB_RETURN_IF_ERROR(parts_.Apply(change, [this](std::shared_ptr<const PartSet> set) {
    base::MutexLock state(state_mutex_);
    set_ = std::move(set);
  }));
  rows_deleted_.Add(count);
  return base::OkStatus();
}

void EventDb::Impl::SetRetention(base::DurationNs retention, std::vector<RetentionRule> rules,
                                 uint64_t retention_bytes) {
  base::MutexLock lock(maintenance_mutex_);
  options_.retention = retention;
  options_.retention_rules = std::move(rules);
  options_.retention_bytes = retention_bytes;
  retire_at_ns_ = INT64_MIN;
}

// Rows of the stream before this time go; INT64_MIN: none.
int64_t EventDb::Impl::CutoffOf(const store::EventStream& stream) const {
  base::DurationNs retention = options_.retention;
  for (const RetentionRule& rule : options_.retention_rules) {
    if (stream.Matches(rule.matchers)) {
      retention = rule.retention;
      break;
    }
  }
  return CutoffAfter(retention);
}

int64_t EventDb::Impl::CutoffAfter(base::DurationNs retention) const {
  return retention.Value() == 0 ? INT64_MIN : env_.clock().Now().Value() - retention.Value();
}

// The part's deleted rows with those that are too old; null if there are none of these. `all`: no
// row is left.
std::shared_ptr<const DeletedRows> EventDb::Impl::ExpiredRows(const ListedPart& listed,
                                                              bool* all) const {
  *all = false;
  int64_t newest_cutoff = INT64_MIN;
  for (const RetentionRule& rule : options_.retention_rules) {
    newest_cutoff = std::max(newest_cutoff, CutoffAfter(rule.retention));
  }
  newest_cutoff = std::max(newest_cutoff, CutoffAfter(options_.retention));
  if (listed.part->first_ns() >= newest_cutoff) {
    return nullptr;
  }
  const PartDirectory& directory = listed.part->directory();
  std::vector<int64_t> cutoffs;
  for (const store::EventStream& stream : directory.streams) {
    cutoffs.push_back(CutoffOf(stream));
  }
  *all = true;
  bool any = false;
  for (const RowGroup& group : directory.groups) {
    for (const GroupStream& stream : group.streams) {
      *all = *all && stream.last_ns < cutoffs[stream.stream];
      any = any || stream.last_ns < cutoffs[stream.stream];
    }
  }
  if (*all || !any) {
    return nullptr;
  }
  // Whole streams of a row group: rows go one group late rather than one file write per row.
  auto expired = std::make_shared<DeletedRows>();
  if (listed.deleted != nullptr) {
    *expired = *listed.deleted;
  }
  expired->groups.resize(directory.groups.size());
  bool more = false;
  for (size_t g = 0; g < directory.groups.size(); ++g) {
    const RowGroup& group = directory.groups[g];
    std::vector<uint32_t> streams;
    const bool some = std::any_of(
        group.streams.begin(), group.streams.end(),
        [&](const GroupStream& stream) { return stream.last_ns < cutoffs[stream.stream]; });
    if (!some || !listed.part->OpenGroup(g)->ReadStreams(&streams).ok()) {
      continue;
    }
    auto rows = std::make_shared<Bitmap>(group.rows);
    if (expired->groups[g] != nullptr) {
      *rows = *expired->groups[g];
    }
    const size_t before = rows->Count();
    for (size_t row = 0; row < streams.size(); ++row) {
      const GroupStream& stream = group.streams[streams[row]];
      if (stream.last_ns < cutoffs[stream.stream]) {
        rows->Set(row);
      }
    }
    more = more || rows->Count() > before;
    expired->groups[g] = std::move(rows);
  }
  return more ? expired : nullptr;
}

base::Status EventDb::Impl::Retire() {
  // Every stream of every old part is looked at: not in every pass.
  const int64_t now = env_.clock().MonotonicNs();
  if (now < retire_at_ns_) {
    return base::OkStatus();
  }
  retire_at_ns_ = now + kRetireIntervalNs;
  PartList::Change change;
  const std::shared_ptr<const PartSet> set = parts_.Current();
  std::vector<ListedPart> left;
  uint64_t bytes = 0;
  uint64_t rows = 0;
  const bool by_time = options_.retention.Value() != 0 || !options_.retention_rules.empty();
  for (const ListedPart& listed : set->parts) {
    bool all = false;
    const std::shared_ptr<const DeletedRows> expired =
        by_time ? ExpiredRows(listed, &all) : nullptr;
    if (all) {
      change.removed.push_back(listed.part->sequence());
      rows += listed.part->row_count();
      continue;
    }
    if (expired != nullptr) {
      rows += expired->Count() - (listed.deleted == nullptr ? 0 : listed.deleted->Count());
      change.deleted.emplace(listed.part->sequence(), expired);
    }
    left.push_back(listed);
    bytes += listed.part->file_bytes();
  }
  std::sort(left.begin(), left.end(), [](const ListedPart& a, const ListedPart& b) {
    return a.part->last_ns() < b.part->last_ns();
  });
  for (const ListedPart& listed : left) {
    if (options_.retention_bytes == 0 || bytes <= options_.retention_bytes) {
      break;
    }
    change.removed.push_back(listed.part->sequence());
    change.deleted.erase(listed.part->sequence());
    rows += listed.part->row_count();
    bytes -= listed.part->file_bytes();
  }
  if (change.removed.empty() && change.deleted.empty()) {
    return base::OkStatus();
  }
  SB_RETURN_IF_ERROR(parts_.Apply(change, [this](std::shared_ptr<const PartSet> next) {
    base::MutexLock state(state_mutex_);
    set_ = std::move(next);
  }));
  rows_retired_.Add(rows);
  SB_LOG(kInfo, "rows retired", {"store", options_.name}, {"rows", rows},
         {"parts", change.removed.size()});
  return base::OkStatus();
}

}  // namespace sb::events
