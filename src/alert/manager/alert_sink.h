// SPDX-License-Identifier: Apache-2.0
//
// AlertSink takes alerts in: rules hand over what fires and what has ended, the API what others
// post.
//
// A firing alert is repeated at least every resolve_timeout / 2, or given an end in the future, as
// Prometheus does; without either it ends by itself. An alert that ends is put once more with
// ends_at <= now.
//
// kInvalidArgument names the alerts that were refused (no labels, end before start, broken names);
// all others of the call are taken. kResourceExhausted at the limit of alerts. OK means durable as
// far as the store's group commit goes.
//
// Threads: safe for concurrent use; never blocks on a receiver.
#pragma once

#include <vector>

#include "alert/notify/alert.h"
#include "base/status.h"

namespace sb::alert {

class AlertSink {
 public:
  virtual ~AlertSink() = default;
  virtual base::Status Put(std::vector<notify::PostedAlert> alerts) = 0;
};

}  // namespace sb::alert
