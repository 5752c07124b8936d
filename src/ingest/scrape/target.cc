// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/target.h"

#include <map>
#include <optional>
#include <utility>

#include "config/duration.h"
#include "config/quote.h"
#include "encoding/hash.h"
#include "ingest/scrape/sample_labels.h"

namespace sb::scrape {
namespace {

constexpr std::string_view kScheme = "__scheme__";
constexpr std::string_view kMetricsPath = "__metrics_path__";
constexpr std::string_view kParamPrefix = "__param_";
constexpr std::string_view kInterval = "__scrape_interval__";
constexpr std::string_view kTimeout = "__scrape_timeout__";
constexpr std::string_view kUnixSocket = "__unix_socket__";
constexpr std::string_view kInstance = "instance";

constexpr std::pair<std::string_view, std::string_view> kFlags[] = {
    {"__convert_classic_histograms_to_nhcb__", "convert classic histograms to nhcb"},
    {"__always_scrape_classic_histograms__", "always scrape classic histograms"},
    {"__scrape_native_histograms__", "scrape native histograms"}};

// As Go's strconv.ParseBool.
std::optional<bool> ParseFlag(std::string_view text) {
  for (const char* word : {"1", "t", "T", "TRUE", "true", "True"}) {
    if (text == word) {
      return true;
    }
  }
  for (const char* word : {"0", "f", "F", "FALSE", "false", "False"}) {
    if (text == word) {
      return false;
    }
  }
  return std::nullopt;
}

void AppendEscaped(std::string* out, std::string_view text, std::string_view also_plain,
                   bool plus_for_space) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-_.~").find(c) != std::string_view::npos ||
                       also_plain.find(c) != also_plain.npos;
    if (plain) {
      out->push_back(c);
    } else if (c == ' ' && plus_for_space) {
      out->push_back('+');
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out->push_back('%');
      out->push_back(kHex[byte >> 4]);
      out->push_back(kHex[byte & 15]);
    }
  }
}

void SetIfAbsent(model::LabelSetBuilder* labels, std::string_view name, std::string_view value) {
  if (labels->Get(name).empty()) {
    labels->Set(name, value);
  }
}

model::LabelSet DiscoveredLabels(const ScrapeConfig& config, const discovery::LabelMap& target,
                                 const discovery::LabelMap& group) {
  model::LabelSetBuilder labels;
  for (const auto& [name, value] : group) {
    labels.Set(name, value);
  }
  for (const auto& [name, value] : target) {
    labels.Set(name, value);
  }
  const auto flag = [](const std::optional<bool>& value) {
    return value.value_or(false) ? "true" : "false";
  };
  SetIfAbsent(&labels, "job", config.job_name);
  SetIfAbsent(&labels, kInterval, config::FormatDuration(config.scrape_interval));
  SetIfAbsent(&labels, kTimeout, config::FormatDuration(config.scrape_timeout));
  SetIfAbsent(&labels, kMetricsPath, config.metrics_path);
  SetIfAbsent(&labels, kScheme, config.scheme);
  SetIfAbsent(&labels, kFlags[0].first, flag(config.convert_classic_histograms_to_nhcb));
  SetIfAbsent(&labels, kFlags[1].first, flag(config.always_scrape_classic_histograms));
  SetIfAbsent(&labels, kFlags[2].first, flag(config.scrape_native_histograms));
  for (const auto& [name, values] : config.params) {
    if (!values.empty()) {
      SetIfAbsent(&labels, std::string(kParamPrefix) + name, values[0]);
    }
  }
  return labels.Build();
}

base::Result<base::DurationMs> ParsePositive(std::string_view text, const std::string& what) {
  auto duration = config::ParseDuration(text);
  if (!duration.ok()) {
    return duration.status().WithPrefix("error parsing " + what);
  }
  if (duration->Value() == 0) {
    return base::InvalidArgument(what + " cannot be 0");
  }
  return duration;
}

base::Status CheckTimes(const model::LabelSetBuilder& labels) {
  const std::string interval(labels.Get(kInterval));
  const std::string timeout(labels.Get(kTimeout));
  SB_ASSIGN_OR_RETURN(const auto every, ParsePositive(interval, "scrape interval"));
  SB_ASSIGN_OR_RETURN(const auto limit, ParsePositive(timeout, "scrape timeout"));
  if (limit > every) {
    return base::InvalidArgument("scrape timeout cannot be greater than scrape interval (" +
                                 config::GoQuote(timeout) + " > " + config::GoQuote(interval) +
                                 ")");
  }
  return base::OkStatus();
}

base::Status CheckScrapable(const model::LabelSetBuilder& labels) {
  const std::string address(labels.Get(discovery::kAddressLabel));
  if (address.empty() && labels.Get(kUnixSocket).empty()) {
    return base::InvalidArgument("no address");
  }
  SB_RETURN_IF_ERROR(discovery::CheckTargetAddress(address));
  SB_RETURN_IF_ERROR(CheckTimes(labels));
  for (const auto& [name, what] : kFlags) {
    const std::string_view value = labels.Get(name);
    if (!value.empty() && !ParseFlag(value)) {
      return base::InvalidArgument("error parsing " + std::string(what) + ": " +
                                   config::GoQuote(value));
    }
  }
  return base::OkStatus();
}

model::LabelSet FinalLabels(model::LabelSetBuilder builder) {
  const model::LabelSet relabelled = builder.Build();
  for (const model::Label& label : relabelled) {
    if (label.name.starts_with("__meta_")) {
      builder.Delete(label.name);
    }
  }
  SetIfAbsent(&builder, kInstance, relabelled.Get(discovery::kAddressLabel));
  return builder.Build();
}

uint64_t HashOf(const model::LabelSet& labels, const std::string& url) {
  const std::string text = std::to_string(labels.Hash()) + url;
  return encoding::Hash64Of(text);
}

base::DurationMs DurationLabel(const model::LabelSet& labels, std::string_view name,
                               base::DurationMs fallback) {
  const auto duration = config::ParseDuration(labels.Get(name));
  return duration.ok() && duration->Value() > 0 ? *duration : fallback;
}

}  // namespace

std::string_view TargetHealthName(TargetHealth health) {
  switch (health) {
    case TargetHealth::kUp:
      return "up";
    case TargetHealth::kDown:
      return "down";
    case TargetHealth::kUnknown:
      break;
  }
  return "unknown";
}

base::Result<BuiltLabels> BuildTargetLabels(const ScrapeConfig& config,
                                            const model::RelabelRules& rules,
                                            const discovery::LabelMap& target,
                                            const discovery::LabelMap& group) {
  BuiltLabels built;
  built.discovered = DiscoveredLabels(config, target, group);
  model::LabelSetBuilder builder(built.discovered);
  if (!rules.Apply(&builder)) {
    return built;
  }
  SB_RETURN_IF_ERROR(CheckScrapable(builder));
  built.labels = FinalLabels(std::move(builder));
  for (const model::Label& label : built.labels) {
    if (!config::IsValidUtf8(label.value)) {
      return base::InvalidArgument("invalid label value for " + config::GoQuote(label.name) + ": " +
                                   config::GoQuote(label.value));
    }
  }
  return built;
}

std::string TargetUrl(const ScrapeConfig& config, const model::LabelSet& labels) {
  std::map<std::string, std::vector<std::string>> params = config.params;
  for (const model::Label& label : labels) {
    if (label.name.starts_with(kParamPrefix)) {
      auto& values = params[std::string(label.name.substr(kParamPrefix.size()))];
      if (values.empty()) {
        values.emplace_back();
      }
      values[0] = label.value;
    }
  }
  std::string_view host = labels.Get(discovery::kAddressLabel);
  if (host.empty() && labels.Has(kUnixSocket)) {
    host = "localhost";
  }
  std::string url = std::string(labels.Get(kScheme)) + "://" + std::string(host);
  const std::string_view path = labels.Get(kMetricsPath);
  url += path.starts_with('/') || path.empty() ? "" : "/";
  AppendEscaped(&url, path, "/:@!$&'()*+,;=", /*plus_for_space=*/false);
  char separator = '?';
  for (const auto& [name, values] : params) {
    for (const std::string& value : values) {
      url.push_back(separator);
      separator = '&';
      AppendEscaped(&url, name, "", /*plus_for_space=*/true);
      url.push_back('=');
      AppendEscaped(&url, value, "", /*plus_for_space=*/true);
    }
  }
  return url;
}

Target::Target(const ScrapeConfig& config, model::LabelSet labels, model::LabelSet discovered)
    : labels_(std::move(labels)),
      public_labels_(WithoutReserved(labels_)),
      url_(TargetUrl(config, labels_)),
      hash_(HashOf(labels_, url_)),
      interval_(DurationLabel(labels_, kInterval, config.scrape_interval)),
      timeout_(DurationLabel(labels_, kTimeout, config.scrape_timeout)),
      discovered_(std::move(discovered)) {}

bool Target::Flag(std::string_view label, bool fallback) const {
  return ParseFlag(labels_.Get(label)).value_or(fallback);
}

model::LabelSet Target::discovered_labels() const {
  base::MutexLock lock(mutex_);
  return discovered_;
}

void Target::set_discovered_labels(model::LabelSet labels) {
  base::MutexLock lock(mutex_);
  discovered_ = std::move(labels);
}

TargetState Target::state() const {
  base::MutexLock lock(mutex_);
  return state_;
}

void Target::Report(base::TimestampMs start, double duration_s, const base::Status& error) {
  base::MutexLock lock(mutex_);
  state_.health = error.ok() ? TargetHealth::kUp : TargetHealth::kDown;
  state_.last_error = error.message();
  state_.last_scrape = start;
  state_.last_duration_s = duration_s;
}

void Target::SetMetadata(std::shared_ptr<const std::vector<FamilyMetadata>> metadata) {
  base::MutexLock lock(mutex_);
  state_.metadata = std::move(metadata);
}

}  // namespace sb::scrape
