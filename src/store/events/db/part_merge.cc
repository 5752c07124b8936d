// SPDX-License-Identifier: Apache-2.0
#include "store/events/db/part_merge.h"

#include <algorithm>
#include <map>
#include <utility>

#include "store/events/part/group_rows.h"

namespace sb::events {
namespace {

using store::EventBatch;

constexpr int64_t kDayNs = int64_t{86'400} * 1'000'000'000;
// Rows of more days than this at once are no stream of events but a mess: the days with the fewest
// rows share a part.
constexpr size_t kDaysMax = 16;
constexpr uint64_t kFirstTierBytes = 64 << 10;
constexpr uint64_t kTierFactor = 8;
constexpr size_t kTiers = 5;  // parts beyond the last tier are left alone
constexpr size_t kTierPartsMax = 8;

int64_t DayOf(int64_t time_ns) {
  const int64_t day = time_ns / kDayNs;
  return time_ns % kDayNs < 0 ? day - 1 : day;
}

size_t TierOf(uint64_t bytes) {
  size_t tier = 0;
  for (uint64_t limit = kFirstTierBytes; tier < kTiers && bytes >= limit; ++tier) {
    limit *= kTierFactor;
  }
  return tier;
}

std::map<int64_t, std::vector<RowRef>> RowsByDay(const FreshRows::List& list) {
  std::map<int64_t, std::vector<RowRef>> days;
  for (uint32_t b = 0; b < list.size(); ++b) {
    const std::vector<int64_t>& times = list[b]->batch().times();
    std::vector<RowRef>* bucket = nullptr;
    int64_t day = 0;
    for (uint32_t row = 0; row < times.size(); ++row) {
      if (bucket == nullptr || DayOf(times[row]) != day) {
        day = DayOf(times[row]);
        bucket = &days[day];
      }
      bucket->push_back({b, row});
    }
  }
  while (days.size() > kDaysMax) {
    // The two neighbours with the fewest rows become one.
    auto best = days.begin();
    for (auto it = days.begin(); std::next(it) != days.end(); ++it) {
      if (it->second.size() + std::next(it)->second.size() <
          best->second.size() + std::next(best)->second.size()) {
        best = it;
      }
    }
    const auto second = std::next(best);
    best->second.insert(best->second.end(), second->second.begin(), second->second.end());
    days.erase(second);
  }
  return days;
}

void CopyColumn(const store::EventColumn& from, size_t rows, EventBatch::ColumnData* to) {
  for (uint32_t row = 0; row < rows; ++row) {
    if (!from.Has(row)) {
      continue;
    }
    to->rows.push_back(row);
    const store::EventValue value = from.At(row);
    if (value.has_bytes()) {
      to->bytes.append(value.bytes);
      to->ends.push_back(static_cast<uint32_t>(to->bytes.size()));
    } else if (from.type == store::ValueType::kFloat) {
      to->numbers.push_back(value.number);
    } else {
      to->integers.push_back(value.integer);
    }
  }
}

// The rows of a group that are not deleted, as a batch.
base::Result<EventBatch> GroupToBatch(const Part& part, size_t group, const Bitmap* deleted) {
  const std::shared_ptr<const RowSet> set = part.OpenGroup(group);
  std::vector<int64_t> times;
  std::vector<uint32_t> streams;
  SB_RETURN_IF_ERROR(set->ReadTimes(&times));
  SB_RETURN_IF_ERROR(set->ReadStreams(&streams));
  std::vector<uint32_t> rows;
  std::vector<int64_t> kept_times;
  std::vector<uint32_t> kept_streams;
  for (uint32_t row = 0; row < times.size(); ++row) {
    if (deleted == nullptr || !deleted->Test(row)) {
      rows.push_back(row);
      kept_times.push_back(times[row]);
      kept_streams.push_back(streams[row]);
    }
  }
  std::vector<store::EventStream> of_group;
  for (uint32_t s = 0; s < set->stream_count(); ++s) {
    of_group.push_back(set->stream(s));
  }
  std::deque<EventBatch::ColumnData> columns;
  for (uint32_t c = 0; c < set->column_count(); ++c) {
    store::EventColumn column;
    ReadBuffers buffers;
    SB_RETURN_IF_ERROR(set->Read(c, rows, false, &column, &buffers));
    EventBatch::ColumnData& data = columns.emplace_back();
    data.name = set->column_name(c);
    data.type = set->column_type(c);
    CopyColumn(column, rows.size(), &data);
  }
  return EventBatch::FromColumns(std::move(of_group), std::move(kept_times),
                                 std::move(kept_streams), std::move(columns));
}

std::vector<RowRef> AllRows(const std::vector<EventBatch>& batches) {
  std::vector<RowRef> rows;
  for (uint32_t b = 0; b < batches.size(); ++b) {
    for (uint32_t row = 0; row < batches[b].row_count(); ++row) {
      rows.push_back({b, row});
    }
  }
  return rows;
}

// Row groups that are encoded anew, collected until they are worth it.
class Reencoder {
 public:
  Reencoder(PartWriter& writer, uint64_t bytes_max) : writer_(writer), bytes_max_(bytes_max) {}

  base::Status Add(EventBatch batch) {
    bytes_ += batch.SizeBytes();
    if (batch.row_count() > 0) {
      batches_.push_back(std::move(batch));
    }
    return bytes_ >= bytes_max_ ? Finish() : base::OkStatus();
  }

  base::Status Finish() {
    if (!batches_.empty()) {
      std::vector<const EventBatch*> views;
      for (const EventBatch& batch : batches_) {
        views.push_back(&batch);
      }
      SB_RETURN_IF_ERROR(writer_.AddRows(views, AllRows(batches_)));
    }
    batches_.clear();
    bytes_ = 0;
    return base::OkStatus();
  }

 private:
  PartWriter& writer_;
  const uint64_t bytes_max_;
  std::vector<EventBatch> batches_;
  uint64_t bytes_ = 0;
};

bool IsSmall(const RowGroup& group, const PartOptions& options) {
  uint64_t bytes = 0;
  for (const GroupStream& stream : group.streams) {
    bytes += stream.bytes;
  }
  return group.rows < options.group_rows / 4 && bytes < options.group_bytes / 4;
}

}  // namespace

base::Status WriteFreshParts(base::Env& env, PartList& list, const PartOptions& options,
                             const FreshRows::List& rows, std::vector<uint64_t>* sequences) {
  std::vector<const EventBatch*> batches;
  for (const auto& one : rows) {
    batches.push_back(&one->batch());
  }
  for (auto& [day, refs] : RowsByDay(rows)) {
    const uint64_t sequence = list.NextSequence();
    SB_ASSIGN_OR_RETURN(const std::unique_ptr<PartWriter> writer,
                        PartWriter::Create(env.files(), list.PathOf(sequence), options));
    SB_RETURN_IF_ERROR(writer->AddRows(batches, std::move(refs)));
    SB_RETURN_IF_ERROR(writer->Finish({}));
    sequences->push_back(sequence);
  }
  return base::OkStatus();
}

base::Status MergeParts(base::Env& env, PartList& list, const PartOptions& options,
                        const std::vector<ListedPart>& parts, uint64_t bytes_max,
                        std::vector<uint64_t>* sequences) {
  const uint64_t sequence = list.NextSequence();
  SB_ASSIGN_OR_RETURN(const std::unique_ptr<PartWriter> writer,
                      PartWriter::Create(env.files(), list.PathOf(sequence), options));
  Reencoder reencoder(*writer, bytes_max);
  std::vector<uint64_t> sources;
  for (const ListedPart& listed : parts) {
    // A mapping of its own, gone with the part's turn: the pages that were read of all parts would
    // else be resident until the last one is copied. If the file cannot be opened again, what is
    // known of it still can be copied.
    const auto own = Part::Open(env, listed.part->path(), listed.part->sequence());
    const Part& part = own.ok() ? **own : *listed.part;
    sources.push_back(part.sequence());
    for (size_t g = 0; g < part.group_count(); ++g) {
      const Bitmap* deleted = listed.deleted == nullptr ? nullptr : listed.deleted->OfGroup(g);
      if (deleted == nullptr && !IsSmall(part.directory().groups[g], options)) {
        SB_RETURN_IF_ERROR(writer->CopyGroup(part, g));
        continue;
      }
      SB_ASSIGN_OR_RETURN(EventBatch batch, GroupToBatch(part, g, deleted));
      SB_RETURN_IF_ERROR(reencoder.Add(std::move(batch)));
    }
  }
  SB_RETURN_IF_ERROR(reencoder.Finish());
  if (writer->row_count() == 0) {
    return env.files().Remove(list.PathOf(sequence));
  }
  SB_RETURN_IF_ERROR(writer->Finish(std::move(sources)));
  sequences->push_back(sequence);
  return base::OkStatus();
}

std::vector<std::vector<ListedPart>> PlanMerges(const PartSet& set, MergeEagerness eagerness) {
  std::map<std::pair<int64_t, size_t>, std::vector<ListedPart>> tiers;
  for (const ListedPart& listed : set.parts) {
    const size_t tier = TierOf(listed.part->file_bytes());
    // Deleted rows hold their space until the part is written anew.
    const bool rewrite =
        listed.deleted != nullptr && listed.deleted->Count() * 4 > listed.part->row_count();
    if (tier < kTiers || rewrite) {
      tiers[{DayOf(listed.part->first_ns()), eagerness == MergeEagerness::kAll ? 0 : tier}]
          .push_back(listed);
    }
  }
  std::vector<std::vector<ListedPart>> merges;
  for (auto& [key, parts] : tiers) {
    const bool rewrite = std::any_of(parts.begin(), parts.end(), [](const ListedPart& listed) {
      return listed.deleted != nullptr && listed.deleted->Count() * 4 > listed.part->row_count();
    });
    const bool deleted = std::any_of(parts.begin(), parts.end(), [](const ListedPart& listed) {
      return listed.deleted != nullptr;
    });
    const bool due = eagerness == MergeEagerness::kAll ? parts.size() >= 2 || deleted
                                                       : parts.size() >= kTierPartsMax || rewrite;
    if (due) {
      merges.push_back(std::move(parts));
    }
  }
  return merges;
}

base::Status VerifyPart(const Part& part) {
  for (const RowGroup& group : part.directory().groups) {
    SB_RETURN_IF_ERROR(part.CheckPage(group.times, kTimesPage));
    SB_RETURN_IF_ERROR(part.CheckPage(group.stream_numbers, kStreamsPage));
    for (const store::PageRef& ref : group.presences) {
      SB_RETURN_IF_ERROR(part.CheckPage(ref, kPresencePage));
    }
    for (const GroupColumn& column : group.columns) {
      SB_RETURN_IF_ERROR(part.CheckPage(column.page, kColumnPage));
      if (column.bloom.size_bytes > 0) {
        SB_RETURN_IF_ERROR(part.CheckPage(column.bloom, kBloomPage));
      }
    }
  }
  return base::OkStatus();
}

}  // namespace sb::events
