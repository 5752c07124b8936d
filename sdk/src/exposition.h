// SPDX-License-Identifier: Apache-2.0
//
// Measurements in Prometheus' text format 0.0.4, with names and units as OpenTelemetry's
// compatibility rules make them: dots become underscores, the unit and _total are appended. An
// exponential histogram is shown by its count and sum: the text format has no buckets for it.
#pragma once

#include <string>
#include <vector>

#include "metric_store.h"

namespace signalbox {

std::string PrometheusTextOf(const std::vector<MetricData>& metrics, const Attributes& resource);

}  // namespace signalbox
