// SPDX-License-Identifier: Apache-2.0
//
// Signalbox does not evaluate rules yet: the lists are empty, which is what they truly hold, and
// clients that ask for them keep working.
#include "api/prometheus/endpoints.h"
#include "api/prometheus/envelope.h"

namespace sb::api {

void HandleRules(const ApiContext& /*api*/, const net::HttpRequest& request,
                 net::ResponseWriter& writer) {
  const std::string_view type = request.query.Get("type");
  if (!type.empty() && type != "alert" && type != "record") {
    return SendError(
        writer, ErrorType::kBadData,
        "invalid parameter \"type\": not supported value \"" + std::string(type) + "\"");
  }
  SendSuccess(writer, R"({"groups":[]})");
}

void HandleAlerts(const ApiContext& /*api*/, const net::HttpRequest& /*request*/,
                  net::ResponseWriter& writer) {
  SendSuccess(writer, R"({"alerts":[]})");
}

void HandleAlertmanagers(const ApiContext& /*api*/, const net::HttpRequest& /*request*/,
                         net::ResponseWriter& writer) {
  SendSuccess(writer, R"({"activeAlertmanagers":[],"droppedAlertmanagers":[]})");
}

}  // namespace sb::api
