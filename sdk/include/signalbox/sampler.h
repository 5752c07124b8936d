// SPDX-License-Identifier: Apache-2.0
//
// Sampler decides at the start of a span whether it is recorded. Names and arguments are those of
// OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG: always_on, always_off, traceidratio, and
// parentbased_ before each of them (the default is parentbased_always_on).
//
// The ratio sampler looks at the last 7 bytes of the trace id, as OpenTelemetry specifies, so that
// all services that sample at the same ratio decide alike.
//
// Threads: immutable.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "signalbox/context.h"

namespace signalbox {

class Sampler {
 public:
  static std::shared_ptr<const Sampler> AlwaysOn();
  static std::shared_ptr<const Sampler> AlwaysOff();
  static std::shared_ptr<const Sampler> Ratio(double share);  // 0 to 1
  // The parent's decision; for roots that of `root`.
  static std::shared_ptr<const Sampler> ParentBased(std::shared_ptr<const Sampler> root);
  // Null for an unknown name or a share that is no number from 0 to 1.
  static std::shared_ptr<const Sampler> FromNames(std::string_view name, std::string_view argument);

  virtual ~Sampler() = default;
  virtual bool IsSampled(const SpanContext& parent, const TraceId& trace_id) const = 0;
};

}  // namespace signalbox
