// SPDX-License-Identifier: Apache-2.0
//
// Splunk On-Call (VictorOps): generic REST integration.
#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"

namespace sb::notify {
namespace {

constexpr size_t kStateRunesMax = 20'480;
constexpr std::string_view kFixed[] = {"routing_key",         "message_type",    "state_message",
                                       "entity_display_name", "monitoring_tool", "entity_id",
                                       "entity_state"};

class VictorOps : public HttpNotifier {
 public:
  using HttpNotifier::HttpNotifier;

 protected:
  base::Status Build(const Message& message, Renderer& render, Request* request) override {
    SB_ASSIGN_OR_RETURN(const std::string key, Secret("api_key"));
    const auto text = [&](std::string_view name) { return render.Text(sheet().Text(name)); };
    request->url = JoinUrl(sheet().Text("api_url"), key + "/" + text("routing_key"));
    std::string type = text("message_type");
    if (type.empty()) {
      type = "CRITICAL";
    }
    gotemplate::MapObject::Entries json = {
        {"message_type", message.Firing() ? type : "RECOVERY"},
        {"entity_id", KeyHash(message.group_key)},
        {"entity_display_name", text("entity_display_name")},
        {"state_message", TruncateRunes(text("state_message"), kStateRunesMax)},
        {"monitoring_tool", text("monitoring_tool")}};
    for (const auto& [name, value] : sheet().Map("custom_fields")) {
      json[name] = render.Text(value);
    }
    request->body = JsonFields::Body(gotemplate::MapObject::Any(std::move(json)));
    return base::OkStatus();
  }
};

}  // namespace

const ReceiverType& VictorOpsType() {
  using enum FieldKind;
  static const ReceiverType type{
      .name = "victorops",
      .spec = {"config.plain",
               {{"send_resolved", kBool, "true"},
                {"api_key", kSecret},
                {"api_key_file"},
                {"api_url", kUrl},
                {"routing_key"},
                {"message_type", kText, "CRITICAL"},
                {"state_message", kText, R"({{ template "victorops.default.state_message" . }})"},
                {"entity_display_name", kText,
                 R"({{ template "victorops.default.entity_display_name" . }})"},
                {"monitoring_tool", kText,
                 R"({{ template "victorops.default.monitoring_tool" . }})"},
                {"custom_fields", kTextMap}}},
      .complete = [](const Sheet& global, Sheet* sheet) -> std::string {
        if (!sheet->Has("routing_key")) {
          return "missing Routing key in VictorOps config";
        }
        if (std::string error = OneOf(*sheet, "api_key"); !error.empty()) {
          return error;
        }
        for (const auto& [name, text] : sheet->Map("custom_fields")) {
          if (std::find(std::begin(kFixed), std::end(kFixed), name) != std::end(kFixed)) {
            return "victorOps config contains custom field " + name +
                   " which cannot be used as it conflicts with the fixed/static fields";
          }
        }
        Inherit(global, "victorops_api_url", sheet, "api_url");
        if (!sheet->Has("api_key") && !sheet->Has("api_key_file")) {
          Inherit(global, "victorops_api_key", sheet, "api_key");
          Inherit(global, "victorops_api_key_file", sheet, "api_key_file");
        }
        return sheet->Has("api_key") || sheet->Has("api_key_file")
                   ? ""
                   : "no global VictorOps API Key set";
      },
      .make = Make<VictorOps>};
  return type;
}

}  // namespace sb::notify
