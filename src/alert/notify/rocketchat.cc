// SPDX-License-Identifier: Apache-2.0
//
// Rocket.Chat: chat.postMessage.
#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"

namespace sb::notify {
namespace {

class RocketChat : public HttpNotifier {
 public:
  RocketChat(const Sheet& sheet, const NotifierContext& context) : HttpNotifier(sheet, context) {
    retry_429_ = true;
  }

 protected:
  base::Status Build(const Message&, Renderer& render, Request* request) override {
    SB_ASSIGN_OR_RETURN(const std::string token, Secret("token"));
    SB_ASSIGN_OR_RETURN(const std::string token_id, Secret("token_id"));
    request->url = JoinUrl(sheet().Text("api_url"), "api/v1/chat.postMessage");
    request->headers.emplace_back("X-Auth-Token", token);
    request->headers.emplace_back("X-User-Id", token_id);
    const auto text = [&](std::string_view name) { return render.Text(sheet().Text(name)); };
    JsonFields attachment;
    attachment.PutUnlessEmpty("title", text("title"))
        .PutUnlessEmpty("title_link", text("title_link"))
        .PutUnlessEmpty("text", text("text"))
        .PutUnlessEmpty("image_url", text("image_url"))
        .PutUnlessEmpty("thumb_url", text("thumb_url"))
        .PutUnlessEmpty("color", text("color"));
    PutFields(render, &attachment);
    JsonFields json;
    json.Put("channel", text("channel"))
        .PutUnlessEmpty("alias", text("alias"))
        .PutUnlessEmpty("emoji", text("emoji"))
        .PutUnlessEmpty("avatar", text("icon_url"))
        .Put("attachments", gotemplate::ListObject::Any({attachment.Take()}));
    request->body = JsonFields::Body(json.Take());
    return base::OkStatus();
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
        const config::Node* value = item->Find(name);
        field.PutUnlessEmpty(name, render.Text(value == nullptr ? "" : value->text));
      }
      fields.push_back(field.Take());
    }
    attachment->Put("fields", gotemplate::ListObject::Any(std::move(fields)));
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
                {"alias"},
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
                {"link_names", kBool},
                {"actions", kTree}}},
      .send_resolved = false,
      .null_is_empty = true,
      .complete = Complete,
      .make = Make<RocketChat>};
  return type;
}

}  // namespace sb::notify
