// SPDX-License-Identifier: Apache-2.0
#include "discovery/http_discovery.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/log.h"
#include "base/mutex.h"
#include "config/quote.h"
#include "discovery/http_client_yaml.h"

namespace sb::discovery {
namespace {

constexpr size_t kAnswerBytesMax = 64 << 20;

// application/json, with at most the parameter charset=utf-8.
bool IsJson(std::string_view content_type) {
  std::string text;
  for (char c : content_type) {
    if (c != ' ' && c != '\t' && c != '"') {
      text.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    }
  }
  return text == "application/json" || text == "application/json;charset=utf-8";
}

std::string SecondsText(base::DurationMs duration) {
  char buffer[32];
  const auto [end, error] =
      std::to_chars(buffer, buffer + sizeof buffer, static_cast<double>(duration.Value()) / 1000.0);
  return std::string(buffer, end);
}

}  // namespace

struct HttpDiscovery::Link {
  base::Mutex mutex;
  HttpDiscovery* owner SB_GUARDED_BY(mutex) = nullptr;
};

HttpDiscovery::HttpDiscovery(const DiscoveryContext& context, base::TaskRunner& runner,
                             HttpSdConfig config, std::string job)
    : runner_(runner),
      config_(std::move(config)),
      job_(std::move(job)),
      counters_(context.registry, "http", job_),
      client_(context.http, config_.http, context.env),
      link_(std::make_shared<Link>()) {
  base::MutexLock lock(link_->mutex);
  link_->owner = this;
}

HttpDiscovery::~HttpDiscovery() {
  {
    base::MutexLock lock(link_->mutex);
    link_->owner = nullptr;
  }
  request_.Cancel();
  runner_.Cancel(timer_);
}

void HttpDiscovery::Start(GroupsUpdate update) {
  update_ = std::move(update);
  Ask();
  timer_ = runner_.PostEvery(base::ToNs(config_.refresh_interval), [this] { Ask(); });
}

void HttpDiscovery::Ask() {
  if (asking_) {
    return;
  }
  asking_ = true;
  counters_.refreshes.Add();
  net::ClientRequest request;
  request.url = config_.url;
  request.headers.Add("Accept", "application/json");
  request.headers.Add("X-Prometheus-Refresh-Interval-Seconds",
                      SecondsText(config_.refresh_interval));
  request.timeout_ms = std::max<int64_t>(config_.refresh_interval.Value(), 1);
  request.max_response_bytes = kAnswerBytesMax;
  request_ = client_.FetchAsync(
      std::move(request), [link = link_](base::Result<net::ClientResponse> response) {
        base::MutexLock lock(link->mutex);
        if (link->owner == nullptr) {
          return;
        }
        HttpDiscovery* owner = link->owner;
        auto shared = std::make_shared<base::Result<net::ClientResponse>>(std::move(response));
        const base::Status posted = owner->runner_.Post([link, shared] {
          HttpDiscovery* still = nullptr;
          {
            base::MutexLock inner(link->mutex);
            still = link->owner;
          }
          // Safe without the lock: owners are destroyed on this runner.
          if (still != nullptr) {
            still->Take(*shared);
          }
        });
        if (!posted.ok()) {
          SB_LOG(kWarn, "answer of HTTP discovery dropped", {"job", owner->job_},
                 {"error", posted.message()});
        }
      });
}

void HttpDiscovery::Take(const base::Result<net::ClientResponse>& response) {
  asking_ = false;
  auto groups = response.ok() ? ParseHttpTargets(config_.url, *response) : response.status();
  if (!groups.ok()) {
    counters_.failures.Add();
    SB_LOG(kError, "HTTP discovery failed, keeping the last targets", {"job", job_},
           {"url", RedactUrl(config_.url)}, {"error", groups.status().message()});
  } else if (*groups != groups_ || !published_) {
    groups_ = std::move(*groups);
    published_ = true;
    update_(groups_);
  }
}

base::Result<std::vector<TargetGroup>> ParseHttpTargets(const std::string& url,
                                                        const net::ClientResponse& response) {
  if (response.status != 200) {
    return base::Unavailable("server returned HTTP status " + std::to_string(response.status) +
                             " " + std::string(net::ReasonPhrase(response.status)));
  }
  const std::string content_type(response.headers.Get("Content-Type"));
  if (!IsJson(content_type)) {
    return base::InvalidArgument("unsupported content type " + config::GoQuote(content_type));
  }
  const std::string name = RedactUrl(url);
  SB_ASSIGN_OR_RETURN(const auto configs,
                      ParseTargetGroups(response.body, name, GroupFormat::kJson));
  std::vector<TargetGroup> groups;
  for (size_t i = 0; i < configs.size(); ++i) {
    groups.push_back(MakeTargetGroup(url + ":" + std::to_string(i), configs[i]));
    groups.back().labels["__meta_url"] = url;
  }
  return groups;
}

}  // namespace sb::discovery
