// SPDX-License-Identifier: Apache-2.0
//
// NotificationLog remembers what each integration of each group was last told, and decides whether
// a flush has something to say: the first time, something new fires, some or all have resolved, or
// the repeat interval has passed.
//
// Threads: the owner's lock.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"

namespace sb::alert {

struct NotificationEntry {
  std::string key;  // group key, receiver and integration
  std::set<uint64_t> firing;
  std::set<uint64_t> resolved;
  base::TimestampNs sent_at;
  // What the receiver gave back, for the next notification of this episode (Slack's message).
  std::map<std::string, std::string> store = {};
};

enum class NotifyReason : uint8_t {
  kNone,
  kFirst,
  kNewAlerts,
  kAllResolved,
  kSomeResolved,
  kRepeat,
};

std::string_view NotifyReasonText(NotifyReason reason);
std::string NotificationKey(const std::string& group_key, const std::string& receiver,
                            std::string_view integration, size_t index);

// `entry` is null before the first notification.
NotifyReason NeedsNotification(const NotificationEntry* entry, const std::set<uint64_t>& firing,
                               const std::set<uint64_t>& resolved, base::TimestampNs now,
                               base::DurationMs repeat, bool send_resolved);

class NotificationLog {
 public:
  const NotificationEntry* Find(const std::string& key) const;
  void Put(NotificationEntry entry);
  void Collect(base::TimestampNs older_than);
  size_t size() const { return entries_.size(); }
  template <typename F>
  void ForEach(F function) const {
    for (const auto& [key, entry] : entries_) {
      function(entry);
    }
  }

 private:
  std::map<std::string, NotificationEntry> entries_;
};

}  // namespace sb::alert
