// SPDX-License-Identifier: Apache-2.0
//
// Microsoft Teams by workflows: an Adaptive Card.
#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"

namespace sb::notify {
namespace {

class MsTeamsV2 : public HttpNotifier {
 public:
  using HttpNotifier::HttpNotifier;

 protected:
  base::Status Build(const Message& message, Renderer& render, Request* request) override {
    SB_ASSIGN_OR_RETURN(request->url, Secret("webhook_url"));
    const gotemplate::Value title = JsonFields()
                                        .Put("type", "TextBlock")
                                        .Put("text", render.Text(sheet().Text("title")))
                                        .Put("weight", "Bolder")
                                        .Put("size", "Medium")
                                        .Put("wrap", true)
                                        .Put("style", "heading")
                                        .Put("color", message.Firing() ? "Attention" : "Good")
                                        .Take();
    const gotemplate::Value text = JsonFields()
                                       .Put("type", "TextBlock")
                                       .Put("text", render.Text(sheet().Text("text")))
                                       .Put("wrap", true)
                                       .Take();
    const gotemplate::Value card =
        JsonFields()
            .Put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
            .Put("type", "AdaptiveCard")
            .Put("version", "1.2")
            .Put("body", gotemplate::ListObject::Any({title, text}))
            .Put("msteams", JsonFields().Put("width", "full").Take())
            .Take();
    const gotemplate::Value attachment =
        JsonFields()
            .Put("contentType", "application/vnd.microsoft.card.adaptive")
            .Put("contentUrl", gotemplate::Value())
            .Put("content", card)
            .Take();
    request->body =
        JsonFields::Body(JsonFields()
                             .Put("type", "message")
                             .Put("attachments", gotemplate::ListObject::Any({attachment}))
                             .Take());
    return base::OkStatus();
  }
};

}  // namespace

const ReceiverType& MsTeamsV2Type() {
  using enum FieldKind;
  static const ReceiverType type{
      .name = "msteamsv2",
      .spec = {"config.plain",
               {{"send_resolved", kBool, "true"},
                {"webhook_url", kSecretUrl},
                {"webhook_url_file"},
                {"title", kText, R"({{ template "msteamsv2.default.title" . }})"},
                {"text", kText, R"({{ template "msteamsv2.default.text" . }})"}}},
      .complete = [](const Sheet&, Sheet* sheet) -> std::string {
        if (!sheet->Has("webhook_url") && !sheet->Has("webhook_url_file")) {
          return "one of webhook_url or webhook_url_file must be configured";
        }
        return OneOf(*sheet, "webhook_url");
      },
      .make = Make<MsTeamsV2>};
  return type;
}

}  // namespace sb::notify
