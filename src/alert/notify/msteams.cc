// SPDX-License-Identifier: Apache-2.0
//
// Microsoft Teams by Office 365 connectors: MessageCard.
#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"

namespace sb::notify {
namespace {

class MsTeams : public HttpNotifier {
 public:
  using HttpNotifier::HttpNotifier;

 protected:
  base::Status Build(const Message& message, Renderer& render, Request* request) override {
    SB_ASSIGN_OR_RETURN(request->url, Secret("webhook_url"));
    const auto text = [&](std::string_view name) { return render.Text(sheet().Text(name)); };
    request->body = JsonFields::Body(JsonFields()
                                         .Put("@context", "http://schema.org/extensions")
                                         .Put("type", "MessageCard")
                                         .Put("title", text("title"))
                                         .Put("summary", text("summary"))
                                         .Put("text", text("text"))
                                         .Put("themeColor", message.Firing() ? "8C1A1A" : "2DC72D")
                                         .Take());
    return base::OkStatus();
  }
};

}  // namespace

const ReceiverType& MsTeamsType() {
  using enum FieldKind;
  static const ReceiverType type{
      .name = "msteams",
      .spec = {"config.plain",
               {{"send_resolved", kBool, "true"},
                {"webhook_url", kSecretUrl},
                {"webhook_url_file"},
                {"title", kText, R"({{ template "msteams.default.title" . }})"},
                {"summary", kText, R"({{ template "msteams.default.summary" . }})"},
                {"text", kText, R"({{ template "msteams.default.text" . }})"}}},
      .complete = [](const Sheet&, Sheet* sheet) -> std::string {
        if (!sheet->Has("webhook_url") && !sheet->Has("webhook_url_file")) {
          return "one of webhook_url or webhook_url_file must be configured";
        }
        return OneOf(*sheet, "webhook_url");
      },
      .make = Make<MsTeams>};
  return type;
}

}  // namespace sb::notify
