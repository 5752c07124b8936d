// SPDX-License-Identifier: Apache-2.0
//
// The envelope of every JSON answer of the Prometheus HTTP API:
//
//   {"status":"success","data":…,"warnings":[…],"infos":[…]}
//   {"status":"error","errorType":"bad_data","error":"…"}
//
// Source: web/api/v1/api.go of the reference (respond, respondError).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/json_writer.h"
#include "base/status.h"
#include "net/http_message.h"
#include "net/response_writer.h"

namespace sb::api {

// At most this many warnings and infos are shown; one more line says how many were left out.
inline constexpr size_t kAnnotationsMax = 10;

struct Notes {
  std::vector<std::string> warnings;
  std::vector<std::string> infos;
};

// The body of a success; `write_data` writes the value of the data field.
std::string SuccessBody(const std::function<void(JsonWriter*)>& write_data, const Notes& notes);
// `data` is the JSON of the data field, or "" for none.
void SendSuccess(net::ResponseWriter& writer, std::string_view data, const Notes& notes = {});

// The error types of the API and their HTTP codes.
enum class ErrorType {
  kBadData,       // 400
  kExecution,     // 422
  kCanceled,      // 499
  kTimeout,       // 503
  kUnavailable,   // 503
  kInternal,      // 500
  kNotFound,      // 404
  kNotAcceptable  // 406
};
void SendError(net::ResponseWriter& writer, ErrorType type, std::string_view message);
// The type follows from the code: what a request or a store says.
void SendError(net::ResponseWriter& writer, const base::Status& status);
// The same for a failed query, whose limits are execution errors.
net::HttpResponse QueryErrorResponse(const base::Status& status);
void SendQueryError(net::ResponseWriter& writer, const base::Status& status);

}  // namespace sb::api
