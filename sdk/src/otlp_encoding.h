// SPDX-License-Identifier: Apache-2.0
//
// Spans, records and measurements as the export requests of OTLP (opentelemetry-proto v1).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "metric_store.h"
#include "signalbox/logger.h"
#include "signalbox/span.h"

namespace signalbox::internal {

std::string EncodeSpans(const Attributes& resource,
                        const std::vector<std::unique_ptr<SpanData>>& spans);
std::string EncodeLogs(const Attributes& resource,
                       const std::vector<std::unique_ptr<LogData>>& records);
// Cumulative, from `start_ns` to `now_ns`.
std::string EncodeMetrics(const Attributes& resource, const std::vector<MetricData>& metrics,
                          int64_t start_ns, int64_t now_ns);

}  // namespace signalbox::internal
