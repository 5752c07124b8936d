// SPDX-License-Identifier: Apache-2.0
#include "metric.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace sb::load {
namespace {

// A bucket is the exponent and the first 9 bits of the mantissa of the value.
constexpr int kMantissaBits = 9;
constexpr int kExponentMin = -20;
constexpr int kExponentMax = 40;
constexpr size_t kBuckets = size_t(kExponentMax - kExponentMin) << kMantissaBits;

size_t BucketOf(double value) {
  if (!(value >= std::ldexp(1.0, kExponentMin))) return 0;
  if (value >= std::ldexp(1.0, kExponentMax)) return kBuckets - 1;
  const uint64_t top = std::bit_cast<uint64_t>(value) >> (52 - kMantissaBits);
  const uint64_t first = uint64_t(1023 + kExponentMin) << kMantissaBits;
  return size_t(top - first);
}

double BucketMiddle(size_t bucket) {
  const uint64_t first = uint64_t(1023 + kExponentMin) << kMantissaBits;
  const double low = std::bit_cast<double>((bucket + first) << (52 - kMantissaBits));
  const double high = std::bit_cast<double>((bucket + first + 1) << (52 - kMantissaBits));
  return bucket == 0 ? 0 : (low + high) / 2;
}

bool IsMetricName(std::string_view name) {
  if (name.empty() || name.size() > 128) return false;
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return letter(name[0]) && std::ranges::all_of(name, [&](char c) {
           return letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ' ';
         });
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (text.size() >= 2 && text.front() == text.back() &&
      (text.front() == '"' || text.front() == '\'')) {
    text = text.substr(1, text.size() - 2);
  }
  return text;
}

}  // namespace

std::string_view MetricTypeName(MetricType type) {
  switch (type) {
    case MetricType::kCounter: return "counter";
    case MetricType::kGauge: return "gauge";
    case MetricType::kRate: return "rate";
    case MetricType::kTrend: return "trend";
  }
  return "";
}

std::string_view ContainsName(Contains contains) {
  switch (contains) {
    case Contains::kDefault: return "default";
    case Contains::kTime: return "time";
    case Contains::kData: return "data";
  }
  return "";
}

void Sink::Add(double value) {
  min_ = count_ == 0 ? value : std::min(min_, value);
  max_ = count_ == 0 ? value : std::max(max_, value);
  count_++;
  sum_ += value;
  last_ = value;
  if (type_ == MetricType::kRate) {
    if (value != 0) trues_++;
  } else if (type_ == MetricType::kTrend) {
    if (!buckets_.empty()) {
      buckets_[BucketOf(value)]++;
      return;
    }
    values_.push_back(value);
    sorted_ = false;
    if (values_.size() >= kExactValuesMax) Fold();
  }
}

void Sink::Fold() {
  if (buckets_.empty()) buckets_.resize(kBuckets);
  for (const double value : values_) buckets_[BucketOf(value)]++;
  values_ = {};
}

void Sink::Merge(const Sink& other) {
  if (other.count_ == 0) return;
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = count_ == 0 ? other.max_ : std::max(max_, other.max_);
  count_ += other.count_;
  trues_ += other.trues_;
  sum_ += other.sum_;
  last_ = other.last_;
  if (type_ != MetricType::kTrend) return;
  sorted_ = false;
  if (buckets_.empty() && other.buckets_.empty() &&
      values_.size() + other.values_.size() <= kExactValuesMax) {
    values_.insert(values_.end(), other.values_.begin(), other.values_.end());
    return;
  }
  Fold();
  for (const double value : other.values_) buckets_[BucketOf(value)]++;
  for (size_t i = 0; i < other.buckets_.size(); i++) buckets_[i] += other.buckets_[i];
}

double Sink::Percentile(double p) {
  if (count_ == 0) return 0;
  if (p <= 0) return min_;
  if (p >= 100) return max_;
  if (!buckets_.empty()) {
    const double rank = p / 100 * double(count_ - 1);
    double seen = 0;
    for (size_t i = 0; i < buckets_.size(); i++) {
      seen += double(buckets_[i]);
      if (seen > rank) return std::clamp(BucketMiddle(i), min_, max_);
    }
    return max_;
  }
  if (!sorted_) {
    std::ranges::sort(values_);
    sorted_ = true;
  }
  const double rank = p / 100 * double(values_.size() - 1);
  const auto below = size_t(rank);
  const double fraction = rank - std::floor(rank);
  if (below + 1 >= values_.size()) return values_.back();
  return values_[below] + (values_[below + 1] - values_[below]) * fraction;
}

MetricRegistry::MetricRegistry() {
  using enum MetricType;
  using enum Contains;
  const struct {
    const char* name;
    MetricType type;
    Contains contains;
  } builtins[kBuiltInCount] = {
      {"vus", kGauge, kDefault},
      {"vus_max", kGauge, kDefault},
      {"iterations", kCounter, kDefault},
      {"iteration_duration", kTrend, kTime},
      {"dropped_iterations", kCounter, kDefault},
      {"data_sent", kCounter, kData},
      {"data_received", kCounter, kData},
      {"checks", kRate, kDefault},
      {"group_duration", kTrend, kTime},
      {"http_reqs", kCounter, kDefault},
      {"http_req_failed", kRate, kDefault},
      {"http_req_duration", kTrend, kTime},
      {"http_req_blocked", kTrend, kTime},
      {"http_req_connecting", kTrend, kTime},
      {"http_req_tls_handshaking", kTrend, kTime},
      {"http_req_sending", kTrend, kTime},
      {"http_req_waiting", kTrend, kTime},
      {"http_req_receiving", kTrend, kTime},
      {"ws_sessions", kCounter, kDefault},
      {"ws_msgs_sent", kCounter, kDefault},
      {"ws_msgs_received", kCounter, kDefault},
      {"ws_connecting", kTrend, kTime},
      {"ws_session_duration", kTrend, kTime},
      {"ws_ping", kTrend, kTime},
  };
  for (const auto& metric : builtins) {
    SB_CHECK(Declare(metric.name, metric.type, metric.contains).ok());
  }
  SB_CHECK(DeclareSub("http_req_duration{expected_response:true}").ok());
}

base::Result<MetricId> MetricRegistry::Declare(const std::string& name, MetricType type,
                                               Contains contains) {
  if (!IsMetricName(name)) {
    return base::InvalidArgument(
        "a metric's name has letters, digits and underscores, at most 128: '" + name + "'");
  }
  base::MutexLock lock(mutex_);
  for (MetricId id = 0; id < metrics_.size(); id++) {
    if (metrics_[id].name != name) continue;
    if (metrics_[id].type == type) return id;
    return base::AlreadyExists("metric '" + name + "' already exists with the type " +
                               std::string(MetricTypeName(metrics_[id].type)) + ", not " +
                               std::string(MetricTypeName(type)));
  }
  if (metrics_.size() >= kMetricsMax) {
    return base::ResourceExhausted("more than 2000 metrics; use tags instead: " + name);
  }
  const auto id = MetricId(metrics_.size());
  metrics_.push_back({name, type, contains, {uint32_t(slots_.size())}});
  slots_.push_back({name, id, {}});
  return id;
}

base::Result<uint32_t> MetricRegistry::DeclareSub(const std::string& spelled) {
  const size_t brace = spelled.find('{');
  const std::string name = spelled.substr(0, brace);
  base::MutexLock lock(mutex_);
  MetricId id = 0;
  while (id < metrics_.size() && metrics_[id].name != name) id++;
  if (id == metrics_.size()) return base::NotFound("no metric is named '" + name + "'");
  for (const uint32_t slot : metrics_[id].slots) {
    if (slots_[slot].name == spelled) return slot;
  }
  if (brace == std::string::npos) return metrics_[id].slots[0];
  if (spelled.back() != '}') {
    return base::InvalidArgument("a sub-metric is spelled metric{tag:value}: " + spelled);
  }
  Slot slot{spelled, id, {}};
  std::string_view rest = std::string_view(spelled).substr(brace + 1);
  rest.remove_suffix(1);
  while (!rest.empty()) {
    const size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view pair = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    const size_t colon = pair.find(':');
    const std::string_view key = Trim(pair.substr(0, colon));
    if (key.empty()) return base::InvalidArgument("a tag without a name in " + spelled);
    slot.match.emplace_back(
        key, colon == std::string_view::npos ? std::string_view() : Trim(pair.substr(colon + 1)));
  }
  const auto index = uint32_t(slots_.size());
  slots_.push_back(std::move(slot));
  metrics_[id].slots.push_back(index);
  return index;
}

const Metric& MetricRegistry::metric(MetricId id) const {
  base::MutexLock lock(mutex_);
  return metrics_[id];
}
const Slot& MetricRegistry::slot(uint32_t index) const {
  base::MutexLock lock(mutex_);
  return slots_[index];
}
size_t MetricRegistry::metric_count() const {
  base::MutexLock lock(mutex_);
  return metrics_.size();
}
size_t MetricRegistry::slot_count() const {
  base::MutexLock lock(mutex_);
  return slots_.size();
}

}  // namespace sb::load
