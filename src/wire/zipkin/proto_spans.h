// SPDX-License-Identifier: Apache-2.0
//
// zipkin.proto3.ListOfSpans: what version 2 clients send as application/x-protobuf.
//
//   SB_RETURN_IF_ERROR(ReadZipkinProto(body, &spans));
//
// kInvalidArgument for malformed bytes. Source: openzipkin/zipkin-api, zipkin.proto. Threads: a
// pure function.
#pragma once

#include <string_view>
#include <vector>

#include "base/status.h"
#include "wire/zipkin/zipkin_model.h"

namespace sb::wire {

// Replaces `spans`.
base::Status ReadZipkinProto(std::string_view body, std::vector<ZipkinSpan>* spans);

}  // namespace sb::wire
