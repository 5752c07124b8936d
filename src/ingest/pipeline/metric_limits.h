// SPDX-License-Identifier: Apache-2.0
//
// MetricLimits are the limits that a tenant's series are held to before they reach the store. The
// defaults are generous for what programs produce and keep one hostile sender from filling memory
// with labels; 0 switches a limit off.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "base/time.h"
#include "ingest/pipeline/loss.h"
#include "model/label_set.h"

namespace sb::ingest {

struct MetricLimits {
  size_t label_count_max = 128;
  size_t label_name_bytes_max = 1024;
  size_t label_value_bytes_max = 65536;
  // How far ahead of the clock a timestamp may be. Same as the reference's.
  base::DurationMs future_max = base::Minutes(10);
};

struct LimitBreach {
  LossReason reason;
  std::string message;  // with the limit and the offending label
};

// Null if `labels` keeps within the limits.
std::optional<LimitBreach> CheckLabelLimits(const MetricLimits& limits,
                                            std::span<const model::Label> labels);

}  // namespace sb::ingest
