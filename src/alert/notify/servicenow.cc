// SPDX-License-Identifier: Apache-2.0
//
// ServiceNow: an incident per group through the table API or any inbound webhook. Not a receiver of
// the reference; correlation_id makes an import set or business rule update instead of duplicate.
#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"

namespace sb::notify {
namespace {

constexpr size_t kShortRunesMax = 160;

class ServiceNow : public HttpNotifier {
 public:
  ServiceNow(const Sheet& sheet, const NotifierContext& context) : HttpNotifier(sheet, context) {
    retry_429_ = true;
  }

 protected:
  base::Status Build(const Message& message, Renderer& render, Request* request) override {
    SB_ASSIGN_OR_RETURN(request->url, Secret("url"));
    const auto text = [&](std::string_view name) { return render.Text(sheet().Text(name)); };
    JsonFields json;
    json.Put("correlation_id", KeyHash(message.group_key))
        .Put("correlation_display", "Signalbox")
        .Put("short_description", TruncateRunes(text("short_description"), kShortRunesMax))
        .Put("description", text("description"))
        .Put("urgency", text("urgency"))
        .Put("impact", text("impact"))
        .Put("state", message.Firing() ? "1" : "6");
    for (const auto& [name, value] : sheet().Map("fields")) {
      json.Put(name, render.Text(value));
    }
    request->headers.emplace_back("Accept", "application/json");
    request->body = JsonFields::Body(json.Take());
    return base::OkStatus();
  }
};

}  // namespace

const ReceiverType& ServiceNowType() {
  using enum FieldKind;
  static const ReceiverType type{
      .name = "servicenow",
      .spec = {"config.plain",
               {{"send_resolved", kBool, "true"},
                {"url", kUrl},
                {"url_file"},
                {"short_description", kText, R"({{ template "__subject" . }})"},
                {"description", kText, R"({{ template "__text_alert_list" .Alerts }})"},
                {"urgency", kText,
                 R"({{ if eq .CommonLabels.severity "critical" }}1{{ else }}2{{ end }})"},
                {"impact", kText, "2"},
                {"fields", kTextMap}}},
      .complete = [](const Sheet&, Sheet* sheet) -> std::string {
        if (!sheet->Has("url") && !sheet->Has("url_file")) {
          return "one of url or url_file must be configured";
        }
        return OneOf(*sheet, "url");
      },
      .make = Make<ServiceNow>};
  return type;
}

}  // namespace sb::notify
