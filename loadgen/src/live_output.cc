// SPDX-License-Identifier: Apache-2.0
#include "live_output.h"

#include <bit>
#include <chrono>

#include <fmt/format.h>

#include "base/env.h"
#include "encoding/compress.h"
#include "model/label_set.h"
#include "runner.h"
#include "threshold.h"
#include "wire/prometheus/remote_write_v1.h"

namespace sb::load {
namespace {

// Prometheus' marker for a series that has ended.
constexpr uint64_t kStaleBits = 0x7ff0000000000002;

// "p(99.9)" -> "p99_9" would not be k6's spelling: it is "p99.9" with the dot replaced.
std::string StatSuffix(const std::string& stat) {
  std::string out;
  for (const char c : stat) {
    if (c == '(' || c == ')') continue;
    out += c == '.' ? '_' : c;
  }
  return out;
}

class WriteBody {
 public:
  WriteBody(int64_t now_ms, bool stale, std::string* out)
      : now_ms_(now_ms), stale_(stale), writer_(out) {}

  void Add(const Metric& metric, std::string_view suffix, const TagSet& set, double value,
           bool with_trace) {
    std::vector<model::Label> labels;
    std::string name = "k6_" + metric.name;
    for (char& c : name) {
      if (c == '.' || c == '-' || c == ' ') c = '_';
    }
    name += suffix;
    labels.push_back({model::kMetricName, name});
    for (const auto& [key, text] : set.tags) labels.push_back({key, text});
    const wire::WriteSample sample{now_ms_, stale_ ? std::bit_cast<double>(kStaleBits) : value, 0};
    std::vector<model::Exemplar> exemplars;
    if (with_trace && set.slowest_ms >= 0 && !stale_) {
      model::Exemplar exemplar;
      exemplar.labels = model::LabelSet::FromPairs({{"trace_id", set.slowest_trace}});
      exemplar.value = set.slowest_ms / 1000;
      exemplar.time_ms = now_ms_;
      exemplar.has_time = true;
      exemplars.push_back(std::move(exemplar));
    }
    writer_.AddSeries(model::LabelSet::FromLabels(std::move(labels)), {&sample, 1}, {}, exemplars);
  }

 private:
  int64_t now_ms_;
  bool stale_;
  wire::WriteRequestV1Writer writer_;
};

}  // namespace

base::Result<LiveOutputSettings> LiveOutputSettings::FromEnvironment(
    const std::map<std::string, std::string>& env) {
  LiveOutputSettings out;
  const auto get = [&](const char* name) {
    const auto it = env.find(std::string("K6_PROMETHEUS_RW_") + name);
    return it == env.end() ? std::string() : it->second;
  };
  if (const std::string url = get("SERVER_URL"); !url.empty()) out.url = url;
  if (const std::string text = get("PUSH_INTERVAL"); !text.empty()) {
    SB_ASSIGN_OR_RETURN(out.interval, ParseDuration(text));
    if (out.interval < 100 * kMilli) {
      return base::InvalidArgument("K6_PROMETHEUS_RW_PUSH_INTERVAL is below 100ms: " + text);
    }
  }
  if (const std::string stats = get("TREND_STATS"); !stats.empty()) {
    out.trend_stats.clear();
    for (size_t at = 0; at <= stats.size();) {
      const size_t comma = std::min(stats.find(',', at), stats.size());
      out.trend_stats.push_back(stats.substr(at, comma - at));
      at = comma + 1;
      Sink probe(MetricType::kTrend);
      SB_RETURN_IF_ERROR(TrendAggregate(out.trend_stats.back(), probe).status());
    }
  }
  out.stale_markers = get("STALE_MARKERS") == "true";
  if (get("TREND_AS_NATIVE_HISTOGRAM") == "true") {
    return base::Unimplemented(
        "K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM is not there; use TREND_STATS");
  }
  if (const std::string token = get("BEARER_TOKEN"); !token.empty()) {
    out.headers = "Authorization: Bearer " + token + "\r\n";
  }
  return out;
}

std::string EncodeWrite(const MetricRegistry& registry, SeriesMap& series,
                        const LiveOutputSettings& settings, int64_t now_ms, bool stale) {
  std::string raw;
  WriteBody body(now_ms, stale, &raw);
  for (auto& [key, set] : series) {
    for (auto& [id, sink] : set.sinks) {
      const Metric& metric = registry.metric(id);
      switch (metric.type) {
        case MetricType::kCounter: body.Add(metric, "_total", set, sink.sum(), false); break;
        case MetricType::kGauge: body.Add(metric, "", set, sink.last(), false); break;
        case MetricType::kRate: body.Add(metric, "_rate", set, sink.rate(), false); break;
        case MetricType::kTrend:
          for (const std::string& stat : settings.trend_stats) {
            double value = *TrendAggregate(stat, sink);
            // Seconds, as Prometheus has times.
            if (metric.contains == Contains::kTime && stat != "count") value /= 1000;
            body.Add(metric, "_" + StatSuffix(stat), set, value, id == kHttpReqDuration);
          }
          break;
      }
    }
  }
  std::string packed;
  encoding::Compress(encoding::Compression::kSnappyBlock, raw, &packed);
  return packed;
}

LiveOutput::LiveOutput(TestState& test, LiveOutputSettings settings,
                       std::function<SeriesMap()> series)
    : test_(test), settings_(std::move(settings)), series_(std::move(series)),
      client_(test.net) {}

void LiveOutput::Start() {
  thread_ = StartUserThread([this] { Loop(); });
}

void LiveOutput::Loop() {
  for (;;) {
    {
      base::MutexLock lock(mutex_);
      const Nanos until = NowNs() + settings_.interval;
      for (Nanos now = NowNs(); now < until && !finishing_; now = NowNs()) {
        changed_.WaitFor(mutex_, std::chrono::nanoseconds(until - now));
      }
      if (finishing_) break;
    }
    Push(false);
  }
  Push(false);
  if (settings_.stale_markers) Push(true);
}

void LiveOutput::Push(bool stale) {
  SeriesMap series = series_();
  if (series.empty()) return;
  // One millisecond later than the last values, so that the markers are the newest.
  const int64_t now_ms = base::Env::Real().clock().NowMs().Value() + (stale ? 1 : 0);
  HttpRequest request;
  request.method = "POST";
  if (!ParseUrl(settings_.url, &request.url)) return;
  request.headers = "Content-Type: application/x-protobuf\r\nContent-Encoding: snappy\r\n"
                    "User-Agent: signalbox-load/0.1\r\n"
                    "X-Prometheus-Remote-Write-Version: 0.1.0\r\n" + settings_.headers;
  request.body = EncodeWrite(test_.registry, series, settings_, now_ms, stale);
  request.has_body = true;
  request.timeout = 5 * kSecond;
  HttpResponse response;
  client_.Exchange(request, nullptr, &response);
  if (response.status >= 200 && response.status < 300) return;
  test_.console.Write(
      "error",
      fmt::format("Failed to send the time series data to the endpoint {}: {}", settings_.url,
                  response.error.empty() ? fmt::format("HTTP status {}: {}", response.status,
                                                       response.body.substr(0, 200))
                                         : response.error),
      "");
}

void LiveOutput::Finish() {
  {
    base::MutexLock lock(mutex_);
    finishing_ = true;
    changed_.NotifyAll();
  }
  pthread_join(thread_, nullptr);
}

}  // namespace sb::load
