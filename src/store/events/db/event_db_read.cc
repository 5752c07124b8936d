// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <utility>

#include "store/events/db/event_db_impl.h"
#include "store/events/part/row_order.h"

namespace sb::events {
namespace {

bool Overlaps(const store::EventRange& range, int64_t first_ns, int64_t last_ns) {
  return first_ns < range.end_ns && last_ns >= range.start_ns;
}

}  // namespace

EventDb::Impl::Snapshot EventDb::Impl::TakeSnapshot() const {
  base::MutexLock state(state_mutex_);
  Snapshot snapshot;
  if (frozen_ != nullptr) {
    snapshot.fresh.push_back(frozen_->list());
  }
  snapshot.fresh.push_back(fresh_->list());
  snapshot.parts = set_;
  return snapshot;
}

base::Result<std::unique_ptr<store::EventScan>> EventDb::Impl::Scan(
    const store::ReadContext& context, store::EventScanOptions options) const {
  SB_ASSIGN_OR_RETURN(ColumnFilter filter, ColumnFilter::Create(options.filter));
  const Snapshot snapshot = TakeSnapshot();
  std::vector<ScanPiece> pieces;
  uint64_t parts = 0;
  for (const ListedPart& listed : snapshot.parts->parts) {
    const Part& part = *listed.part;
    if (!Overlaps(options.range, part.first_ns(), part.last_ns())) {
      continue;
    }
    ++parts;
    for (size_t g = 0; g < part.group_count(); ++g) {
      const RowGroup& group = part.directory().groups[g];
      if (Overlaps(options.range, group.first_ns, group.last_ns)) {
        ScanPiece piece;
        piece.rows = part.OpenGroup(g);
        if (listed.deleted != nullptr && g < listed.deleted->groups.size()) {
          piece.deleted = listed.deleted->groups[g];
        }
        pieces.push_back(std::move(piece));
      }
    }
  }
  for (const auto& list : snapshot.fresh) {
    for (const auto& rows : *list) {
      if (Overlaps(options.range, rows->first_ns(), rows->last_ns())) {
        pieces.push_back({rows, nullptr});
      }
    }
  }
  return std::unique_ptr<store::EventScan>(
      std::make_unique<DbScan>(context, std::move(options), std::move(filter), std::move(pieces),
                               parts, snapshot.parts->warnings));
}

std::vector<store::StreamInfo> EventDb::Impl::Streams(
    store::EventRange range, const std::vector<model::Matcher>& matchers) const {
  const Snapshot snapshot = TakeSnapshot();
  std::map<std::string_view, store::StreamInfo> infos;  // by encoding, which the value keeps alive
  const auto add = [&](const store::EventStream& stream, uint64_t rows, uint64_t bytes,
                       int64_t first_ns, int64_t last_ns) {
    if (!Overlaps(range, first_ns, last_ns)) {
      return;
    }
    const auto [found, added] = infos.try_emplace(stream.encoded());
    store::StreamInfo& info = found->second;
    if (added) {
      info.stream = stream;
      info.first_ns = first_ns;
      info.last_ns = last_ns;
    }
    info.rows += rows;
    info.bytes += bytes;
    info.first_ns = std::min(info.first_ns, first_ns);
    info.last_ns = std::max(info.last_ns, last_ns);
  };
  for (const ListedPart& listed : snapshot.parts->parts) {
    if (!Overlaps(range, listed.part->first_ns(), listed.part->last_ns())) {
      continue;
    }
    const PartDirectory& directory = listed.part->directory();
    std::vector<uint8_t> matches;
    for (const store::EventStream& stream : directory.streams) {
      matches.push_back(stream.Matches(matchers) ? 1 : 0);
    }
    for (const RowGroup& group : directory.groups) {
      for (const GroupStream& one : group.streams) {
        if (matches[one.stream] != 0) {
          add(directory.streams[one.stream], one.rows, one.bytes, one.first_ns, one.last_ns);
        }
      }
    }
  }
  for (const auto& list : snapshot.fresh) {
    for (const auto& rows : *list) {
      const store::EventBatch* batch = &rows->batch();
      std::vector<uint8_t> matches;
      for (const store::EventStream& stream : batch->streams()) {
        matches.push_back(stream.Matches(matchers) ? 1 : 0);
      }
      const RowBytes bytes = MeasureRows({&batch, 1});
      for (size_t row = 0; row < batch->row_count(); ++row) {
        const uint32_t stream = batch->stream_indexes()[row];
        if (matches[stream] != 0) {
          add(batch->streams()[stream], 1, bytes.counted[0][row], batch->times()[row],
              batch->times()[row]);
        }
      }
    }
  }
  std::vector<store::StreamInfo> result;
  for (auto& [key, info] : infos) {
    result.push_back(std::move(info));
  }
  return result;
}

std::vector<store::FieldName> EventDb::Impl::FieldNames(store::EventRange range) const {
  const Snapshot snapshot = TakeSnapshot();
  std::set<PartColumn> fields;
  for (const ListedPart& listed : snapshot.parts->parts) {
    const PartDirectory& directory = listed.part->directory();
    std::vector<uint8_t> used(directory.columns.size());
    for (const RowGroup& group : directory.groups) {
      if (Overlaps(range, group.first_ns, group.last_ns)) {
        for (const GroupColumn& column : group.columns) {
          used[column.column] = 1;
        }
      }
    }
    for (size_t c = 0; c < used.size(); ++c) {
      if (used[c] != 0) {
        fields.insert(directory.columns[c]);
      }
    }
  }
  for (const auto& list : snapshot.fresh) {
    for (const auto& rows : *list) {
      if (!Overlaps(range, rows->first_ns(), rows->last_ns())) {
        continue;
      }
      for (const store::EventBatch::ColumnData& column : rows->batch().columns()) {
        if (!column.rows.empty()) {
          fields.insert({column.name, column.type});
        }
      }
    }
  }
  std::vector<store::FieldName> names;
  for (const PartColumn& field : fields) {
    names.push_back({field.name, field.type});
  }
  return names;
}

}  // namespace sb::events
