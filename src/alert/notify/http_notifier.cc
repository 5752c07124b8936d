// SPDX-License-Identifier: Apache-2.0
#include "alert/notify/http_notifier.h"

#include <algorithm>
#include <charconv>

#include "base/trim.h"
#include "discovery/http_client_yaml.h"
#include "template/go_json.h"

namespace sb::notify {
namespace {

constexpr size_t kReplyBytesMax = 1 << 20;
constexpr size_t kShownBytesMax = 512;
constexpr int64_t kRetryAfterMaxMs = 300'000;

int64_t RetryAfterMs(const net::ClientResponse& reply) {
  const std::string_view text = reply.headers.Get("Retry-After");
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return error == std::errc() && seconds > 0 ? std::min(seconds * 1000, kRetryAfterMaxMs) : 0;
}

}  // namespace

Renderer::Renderer(const Templates& templates, const Message& message)
    : templates_(templates), data_(MakeData(message)), value_(MakeTemplateData(data_)) {}

std::string Renderer::Text(const std::string& text) {
  base::Result<std::string> out = templates_.Text(text, value_, &data_.route_labels);
  if (!out.ok()) {
    status_ = status_.ok() ? out.status() : status_;
    return "";
  }
  return std::move(out).value();
}

std::string Renderer::Html(const std::string& text) {
  base::Result<std::string> out = templates_.Html(text, value_, &data_.route_labels);
  if (!out.ok()) {
    status_ = status_.ok() ? out.status() : status_;
    return "";
  }
  return std::move(out).value();
}

bool Renderer::Bool(const std::string& text) {
  return Text(text) == "true";
}

JsonFields& JsonFields::Put(std::string name, gotemplate::Value value) {
  fields_.emplace_back(std::move(name), std::move(value));
  return *this;
}

JsonFields& JsonFields::PutUnlessEmpty(std::string name, const std::string& text) {
  if (!text.empty()) {
    fields_.emplace_back(std::move(name), gotemplate::Value(text));
  }
  return *this;
}

gotemplate::Value JsonFields::Take() {
  return gotemplate::Value(
      std::make_shared<gotemplate::StructObject>("struct", std::exchange(fields_, {})));
}

std::string JsonFields::Body(const gotemplate::Value& value) {
  std::string out;
  SB_CHECK(gotemplate::AppendGoJson(value, &out).ok());  // texts and numbers only
  return out + "\n";
}

HttpNotifier::HttpNotifier(const Sheet& sheet, const NotifierContext& context)
    : sheet_(sheet), context_(context), client_(*context.client, sheet.http(), *context.env) {}

SendResult HttpNotifier::Send(const Message& whole) {
  // With max_alerts the others are not there at all, for templates and common labels neither.
  const int64_t alerts_max = sheet_.Declares("max_alerts") ? sheet_.Int("max_alerts") : 0;
  Message shortened;
  const bool shorten = alerts_max > 0 && whole.alerts.size() > static_cast<size_t>(alerts_max);
  if (shorten) {
    shortened = whole;
    shortened.alerts.resize(static_cast<size_t>(alerts_max));
    shortened.left_out = whole.alerts.size() - shortened.alerts.size();
  }
  const Message& message = shorten ? shortened : whole;
  Renderer render(*context_.templates, message);
  Request request;
  base::Status status = Build(message, render, &request);
  if (status.ok() && !render.status().ok()) {
    status = render.status();
  }
  if (!status.ok()) {
    return {std::move(status), false, 0};
  }
  net::ClientResponse reply;
  SendResult result = Exchange(std::move(request), message.timeout_ms, &reply);
  if (result.status.ok()) {
    result.store = Remember(message, reply);
  }
  return result;
}

TextMap HttpNotifier::Remember(const Message& message, const net::ClientResponse& /*reply*/) {
  return message.store;
}

int64_t HttpNotifier::TimeoutMs(int64_t flush_ms) const {
  const int64_t own = sheet_.Declares("timeout") ? sheet_.Duration("timeout").Value() : 0;
  return own > 0 ? std::min(own, flush_ms) : flush_ms;
}

base::Status HttpNotifier::CheckReply(const net::ClientResponse& /*reply*/, bool* /*retry*/) {
  return base::OkStatus();
}

SendResult HttpNotifier::Exchange(Request request, int64_t timeout_ms,
                                  net::ClientResponse* reply_out) {
  net::ClientRequest wire;
  wire.method = request.method;
  wire.url = request.url;
  wire.body = std::move(request.body);
  wire.timeout_ms = TimeoutMs(timeout_ms);
  wire.max_response_bytes = kReplyBytesMax;
  wire.headers.Set("User-Agent", "Alertmanager/0.28.1");
  if (!wire.body.empty()) {
    wire.headers.Set("Content-Type", request.content_type);
  }
  for (const auto& [name, value] : request.headers) {
    wire.headers.Set(name, value);
  }
  base::Result<net::ClientResponse> reply = client_.Fetch(std::move(wire));
  if (!reply.ok()) {
    const bool final = reply.status().code() == base::StatusCode::kInvalidArgument ||
                       reply.status().code() == base::StatusCode::kPermissionDenied;
    if (reply.status().code() == base::StatusCode::kDeadlineExceeded &&
        TimeoutMs(timeout_ms) < timeout_ms) {
      return {base::DeadlineExceeded("configured timeout reached (" +
                                     std::to_string(TimeoutMs(timeout_ms)) + "ms)"),
              true, 0};
    }
    return {reply.status(), !final, 0};
  }
  if (reply->status / 100 != 2) {
    std::string shown(
        base::Trim(std::string_view(reply->body).substr(0, kShownBytesMax), base::kAsciiSpace));
    base::Status status =
        base::Unavailable("unexpected status code " + std::to_string(reply->status) +
                          (shown.empty() ? "" : ": " + shown));
    return {std::move(status), reply->status / 100 == 5 || RetriesOn(reply->status),
            RetryAfterMs(*reply)};
  }
  bool retry = false;
  base::Status status = CheckReply(*reply, &retry);
  if (reply_out != nullptr) {
    *reply_out = std::move(reply).value();
  }
  return {std::move(status), retry, 0};
}

base::Result<std::string> HttpNotifier::Secret(const std::string& name) const {
  const std::string& file = sheet_.Text(name + "_file");
  if (file.empty()) {
    return sheet_.Text(name);
  }
  SB_ASSIGN_OR_RETURN(const std::string text, context_.env->files().ReadFile(file));
  return std::string(base::Trim(text, base::kAsciiSpace));
}

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    if (const std::string_view item = base::Trim(text.substr(0, comma), base::kAsciiSpace);
        !item.empty()) {
      items.emplace_back(item);
    }
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

std::string JoinUrl(std::string url, std::string_view path) {
  if (!url.ends_with('/')) {
    url += '/';
  }
  return url.append(path);
}

}  // namespace sb::notify
