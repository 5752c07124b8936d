// SPDX-License-Identifier: Apache-2.0
//
// Random numbers for ids, and the clock. Each thread has its own generator (xoshiro256++, by
// Blackman and Vigna), seeded by the kernel, so that an id costs a few nanoseconds and no lock.
#pragma once

#include <cstdint>

#include "signalbox/context.h"

namespace signalbox::internal {

uint64_t RandomBits();
TraceId NewTraceId();
SpanId NewSpanId();

int64_t NowNs();        // since the Unix epoch
int64_t MonotonicNs();  // for lengths

}  // namespace signalbox::internal
