// SPDX-License-Identifier: Apache-2.0
#include "ingest/lines/journal_endpoint.h"

#include <charconv>
#include <deque>
#include <string>
#include <utility>

namespace sb::ingest {
namespace {

std::string MetadataName(std::string_view field) {
  while (field.starts_with('_')) {
    field.remove_prefix(1);
  }
  std::string name;
  for (const char c : field) {
    name.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c);
  }
  return name;
}

std::string_view SeverityName(std::string_view priority) {
  static constexpr std::string_view kNames[] = {"emerg",   "alert",  "crit", "err",
                                                "warning", "notice", "info", "debug"};
  return priority.size() == 1 && priority[0] >= '0' && priority[0] <= '7'
             ? kNames[priority[0] - '0']
             : std::string_view();
}

bool IsTaken(std::string_view name) {
  static constexpr std::string_view kTaken[] = {"MESSAGE", "PRIORITY", "_HOSTNAME",
                                                "_SYSTEMD_UNIT"};
  for (const std::string_view taken : kTaken) {
    if (taken == name) {
      return true;
    }
  }
  return name.starts_with("__");
}

}  // namespace

void JournalStream::Add(const wire::JournalEntry& entry, LogBatch* batch) {
  LogRecordView record;
  record.line = entry.Get("MESSAGE");
  record.time_ns = now_ns_ + entries_++;  // in their order, and no two the same
  const std::string_view time = entry.Get("__REALTIME_TIMESTAMP");
  int64_t micros = 0;
  if (const auto parsed = std::from_chars(time.data(), time.data() + time.size(), micros);
      parsed.ec == std::errc() && parsed.ptr == time.data() + time.size() && micros >= 0 &&
      micros < INT64_MAX / 1'000) {
    record.time_ns = micros * 1'000;
  } else if (!time.empty()) {
    writer_->losses()->Add(LossReason::kLogInvalidTime);
    record.metadata.push_back({"realtime_timestamp", time});
  }
  const std::string_view unit = entry.Get("_SYSTEMD_UNIT");
  std::string_view service = unit.substr(0, unit.rfind(".service"));
  if (service.empty()) {
    service = entry.Get("SYSLOG_IDENTIFIER");
  }
  std::deque<std::string> names;
  record.metadata.push_back({"severity", SeverityName(entry.Get("PRIORITY"))});
  for (const auto& [name, value] : entry.fields) {
    if (!IsTaken(name)) {
      names.push_back(MetadataName(name));
      record.metadata.push_back({names.back(), value});
    }
  }
  batch->Add(batch->Stream({{"job", "journal"},
                            {"host", entry.Get("_HOSTNAME")},
                            {"unit", unit},
                            {"service_name", service}}),
             record);
}

base::Status JournalStream::Feed(std::string_view bytes) {
  LogBatch batch = writer_->NewBatch();
  const base::Status read =
      reader_.Feed(bytes, [&](const wire::JournalEntry& entry) { Add(entry, &batch); });
  SB_RETURN_IF_ERROR(writer_->Write(std::move(batch)));
  return read;
}

base::Status JournalStream::Finish() {
  LogBatch batch = writer_->NewBatch();
  const base::Status read =
      reader_.Finish([&](const wire::JournalEntry& entry) { Add(entry, &batch); });
  SB_RETURN_IF_ERROR(writer_->Write(std::move(batch)));
  return read;
}

}  // namespace sb::ingest
