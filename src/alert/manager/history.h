// SPDX-License-Identifier: Apache-2.0
//
// What was done about a group of alerts, for the question "who was told what, when, and why not".
//
// Threads: values.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"

namespace sb::alert {

enum class Outcome : uint8_t {
  kSent,
  kFailed,
  kSilenced,
  kInhibited,
  kMuted,      // by a mute or outside an active time interval
  kEscalated,  // sent to the next receiver because nobody acknowledged
};

std::string_view OutcomeText(Outcome outcome);

struct HistoryEntry {
  base::TimestampNs at;
  Outcome outcome = Outcome::kSent;
  std::string group_key;
  std::string receiver;
  std::string integration;  // "slack[0]"; "" when none was tried
  std::string reason;       // why now, or by whom it was muted
  std::string error;        // kFailed
  std::vector<uint64_t> firing;
  std::vector<uint64_t> resolved;
  int64_t attempts = 0;
  int64_t duration_ms = 0;
};

}  // namespace sb::alert
