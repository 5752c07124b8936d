// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/global_config.h"

#include <algorithm>
#include <set>

#include "config/quote.h"

namespace sb::scrape {
namespace {

using config::ErrorList;
using config::Node;
using config::OptionTable;

constexpr base::DurationMs kDefaultInterval{60'000};
constexpr base::DurationMs kDefaultTimeout{10'000};

// In the order in which the reference lists them.
constexpr std::string_view kProtocols[] = {"OpenMetricsText0.0.1", "OpenMetricsText1.0.0",
                                           "PrometheusProto", "PrometheusText0.0.4",
                                           "PrometheusText1.0.0"};

std::string Joined(const std::vector<std::string>& words) {
  std::string out = "[";
  for (const std::string& word : words) {
    out += (out.size() == 1 ? "" : " ") + word;
  }
  return out + "]";
}

std::string Lower(std::string text) {
  for (char& c : text) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return text;
}

void CheckExternalLabels(const Node& node, const GlobalConfig& global, ErrorList& errors) {
  const Node* labels = node.Find("external_labels");
  if (labels == nullptr) {
    return;
  }
  const auto validation = NameValidationOf(global.metric_name_validation_scheme);
  for (const Node::Entry& entry : labels->entries) {
    if (!model::IsValidLabelName(entry.key->text, validation)) {
      errors.Add(*entry.key, config::GoQuote(entry.key->text) + " is not a valid label name");
    }
    if (!config::IsValidUtf8(entry.value->text)) {
      errors.Add(*entry.value, config::GoQuote(entry.value->text) + " is not a valid label value");
    }
  }
}

const Node& At(const Node& node, std::string_view key) {
  const Node* found = node.Find(key);
  return found != nullptr ? *found : node;
}

void FillGlobalDefaults(GlobalConfig* global) {
  if (global->scrape_timeout.Value() == 0) {
    global->scrape_timeout = std::min(kDefaultTimeout, global->scrape_interval);
  }
  if (global->evaluation_interval.Value() == 0) {
    global->evaluation_interval = kDefaultInterval;
  }
  global->scrape_native_histograms = global->scrape_native_histograms.value_or(false);
  global->extra_scrape_metrics = global->extra_scrape_metrics.value_or(false);
}

}  // namespace

void ValidationSchemeCodec::Read(const Node& node, const config::OptionInfo& info, std::string* out,
                                 ErrorList& errors) {
  config::Codec<std::string>::Read(node, info, out, errors);
  if (*out != "" && *out != "utf8" && *out != "legacy") {
    errors.Add(node, "unrecognized ValidationScheme: " + config::GoQuote(*out));
  }
}

void ScrapeProtocolCodec::Read(const Node& node, const config::OptionInfo& info, std::string* out,
                               ErrorList& errors) {
  if (node.IsSequence() || node.IsMapping()) {
    config::AddTypeError(node, "config.ScrapeProtocol", errors);
    return;
  }
  config::Codec<std::string>::Read(node, info, out, errors);
}

model::NameValidation NameValidationOf(const std::string& scheme) {
  return scheme == "legacy" ? model::NameValidation::kLegacy : model::NameValidation::kUtf8;
}

bool IsEscapingScheme(const std::string& scheme) {
  return scheme == "allow-utf-8" || scheme == "underscores" || scheme == "dots" ||
         scheme == "values";
}

base::Status CheckScrapeProtocol(const std::string& protocol) {
  std::vector<std::string> supported(std::begin(kProtocols), std::end(kProtocols));
  if (std::find(supported.begin(), supported.end(), protocol) != supported.end()) {
    return base::OkStatus();
  }
  return base::InvalidArgument("unknown scrape protocol " + protocol +
                               ", supported: " + Joined(supported));
}

base::Status CheckScrapeProtocols(const std::vector<std::string>& protocols) {
  if (protocols.empty()) {
    return base::InvalidArgument("scrape_protocols cannot be empty");
  }
  std::set<std::string> seen;
  for (const std::string& protocol : protocols) {
    if (!seen.insert(Lower(protocol)).second) {
      return base::InvalidArgument("duplicated protocol in scrape_protocols, got " +
                                   Joined(protocols));
    }
    SB_RETURN_IF_ERROR(CheckScrapeProtocol(protocol).WithPrefix("scrape_protocols"));
  }
  return base::OkStatus();
}

void FinishGlobalConfig(const Node& node, GlobalConfig* global, ErrorList& errors) {
  if (global->metric_name_validation_scheme.empty()) {
    global->metric_name_validation_scheme = "utf8";
  }
  CheckExternalLabels(node, *global, errors);
  if (global->scrape_interval.Value() == 0) {
    global->scrape_interval = kDefaultInterval;
  }
  if (global->scrape_timeout > global->scrape_interval) {
    errors.Add(At(node, "scrape_timeout"), "global scrape timeout greater than scrape interval");
  }
  FillGlobalDefaults(global);
  if (global->scrape_protocols) {
    const base::Status status = CheckScrapeProtocols(*global->scrape_protocols);
    if (!status.ok()) {
      errors.Add(At(node, "scrape_protocols"),
                 std::string(status.message()) + " for global config");
    }
  }
  const std::string& escaping = global->metric_name_escaping_scheme;
  if (escaping.empty()) {
    const bool legacy = global->metric_name_validation_scheme == "legacy";
    global->metric_name_escaping_scheme = legacy ? "underscores" : "allow-utf-8";
  } else if (!IsEscapingScheme(escaping)) {
    errors.Add(At(node, "metric_name_escaping_scheme"),
               "unknown global name escaping method specified, must be one of 'allow-utf-8', "
               "'underscores', 'dots', or 'values', got " +
                   config::GoQuote(escaping));
  }
}

const OptionTable<ScrapeLimits>& OptionsOf(const ScrapeLimits*) {
  using Limits = ScrapeLimits;
  static const auto table =
      OptionTable<Limits>("config.plain")
          .Add("body_size_limit", &Limits::body_size_limit,
               {.sentence = "A larger uncompressed body fails the scrape.", .default_text = "0"})
          .Add("sample_limit", &Limits::sample_limit,
               {.sentence = "More samples after relabelling fail the scrape.", .default_text = "0"})
          .Add("target_limit", &Limits::target_limit,
               {.sentence = "More targets after relabelling fail every scrape of the job.",
                .default_text = "0"})
          .Add("label_limit", &Limits::label_limit,
               {.sentence = "More labels on one series fail the scrape.", .default_text = "0"})
          .Add("label_name_length_limit", &Limits::label_name_length_limit,
               {.sentence = "A longer label name fails the scrape.",
                .default_text = "0",
                .unit = "bytes"})
          .Add("label_value_length_limit", &Limits::label_value_length_limit,
               {.sentence = "A longer label value fails the scrape.",
                .default_text = "0",
                .unit = "bytes"})
          .Add("keep_dropped_targets", &Limits::keep_dropped_targets,
               {.sentence = "Dropped targets kept per job for the UI; 0 keeps all.",
                .default_text = "0"});
  return table;
}

const OptionTable<GlobalConfig>& OptionsOf(const GlobalConfig*) {
  using Config = GlobalConfig;
  static const auto table =
      OptionTable<Config>("config.plain")
          .Add("scrape_interval", &Config::scrape_interval,
               {.sentence = "How often targets are scraped.", .default_text = "1m"})
          .Add("scrape_timeout", &Config::scrape_timeout,
               {.sentence = "When a scrape is given up.", .default_text = "10s"})
          .Add("scrape_protocols", &Config::scrape_protocols,
               {.sentence = "Formats to negotiate, most wanted first."})
          .Add("evaluation_interval", &Config::evaluation_interval,
               {.sentence = "How often rules are evaluated.", .default_text = "1m"})
          .Add("rule_query_offset", &Config::rule_query_offset,
               {.sentence = "Rules are evaluated this far in the past.", .default_text = "0s"})
          .Add("query_log_file", &Config::query_log_file, {.sentence = "Where queries are logged."})
          .Add("scrape_failure_log_file", &Config::scrape_failure_log_file,
               {.sentence = "Where failed scrapes are logged."})
          .Add("external_labels", &Config::external_labels,
               {.sentence = "Labels added when talking to other systems; `$VAR` and `${VAR}` are "
                            "replaced by environment variables."})
          .Inline(&Config::limits, OptionsOf(static_cast<const ScrapeLimits*>(nullptr)))
          .AddWith<ValidationSchemeCodec>("metric_name_validation_scheme",
                                          &Config::metric_name_validation_scheme,
                                          {.sentence = "utf8 or legacy.", .default_text = "utf8"})
          .Add("metric_name_escaping_scheme", &Config::metric_name_escaping_scheme,
               {.sentence = "allow-utf-8, underscores, dots or values.",
                .default_text = "allow-utf-8"})
          .Add("scrape_native_histograms", &Config::scrape_native_histograms,
               {.sentence = "Scrape native histograms.", .default_text = "false"})
          .Add("convert_classic_histograms_to_nhcb", &Config::convert_classic_histograms_to_nhcb,
               {.sentence = "Turn classic histograms into native ones with custom buckets.",
                .default_text = "false"})
          .Add("always_scrape_classic_histograms", &Config::always_scrape_classic_histograms,
               {.sentence = "Keep classic buckets beside native ones.", .default_text = "false"})
          .Add("extra_scrape_metrics", &Config::extra_scrape_metrics,
               {.sentence = "Also store scrape_timeout_seconds, scrape_sample_limit and "
                            "scrape_body_size_bytes.",
                .default_text = "false"});
  return table;
}

}  // namespace sb::scrape
