// SPDX-License-Identifier: Apache-2.0
//
// Cisco Webex: messages API.
#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"

namespace sb::notify {
namespace {

constexpr size_t kMarkdownBytesMax = 7439;

class Webex : public HttpNotifier {
 public:
  using HttpNotifier::HttpNotifier;

 protected:
  base::Status Build(const Message&, Renderer& render, Request* request) override {
    request->url = sheet().Text("api_url");
    request->body = JsonFields::Body(
        JsonFields()
            .Put("markdown", TruncateBytes(render.Text(sheet().Text("message")), kMarkdownBytesMax))
            .Put("roomId", render.Text(sheet().Text("room_id")))
            .Take());
    return base::OkStatus();
  }
};

}  // namespace

const ReceiverType& WebexType() {
  using enum FieldKind;
  static const ReceiverType type{
      .name = "webex",
      .spec = {"config.plain",
               {{"send_resolved", kBool, "true"},
                {"api_url", kUrl},
                {"message", kText, R"({{ template "webex.default.message" . }})"},
                {"room_id"}}},
      .complete = [](const Sheet& global, Sheet* sheet) -> std::string {
        if (!sheet->Has("room_id")) {
          return "missing room_id on webex_config";
        }
        if (!sheet->http().authorization.has_value()) {
          return "missing webex_configs.http_config.authorization";
        }
        Inherit(global, "webex_api_url", sheet, "api_url");
        return "";
      },
      .make = Make<Webex>};
  return type;
}

}  // namespace sb::notify
