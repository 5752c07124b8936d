// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/scrape_loop.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "wire/prometheus/exposition_format.h"

namespace sb::scrape {
namespace {

constexpr int64_t kAlignToleranceNs = 2'000'000;
// What a body may have when body_size_limit is not set: more than any exposition, less than memory.
constexpr size_t kBodyBytesMax = 256 << 20;

std::string SecondsText(base::DurationMs duration) {
  char buffer[32];
  const auto [end, error] =
      std::to_chars(buffer, buffer + sizeof buffer, static_cast<double>(duration.Value()) / 1000.0);
  return std::string(buffer, end);
}

std::string AcceptHeader(const ScrapeConfig& config) {
  std::vector<wire::ScrapeProtocol> protocols;
  for (const std::string& name : *config.scrape_protocols) {
    if (const auto protocol = wire::ParseScrapeProtocol(name)) {
      protocols.push_back(*protocol);
    }
  }
  wire::EscapingScheme escaping = wire::EscapingScheme::kNone;
  wire::ParseEscapingScheme(config.metric_name_escaping_scheme, &escaping);
  return wire::ScrapeAcceptHeader(protocols, escaping);
}

// Why a request brought no body, in the words of the reference where there are some.
base::Status FetchError(const base::Result<net::ClientResponse>& response) {
  if (!response.ok()) {
    return response.status().code() == base::StatusCode::kResourceExhausted
               ? base::ResourceExhausted("body size limit exceeded")
               : response.status();
  }
  if (response->status != 200) {
    return base::Unavailable("server returned HTTP status " + std::to_string(response->status) +
                             " " + std::string(net::ReasonPhrase(response->status)));
  }
  return base::OkStatus();
}

}  // namespace

int64_t NextOnGrid(int64_t after_ns, int64_t interval_ns, int64_t offset_ns) {
  const int64_t base = after_ns - after_ns % interval_ns + offset_ns;
  return base > after_ns ? base : base + interval_ns;
}

int64_t AlignedTime(int64_t due_ns, int64_t actual_ns, int64_t interval_ns) {
  const int64_t tolerance = std::min(interval_ns / 100, kAlignToleranceNs);
  const int64_t late = actual_ns - due_ns;
  return late >= 0 && late <= tolerance ? due_ns : actual_ns;
}

ScrapeLoop::ScrapeLoop(const LoopEnvironment& environment, std::shared_ptr<Target> target)
    : env_(environment.env),
      pool_(environment.pool),
      client_(environment.client),
      config_(environment.config),
      target_(std::move(target)),
      user_agent_(environment.user_agent),
      interval_ns_(base::ToNs(target_->interval()).Value()),
      offset_ns_(static_cast<int64_t>((target_->hash() ^ environment.offset_seed) %
                                      static_cast<uint64_t>(interval_ns_))),
      writer_(environment.config, target_, environment.metric_rules, environment.writer) {}

ScrapeLoop::~ScrapeLoop() = default;

void ScrapeLoop::Start(std::vector<store::SeriesRef> inherited) {
  base::MutexLock lock(mutex_);
  writer_.Inherit(std::move(inherited));
  ScheduleNext(env_.clock().Now().Value());
}

void ScrapeLoop::ScheduleNext(int64_t after_ns) {
  if (stopped_) {
    return;
  }
  due_ns_ = NextOnGrid(after_ns, interval_ns_, offset_ns_);
  const int64_t wait_ns = std::max<int64_t>(due_ns_ - env_.clock().Now().Value(), 0);
  timer_ =
      pool_.PostDelayed(base::DurationNs(wait_ns), [self = shared_from_this()] { self->Fire(); });
}

void ScrapeLoop::Fire() {
  const int64_t start_monotonic_ns = env_.clock().MonotonicNs();
  const int64_t now_ns = env_.clock().Now().Value();
  base::TimestampMs time;
  std::string forced_error;
  {
    base::MutexLock lock(mutex_);
    if (stopped_) {
      return;
    }
    time = base::ToMs(base::TimestampNs(AlignedTime(due_ns_, now_ns, interval_ns_)));
    forced_error = forced_error_;
  }
  if (forced_error.empty()) {
    Fetch(start_monotonic_ns, time);
    return;
  }
  ScrapeInput input;
  input.time = time;
  input.start_monotonic_ns = start_monotonic_ns;
  input.error = base::FailedPrecondition(std::move(forced_error));
  Write(input);
}

net::ClientRequest ScrapeLoop::MakeRequest() const {
  net::ClientRequest request;
  request.url = target_->url();
  request.headers.Add("Accept", AcceptHeader(*config_));
  request.headers.Add("X-Prometheus-Scrape-Timeout-Seconds", SecondsText(target_->timeout()));
  if (!user_agent_.empty()) {
    request.headers.Add("User-Agent", user_agent_);
  }
  request.accept_encoding = config_->enable_compression ? "gzip" : "identity";
  request.timeout_ms = target_->timeout().Value();
  request.connect_timeout_ms = request.timeout_ms;
  // A body of exactly the limit fails, as in the reference.
  const int64_t limit = config_->limits.body_size_limit.bytes;
  request.max_response_bytes = limit > 0 ? static_cast<size_t>(limit - 1) : kBodyBytesMax;
  request.unix_socket = target_->labels().Get("__unix_socket__");
  return request;
}

void ScrapeLoop::Fetch(int64_t start_monotonic_ns, base::TimestampMs time) {
  {
    base::MutexLock lock(mutex_);
    if (stopped_) {
      return;
    }
    fetching_ = true;
  }
  const net::RequestHandle handle =
      client_->FetchAsync(MakeRequest(), [self = shared_from_this(), start_monotonic_ns,
                                          time](base::Result<net::ClientResponse> response) {
        auto shared = std::make_shared<base::Result<net::ClientResponse>>(std::move(response));
        // A timer that is due at once: unlike a task it is not refused when the pool is busy.
        self->pool_.PostDelayed(base::DurationNs(0), [self, shared, start_monotonic_ns, time] {
          self->Take(start_monotonic_ns, time, *shared);
        });
        base::MutexLock lock(self->mutex_);
        self->fetching_ = false;
        self->idle_.NotifyAll();
      });
  bool cancel = false;
  {
    base::MutexLock lock(mutex_);
    request_ = handle;
    cancel = stopped_;
  }
  if (cancel) {
    handle.Cancel();
  }
}

void ScrapeLoop::Take(int64_t start_monotonic_ns, base::TimestampMs time,
                      const base::Result<net::ClientResponse>& response) {
  ScrapeInput input;
  input.time = time;
  input.start_monotonic_ns = start_monotonic_ns;
  input.error = FetchError(response);
  if (input.error.ok()) {
    input.content_type = response->headers.Get("Content-Type");
    input.body = response->body;
  }
  Write(input);
}

void ScrapeLoop::Write(const ScrapeInput& input) {
  {
    base::MutexLock lock(mutex_);
    if (stopped_) {
      return;
    }
    busy_ = true;
    request_ = net::RequestHandle();
  }
  // The error is the target's to show; it is in its state already.
  (void)writer_.Write(input);
  base::MutexLock lock(mutex_);
  busy_ = false;
  idle_.NotifyAll();
  ScheduleNext(std::max(due_ns_, env_.clock().Now().Value()));
}

void ScrapeLoop::WaitUntilIdle() {
  while (busy_) {
    idle_.Wait(mutex_);
  }
}

std::vector<store::SeriesRef> ScrapeLoop::Stop(StaleMarkers markers) {
  net::RequestHandle request;
  std::vector<store::SeriesRef> series;
  {
    base::MutexLock lock(mutex_);
    const bool first = !stopped_;
    stopped_ = true;
    pool_.Cancel(timer_);
    request = request_;
    WaitUntilIdle();
    if (first && markers == StaleMarkers::kNone) {
      series = writer_.TrackedSeries();
    }
    if (first && markers == StaleMarkers::kWrite) {
      const int64_t due_in_ns = due_ns_ - env_.clock().Now().Value();
      const int64_t wait_ns = std::max<int64_t>(due_in_ns, 0) + interval_ns_ + interval_ns_ / 10;
      timer_ = pool_.PostDelayed(base::DurationNs(wait_ns),
                                 [self = shared_from_this()] { self->WriteStale(); });
    }
  }
  request.Cancel();
  return series;
}

void ScrapeLoop::WriteStale() {
  base::TimestampMs time;
  {
    base::MutexLock lock(mutex_);
    if (abandoned_) {
      return;
    }
    busy_ = true;
    time = base::ToMs(base::TimestampNs(due_ns_));
  }
  writer_.WriteStale(time);
  base::MutexLock lock(mutex_);
  busy_ = false;
  idle_.NotifyAll();
}

void ScrapeLoop::Abandon() {
  net::RequestHandle request;
  {
    base::MutexLock lock(mutex_);
    stopped_ = true;
    abandoned_ = true;
    pool_.Cancel(timer_);
    request = request_;
  }
  request.Cancel();
  base::MutexLock lock(mutex_);
  while (fetching_) {
    idle_.Wait(mutex_);
  }
  WaitUntilIdle();
}

void ScrapeLoop::SetForcedError(std::string error) {
  base::MutexLock lock(mutex_);
  forced_error_ = std::move(error);
}

}  // namespace sb::scrape
