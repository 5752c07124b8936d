// SPDX-License-Identifier: Apache-2.0
//
// The doors of JSON lines and of the systemd journal.
//
//   AddLinesRoutes(&endpoint, &writer, &env, &router);
//   POST /api/signalbox/v1/logs/lines?label=NAME=VALUE&label_field=F&message_field=F&time_field=F
//   POST /journal/upload                      (systemd-journal-upload
//   --url=http://HOST:3000/journal)
//
// Lines: 200 with {"stored":n,"faults":[{"line":n,"error":"…"}],"fault_count":n}; 400 if there were
// faults and nothing to store; 429, 503: come again. Journal: 202 when all is stored, as
// systemd-journal-remote answers.
#pragma once

#include "base/env.h"
#include "ingest/lines/json_lines_endpoint.h"
#include "ingest/pipeline/log_writer.h"
#include "net/router.h"

namespace sb::ingest {

// All must outlive the router.
void AddLinesRoutes(JsonLinesEndpoint* endpoint, LogWriter* writer, base::Env* env,
                    net::Router* router);

}  // namespace sb::ingest
