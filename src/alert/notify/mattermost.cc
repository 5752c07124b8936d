// SPDX-License-Identifier: Apache-2.0
//
// Mattermost: incoming webhooks. Without attachments of its own a message is one attachment made of
// the receiver's title, text, color and so on.
#include <array>

#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"
#include "base/log.h"

namespace sb::notify {
namespace {

constexpr size_t kTextRunesMax = 16'383;
constexpr std::array kBeforeFields = {"fallback",    "color",       "pretext",
                                      "text",        "author_name", "author_link",
                                      "author_icon", "title",       "title_link"};
constexpr std::array kBehindFields = {"thumb_url", "footer", "footer_icon", "image_url"};

std::string Child(const config::Node& node, std::string_view key) {
  const config::Node* value = node.Find(key);
  return value == nullptr ? "" : value->text;
}

std::string Lower(std::string text) {
  for (char& c : text) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
  return text;
}

class Mattermost : public HttpNotifier {
 public:
  using HttpNotifier::HttpNotifier;

 protected:
  base::Status Build(const Message&, Renderer& render, Request* request) override {
    SB_ASSIGN_OR_RETURN(request->url, Secret("webhook_url"));
    const auto text = [&](std::string_view name) { return render.Text(sheet().Text(name)); };
    const config::Node* own = sheet().Tree("attachments");
    const bool has_own = own != nullptr && !own->items.empty();
    std::vector<gotemplate::Value> attachments;
    if (has_own) {
      for (const config::NodePtr& item : own->items) {
        attachments.push_back(
            Attachment([&](const char* name) { return render.Text(Child(*item, name)); },
                       item->Find("fields"), render));
      }
    } else {
      attachments.push_back(
          Attachment([&](const char* name) { return text(name); }, sheet().Tree("fields"), render));
    }
    JsonFields json;
    json.PutUnlessEmpty("text", has_own ? TruncateRunes(text("text"), kTextRunesMax) : "")
        .PutUnlessEmpty("channel", text("channel"))
        .PutUnlessEmpty("username", text("username"))
        .PutUnlessEmpty("icon_url", text("icon_url"))
        .PutUnlessEmpty("icon_emoji", text("icon_emoji"))
        .Put("attachments", gotemplate::ListObject::Any(std::move(attachments)))
        .PutUnlessEmpty("type", text("type"));
    PutPropsAndPriority(render, &json);
    request->body = JsonFields::Body(json.Take());
    return base::OkStatus();
  }

 private:
  template <typename F>
  static gotemplate::Value Attachment(const F& text, const config::Node* fields, Renderer& render) {
    JsonFields json;
    for (const char* name : kBeforeFields) {
      json.PutUnlessEmpty(name, text(name));
    }
    if (fields != nullptr && !fields->items.empty()) {
      std::vector<gotemplate::Value> list;
      for (const config::NodePtr& item : fields->items) {
        JsonFields field;
        field.PutUnlessEmpty("title", render.Text(Child(*item, "title")))
            .PutUnlessEmpty("value", render.Text(Child(*item, "value")));
        if (const std::string is_short = Child(*item, "short"); !is_short.empty()) {
          field.Put("short", is_short == "true");
        }
        list.push_back(field.Take());
      }
      json.Put("fields", gotemplate::ListObject::Any(std::move(list)));
    }
    for (const char* name : kBehindFields) {
      json.PutUnlessEmpty(name, text(name));
    }
    return json.Take();
  }

  // What Mattermost would refuse is weakened: acknowledgement is for urgent and important messages,
  // persistence for urgent ones.
  void PutPropsAndPriority(Renderer& render, JsonFields* json) const {
    const config::Node* props = sheet().Tree("props");
    if (props != nullptr && !Child(*props, "card").empty()) {
      json->Put("props",
                JsonFields().PutUnlessEmpty("card", render.Text(Child(*props, "card"))).Take());
    }
    const config::Node* priority = sheet().Tree("priority");
    if (priority == nullptr || Child(*priority, "priority").empty()) {
      return;
    }
    std::string level = Lower(render.Text(Child(*priority, "priority")));
    if (level != "urgent" && level != "important" && level != "standard") {
      SB_LOG_EVERY(60, kWarn, "mattermost: priority is set to standard, this one is unknown",
                   {"priority", level});
      level = "standard";
    }
    JsonFields fields;
    fields.Put("priority", level);
    if (Child(*priority, "requested_ack") == "true" && level != "standard") {
      fields.Put("requested_ack", true);
    }
    if (Child(*priority, "persistent_notifications") == "true" && level == "urgent") {
      fields.Put("persistent_notifications", true);
    }
    json->Put("priority", fields.Take());
  }
};

std::string CheckFields(const config::Node* fields) {
  for (const config::NodePtr& field :
       fields == nullptr ? std::vector<config::NodePtr>{} : fields->items) {
    for (const char* name : {"title", "value"}) {
      if (Child(*field, name).empty()) {
        return "missing " + std::string(name) + " in Mattermost field configuration";
      }
    }
  }
  return "";
}

std::string CheckTrees(const Sheet& sheet) {
  if (std::string error = CheckFields(sheet.Tree("fields")); !error.empty()) {
    return error;
  }
  const config::Node* attachments = sheet.Tree("attachments");
  for (const config::NodePtr& item :
       attachments == nullptr ? std::vector<config::NodePtr>{} : attachments->items) {
    if (std::string error = CheckFields(item->Find("fields")); !error.empty()) {
      return error;
    }
  }
  return "";
}

std::string Complete(const Sheet& global, Sheet* sheet) {
  if (std::string error = OneOf(*sheet, "webhook_url"); !error.empty()) {
    return error;
  }
  if (std::string error = CheckTrees(*sheet); !error.empty()) {
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
                {"fallback", kText, R"({{ template "mattermost.default.fallback" . }})"},
                {"color", kText, R"({{ template "mattermost.default.color" . }})"},
                {"pretext"},
                {"author_name"},
                {"author_link"},
                {"author_icon"},
                {"title", kText, R"({{ template "mattermost.default.title" . }})"},
                {"title_link", kText, R"({{ template "mattermost.default.titlelink" . }})"},
                {"fields", kTree},
                {"thumb_url"},
                {"footer"},
                {"footer_icon"},
                {"image_url"},
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
