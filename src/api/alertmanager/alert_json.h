// SPDX-License-Identifier: Apache-2.0
//
// The JSON of the Alertmanager API v2: alerts and silences in, everything out.
//
// ParsePostedAlerts reads in one pass over the parsed document; a hundred thousand alerts a second
// come through here. Failures are kInvalidArgument in the reference's words; codes above 600 are
// what its schema validation answers (422).
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alert/manager/manager_views.h"
#include "alert/manager/silence.h"
#include "alert/notify/alert.h"
#include "api/http/json_writer.h"
#include "base/status.h"

namespace sb::api {

// "2026-08-22T10:00:00.5Z" and with an offset, to nanoseconds.
bool ParseRfc3339Ns(std::string_view text, base::TimestampNs* time);
// With milliseconds, in UTC.
std::string FormatApiTime(base::TimestampNs time);

base::Result<std::vector<notify::PostedAlert>> ParsePostedAlerts(const std::string& body);

struct SilenceBody {
  alert::Silence silence;
  int schema_code = 0;  // 0: well-formed; else a 422 with this code
  std::string schema_message;
};
// kInvalidArgument for what is no JSON, or has matchers that cannot be.
base::Result<SilenceBody> ParseSilence(const std::string& body);

void WriteAlert(const alert::AlertView& view, JsonWriter* json);
void WriteSilence(const alert::Silence& silence, base::TimestampNs now, JsonWriter* json);

}  // namespace sb::api
