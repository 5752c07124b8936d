// SPDX-License-Identifier: Apache-2.0
//
// Numbers as the Prometheus HTTP API prints them.
//
// Source: util/jsonutil of the reference; strconv.AppendFloat of Go for the digits.
#pragma once

#include <cstdint>
#include <string>

namespace sb::api {

// Shortest digits that read back as the same double; exponent form only below 1e-6 and from 1e21
// ("1e-07"); "NaN", "+Inf", "-Inf". Not quoted.
void AppendSampleValue(double value, std::string* out);

// Seconds with no or exactly three decimals: 1435781430.781, 1435781430, -0.001.
void AppendTimestamp(int64_t time_ms, std::string* out);

}  // namespace sb::api
