// SPDX-License-Identifier: Apache-2.0
//
// Telegram bots: sendMessage.
#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"

namespace sb::notify {
namespace {

constexpr size_t kTextRunesMax = 4096;

class Telegram : public HttpNotifier {
 public:
  Telegram(const Sheet& sheet, const NotifierContext& context) : HttpNotifier(sheet, context) {
    retry_429_ = true;
  }

 protected:
  base::Status Build(const Message&, Renderer& render, Request* request) override {
    SB_ASSIGN_OR_RETURN(const std::string token, Secret("bot_token"));
    SB_ASSIGN_OR_RETURN(const std::string chat, Secret("chat_id"));
    request->url = JoinUrl(sheet().Text("api_url"), "bot" + token + "/sendMessage");
    const std::string mode = sheet().Text("parse_mode");
    const std::string& message = sheet().Text("message");
    const std::string text = mode == "HTML" ? render.Html(message) : render.Text(message);
    gotemplate::MapObject::Entries json = {{"chat_id", chat},
                                           {"disable_web_page_preview", "true"},
                                           {"text", TruncateRunes(text, kTextRunesMax)}};
    if (!mode.empty()) {
      json["parse_mode"] = mode;
    }
    if (sheet().Bool("disable_notifications")) {
      json["disable_notification"] = "true";
    }
    if (sheet().Int("message_thread_id") != 0) {
      json["message_thread_id"] = std::to_string(sheet().Int("message_thread_id"));
    }
    request->body = JsonFields::Body(gotemplate::MapObject::Any(std::move(json)));
    return base::OkStatus();
  }
};

std::string Complete(const Sheet& global, Sheet* sheet) {
  for (const char* name : {"bot_token", "chat_id"}) {
    if (std::string error = OneOf(*sheet, name); !error.empty()) {
      return error;
    }
  }
  const std::string& mode = sheet->Text("parse_mode");
  if (mode != "" && mode != "Markdown" && mode != "MarkdownV2" && mode != "HTML") {
    return "unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or empty "
           "string";
  }
  if (!sheet->Has("bot_token") && !sheet->Has("bot_token_file")) {
    Inherit(global, "telegram_bot_token", sheet, "bot_token");
    Inherit(global, "telegram_bot_token_file", sheet, "bot_token_file");
  }
  if (!sheet->Has("bot_token") && !sheet->Has("bot_token_file")) {
    return "missing bot_token or bot_token_file on telegram_config";
  }
  if ((!sheet->Has("chat_id") || sheet->Text("chat_id") == "0") && !sheet->Has("chat_id_file")) {
    return "missing chat_id or chat_id_file on telegram_config";
  }
  Inherit(global, "telegram_api_url", sheet, "api_url");
  return "";
}

}  // namespace

const ReceiverType& TelegramType() {
  using enum FieldKind;
  static const ReceiverType type{
      .name = "telegram",
      .spec = {"config.plain",
               {{"send_resolved", kBool, "true"},
                {"api_url", kUrl},
                {"bot_token", kSecret},
                {"bot_token_file"},
                {"chat_id", kInt},
                {"chat_id_file"},
                {"message_thread_id", kInt},
                {"message", kText, R"({{ template "telegram.default.message" . }})"},
                {"disable_notifications", kBool},
                {"parse_mode", kText, "HTML"}}},
      .complete = Complete,
      .make = Make<Telegram>};
  return type;
}

}  // namespace sb::notify
