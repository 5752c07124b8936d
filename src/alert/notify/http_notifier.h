// SPDX-License-Identifier: Apache-2.0
//
// What notifiers over HTTP share: rendering the texts of a message, JSON bodies as Go writes them,
// one request through the receiver's http_config, and the judgement of the answer.
//
// Threads: HttpNotifier is safe for concurrent use; a Renderer belongs to one Send.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "alert/notify/notifier.h"
#include "net/http_client_config.h"
#include "template/containers.h"

namespace sb::notify {

// Renders templates of one message; the first error stays.
class Renderer {
 public:
  Renderer(const Templates& templates, const Message& message);
  std::string Text(const std::string& text);
  std::string Html(const std::string& text);
  bool Bool(const std::string& text);  // "true"
  const TemplateData& data() const { return data_; }
  const base::Status& status() const { return status_; }
  void Fail(base::Status status) { status_ = status_.ok() ? std::move(status) : status_; }

 private:
  const Templates& templates_;
  TemplateData data_;
  gotemplate::Value value_;
  base::Status status_;
};

// A JSON object with its fields in the order of a Go struct.
class JsonFields {
 public:
  JsonFields& Put(std::string name, gotemplate::Value value);
  JsonFields& PutUnlessEmpty(std::string name, const std::string& text);
  gotemplate::Value Take();
  // With a newline, as Go's encoder ends it.
  static std::string Body(const gotemplate::Value& value);

 private:
  gotemplate::StructObject::Fields fields_;
};

class HttpNotifier : public Notifier {
 public:
  HttpNotifier(const Sheet& sheet, const NotifierContext& context);
  SendResult Send(const Message& message) override;

 protected:
  struct Request {
    std::string method = "POST";
    std::string url;
    std::string body;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;
  };

  // Fills the request; a Status ends the attempt for good.
  virtual base::Status Build(const Message& message, Renderer& render, Request* request) = 0;
  // Statuses besides 5xx that are worth another try.
  virtual bool RetriesOn(int status) const { return status == 429 && retry_429_; }
  // Says no to an answer with a 2xx status; such refusals are final unless *retry is set.
  virtual base::Status CheckReply(const net::ClientResponse& reply, bool* retry);
  // What of a good answer the next notification of the group is to know.
  virtual TextMap Remember(const Message& message, const net::ClientResponse& reply);

  SendResult Exchange(Request request, int64_t timeout_ms, net::ClientResponse* reply = nullptr);
  // For requests whose caller has waited long enough by its own `timeout` option.
  int64_t TimeoutMs(int64_t flush_ms) const;
  // The value of `name`, or the trimmed content of the file that `name`_file names.
  base::Result<std::string> Secret(const std::string& name) const;
  const Sheet& sheet() const { return sheet_; }
  base::Env& env() const { return *context_.env; }
  const Templates& templates() const { return *context_.templates; }

  bool retry_429_ = false;

 private:
  Sheet sheet_;
  NotifierContext context_;
  net::ConfiguredClient client_;
};

// "a, b" -> {"a", "b"}, empty pieces dropped.
std::vector<std::string> SplitList(std::string_view text);
// `url` with `path` behind it and one "/" between.
std::string JoinUrl(std::string url, std::string_view path);

}  // namespace sb::notify
