// SPDX-License-Identifier: Apache-2.0
//
// incident.io: alert events over HTTP.
#include "alert/notify/data_json.h"
#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"

namespace sb::notify {
namespace {

constexpr size_t kBodyBytesMax = 512 * 1024;  // above it only the first alert is sent

class IncidentIo : public HttpNotifier {
 public:
  IncidentIo(const Sheet& sheet, const NotifierContext& context) : HttpNotifier(sheet, context) {
    retry_429_ = true;
  }

 protected:
  base::Status Build(const Message& message, Renderer& render, Request* request) override {
    SB_ASSIGN_OR_RETURN(request->url, Secret("url"));
    SB_ASSIGN_OR_RETURN(const std::string token, Secret("alert_source_token"));
    if (!token.empty()) {
      request->headers.emplace_back("Authorization", "Bearer " + token);
    }
    request->body = Event(message, render.data(), message.left_out);
    if (request->body.size() > kBodyBytesMax && render.data().alerts.size() > 1) {
      TemplateData first = render.data();
      first.alerts.resize(1);
      request->body = Event(message, first, message.left_out);
    }
    return base::OkStatus();
  }

 private:
  static std::string Event(const Message& message, const TemplateData& data, size_t left_out) {
    return JsonFields::Body(DataJson(data, "1", message.group_key, left_out));
  }
};

}  // namespace

const ReceiverType& IncidentIoType() {
  using enum FieldKind;
  static const ReceiverType type{.name = "incidentio",
                                 .spec = {"config.plain",
                                          {{"send_resolved", kBool, "true"},
                                           {"url", kUrl},
                                           {"url_file"},
                                           {"alert_source_token", kSecret},
                                           {"alert_source_token_file"},
                                           {"max_alerts", kInt},
                                           {"timeout", kDuration}}},
                                 .complete = [](const Sheet&, Sheet* sheet) -> std::string {
                                   if (!sheet->Has("url") && !sheet->Has("url_file")) {
                                     return "one of url or url_file must be configured";
                                   }
                                   const std::string error = OneOf(*sheet, "url");
                                   return error.empty() ? OneOf(*sheet, "alert_source_token")
                                                        : error;
                                 },
                                 .make = Make<IncidentIo>};
  return type;
}

}  // namespace sb::notify
