// SPDX-License-Identifier: Apache-2.0
//
// ZipkinToOtlp writes Zipkin spans as an ExportTraceServiceRequest, with the meaning that the
// OpenTelemetry Collector gives them:
//
//   localEndpoint      service.name of the resource; net.host.ip and net.host.port of the span
//   remoteEndpoint     peer.service, net.peer.ip, net.peer.port
//   tags               attributes, always text; those of resource conventions move to the resource
//   otel.status_code, error   the status; `error` makes it ERROR whatever it says, and stays unless
//                      it is "true"
//   otlp.link.N        links ("trace|span|state|{attributes}|dropped")
//   annotations        events ("name|{attributes}|dropped" is unpacked)
//   otel.scope.name …  the scope
//
// A span without timestamp starts at its first annotation, else at `now_ns`.
//
// Source: Collector, pkg/translator/zipkin/zipkinv2. Threads: a pure function.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "wire/zipkin/zipkin_model.h"

namespace sb::wire {

// Appends to `request`.
void ZipkinToOtlp(const std::vector<ZipkinSpan>& spans, uint64_t now_ns, std::string* request);

}  // namespace sb::wire
