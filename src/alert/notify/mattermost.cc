// SPDX-License-Identifier: Apache-2.0
//
// Mattermost: incoming webhooks.
#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"

namespace sb::notify {
namespace {

constexpr size_t kTextRunesMax = 16'383;

std::string Child(const config::Node& node, std::string_view key) {
  const config::Node* value = node.Find(key);
  return value == nullptr ? "" : value->text;
}

class Mattermost : public HttpNotifier {
 public:
  Mattermost(const Sheet& sheet, const NotifierContext& context) : HttpNotifier(sheet, context) {
    retry_429_ = true;
  }

 protected:
  base::Status Build(const Message&, Renderer& render, Request* request) override {
    SB_ASSIGN_OR_RETURN(request->url, Secret("webhook_url"));
    const auto text = [&](std::string_view name) { return render.Text(sheet().Text(name)); };
    JsonFields json;
    json.PutUnlessEmpty("channel", text("channel"))
        .PutUnlessEmpty("username", text("username"))
        .PutUnlessEmpty("text", TruncateRunes(text("text"), kTextRunesMax))
        .PutUnlessEmpty("icon_url", text("icon_url"))
        .PutUnlessEmpty("icon_emoji", text("icon_emoji"));
    if (const config::Node* tree = sheet().Tree("attachments"); tree != nullptr) {
      std::vector<gotemplate::Value> attachments;
      for (const config::NodePtr& item : tree->items) {
        attachments.push_back(Attachment(render, *item));
      }
      json.Put("attachments", gotemplate::ListObject::Any(std::move(attachments)));
    }
    json.PutUnlessEmpty("type", text("type"));
    request->body = JsonFields::Body(json.Take());
    return base::OkStatus();
  }

 private:
  static gotemplate::Value Attachment(Renderer& render, const config::Node& item) {
    JsonFields json;
    for (const char* name : {"fallback", "color", "pretext", "text", "author_name", "author_link",
                             "author_icon", "title", "title_link"}) {
      json.PutUnlessEmpty(name, render.Text(Child(item, name)));
    }
    if (const config::Node* tree = item.Find("fields"); tree != nullptr) {
      std::vector<gotemplate::Value> fields;
      for (const config::NodePtr& field : tree->items) {
        fields.push_back(JsonFields()
                             .Put("title", render.Text(Child(*field, "title")))
                             .Put("value", render.Text(Child(*field, "value")))
                             .Put("short", Child(*field, "short") == "true")
                             .Take());
      }
      json.Put("fields", gotemplate::ListObject::Any(std::move(fields)));
    }
    for (const char* name : {"thumb_url", "footer", "footer_icon", "image_url"}) {
      json.PutUnlessEmpty(name, render.Text(Child(item, name)));
    }
    return json.Take();
  }
};

std::string CheckAttachments(const Sheet& sheet) {
  const config::Node* tree = sheet.Tree("attachments");
  if (tree == nullptr) {
    return "";
  }
  for (const config::NodePtr& item : tree->items) {
    const config::Node* fields = item->Find("fields");
    if (fields == nullptr) {
      continue;
    }
    for (const config::NodePtr& field : fields->items) {
      if (Child(*field, "title").empty()) {
        return "missing title in Mattermost field configuration";
      }
      if (Child(*field, "value").empty()) {
        return "missing value in Mattermost field configuration";
      }
    }
  }
  return "";
}

std::string Complete(const Sheet& global, Sheet* sheet) {
  if (std::string error = OneOf(*sheet, "webhook_url"); !error.empty()) {
    return error;
  }
  if (std::string error = CheckAttachments(*sheet); !error.empty()) {
    return error;
  }
  if (!sheet->Has("webhook_url") && !sheet->Has("webhook_url_file")) {
    Inherit(global, "mattermost_webhook_url", sheet, "webhook_url");
    Inherit(global, "mattermost_webhook_url_file", sheet, "webhook_url_file");
  }
  return sheet->Has("webhook_url") || sheet->Has("webhook_url_file")
             ? ""
             : "no global Mattermost Webhook URL set either inline or in a file";
}

}  // namespace

const ReceiverType& MattermostType() {
  using enum FieldKind;
  static const ReceiverType type{
      .name = "mattermost",
      .spec = {"config.plain",
               {{"send_resolved", kBool, "true"},
                {"webhook_url", kSecretUrl},
                {"webhook_url_file"},
                {"channel"},
                {"username", kText, R"({{ template "mattermost.default.username" . }})"},
                {"text", kText, R"({{ template "mattermost.default.text" . }})"},
                {"icon_url"},
                {"icon_emoji"},
                {"attachments", kTree},
                {"type"},
                {"props", kTree},
                {"priority", kTree}}},
      .complete = Complete,
      .make = Make<Mattermost>};
  return type;
}

}  // namespace sb::notify
