// SPDX-License-Identifier: Apache-2.0
//
// What a query asks about the events and links of a span, read from their encoded form (event
// schema: OTLP messages, each with its tag). A span has several, so the answers are arrays; nil if
// there is nothing of that name. Malformed bytes end the list. Threads: pure functions.
#pragma once

#include <cstdint>
#include <string_view>

#include "query/traceql/arena.h"
#include "query/traceql/value.h"

namespace sb::traceql {

Value EventNames(std::string_view events, Arena* arena);
Value EventTimes(std::string_view events, int64_t span_start_ns, Arena* arena);
Value EventAttributes(std::string_view events, std::string_view key, Arena* arena);
// `field` 1: trace ids, 2: span ids; hexadecimal.
Value LinkIds(std::string_view links, uint32_t field, Arena* arena);
Value LinkAttributes(std::string_view links, std::string_view key, Arena* arena);

// An encoded AnyValue.
Value FromAnyValue(std::string_view bytes, Arena* arena);

}  // namespace sb::traceql
