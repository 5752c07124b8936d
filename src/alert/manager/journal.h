// SPDX-License-Identifier: Apache-2.0
//
// Journal makes the manager's state durable: alerts, silences, the notification log,
// acknowledgements and what was done about whom. One WAL (store/file/wal.h); a record replaces what
// an earlier record said about the same thing, so replay is a walk from the oldest segment to the
// end. Now and then the owner writes everything anew into a fresh segment and the older ones go
// (docs/format/alerts.md).
//
// Append returns after write(2): survives kill -9; SyncIfDue makes it survive power loss.
// Failures are the WAL's. A record that cannot be read is skipped and counted.
//
// Threads: safe for concurrent use.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "alert/manager/alert_table.h"
#include "alert/manager/history.h"
#include "alert/manager/notification_log.h"
#include "alert/manager/silence.h"
#include "base/env.h"
#include "store/file/wal.h"

namespace sb::alert {

struct Acknowledgement {
  uint64_t fingerprint = 0;
  std::string by;
  std::string comment;
  base::TimestampNs at;
  base::TimestampNs alert_starts_at;  // a new firing wants a new acknowledgement
};

// A notification is on its way. Until its result is noted, nobody knows whether the receiver has
// it.
struct SendingEntry {
  std::string key;              // of the notification log
  std::string idempotency_key;  // "" when it was given up
};

struct JournalVisitor {
  std::function<void(AlertPtr)> alert;
  std::function<void(Silence)> silence;
  std::function<void(NotificationEntry)> notification;
  std::function<void(SendingEntry)> sending;
  std::function<void(HistoryEntry)> history;
  std::function<void(Acknowledgement)> acknowledgement;
};

class Journal {
 public:
  // Replays what is there into `visitor`. `unreadable` counts records that were skipped.
  static base::Result<std::unique_ptr<Journal>> Open(base::Env& env, const std::string& folder,
                                                     const JournalVisitor& visitor,
                                                     uint64_t* unreadable);

  base::Status Alerts(const std::vector<AlertPtr>& alerts);
  base::Status SilenceChanged(const Silence& silence);
  base::Status Sending(const SendingEntry& entry);
  base::Status Notified(const NotificationEntry& entry);
  // Notified and Happened in one record: both are there after a crash, or neither.
  base::Status Told(const NotificationEntry& entry, const HistoryEntry& history);
  base::Status Happened(const HistoryEntry& entry);
  base::Status Acknowledged(const Acknowledgement& acknowledgement);

  base::Status SyncIfDue() { return wal_->SyncIfDue(); }
  base::Status Sync() { return wal_->Sync(); }
  uint64_t bytes() const { return wal_->total_bytes(); }
  // Begin, write everything through the calls above, End: older records are gone.
  base::Result<uint64_t> BeginRewrite() { return wal_->CutSegment(); }
  base::Status EndRewrite(uint64_t segment);

 private:
  explicit Journal(std::unique_ptr<store::Wal> wal) : wal_(std::move(wal)) {}
  std::unique_ptr<store::Wal> wal_;
};

}  // namespace sb::alert
