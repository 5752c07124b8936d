// SPDX-License-Identifier: Apache-2.0
//
// Pushover: the message stands in the query.
#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"
#include "template/text_escapes.h"

namespace sb::notify {
namespace {

constexpr size_t kTitleRunesMax = 250;
constexpr size_t kMessageRunesMax = 1024;
constexpr size_t kUrlRunesMax = 512;
constexpr std::string_view kUrl = "https://api.pushover.net/1/messages.json";

class Pushover : public HttpNotifier {
 public:
  Pushover(const Sheet& sheet, const NotifierContext& context) : HttpNotifier(sheet, context) {
    retry_429_ = true;
  }

 protected:
  base::Status Build(const Message&, Renderer& render, Request* request) override {
    SB_ASSIGN_OR_RETURN(const std::string token, Secret("token"));
    SB_ASSIGN_OR_RETURN(const std::string user, Secret("user_key"));
    const bool html = sheet().Bool("html");
    const auto text = [&](std::string_view name) { return render.Text(sheet().Text(name)); };
    std::string message = html ? render.Html(sheet().Text("message")) : text("message");
    message = TruncateRunes(message, kMessageRunesMax);
    TextMap form = {{"token", render.Text(token)},
                    {"user", render.Text(user)},
                    {"title", TruncateRunes(text("title"), kTitleRunesMax)},
                    {"message", message.empty() ? "(no details)" : message},
                    {"url", TruncateRunes(text("url"), kUrlRunesMax)},
                    {"url_title", text("url_title")},
                    {"priority", text("priority")},
                    {"retry", std::to_string(sheet().Duration("retry").Value() / 1000)},
                    {"expire", std::to_string(sheet().Duration("expire").Value() / 1000)},
                    {"device", text("device")},
                    {"sound", text("sound")}};
    if (html) {
      form["html"] = "1";
    }
    if (sheet().Bool("monospace")) {
      form["monospace"] = "1";
    }
    if (sheet().Int("ttl") != 0) {
      form["ttl"] = std::to_string(sheet().Duration("ttl").Value() / 1000);
    }
    std::string query;
    for (const auto& [name, value] : form) {
      if (!value.empty() || name == "title" || name == "url" || name == "url_title") {
        query += query.empty() ? "?" : "&";
        query += name + "=" + gotemplate::QueryEscape(value);
      }
    }
    request->url = std::string(sheet().Has("api_url") ? sheet().Text("api_url") : kUrl) + query;
    request->content_type = "text/plain";
    return base::OkStatus();
  }
};

std::string Complete(const Sheet&, Sheet* sheet) {
  for (const std::string name : {"user_key", "token"}) {
    if (!sheet->Has(name) && !sheet->Has(name + "_file")) {
      return "one of " + name + " or " + name + "_file must be configured";
    }
    if (std::string error = OneOf(*sheet, name); !error.empty()) {
      return error;
    }
  }
  if (sheet->Bool("html") && sheet->Bool("monospace")) {
    return "at most one of monospace & html must be configured";
  }
  return "";
}

}  // namespace

const ReceiverType& PushoverType() {
  using enum FieldKind;
  static const ReceiverType type{
      .name = "pushover",
      .spec = {"config.plain",
               {{"send_resolved", kBool, "true"},
                {"user_key", kSecret},
                {"user_key_file"},
                {"token", kSecret},
                {"token_file"},
                {"api_url", kUrl},
                {"title", kText, R"({{ template "pushover.default.title" . }})"},
                {"message", kText, R"({{ template "pushover.default.message" . }})"},
                {"url", kText, R"({{ template "pushover.default.url" . }})"},
                {"url_title"},
                {"device"},
                {"sound"},
                {"priority", kText, R"({{ if eq .Status "firing" }}2{{ else }}0{{ end }})"},
                {"retry", kDuration, "60000"},
                {"expire", kDuration, "3600000"},
                {"ttl", kDuration},
                {"html", kBool},
                {"monospace", kBool}}},
      .complete = Complete,
      .make = Make<Pushover>};
  return type;
}

}  // namespace sb::notify
