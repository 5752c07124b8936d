// SPDX-License-Identifier: Apache-2.0
//
// Slack: incoming webhooks, and chat.postMessage with an app token.
#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"
#include "config/json_reader.h"

namespace sb::notify {
namespace {

constexpr size_t kTitleRunesMax = 1024;
// The names that the reference gives them in its notification log.
constexpr const char* kTimestampKey = "threadTs";
constexpr const char* kChannelKey = "channelId";
constexpr std::string_view kPostMessage = "https://slack.com/api/chat.postMessage";

std::string Child(const config::Node& node, std::string_view key) {
  const config::Node* value = node.Find(key);
  return value == nullptr ? "" : value->text;
}

class Slack : public HttpNotifier {
 public:
  using HttpNotifier::HttpNotifier;

 protected:
  base::Status Build(const Message& message, Renderer& render, Request* request) override {
    const bool app = sheet().Has("app_token") || sheet().Has("app_token_file");
    if (app) {
      SB_ASSIGN_OR_RETURN(const std::string token, Secret("app_token"));
      request->headers.emplace_back("Authorization", "Bearer " + token);
      request->url = sheet().Has("api_url") ? sheet().Text("api_url") : sheet().Text("app_url");
    } else {
      SB_ASSIGN_OR_RETURN(request->url, Secret("api_url"));
    }
    const auto text = [&](std::string_view name) { return render.Text(sheet().Text(name)); };
    JsonFields json;
    std::string channel = text("channel");
    std::string timestamp;
    if (CanUpdate(message)) {
      channel = message.store.at(kChannelKey);
      timestamp = message.store.at(kTimestampKey);
      request->url = UpdateUrl(request->url);
    }
    json.PutUnlessEmpty("channel", channel)
        .PutUnlessEmpty("ts", timestamp)
        .PutUnlessEmpty("username", text("username"))
        .PutUnlessEmpty("icon_emoji", text("icon_emoji"))
        .PutUnlessEmpty("icon_url", text("icon_url"));
    if (sheet().Bool("link_names")) {
      json.Put("link_names", true);
    }
    json.PutUnlessEmpty("text", text("message_text"));
    json.Put("attachments", gotemplate::ListObject::Any({Attachment(render)}));
    request->body = JsonFields::Body(json.Take());
    return base::OkStatus();
  }

  bool RetriesOn(int status) const override { return status == 429; }

  TextMap Remember(const Message& message, const net::ClientResponse& reply) override {
    TextMap store = message.store;
    const auto json = config::ParseJson(reply.body, "reply");
    if (sheet().Bool("update_message") && json.ok() && (*json)->IsMapping()) {
      const std::string timestamp = Child(**json, "ts");
      const std::string channel = Child(**json, "channel");
      if (!timestamp.empty() && !channel.empty()) {
        store[kTimestampKey] = timestamp;
        store[kChannelKey] = channel;
      }
    }
    return store;
  }

  base::Status CheckReply(const net::ClientResponse& reply, bool*) override {
    if (!reply.headers.Get("Content-Type").starts_with("application/json")) {
      return reply.body.empty() || reply.body == "ok"
                 ? base::OkStatus()
                 : base::Unavailable("received an error response from Slack: " +
                                     TruncateBytes(reply.body, 200));
    }
    const auto json = config::ParseJson(reply.body, "reply");
    if (json.ok() && Child(**json, "ok") == "false") {
      return base::Unavailable("error response from Slack: " + Child(**json, "error"));
    }
    return base::OkStatus();
  }

 private:
  // Whether there is a message of this group to be changed.
  bool CanUpdate(const Message& message) const {
    return sheet().Bool("update_message") && message.store.contains(kTimestampKey) &&
           message.store.contains(kChannelKey);
  }
  static std::string UpdateUrl(std::string url) {
    constexpr std::string_view kPost = "chat.postMessage";
    if (url.ends_with(kPost)) {
      url.replace(url.size() - kPost.size(), kPost.size(), "chat.update");
    }
    return url;
  }

  gotemplate::Value Attachment(Renderer& render) const {
    const auto text = [&](std::string_view name) { return render.Text(sheet().Text(name)); };
    JsonFields json;
    json.PutUnlessEmpty("title", TruncateRunes(text("title"), kTitleRunesMax))
        .PutUnlessEmpty("title_link", text("title_link"))
        .PutUnlessEmpty("pretext", text("pretext"))
        .Put("text", text("text"))
        .Put("fallback", text("fallback"))
        .Put("callback_id", text("callback_id"));
    PutFields(render, &json);
    PutActions(render, &json);
    json.PutUnlessEmpty("image_url", text("image_url"))
        .PutUnlessEmpty("thumb_url", text("thumb_url"))
        .Put("footer", text("footer"))
        .PutUnlessEmpty("color", text("color"));
    std::vector<gotemplate::Value> markdown = {"fallback", "pretext", "text"};
    if (const config::Node* own = sheet().Tree("mrkdwn_in"); own != nullptr) {
      markdown.clear();
      for (const config::NodePtr& item : own->items) {
        markdown.emplace_back(item->text);
      }
    }
    json.Put("mrkdwn_in", gotemplate::ListObject::Any(std::move(markdown)));
    return json.Take();
  }

  void PutFields(Renderer& render, JsonFields* json) const {
    const config::Node* tree = sheet().Tree("fields");
    if (tree == nullptr || tree->items.empty()) {
      return;
    }
    std::vector<gotemplate::Value> fields;
    for (const config::NodePtr& item : tree->items) {
      JsonFields field;
      field.PutUnlessEmpty("title", render.Text(Child(*item, "title")))
          .PutUnlessEmpty("value", render.Text(Child(*item, "value")));
      const config::Node* short_field = item->Find("short");
      field.Put("short", short_field != nullptr && !short_field->IsNull()
                             ? short_field->text == "true"
                             : sheet().Bool("short_fields"));
      fields.push_back(field.Take());
    }
    json->Put("fields", gotemplate::ListObject::Any(std::move(fields)));
  }

  void PutActions(Renderer& render, JsonFields* json) const {
    const config::Node* tree = sheet().Tree("actions");
    if (tree == nullptr || tree->items.empty()) {
      return;
    }
    std::vector<gotemplate::Value> actions;
    for (const config::NodePtr& item : tree->items) {
      JsonFields action;
      for (const char* name : {"type", "text", "url", "style", "name", "value"}) {
        action.PutUnlessEmpty(name, render.Text(Child(*item, name)));
      }
      if (const config::Node* confirm = item->Find("confirm"); confirm != nullptr) {
        JsonFields inner;
        for (const char* name : {"text", "title", "ok_text", "dismiss_text"}) {
          inner.PutUnlessEmpty(name, render.Text(Child(*confirm, name)));
        }
        action.Put("confirm", inner.Take());
      }
      actions.push_back(action.Take());
    }
    json->Put("actions", gotemplate::ListObject::Any(std::move(actions)));
  }
};

std::string CheckTrees(const Sheet& sheet) {
  if (const config::Node* fields = sheet.Tree("fields"); fields != nullptr) {
    for (const config::NodePtr& field : fields->items) {
      if (Child(*field, "title").empty()) {
        return "missing title in Slack field configuration";
      }
      if (Child(*field, "value").empty()) {
        return "missing value in Slack field configuration";
      }
    }
  }
  if (const config::Node* actions = sheet.Tree("actions"); actions != nullptr) {
    for (const config::NodePtr& action : actions->items) {
      if (Child(*action, "type").empty()) {
        return "missing type in Slack action configuration";
      }
      if (Child(*action, "text").empty()) {
        return "missing text in Slack action configuration";
      }
      if (Child(*action, "url").empty() && Child(*action, "name").empty()) {
        return "missing name or url in Slack action configuration";
      }
      const config::Node* confirm = action->Find("confirm");
      if (confirm != nullptr && !confirm->IsNull() && Child(*confirm, "text").empty()) {
        return "missing text in Slack confirmation configuration";
      }
    }
  }
  return "";
}

std::string Complete(const Sheet& global, Sheet* sheet) {
  if (std::string error = OneOf(*sheet, "api_url"); !error.empty()) {
    return error;
  }
  if (std::string error = OneOf(*sheet, "app_token"); !error.empty()) {
    return error;
  }
  const bool own_hook = sheet->Has("api_url") || sheet->Has("api_url_file");
  bool app = sheet->Has("app_token") || sheet->Has("app_token_file");
  const bool to_post_message = sheet->Text("api_url") == kPostMessage;
  if (own_hook && app && !to_post_message) {
    return "at most one of api_url/api_url_file & app_token/app_token_file must be configured";
  }
  if (std::string error = CheckTrees(*sheet); !error.empty()) {
    return error;
  }
  if (!own_hook && !app) {
    for (const char* name : {"api_url", "api_url_file", "app_token", "app_token_file"}) {
      Inherit(global, std::string("slack_") + name, sheet, name);
    }
    app = sheet->Has("app_token") || sheet->Has("app_token_file");
    if (!app && !sheet->Has("api_url") && !sheet->Has("api_url_file")) {
      return "no Slack API URL nor App token set either inline or in a file";
    }
  }
  if (sheet->Text("app_url") == kPostMessage) {
    sheet->Set("app_url", global.Text("slack_app_url"));
  }
  if (sheet->Bool("update_message") && !app && sheet->Text("api_url") != kPostMessage) {
    return "update_message can only be used with bot tokens. api_url must be set to "
           "https://slack.com/api/chat.postMessage";
  }
  return "";
}

}  // namespace

const ReceiverType& SlackType() {
  using enum FieldKind;
  static const ReceiverType type{
      .name = "slack",
      .spec = {"config.plain",
               {{"send_resolved", kBool, "false"},
                {"api_url", kSecretUrl},
                {"api_url_file"},
                {"app_token", kSecret},
                {"app_token_file"},
                {"app_url", kUrl, "https://slack.com/api/chat.postMessage", true},
                {"channel"},
                {"username", kText, R"({{ template "slack.default.username" . }})"},
                {"color", kText, R"({{ template "slack.default.color" . }})"},
                {"title", kText, R"({{ template "slack.default.title" . }})"},
                {"title_link", kText, R"({{ template "slack.default.titlelink" . }})"},
                {"pretext", kText, R"({{ template "slack.default.pretext" . }})"},
                {"text", kText, R"({{ template "slack.default.text" . }})"},
                {"message_text"},
                {"fields", kTree},
                {"short_fields", kBool, "false"},
                {"footer", kText, R"({{ template "slack.default.footer" . }})"},
                {"fallback", kText, R"({{ template "slack.default.fallback" . }})"},
                {"callback_id", kText, R"({{ template "slack.default.callbackid" . }})"},
                {"icon_emoji", kText, R"({{ template "slack.default.iconemoji" . }})"},
                {"icon_url", kText, R"({{ template "slack.default.iconurl" . }})"},
                {"image_url"},
                {"thumb_url"},
                {"link_names", kBool, "false"},
                {"mrkdwn_in", kTree},
                {"actions", kTree},
                {"update_message", kBool},
                {"timeout", kDuration}}},
      .send_resolved = false,
      .complete = Complete,
      .make = Make<Slack>};
  return type;
}

}  // namespace sb::notify
