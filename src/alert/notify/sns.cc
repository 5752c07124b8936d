// SPDX-License-Identifier: Apache-2.0
//
// Amazon SNS: Publish, signed with SigV4.
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"
#include "discovery/http_client_yaml.h"
#include "encoding/hex.h"
#include "template/go_time.h"
#include "template/text_escapes.h"

namespace sb::notify {
namespace {

constexpr size_t kMessageBytesMax = 256 * 1024;
constexpr size_t kSmsBytesMax = 1600;
constexpr size_t kSubjectRunesMax = 100;
constexpr std::string_view kContentType = "application/x-www-form-urlencoded; charset=utf-8";

std::string Child(const config::Node* node, std::string_view key) {
  const config::Node* value = node == nullptr ? nullptr : node->Find(key);
  return value == nullptr ? "" : value->text;
}

std::string Hmac(std::string_view key, std::string_view text) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  SB_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                reinterpret_cast<const unsigned char*>(text.data()), text.size(), out,
                &size) != nullptr);
  return {reinterpret_cast<const char*>(out), size};
}

class Sns : public HttpNotifier {
 public:
  using HttpNotifier::HttpNotifier;

 protected:
  base::Status Build(const Message& message, Renderer& render, Request* request) override {
    const config::Node* sigv4 = sheet().Tree("sigv4");
    const std::string region = Child(sigv4, "region");
    if (Child(sigv4, "access_key").empty()) {
      return base::FailedPrecondition(
          "SNS needs sigv4.access_key and sigv4.secret_key; profiles and roles are not supported");
    }
    const TextMap form = Form(message, render);
    for (const auto& [name, value] : form) {
      request->body += request->body.empty() ? "" : "&";
      request->body += name + "=" + gotemplate::QueryEscape(value);
    }
    request->content_type = kContentType;
    const std::string base_url = render.Text(sheet().Text("api_url"));
    request->url =
        JoinUrl(base_url.empty() ? "https://sns." + region + ".amazonaws.com" : base_url, "");
    Sign(message, *sigv4, request);
    return base::OkStatus();
  }

 private:
  TextMap Form(const Message& message, Renderer& render) const {
    const auto text = [&](std::string_view name) { return render.Text(sheet().Text(name)); };
    TextMap form = {{"Action", "Publish"}, {"Version", "2010-03-31"}};
    size_t bytes_max = kMessageBytesMax;
    if (const std::string topic = text("topic_arn"); !topic.empty()) {
      form["TopicArn"] = topic;
      if (topic.ends_with(".fifo")) {
        const std::string key = KeyHash(message.group_key);
        form["MessageGroupId"] = key;
        form["MessageDeduplicationId"] = key;
      }
    }
    if (const std::string phone = text("phone_number"); !phone.empty()) {
      form["PhoneNumber"] = phone;
      bytes_max = kSmsBytesMax;
    }
    if (const std::string target = text("target_arn"); !target.empty()) {
      form["TargetArn"] = target;
    }
    if (const std::string subject = text("subject"); !subject.empty()) {
      form["Subject"] = TruncateRunes(subject, kSubjectRunesMax);
    }
    const std::string whole = text("message");
    TextMap attributes = sheet().Map("attributes");
    if (whole.size() > bytes_max) {
      attributes["truncated"] = "true";
    }
    form["Message"] = whole.size() > bytes_max ? TruncateBytes(whole, bytes_max) : whole;
    if (attributes.empty()) {
      form["MessageAttributes"] = "";
    }
    int index = 0;
    for (const auto& [name, value] : attributes) {
      const std::string prefix = "MessageAttributes.entry." + std::to_string(++index) + ".";
      form[prefix + "Name"] = render.Text(name);
      form[prefix + "Value.DataType"] = "String";
      form[prefix + "Value.StringValue"] = render.Text(value);
    }
    return form;
  }

  void Sign(const Message& message, const config::Node& sigv4, Request* request) const {
    const auto now = gotemplate::GoTime::FromNs(message.now);
    const std::string day = gotemplate::FormatTime(now, "20060102");
    const std::string time = gotemplate::FormatTime(now, "20060102T150405Z");
    const discovery::UrlParts parts = discovery::SplitUrl(request->url);
    const size_t path_at = request->url.find('/', request->url.find("//") + 2);
    const std::string path = path_at == std::string::npos ? "/" : request->url.substr(path_at);
    const std::string signed_headers = "content-length;content-type;host;x-amz-date";
    const std::string canonical =
        "POST\n" + path + "\n\ncontent-length:" + std::to_string(request->body.size()) +
        "\ncontent-type:" + std::string(kContentType) + "\nhost:" + std::string(parts.host) +
        "\nx-amz-date:" + time + "\n\n" + signed_headers + "\n" + KeyHash(request->body);
    const std::string scope = day + "/" + Child(&sigv4, "region") + "/sns/aws4_request";
    const std::string to_sign =
        "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + KeyHash(canonical);
    std::string key = Hmac("AWS4" + Child(&sigv4, "secret_key"), day);
    for (const std::string& part :
         {Child(&sigv4, "region"), std::string("sns"), std::string("aws4_request")}) {
      key = Hmac(key, part);
    }
    request->headers.emplace_back("X-Amz-Date", time);
    request->headers.emplace_back(
        "Authorization", "AWS4-HMAC-SHA256 Credential=" + Child(&sigv4, "access_key") + "/" +
                             scope + ", SignedHeaders=" + signed_headers +
                             ", Signature=" + encoding::HexOf(Hmac(key, to_sign)));
  }
};

std::string Complete(const Sheet&, Sheet* sheet) {
  const int targets = (sheet->Has("topic_arn") ? 1 : 0) + (sheet->Has("target_arn") ? 1 : 0) +
                      (sheet->Has("phone_number") ? 1 : 0);
  if (targets != 1) {
    return "must provide either a Target ARN, Topic ARN, or Phone Number for SNS config";
  }
  const config::Node* sigv4 = sheet->Tree("sigv4");
  if (Child(sigv4, "access_key").empty() != Child(sigv4, "secret_key").empty()) {
    return "must provide a AWS SigV4 Access key and Secret Key if credentials are specified in "
           "the SNS config";
  }
  return "";
}

std::string Warn(const Sheet& sheet) {
  const config::Node* sigv4 = sheet.Tree("sigv4");
  const bool has_key = !Child(sigv4, "access_key").empty();
  for (const char* key : {"profile", "role_arn", "external_id"}) {
    if (!Child(sigv4, key).empty()) {
      return "SNS: sigv4." + std::string(key) + " is not used; " +
             (has_key ? "the access key itself must be allowed to publish"
                      : "set sigv4.access_key and sigv4.secret_key, or nobody is told");
    }
  }
  return has_key ? ""
                 : "SNS: credentials of the environment are not looked for; set sigv4.access_key "
                   "and sigv4.secret_key, or nobody is told";
}

}  // namespace

const ReceiverType& SnsType() {
  using enum FieldKind;
  static const ReceiverType type{
      .name = "sns",
      .spec = {"config.plain",
               {{"send_resolved", kBool, "true"},
                {"api_url"},
                {"sigv4", kSecretTree},
                {"topic_arn"},
                {"phone_number"},
                {"target_arn"},
                {"subject", kText, R"({{ template "sns.default.subject" . }})"},
                {"message", kText, R"({{ template "sns.default.message" . }})"},
                {"attributes", kTextMap},
                // Which HTTP client the reference takes; there is one here.
                {"use_aws_http_client", kBool}}},
      .complete = Complete,
      .make = Make<Sns>,
      .warn = Warn};
  return type;
}

}  // namespace sb::notify
