// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/log_writer.h"

#include <utility>

namespace sb::ingest {

LogWriter::LogWriter(store::EventWriter* store, LossCounters* losses, base::Registry* registry)
    : store_(store),
      losses_(losses),
      lines_(&registry->AddCounter("signalbox_log_lines_total", "Log lines stored.")),
      bytes_(&registry->AddCounter("signalbox_log_bytes_total", "Bytes of the log lines stored.")),
      options_(std::make_shared<const LogIngestOptions>()) {}

void LogWriter::Configure(LogIngestOptions options) {
  auto fresh = std::make_shared<const LogIngestOptions>(std::move(options));
  base::MutexLock lock(mutex_);
  options_ = std::move(fresh);
}

std::shared_ptr<const LogIngestOptions> LogWriter::options() const {
  base::MutexLock lock(mutex_);
  return options_;
}

base::Status LogWriter::Write(LogBatch batch) {
  const uint64_t lines = batch.line_count();
  const uint64_t bytes = batch.line_bytes();
  if (lines == 0) {
    return base::OkStatus();
  }
  const base::Status status = store_->Write(std::move(batch).Take());
  if (status.ok()) {
    lines_->Add(lines);
    bytes_->Add(bytes);
    return status;
  }
  losses_->Add(status.code() == base::StatusCode::kResourceExhausted ? LossReason::kLogDiskFull
                                                                     : LossReason::kLogUnavailable,
               lines);
  return status;
}

int HttpStatusOfWrite(const base::Status& status) {
  switch (status.code()) {
    case base::StatusCode::kOk:
      return 204;
    case base::StatusCode::kInvalidArgument:
    case base::StatusCode::kOutOfRange:
      return 400;
    case base::StatusCode::kResourceExhausted:
      return 429;
    default:
      return 503;
  }
}

}  // namespace sb::ingest
