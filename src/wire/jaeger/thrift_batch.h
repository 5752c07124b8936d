// SPDX-License-Identifier: Apache-2.0
//
// Batches of jaeger.thrift: bare, as the HTTP door gets them, or as the argument of the agent's
// emitBatch, as datagrams hold them.
//
//   JaegerBatch batch;
//   SB_RETURN_IF_ERROR(ReadThriftBatch(body, ThriftProtocol::kBinary, &batch));
//   SB_RETURN_IF_ERROR(ReadAgentMessage(datagram, ThriftProtocol::kCompact, &batch));
//
// kInvalidArgument for malformed bytes, another message than emitBatch, or a batch that
// would take more than some hundred megabytes of memory.
//
// Source: jaeger-idl, thrift/jaeger.thrift and agent.thrift. Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "wire/jaeger/jaeger_model.h"
#include "wire/jaeger/thrift_reader.h"

namespace sb::wire {

// Replaces `batch`, whose text are views into `bytes`.
base::Status ReadThriftBatch(std::string_view bytes, ThriftProtocol protocol, JaegerBatch* batch);

// One datagram: a message whose first argument is the batch.
base::Status ReadAgentMessage(std::string_view bytes, ThriftProtocol protocol, JaegerBatch* batch);

// The bytes of a thrift id, most significant first.
std::string ThriftIdBytes(int64_t id);
std::string ThriftTraceIdBytes(int64_t high, int64_t low);

}  // namespace sb::wire
