// SPDX-License-Identifier: Apache-2.0
//
// The generic webhook: the template data as JSON, version 4.
#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"
#include "template/go_time.h"

namespace sb::notify {
namespace {

gotemplate::Value Map(const TextMap& map) {
  return gotemplate::MapObject::Strings(map);
}

gotemplate::Value AlertJson(const TemplateAlert& alert) {
  return JsonFields()
      .Put("status", alert.status)
      .Put("labels", Map(alert.labels))
      .Put("annotations", Map(alert.annotations))
      .Put("startsAt", gotemplate::TimeValue(alert.starts_at))
      .Put("endsAt", gotemplate::TimeValue(alert.ends_at))
      .Put("generatorURL", alert.generator_url)
      .Put("fingerprint", alert.fingerprint)
      .Take();
}

class Webhook : public HttpNotifier {
 public:
  using HttpNotifier::HttpNotifier;

 protected:
  base::Status Build(const Message& message, Renderer& render, Request* request) override {
    SB_ASSIGN_OR_RETURN(const std::string url, Secret("url"));
    request->url = render.Text(url);
    if (!message.idempotency_key.empty()) {
      request->headers.emplace_back("Idempotency-Key", message.idempotency_key);
    }
    if (sheet().Has("payload")) {
      request->body = render.Text(sheet().Text("payload"));
      return base::OkStatus();
    }
    const TemplateData& data = render.data();
    const auto alerts_max = static_cast<size_t>(sheet().Int("max_alerts"));
    const size_t shown =
        alerts_max == 0 ? data.alerts.size() : std::min(alerts_max, data.alerts.size());
    std::vector<gotemplate::Value> alerts;
    for (size_t i = 0; i < shown; ++i) {
      alerts.push_back(AlertJson(data.alerts[i]));
    }
    JsonFields json;
    json.Put("receiver", message.receiver)
        .Put("status", data.status)
        .Put("alerts", gotemplate::ListObject::Any(std::move(alerts)))
        .Put("groupLabels", Map(data.group_labels))
        .Put("commonLabels", Map(data.common_labels))
        .Put("commonAnnotations", Map(data.common_annotations))
        .Put("externalURL", data.external_url)
        .Put("version", "4")
        .Put("groupKey", message.group_key)
        .Put("truncatedAlerts", static_cast<int64_t>(data.alerts.size() - shown));
    request->body = JsonFields::Body(json.Take());
    return base::OkStatus();
  }
};

std::string Complete(const Sheet&, Sheet* sheet) {
  if (!sheet->Has("url") && !sheet->Has("url_file")) {
    return "one of url or url_file must be configured";
  }
  return OneOf(*sheet, "url");
}

}  // namespace

const ReceiverType& WebhookType() {
  using enum FieldKind;
  static const ReceiverType type{.name = "webhook",
                                 .spec = {"config.plain",
                                          {{"send_resolved", kBool, "true"},
                                           {"url", kSecretUrl},
                                           {"url_file"},
                                           {"max_alerts", kInt},
                                           {"timeout", kDuration},
                                           {"payload"}}},
                                 .complete = Complete,
                                 .make = Make<Webhook>};
  return type;
}

}  // namespace sb::notify
