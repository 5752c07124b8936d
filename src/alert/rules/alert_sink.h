// SPDX-License-Identifier: Apache-2.0
//
// Where alerts go when they fire and when they are over. A firing alert is sent again and again
// (every resend delay), so a receiver that misses one hears of it soon.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "alert/rules/rule_view.h"
#include "model/label_set.h"

namespace sb::rules {

struct OutgoingAlert {
  model::LabelSet labels;
  Annotations annotations;
  int64_t starts_at_ms = 0;
  // When it was over, or until when it holds unless it is sent again.
  int64_t ends_at_ms = 0;
  bool resolved = false;
  std::string generator_url;
};

class AlertSink {
 public:
  virtual ~AlertSink() = default;
  // Must not block for long: it is called between rules. Threads: safe for concurrent use.
  virtual void Send(const std::vector<OutgoingAlert>& alerts) = 0;
};

}  // namespace sb::rules
