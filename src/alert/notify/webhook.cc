// SPDX-License-Identifier: Apache-2.0
//
// The generic webhook: the template data as JSON, version 4, or a payload of the user's own.
#include "alert/notify/data_json.h"
#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"
#include "alert/notify/templated_tree.h"
#include "template/go_json.h"

namespace sb::notify {
namespace {

class Webhook : public HttpNotifier {
 public:
  using HttpNotifier::HttpNotifier;

 protected:
  base::Status Build(const Message& message, Renderer& render, Request* request) override {
    SB_ASSIGN_OR_RETURN(const std::string url, Secret("url"));
    request->url = render.Text(url);
    if (request->url.empty() && render.status().ok()) {
      return base::InvalidArgument("webhook URL is empty after templating");
    }
    if (!message.idempotency_key.empty()) {
      request->headers.emplace_back("Idempotency-Key", message.idempotency_key);
    }
    const config::Node* payload = sheet().Tree("payload");
    request->body = JsonFields::Body(
        payload != nullptr ? TemplatedTree(*payload, render)
                           : DataJson(render.data(), "4", message.group_key, message.left_out));
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
                                           {"payload", kTree}}},
                                 .complete = Complete,
                                 .make = Make<Webhook>};
  return type;
}

}  // namespace sb::notify
