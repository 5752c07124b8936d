// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.h"

#include <curl/curl.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/mutex.h"
#include "net/curl_transfer.h"

namespace sb::net {

using base::Result;
using base::Status;

namespace {

constexpr int64_t kNsPerMs = 1'000'000;
constexpr int kMaxPollMs = 1'000;

// libcurl's process-wide set-up, once, before the first use, from whichever thread.
void InitialiseCurl() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  SB_CHECK(code == CURLE_OK);
}

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// One request with all its hops.
struct Job {
  uint64_t id = 0;
  ClientRequest request;
  HttpClient::Callback callback;
  std::string url;  // of the current hop
  int hops = 0;
  int64_t start_ns = 0;
  std::unique_ptr<CurlTransfer> transfer;
  std::atomic<bool> is_cancelled{false};
};
using JobPtr = std::shared_ptr<Job>;

}  // namespace

void RequestHandle::Cancel() const {
  if (cancel_) {
    cancel_();
  }
}

struct HttpClient::Impl {
  explicit Impl(Options client_options)
      : options(std::move(client_options)),
        env(options.env != nullptr ? *options.env : base::Env::Real()) {}

  void Run();
  void TakeSubmitted();
  void StartHop(const JobPtr& job);
  void CheckCancelled();
  void HandleMessages();
  void OnTransferDone(const JobPtr& job, CURLcode code);
  bool FollowRedirect(const JobPtr& job, const ClientResponse& response);
  Status PrepareRedirect(Job& job, const ClientResponse& response);
  void Complete(const JobPtr& job, Result<ClientResponse> result);
  int64_t LeftMs(const Job& job) const;
  void Wake() { curl_multi_wakeup(multi); }

  const Options options;
  base::Env& env;
  CURLM* multi = nullptr;
  std::thread thread;
  std::unordered_map<uint64_t, JobPtr> active;  // the client's thread only

  base::Mutex mutex;
  std::vector<JobPtr> submitted SB_GUARDED_BY(mutex);
  uint64_t next_id SB_GUARDED_BY(mutex) = 1;
  bool is_stopping SB_GUARDED_BY(mutex) = false;
  bool has_cancelled SB_GUARDED_BY(mutex) = false;

  std::atomic<uint64_t> requests{0};
  std::atomic<uint64_t> failures{0};
  std::atomic<uint64_t> timeouts{0};
  std::atomic<uint64_t> address_denied{0};
  std::atomic<uint64_t> body_too_large{0};
  std::atomic<uint64_t> connections_opened{0};
  std::atomic<uint64_t> in_flight{0};
};

HttpClient::HttpClient(Options options) : impl_(std::make_shared<Impl>(std::move(options))) {
  InitialiseCurl();
  impl_->multi = curl_multi_init();
  SB_CHECK(impl_->multi != nullptr);
  curl_multi_setopt(impl_->multi, CURLMOPT_MAXCONNECTS,
                    static_cast<long>(impl_->options.max_idle_connections));
  // libcurl 7.88 loses track when several uploads share an HTTP/2 connection ("error in the HTTP2
  // framing layer"), so each request has one to itself while it runs.
  curl_multi_setopt(impl_->multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  impl_->thread = std::thread([impl = impl_.get()] {
    pthread_setname_np(pthread_self(), "http-client");
    impl->Run();
  });
}

HttpClient::~HttpClient() {
  {
    const base::MutexLock lock(impl_->mutex);
    impl_->is_stopping = true;
    impl_->Wake();
  }
  impl_->thread.join();
}

void HttpClient::Impl::Run() {
  while (true) {
    {
      const base::MutexLock lock(mutex);
      if (is_stopping) {
        break;
      }
    }
    TakeSubmitted();
    CheckCancelled();
    int running = 0;
    curl_multi_perform(multi, &running);
    HandleMessages();
    bool has_work = false;
    {
      const base::MutexLock lock(mutex);
      has_work = !submitted.empty() || is_stopping;
    }
    if (!has_work) {
      curl_multi_poll(multi, nullptr, 0, kMaxPollMs, nullptr);
    }
  }
  TakeSubmitted();
  const std::unordered_map<uint64_t, JobPtr> rest = std::exchange(active, {});
  for (const auto& [id, job] : rest) {
    Complete(job, base::Cancelled("the client is shut down"));
  }
  const base::MutexLock lock(mutex);
  curl_multi_cleanup(std::exchange(multi, nullptr));
}

void HttpClient::Impl::TakeSubmitted() {
  std::vector<JobPtr> jobs;
  {
    const base::MutexLock lock(mutex);
    jobs.swap(submitted);
  }
  for (const JobPtr& job : jobs) {
    active.emplace(job->id, job);
    StartHop(job);
  }
}

int64_t HttpClient::Impl::LeftMs(const Job& job) const {
  return job.request.timeout_ms - (env.clock().MonotonicNs() - job.start_ns) / kNsPerMs;
}

void HttpClient::Impl::StartHop(const JobPtr& job) {
  const int64_t left_ms = LeftMs(*job);
  if (left_ms <= 0) {
    return Complete(job, base::DeadlineExceeded("timeout before the request could be sent"));
  }
  Result<std::unique_ptr<CurlTransfer>> transfer =
      CurlTransfer::Create(job->request, job->url, options.user_agent, left_ms);
  if (!transfer.ok()) {
    return Complete(job, transfer.status());
  }
  job->transfer = *std::move(transfer);
  CURL* handle = job->transfer->handle();
  curl_easy_setopt(handle, CURLOPT_PRIVATE, job.get());
  curl_easy_setopt(handle, CURLOPT_MAXAGE_CONN,
                   static_cast<long>(std::max<int64_t>(options.idle_connection_ms / 1'000, 1)));
  curl_multi_add_handle(multi, handle);
}

void HttpClient::Impl::CheckCancelled() {
  {
    const base::MutexLock lock(mutex);
    if (!std::exchange(has_cancelled, false)) {
      return;
    }
  }
  std::vector<JobPtr> cancelled;
  for (const auto& [id, job] : active) {
    if (job->is_cancelled) {
      cancelled.push_back(job);
    }
  }
  for (const JobPtr& job : cancelled) {
    Complete(job, base::Cancelled("the request was cancelled"));
  }
}

void HttpClient::Impl::HandleMessages() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
    if (message->msg != CURLMSG_DONE) {
      continue;
    }
    const CURLcode code = message->data.result;
    char* user = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &user);
    const auto it = active.find(reinterpret_cast<Job*>(user)->id);
    SB_CHECK(it != active.end());
    const JobPtr job = it->second;
    OnTransferDone(job, code);
  }
}

void HttpClient::Impl::OnTransferDone(const JobPtr& job, CURLcode code) {
  CurlTransfer& transfer = *job->transfer;
  curl_multi_remove_handle(multi, transfer.handle());
  Result<ClientResponse> result = transfer.Finish(code);
  connections_opened += transfer.is_new_connection() ? 1 : 0;
  address_denied += transfer.is_address_denied() ? 1 : 0;
  body_too_large += transfer.is_body_too_large() ? 1 : 0;
  if (result.ok() && FollowRedirect(job, *result)) {
    return;
  }
  job->transfer = nullptr;
  Complete(job, std::move(result));
}

// True if the job goes on, or has ended otherwise.
bool HttpClient::Impl::FollowRedirect(const JobPtr& job, const ClientResponse& response) {
  if (!IsRedirect(response.status) || job->request.redirects != RedirectPolicy::kFollow ||
      !response.headers.Has("Location")) {
    return false;
  }
  job->transfer = nullptr;
  const Status prepared = PrepareRedirect(*job, response);
  if (!prepared.ok()) {
    Complete(job, prepared);
  } else {
    StartHop(job);
  }
  return true;
}

Status HttpClient::Impl::PrepareRedirect(Job& job, const ClientResponse& response) {
  SB_ASSIGN_OR_RETURN(const UrlParts from, ParseUrl(job.url));
  if (++job.hops > job.request.max_redirects) {
    return base::Aborted("stopped after " + std::to_string(job.request.max_redirects) +
                         " redirects: " + from.ForMessages());
  }
  SB_ASSIGN_OR_RETURN(const std::string next,
                      ResolveUrl(job.url, std::string(response.headers.Get("Location"))));
  SB_ASSIGN_OR_RETURN(const UrlParts to, ParseUrl(next));
  ClientRequest& request = job.request;
  const bool keeps_method = response.status == 307 || response.status == 308 ||
                            request.method == "GET" || request.method == "HEAD";
  if (!keeps_method) {
    request.method = "GET";
    request.body.clear();
    request.headers.Remove("Content-Type");
    request.headers.Remove("Content-Encoding");
    request.headers.Remove("Content-Length");
  }
  if (!from.HasSameOrigin(to)) {
    for (const std::string_view secret :
         {"Authorization", "Cookie", "Proxy-Authorization", "Host"}) {
      request.headers.Remove(secret);
    }
    request.bearer_token.clear();
    request.basic_auth_user.clear();
    request.basic_auth_password.clear();
  }
  job.url = next;
  return base::OkStatus();
}

void HttpClient::Impl::Complete(const JobPtr& job, Result<ClientResponse> result) {
  if (job->transfer != nullptr) {
    curl_multi_remove_handle(multi, job->transfer->handle());
    job->transfer = nullptr;
  }
  active.erase(job->id);
  --in_flight;
  if (result.ok()) {
    result->duration_ns = env.clock().MonotonicNs() - job->start_ns;
    result->effective_url = StripUserInfo(job->url);
  } else {
    ++failures;
    timeouts += result.status().code() == base::StatusCode::kDeadlineExceeded ? 1 : 0;
  }
  const Callback callback = std::exchange(job->callback, nullptr);
  callback(std::move(result));
}

RequestHandle HttpClient::FetchAsync(ClientRequest request, Callback callback) {
  auto job = std::make_shared<Job>();
  job->url = request.url;
  job->request = std::move(request);
  job->callback = std::move(callback);
  job->start_ns = impl_->env.clock().MonotonicNs();
  ++impl_->requests;
  if (impl_->in_flight.fetch_add(1) >= impl_->options.max_in_flight) {
    --impl_->in_flight;
    ++impl_->failures;
    job->callback(base::ResourceExhausted("too many requests in flight: " +
                                          std::to_string(impl_->options.max_in_flight)));
    return RequestHandle();
  }
  bool is_stopping = false;
  {
    const base::MutexLock lock(impl_->mutex);
    is_stopping = impl_->is_stopping;
    if (!is_stopping) {
      job->id = impl_->next_id++;
      impl_->submitted.push_back(job);
      impl_->Wake();
    }
  }
  if (is_stopping) {
    --impl_->in_flight;
    ++impl_->failures;
    job->callback(base::Cancelled("the client is shut down"));
    return RequestHandle();
  }
  return RequestHandle(
      [weak_impl = std::weak_ptr<Impl>(impl_), weak_job = std::weak_ptr<Job>(job)] {
        const std::shared_ptr<Impl> impl = weak_impl.lock();
        const std::shared_ptr<Job> target = weak_job.lock();
        if (impl == nullptr || target == nullptr) {
          return;
        }
        target->is_cancelled = true;
        const base::MutexLock lock(impl->mutex);
        impl->has_cancelled = true;
        if (impl->multi != nullptr) {
          impl->Wake();
        }
      });
}

Result<ClientResponse> HttpClient::Fetch(ClientRequest request) {
  SB_CHECK(std::this_thread::get_id() != impl_->thread.get_id());
  base::Mutex mutex;
  base::CondVar done;
  std::optional<Result<ClientResponse>> result;
  FetchAsync(std::move(request), [&](Result<ClientResponse> reply) {
    const base::MutexLock lock(mutex);
    result = std::move(reply);
    done.NotifyAll();
  });
  const base::MutexLock lock(mutex);
  while (!result.has_value()) {
    done.Wait(mutex);
  }
  return *std::move(result);
}

ClientStats HttpClient::stats() const {
  ClientStats stats;
  stats.requests = impl_->requests;
  stats.failures = impl_->failures;
  stats.timeouts = impl_->timeouts;
  stats.address_denied = impl_->address_denied;
  stats.body_too_large = impl_->body_too_large;
  stats.connections_opened = impl_->connections_opened;
  stats.in_flight = impl_->in_flight;
  return stats;
}

}  // namespace sb::net
