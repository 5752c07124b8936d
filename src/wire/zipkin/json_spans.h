// SPDX-License-Identifier: Apache-2.0
//
// Zipkin's JSON: a list of spans, of version 2 or of version 1, whose annotations cs, cr, sr, ss,
// ms and mr become kind, start and duration.
//
//   std::vector<ZipkinSpan> spans;
//   SB_RETURN_IF_ERROR(ReadZipkinV2Json(body, &spans));
//
// kInvalidArgument for malformed JSON (with the offset), for a body that is no list of objects, and
// for ids that are not hexadecimal. Unknown keys and values of other kinds are passed over.
//
// Source: openzipkin/zipkin-api, zipkin2-api.yaml and zipkin-api.yaml. Threads: pure functions.
#pragma once

#include <string_view>
#include <vector>

#include "base/status.h"
#include "wire/zipkin/zipkin_model.h"

namespace sb::wire {

// They replace `spans`.
base::Status ReadZipkinV2Json(std::string_view body, std::vector<ZipkinSpan>* spans);
base::Status ReadZipkinV1Json(std::string_view body, std::vector<ZipkinSpan>* spans);

}  // namespace sb::wire
