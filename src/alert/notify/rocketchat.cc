// SPDX-License-Identifier: Apache-2.0
//
// Rocket.Chat: chat.postMessage.
#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"
#include "config/json_reader.h"

namespace sb::notify {
namespace {

constexpr size_t kTitleRunesMax = 1024;

std::string Child(const config::Node& node, std::string_view key) {
  const config::Node* value = node.Find(key);
  return value == nullptr ? "" : value->text;
}

class RocketChat : public HttpNotifier {
 public:
  using HttpNotifier::HttpNotifier;

 protected:
  base::Status Build(const Message&, Renderer& render, Request* request) override {
    SB_ASSIGN_OR_RETURN(const std::string token, Secret("token"));
    SB_ASSIGN_OR_RETURN(const std::string token_id, Secret("token_id"));
    request->url = JoinUrl(sheet().Text("api_url"), "api/v1/chat.postMessage");
    request->headers.emplace_back("X-Auth-Token", token);
    request->headers.emplace_back("X-User-Id", token_id);
    const auto text = [&](std::string_view name) { return render.Text(sheet().Text(name)); };
    JsonFields attachment;
    attachment.PutUnlessEmpty("title", TruncateRunes(text("title"), kTitleRunesMax))
        .PutUnlessEmpty("title_link", text("title_link"))
        .PutUnlessEmpty("text", text("text"))
        .PutUnlessEmpty("image_url", text("image_url"))
        .PutUnlessEmpty("thumb_url", text("thumb_url"))
        .PutUnlessEmpty("color", text("color"));
    PutFields(render, &attachment);
    PutActions(render, &attachment);
    JsonFields json;
    json.PutUnlessEmpty("channel", text("channel"))
        .PutUnlessEmpty("emoji", text("emoji"))
        .PutUnlessEmpty("avatar", text("icon_url"))
        .Put("attachments", gotemplate::ListObject::Any({attachment.Take()}));
    request->body = JsonFields::Body(json.Take());
    return base::OkStatus();
  }

  // Refusals come with status 200.
  base::Status CheckReply(const net::ClientResponse& reply, bool* retry) override {
    const auto json = config::ParseJson(reply.body, "reply");
    if (!json.ok() || !(*json)->IsMapping()) {
      *retry = true;
      return base::Unavailable("Rocketchat did not answer with JSON: " +
                               TruncateBytes(reply.body, 200));
    }
    const std::string success = Child(**json, "success");
    return success == "true" || (success.empty() && Child(**json, "error").empty())
               ? base::OkStatus()
               : base::Unavailable("error response from Rocketchat: " + Child(**json, "error"));
  }

 private:
  void PutFields(Renderer& render, JsonFields* attachment) const {
    const config::Node* tree = sheet().Tree("fields");
    if (tree == nullptr || tree->items.empty()) {
      return;
    }
    std::vector<gotemplate::Value> fields;
    for (const config::NodePtr& item : tree->items) {
      JsonFields field;
      const config::Node* is_short = item->Find("short");
      field.Put("short",
                is_short != nullptr ? is_short->text == "true" : sheet().Bool("short_fields"));
      for (const char* name : {"title", "value"}) {
        field.PutUnlessEmpty(name, render.Text(Child(*item, name)));
      }
      fields.push_back(field.Take());
    }
    attachment->Put("fields", gotemplate::ListObject::Any(std::move(fields)));
  }

  // Buttons are the only type that the reference sends.
  void PutActions(Renderer& render, JsonFields* attachment) const {
    const config::Node* tree = sheet().Tree("actions");
    if (tree == nullptr || tree->items.empty()) {
      return;
    }
    std::vector<gotemplate::Value> actions;
    for (const config::NodePtr& item : tree->items) {
      actions.push_back(JsonFields()
                            .Put("type", "button")
                            .PutUnlessEmpty("text", render.Text(Child(*item, "text")))
                            .PutUnlessEmpty("url", render.Text(Child(*item, "url")))
                            .Put("is_webview", false)
                            .PutUnlessEmpty("msg", render.Text(Child(*item, "msg")))
                            .Put("msg_in_chat_window", false)
                            .Take());
    }
    attachment->Put("actions", gotemplate::ListObject::Any(std::move(actions)));
  }
};

std::string Complete(const Sheet& global, Sheet* sheet) {
  for (const char* name : {"token", "token_id"}) {
    if (std::string error = OneOf(*sheet, name); !error.empty()) {
      return error;
    }
  }
  Inherit(global, "rocketchat_api_url", sheet, "api_url");
  for (const std::string name : {"token_id", "token"}) {
    if (!sheet->Has(name) && !sheet->Has(name + "_file")) {
      Inherit(global, "rocketchat_" + name, sheet, name);
      Inherit(global, "rocketchat_" + name + "_file", sheet, name + "_file");
    }
    if (!sheet->Has(name) && !sheet->Has(name + "_file")) {
      return name == "token_id" ? "no global Rocketchat TokenID set either inline or in a file"
                                : "no global Rocketchat Token set either inline or in a file";
    }
  }
  return "";
}

}  // namespace

const ReceiverType& RocketChatType() {
  using enum FieldKind;
  static const ReceiverType type{
      .name = "rocketchat",
      .spec = {"config.plain",
               {{"send_resolved", kBool, "false"},
                {"api_url", kUrl},
                {"token", kSecret},
                {"token_file"},
                {"token_id", kSecret},
                {"token_id_file"},
                {"channel"},
                {"color", kText, R"({{ if eq .Status "firing" }}red{{ else }}green{{ end }})"},
                {"title", kText, R"({{ template "rocketchat.default.title" . }})"},
                {"title_link", kText, R"({{ template "rocketchat.default.titlelink" . }})"},
                {"text", kText, R"({{ template "rocketchat.default.text" . }})"},
                {"fields", kTree},
                {"short_fields", kBool},
                {"emoji", kText, R"({{ template "rocketchat.default.emoji" . }})"},
                {"icon_url", kText, R"({{ template "rocketchat.default.iconurl" . }})"},
                {"image_url"},
                {"thumb_url"},
                // Without effect in the reference as well.
                {"link_names", kBool},
                {"actions", kTree}}},
      .send_resolved = false,
      .null_is_empty = true,
      .complete = Complete,
      .make = Make<RocketChat>};
  return type;
}

}  // namespace sb::notify
