// SPDX-License-Identifier: Apache-2.0
//
// What Jaeger's query service does to a trace before it shows it: spans whose host's clock differs
// from that of their parent's are moved, and whatever looks wrong becomes a warning of its span.
//
//   AdjustClocks(/*skew_max_ns=*/0, &trace);      // warns only, Jaeger's default
//
// Two spans are of one host if host.id, host.ip or host.name of their processes are equal; spans
// without any are each of their own. A child of another host that does not lie within its parent is
// moved to its middle, or, if it lasted longer, so that it does not start earlier; its children of
// the same host move with it. A difference above `skew_max_ns` is not applied, but said.
//
// Source: Jaeger's documentation of --query.max-clock-skew-adjustment. Threads: pure.
#pragma once

#include <cstdint>

#include "api/jaeger/ui_trace.h"

namespace sb::api::jaeger {

void AdjustClocks(int64_t skew_max_ns, UiTrace* trace);

}  // namespace sb::api::jaeger
