// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/testing/captured_logs.h"

#include "encoding/hex.h"
#include "store/interface/event_schema.h"

namespace sb::ingest {
namespace {

void SetField(const store::EventBatch::ColumnData& column, size_t i, CapturedEntry* entry) {
  if (column.name == store::kLineColumn) {
    entry->line = column.BytesAt(i);
  } else if (column.name.starts_with(store::kMetadataPrefix)) {
    entry->metadata[column.name.substr(store::kMetadataPrefix.size())] = column.BytesAt(i);
  } else if (column.name == store::kTraceIdColumn) {
    entry->trace_id = encoding::HexOf(column.BytesAt(i));
  } else if (column.name == store::kSpanIdColumn) {
    entry->span_id = encoding::HexOf(column.BytesAt(i));
  } else if (column.name == store::kSeverityNumberColumn) {
    entry->severity_number = column.integers[i];
  } else if (column.name == store::kObservedTimeColumn) {
    entry->observed_time = column.integers[i];
  }
}

}  // namespace

base::Status CapturedLogs::Write(store::EventBatch batch) {
  if (!fail_with.ok()) {
    return fail_with;
  }
  ++writes;
  std::vector<CapturedEntry> rows(batch.row_count());
  for (const store::EventBatch::ColumnData& column : batch.columns()) {
    for (size_t i = 0; i < column.rows.size(); ++i) {
      SetField(column, i, &rows[column.rows[i]]);
    }
  }
  for (size_t row = 0; row < rows.size(); ++row) {
    rows[row].time_ns = batch.times()[row];
    Labels labels;
    for (const store::EventAttribute& attribute :
         batch.streams()[batch.stream_indexes()[row]].attributes()) {
      labels[std::string(attribute.name)] = attribute.value.bytes;
    }
    streams[labels].push_back(std::move(rows[row]));
  }
  return base::OkStatus();
}

std::vector<CapturedEntry> CapturedLogs::Entries() const {
  std::vector<CapturedEntry> all;
  for (const auto& [labels, entries] : streams) {
    all.insert(all.end(), entries.begin(), entries.end());
  }
  return all;
}

}  // namespace sb::ingest
