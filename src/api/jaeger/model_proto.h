// SPDX-License-Identifier: Apache-2.0
//
// Messages of jaeger.api_v2: spans out, search parameters in (those of api_v3 have the same field
// numbers). Source: jaeger-idl, model.proto and query.proto. Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/jaeger/trace_query.h"
#include "api/jaeger/ui_trace.h"

namespace sb::api::jaeger {

// Appends each span as a field of that number.
void AppendSpans(const UiTrace& trace, uint32_t field, std::string* out);
// TraceQueryParameters. kInvalidArgument for malformed bytes.
base::Result<TraceQuery> QueryFromProto(std::string_view bytes);
// google.protobuf.Timestamp or Duration, in nanoseconds; what is malformed counts as 0.
int64_t TimestampNs(std::string_view bytes);

}  // namespace sb::api::jaeger
