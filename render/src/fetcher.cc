// SPDX-License-Identifier: Apache-2.0
#include "fetcher.h"

#include <utility>

namespace sb::print {
namespace {

// More than the queries of the largest dashboard that is drawn.
constexpr size_t kWaitingMax = 100'000;
constexpr load::Nanos kTimeout = 60 * load::kSecond;
// More than a panel can show; a string of the engine must hold it.
constexpr size_t kAnswerBytesMax = 64U << 20;

}  // namespace

Fetcher::Fetcher(std::string base_url, std::string headers)
    : base_url_(std::move(base_url)),
      headers_(std::move(headers)),
      pool_({.name = "fetch", .threads = kAtOnce, .queue_max = kWaitingMax}) {
  // The server's own door: its certificate names the public host, not the address used here.
  settings_.insecure_skip_tls_verify = true;
}

void Fetcher::Begin(FetchRequest request) {
  ++open_;
  FetchAnswer refused{.id = request.id, .status = 0, .text = ""};
  const base::Status posted = pool_.Post([this, request = std::move(request)] { Run(request); });
  if (!posted.ok()) {
    refused.text = std::string(posted.message());
    base::MutexLock lock(mutex_);
    done_.push_back(std::move(refused));
  }
}

std::unique_ptr<load::HttpClient> Fetcher::TakeClient() {
  base::MutexLock lock(mutex_);
  if (clients_.empty()) {
    return std::make_unique<load::HttpClient>(settings_);
  }
  std::unique_ptr<load::HttpClient> client = std::move(clients_.back());
  clients_.pop_back();
  return client;
}

void Fetcher::Run(const FetchRequest& request) {
  std::unique_ptr<load::HttpClient> client = TakeClient();
  FetchAnswer answer = Ask(request, *client);
  {
    base::MutexLock lock(mutex_);
    clients_.push_back(std::move(client));
    done_.push_back(std::move(answer));
  }
  answered_.NotifyAll();
}

FetchAnswer Fetcher::Ask(const FetchRequest& asked, load::HttpClient& client) const {
  FetchAnswer answer;
  answer.id = asked.id;
  load::HttpRequest request;
  request.method = asked.method;
  if (!asked.path.starts_with('/') || !load::ParseUrl(base_url_ + asked.path, &request.url)) {
    answer.text = "not a path of the server: " + asked.path.substr(0, 200);
    return answer;
  }
  request.headers = headers_ + "Accept-Encoding: gzip\r\n";
  if (!asked.content_type.empty()) {
    request.headers += "Content-Type: " + asked.content_type + "\r\n";
  }
  request.body = asked.body;
  request.has_body = asked.method != "GET";
  request.timeout = kTimeout;
  load::HttpResponse response;
  client.Exchange(request, nullptr, &response);
  if (response.body.size() > kAnswerBytesMax) {
    answer.text = "the answer is larger than 64 MiB";
    return answer;
  }
  answer.status = response.status;
  answer.text = response.status == 0 ? std::move(response.error) : std::move(response.body);
  return answer;
}

bool Fetcher::Wait(double timeout_ms, FetchAnswer* answer) {
  base::MutexLock lock(mutex_);
  if (done_.empty()) {
    answered_.WaitFor(mutex_, std::chrono::nanoseconds(static_cast<int64_t>(timeout_ms * 1e6)));
  }
  if (done_.empty()) {
    return false;
  }
  *answer = std::move(done_.front());
  done_.pop_front();
  --open_;
  return true;
}

}  // namespace sb::print
