// SPDX-License-Identifier: Apache-2.0
//
// WeChat Work: an access token, then message/send.
#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"
#include "base/mutex.h"
#include "config/json_reader.h"
#include "template/text_escapes.h"

namespace sb::notify {
namespace {

constexpr int64_t kTokenNs = 7'200LL * 1'000'000'000;

class WeChat : public HttpNotifier {
 public:
  using HttpNotifier::HttpNotifier;

  SendResult Send(const Message& message) override {
    std::string token;
    SendResult result = Token(message, &token);
    if (!result.status.ok()) {
      return result;
    }
    Renderer render(templates(), message);
    Request request;
    request.url = JoinUrl(sheet().Text("api_url"), "message/send?access_token=" + token);
    request.body = Body(render);
    if (!render.status().ok()) {
      return {render.status(), false, 0};
    }
    return Exchange(std::move(request), message.timeout_ms);
  }

 protected:
  base::Status Build(const Message&, Renderer&, Request*) override { return base::OkStatus(); }

  base::Status CheckReply(const net::ClientResponse& reply, bool* retry) override {
    const auto json = config::ParseJson(reply.body, "reply");
    const config::Node* code = json.ok() ? (*json)->Find("errcode") : nullptr;
    if (code == nullptr || code->text == "0") {
      return base::OkStatus();
    }
    *retry = code->text == "42001";  // the token has expired
    if (*retry) {
      base::MutexLock lock(mutex_);
      token_.clear();
    }
    const config::Node* text = (*json)->Find("errmsg");
    return base::Unavailable("WeChat: " + (text == nullptr ? code->text : text->text));
  }

 private:
  SendResult Token(const Message& message, std::string* token) {
    {
      base::MutexLock lock(mutex_);
      if (!token_.empty() && env().clock().MonotonicNs() - token_at_ns_ < kTokenNs) {
        *token = token_;
        return {};
      }
    }
    const base::Result<std::string> secret = Secret("api_secret");
    if (!secret.ok()) {
      return {secret.status(), false, 0};
    }
    Request request;
    request.method = "GET";
    request.url = JoinUrl(sheet().Text("api_url"),
                          "gettoken?corpid=" + gotemplate::QueryEscape(sheet().Text("corp_id")) +
                              "&corpsecret=" + gotemplate::QueryEscape(*secret));
    net::ClientResponse reply;
    SendResult result = Exchange(std::move(request), message.timeout_ms, &reply);
    if (!result.status.ok()) {
      return result;
    }
    const auto json = config::ParseJson(reply.body, "reply");
    const config::Node* value = json.ok() ? (*json)->Find("access_token") : nullptr;
    if (value == nullptr || value->text.empty()) {
      return {base::Unavailable("invalid APISecret for CorpID: " + sheet().Text("corp_id")), false,
              0};
    }
    base::MutexLock lock(mutex_);
    *token = token_ = value->text;
    token_at_ns_ = env().clock().MonotonicNs();
    return result;
  }

  std::string Body(Renderer& render) const {
    const auto text = [&](std::string_view name) { return render.Text(sheet().Text(name)); };
    const bool markdown = sheet().Text("message_type") == "markdown";
    const std::string message = text("message");
    JsonFields json;
    json.Put("text", JsonFields().Put("content", markdown ? "" : message).Take())
        .PutUnlessEmpty("touser", text("to_user"))
        .PutUnlessEmpty("toparty", text("to_party"))
        .PutUnlessEmpty("totag", text("to_tag"))
        .PutUnlessEmpty("agentid", text("agent_id"))
        .Put("safe", "0")
        .Put("msgtype", markdown ? "markdown" : "text")
        .Put("markdown", JsonFields().Put("content", markdown ? message : "").Take());
    return JsonFields::Body(json.Take());
  }

  base::Mutex mutex_;
  std::string token_ SB_GUARDED_BY(mutex_);
  int64_t token_at_ns_ SB_GUARDED_BY(mutex_) = 0;
};

std::string Complete(const Sheet& global, Sheet* sheet) {
  if (std::string error = OneOf(*sheet, "api_secret"); !error.empty()) {
    return error;
  }
  const std::string& type = sheet->Text("message_type");
  if (type != "" && type != "text" && type != "markdown") {
    return "weChat message type \"" + type + "\" does not match valid options markdown|text";
  }
  Inherit(global, "wechat_api_url", sheet, "api_url");
  Inherit(global, "wechat_api_corp_id", sheet, "corp_id");
  if (!sheet->Has("api_secret") && !sheet->Has("api_secret_file")) {
    Inherit(global, "wechat_api_secret", sheet, "api_secret");
    Inherit(global, "wechat_api_secret_file", sheet, "api_secret_file");
  }
  if (!sheet->Has("api_secret") && !sheet->Has("api_secret_file")) {
    return "no global Wechat Api Secret set either inline or in a file";
  }
  return sheet->Has("corp_id") ? "" : "no global Wechat CorpID set";
}

}  // namespace

const ReceiverType& WeChatType() {
  using enum FieldKind;
  static const ReceiverType type{
      .name = "wechat",
      .spec = {"config.plain",
               {{"send_resolved", kBool, "false"},
                {"api_secret", kSecret},
                {"api_secret_file"},
                {"api_url", kUrl},
                {"corp_id"},
                {"message", kText, R"({{ template "wechat.default.message" . }})"},
                {"to_user", kText, R"({{ template "wechat.default.to_user" . }})"},
                {"to_party", kText, R"({{ template "wechat.default.to_party" . }})"},
                {"to_tag", kText, R"({{ template "wechat.default.to_tag" . }})"},
                {"agent_id", kText, R"({{ template "wechat.default.agent_id" . }})"},
                {"message_type", kText, "text"}}},
      .send_resolved = false,
      .complete = Complete,
      .make = Make<WeChat>};
  return type;
}

}  // namespace sb::notify
