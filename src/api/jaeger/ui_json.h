// SPDX-License-Identifier: Apache-2.0
//
// Replies of Jaeger's HTTP API, version 1: an envelope around data. Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/http/json_writer.h"
#include "api/jaeger/ui_trace.h"

namespace sb::api::jaeger {

// {"data":…,"total":n,"limit":0,"offset":0,"errors":null}; `data` is JSON.
std::string Envelope(std::string_view data, size_t total);
// {"data":null,…,"errors":[{"code":…,"msg":…}]}
std::string ErrorEnvelope(int code, std::string_view message);
std::string UiTracesJson(const std::vector<UiTrace>& traces);  // an array

}  // namespace sb::api::jaeger
