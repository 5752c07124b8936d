// SPDX-License-Identifier: Apache-2.0
//
// incident.io: alert events over HTTP.
#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"
#include "template/go_time.h"

namespace sb::notify {
namespace {

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
    const TemplateData& data = render.data();
    const auto map = [](const TextMap& texts) { return gotemplate::MapObject::Strings(texts); };
    std::vector<gotemplate::Value> alerts;
    for (const TemplateAlert& alert : data.alerts) {
      alerts.push_back(JsonFields()
                           .Put("status", alert.status)
                           .Put("labels", map(alert.labels))
                           .Put("annotations", map(alert.annotations))
                           .Put("startsAt", gotemplate::TimeValue(alert.starts_at))
                           .Put("endsAt", gotemplate::TimeValue(alert.ends_at))
                           .Put("generatorURL", alert.generator_url)
                           .Put("fingerprint", alert.fingerprint)
                           .Take());
    }
    request->body = JsonFields::Body(JsonFields()
                                         .Put("receiver", data.receiver)
                                         .Put("status", data.status)
                                         .Put("alerts", gotemplate::ListObject::Any(alerts))
                                         .Put("groupLabels", map(data.group_labels))
                                         .Put("commonLabels", map(data.common_labels))
                                         .Put("commonAnnotations", map(data.common_annotations))
                                         .Put("externalURL", data.external_url)
                                         .Put("version", "1")
                                         .Put("groupKey", message.group_key)
                                         .Put("truncatedAlerts", 0)
                                         .Take());
    return base::OkStatus();
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
