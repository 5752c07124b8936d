// SPDX-License-Identifier: Apache-2.0
//
// Names of OTLP as names of Prometheus: metrics, their units, and attributes.
//
//   BuildMetricName({"http.server.duration", "s", NamedKind::kOther}, naming)
//       // "http_server_duration_seconds"; empty if nothing is left
//
// Source: github.com/prometheus/otlptranslator as of Prometheus 3; OpenTelemetry specification,
// "Prometheus and OpenMetrics Compatibility". Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sb::ingest {

struct OtlpNaming {
  bool escapes = true;        // to [a-zA-Z0-9_:]; false: any UTF-8 is kept
  bool adds_suffixes = true;  // units, _total, _ratio
  // Of labels, where `escapes`: "_x" becomes "key_x", and runs of underscores stay.
  bool prefixes_underscore = true;
  bool keeps_underscore_runs = true;
};

enum class NamedKind : uint8_t { kMonotonicSum, kGauge, kOther };

struct NamedMetric {
  std::string_view name;
  std::string_view unit;
  NamedKind kind = NamedKind::kOther;
};

std::string BuildMetricName(const NamedMetric& metric, const OtlpNaming& naming);
// "bytes_per_second" of "By/s".
std::string BuildUnitName(std::string_view unit, const OtlpNaming& naming);
std::string BuildLabelName(std::string_view attribute, const OtlpNaming& naming);

}  // namespace sb::ingest
