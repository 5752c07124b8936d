// SPDX-License-Identifier: Apache-2.0
//
// JournalEndpoint stores what systemd-journal-upload sends, piece by piece as it arrives:
//
//   JournalStream stream = endpoint.NewStream();
//   SB_RETURN_IF_ERROR(stream.Feed(bytes)); …                      // stored when OK
//   SB_RETURN_IF_ERROR(stream.Finish());
//
// Stream labels: job="journal", host, unit; service_name is the unit without ".service", else the
// syslog identifier. MESSAGE is the line, PRIORITY the severity, the other fields are metadata
// under their names in small letters without leading '_'. Equal entries that are sent again after a
// broken connection are stored once.
//
// Threads: a stream belongs to one thread at a time.
#pragma once

#include <string_view>

#include "ingest/pipeline/log_writer.h"
#include "wire/syslog/journal_export.h"

namespace sb::ingest {

class JournalStream {
 public:
  static constexpr size_t kEntryBytesMax = 8 << 20;

  JournalStream(LogWriter* writer, int64_t now_ns)
      : writer_(writer), now_ns_(now_ns), reader_(kEntryBytesMax) {}
  base::Status Feed(std::string_view bytes);
  base::Status Finish();

 private:
  void Add(const wire::JournalEntry& entry, LogBatch* batch);

  LogWriter* const writer_;
  const int64_t now_ns_;
  int64_t entries_ = 0;
  wire::JournalExportReader reader_;
};

}  // namespace sb::ingest
