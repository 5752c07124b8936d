// SPDX-License-Identifier: Apache-2.0
#include "signalbox/sdk.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <map>
#include <mutex>
#include <thread>

#include "batch_queue.h"
#include "entropy.h"
#include "environment.h"
#include "exposition.h"
#include "log_line.h"
#include "metric_store.h"
#include "otlp_encoding.h"
#include "otlp_transport.h"
#include "signalbox/resource.h"

namespace signalbox {

namespace {

using Clock = std::chrono::steady_clock;
using internal::Signal;

// Pauses of 1, 2, 4, … s, at most this often for one batch.
constexpr int kTriesMax = 5;
constexpr int64_t kFirstPauseMs = 1000;
constexpr int64_t kPauseMaxMs = 30'000;

}  // namespace

class Sdk::Impl final : public SpanSink, public LogSink {
 public:
  explicit Impl(Options with)
      : options(std::move(with)),
        resource(MakeResource(options)),
        sampler(options.sampler != nullptr ? options.sampler
                                           : Sampler::ParentBased(Sampler::AlwaysOn())),
        store(std::make_shared<MetricStore>(options.views)),
        spans(options.queue_max, std::min(options.batch_max, options.queue_max)),
        records(options.queue_max, std::min(options.batch_max, options.queue_max)) {
    if (options.sends_traces || options.sends_logs) {
      event_thread = std::thread([this] { SendEvents(); });
    }
    if (options.sends_metrics) {
      metric_thread = std::thread([this] { SendMetrics(); });
    }
  }

  ~Impl() override { Stop(); }

  void OnEnd(std::unique_ptr<SpanData> span) override {
    bool is_ready = false;
    if (spans.Push(std::move(span), &is_ready) && is_ready) {
      Wake();
    }
  }

  void OnRecord(std::unique_ptr<LogData> record) override {
    if (options.prints_logs) {
      const std::string line = internal::JsonLine(*record);
      std::fwrite(line.data(), 1, line.size(), stdout);
      std::fflush(stdout);
    }
    bool is_ready = false;
    if (options.sends_logs && records.Push(std::move(record), &is_ready) && is_ready) {
      Wake();
    }
  }

  std::shared_ptr<const InstrumentationScope> ScopeOf(std::string_view name,
                                                      std::string_view version) {
    const std::lock_guard lock(mutex);
    auto& scope = scopes[std::string(name) + "\n" + std::string(version)];
    if (scope == nullptr) {
      scope = std::make_shared<const InstrumentationScope>(
          InstrumentationScope{std::string(name), std::string(version)});
    }
    return scope;
  }

  bool Flush(int64_t timeout_ms) {
    const auto deadline = Clock::now() + std::chrono::milliseconds(timeout_ms);
    {
      const std::lock_guard lock(mutex);
      flush_asked = true;
      metric_flush_asked = options.sends_metrics;
      wake.notify_all();
    }
    bool is_done = true;
    if (event_thread.joinable()) {
      is_done = spans.WaitEmpty(deadline) && records.WaitEmpty(deadline);
    }
    std::unique_lock lock(mutex);
    return wake.wait_until(lock, deadline, [&] { return !metric_flush_asked; }) && is_done;
  }

  void Stop() {
    {
      const std::lock_guard lock(mutex);
      if (is_stopping) {
        return;
      }
      is_stopping = true;
      stop_deadline = Clock::now() + std::chrono::milliseconds(options.shutdown_ms);
      wake.notify_all();
    }
    if (event_thread.joinable()) {
      event_thread.join();
    }
    if (metric_thread.joinable()) {
      metric_thread.join();
    }
  }

  const Options options;
  const Attributes resource;
  const std::shared_ptr<const Sampler> sampler;
  const std::shared_ptr<MetricStore> store;
  internal::BatchQueue<SpanData> spans;
  internal::BatchQueue<LogData> records;
  std::atomic<uint64_t> spans_sent{0};
  std::atomic<uint64_t> spans_refused{0};
  std::atomic<uint64_t> logs_sent{0};
  std::atomic<uint64_t> logs_refused{0};
  std::atomic<uint64_t> metric_failures{0};

 private:
  static Attributes MakeResource(const Options& options) {
    Attributes resource = DetectResource(options.service_name, options.service_version);
    resource.insert(resource.end(), options.resource.begin(), options.resource.end());
    return resource;
  }

  void Wake() {
    const std::lock_guard lock(mutex);
    wake.notify_all();
  }

  // Until a batch is full, the delay is over, somebody flushes, or the end.
  bool WaitForEvents() {
    std::unique_lock lock(mutex);
    wake.wait_for(lock, std::chrono::milliseconds(options.batch_delay_ms), [&] {
      return is_stopping || flush_asked || spans.HasBatch() || records.HasBatch();
    });
    flush_asked = false;
    return is_stopping;
  }

  void SendEvents() {
    const auto traces = MakeCurlTransport(Signal::kTraces, TransportOf(Signal::kTraces, options));
    const auto logs = MakeCurlTransport(Signal::kLogs, TransportOf(Signal::kLogs, options));
    for (bool is_last = false; !is_last;) {
      is_last = WaitForEvents();
      SendAll(spans, internal::EncodeSpans, *traces, &spans_sent, &spans_refused);
      SendAll(records, internal::EncodeLogs, *logs, &logs_sent, &logs_refused);
    }
  }

  template <typename Item, typename Encode>
  void SendAll(internal::BatchQueue<Item>& queue, Encode encode, internal::OtlpTransport& transport,
               std::atomic<uint64_t>* sent, std::atomic<uint64_t>* refused) {
    for (auto batch = queue.Take(); !batch.empty(); batch = queue.Take()) {
      const bool is_sent = SendWithRetries(transport, encode(resource, batch));
      (is_sent ? sent : refused)->fetch_add(batch.size());
      queue.Done();
    }
    queue.Done();
  }

  bool SendWithRetries(internal::OtlpTransport& transport, const std::string& request) {
    int64_t pause_ms = kFirstPauseMs;
    for (int attempt = 1;; ++attempt) {
      const internal::SendResult result = transport.Send(request);
      if (result.is_ok) {
        return true;
      }
      const int64_t wait_ms = std::max(
          result.retry_after_ms, pause_ms + static_cast<int64_t>(internal::RandomBits() % 250));
      if (!result.is_retryable || attempt == kTriesMax || !Pause(wait_ms)) {
        Complain(result.error);
        return false;
      }
      pause_ms = std::min(pause_ms * 2, kPauseMaxMs);
    }
  }

  // False when the end would come before the pause is over.
  bool Pause(int64_t ms) {
    std::unique_lock lock(mutex);
    const auto until = Clock::now() + std::chrono::milliseconds(ms);
    wake.wait_until(lock, until, [&] { return is_stopping; });
    if (!is_stopping) {
      return true;
    }
    return until < stop_deadline &&
           !wake.wait_until(lock, until, [&] { return Clock::now() >= stop_deadline; });
  }

  // One line a minute at most: an application's output is its own.
  void Complain(const std::string& error) {
    const int64_t now = internal::MonotonicNs();
    int64_t last = last_complaint_ns.load();
    if ((last == 0 || now - last > 60'000'000'000) &&
        last_complaint_ns.compare_exchange_strong(last, now)) {
      std::fprintf(stderr, "signalbox sdk: telemetry is lost: %s\n", error.c_str());
    }
  }

  void SendMetrics() {
    const auto transport =
        MakeCurlTransport(Signal::kMetrics, TransportOf(Signal::kMetrics, options));
    auto next = Clock::now();
    for (bool is_last = false; !is_last;) {
      next += std::chrono::milliseconds(options.metric_interval_ms);
      {
        std::unique_lock lock(mutex);
        wake.wait_until(lock, next, [&] { return is_stopping || metric_flush_asked; });
        is_last = is_stopping;
      }
      const std::vector<MetricData> metrics = store->Collect();
      // Cumulative values: what one export loses, the next one holds.
      if (!metrics.empty()) {
        const internal::SendResult result = transport->Send(
            internal::EncodeMetrics(resource, metrics, store->start_ns(), internal::NowNs()));
        if (!result.is_ok) {
          metric_failures.fetch_add(1);
          Complain(result.error);
        }
      }
      const std::lock_guard lock(mutex);
      metric_flush_asked = false;
      wake.notify_all();
    }
  }

  std::mutex mutex;
  std::condition_variable wake;
  bool is_stopping = false;
  bool flush_asked = false;
  bool metric_flush_asked = false;
  Clock::time_point stop_deadline;
  std::map<std::string, std::shared_ptr<const InstrumentationScope>> scopes;
  std::atomic<int64_t> last_complaint_ns{0};
  std::thread event_thread;
  std::thread metric_thread;
};

Sdk::Sdk(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Sdk::~Sdk() = default;

std::unique_ptr<Sdk> Sdk::Start(Options options) {
  std::string problems;
  Options complete = internal::WithEnvironment(std::move(options), &problems);
  std::fputs(problems.c_str(), stderr);
  return std::unique_ptr<Sdk>(new Sdk(std::make_unique<Impl>(std::move(complete))));
}

Tracer Sdk::tracer(std::string_view name, std::string_view version) const {
  return impl_->options.sends_traces
             ? Tracer(impl_->ScopeOf(name, version), impl_.get(), impl_->sampler)
             : Tracer();
}

Meter Sdk::meter(std::string_view name, std::string_view version) const {
  return Meter(impl_->store, std::string(name), std::string(version));
}

Logger Sdk::logger(std::string_view name) const {
  return Logger(impl_->ScopeOf(name, ""), impl_.get(), impl_->options.least_severity);
}

std::string Sdk::PrometheusText() const {
  return PrometheusTextOf(impl_->store->Collect(), impl_->resource);
}

SdkCounts Sdk::counts() const {
  return {.spans_sent = impl_->spans_sent.load(),
          .spans_dropped_queue_full = impl_->spans.dropped(),
          .spans_dropped_refused = impl_->spans_refused.load(),
          .logs_sent = impl_->logs_sent.load(),
          .logs_dropped_queue_full = impl_->records.dropped(),
          .logs_dropped_refused = impl_->logs_refused.load(),
          .metric_exports_failed = impl_->metric_failures.load()};
}

bool Sdk::Flush(int64_t timeout_ms) {
  return impl_->Flush(timeout_ms);
}

void Sdk::Shutdown() {
  impl_->Stop();
}

}  // namespace signalbox
