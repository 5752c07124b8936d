// SPDX-License-Identifier: Apache-2.0
//
// Discord webhooks: one embed per message.
#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"

namespace sb::notify {
namespace {

constexpr size_t kContentRunesMax = 2000;
constexpr size_t kTitleRunesMax = 256;
constexpr size_t kDescriptionRunesMax = 4096;
constexpr int64_t kRed = 0x992D22;
constexpr int64_t kGreen = 0x2ECC71;

class Discord : public HttpNotifier {
 public:
  Discord(const Sheet& sheet, const NotifierContext& context) : HttpNotifier(sheet, context) {
    retry_429_ = true;
  }

 protected:
  base::Status Build(const Message& message, Renderer& render, Request* request) override {
    SB_ASSIGN_OR_RETURN(request->url, Secret("webhook_url"));
    const auto text = [&](std::string_view name, size_t runes_max) {
      return TruncateRunes(render.Text(sheet().Text(name)), runes_max);
    };
    const gotemplate::Value embed = JsonFields()
                                        .Put("title", text("title", kTitleRunesMax))
                                        .Put("description", text("message", kDescriptionRunesMax))
                                        .Put("color", message.Firing() ? kRed : kGreen)
                                        .Take();
    JsonFields json;
    json.Put("content", text("content", kContentRunesMax))
        .Put("embeds", gotemplate::ListObject::Any({embed}))
        .PutUnlessEmpty("username", text("username", kContentRunesMax))
        .PutUnlessEmpty("avatar_url", text("avatar_url", kContentRunesMax));
    request->body = JsonFields::Body(json.Take());
    return base::OkStatus();
  }
};

}  // namespace

const ReceiverType& DiscordType() {
  using enum FieldKind;
  static const ReceiverType type{
      .name = "discord",
      .spec = {"config.plain",
               {{"send_resolved", kBool, "true"},
                {"webhook_url", kSecretUrl},
                {"webhook_url_file"},
                {"content", kText, R"({{ template "discord.default.content" . }})", true},
                {"title", kText, R"({{ template "discord.default.title" . }})"},
                {"message", kText, R"({{ template "discord.default.message" . }})"},
                {"username"},
                {"avatar_url"}}},
      .complete = [](const Sheet&, Sheet* sheet) -> std::string {
        if (!sheet->Has("webhook_url") && !sheet->Has("webhook_url_file")) {
          return "one of webhook_url or webhook_url_file must be configured";
        }
        return OneOf(*sheet, "webhook_url");
      },
      .make = Make<Discord>};
  return type;
}

}  // namespace sb::notify
