// SPDX-License-Identifier: Apache-2.0
#include "alert/manager/notification_log.h"

#include <algorithm>

namespace sb::alert {
namespace {

bool IsSubset(const std::set<uint64_t>& part, const std::set<uint64_t>& whole) {
  return std::includes(whole.begin(), whole.end(), part.begin(), part.end());
}

}  // namespace

std::string_view NotifyReasonText(NotifyReason reason) {
  switch (reason) {
    case NotifyReason::kNone:
      return "nothing new";
    case NotifyReason::kFirst:
      return "first notification";
    case NotifyReason::kNewAlerts:
      return "new alerts added";
    case NotifyReason::kAllResolved:
      return "all alerts resolved";
    case NotifyReason::kSomeResolved:
      return "some alerts resolved";
    case NotifyReason::kRepeat:
      return "repeat interval elapsed";
  }
  return "";
}

std::string NotificationKey(const std::string& group_key, const std::string& receiver,
                            std::string_view integration, size_t index) {
  return group_key + '\n' + receiver + '\n' + std::string(integration) + '\n' +
         std::to_string(index);
}

NotifyReason NeedsNotification(const NotificationEntry* entry, const std::set<uint64_t>& firing,
                               const std::set<uint64_t>& resolved, base::TimestampNs now,
                               base::DurationMs repeat, bool send_resolved) {
  if (entry == nullptr) {
    return firing.empty() ? NotifyReason::kNone : NotifyReason::kFirst;
  }
  if (!IsSubset(firing, entry->firing)) {
    // After all had resolved, firing again is a new story.
    return entry->firing.empty() ? NotifyReason::kFirst : NotifyReason::kNewAlerts;
  }
  if (firing.empty()) {
    // Nothing was reported as firing: there is nothing to take back, nor to repeat.
    // Whoever does not want to hear it: the log forgets what fired all the same.
    return entry->firing.empty() ? NotifyReason::kNone : NotifyReason::kAllResolved;
  }
  if (send_resolved && !IsSubset(resolved, entry->resolved)) {
    return NotifyReason::kSomeResolved;
  }
  return entry->sent_at + base::ToNs(repeat) < now ? NotifyReason::kRepeat : NotifyReason::kNone;
}

const NotificationEntry* NotificationLog::Find(const std::string& key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &found->second;
}

void NotificationLog::Put(NotificationEntry entry) {
  std::string key = entry.key;
  entries_.insert_or_assign(std::move(key), std::move(entry));
}

void NotificationLog::Collect(base::TimestampNs older_than) {
  std::erase_if(entries_, [&](const auto& entry) { return entry.second.sent_at < older_than; });
}

}  // namespace sb::alert
