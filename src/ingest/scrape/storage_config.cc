// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/storage_config.h"

#include <set>

#include "config/quote.h"
#include "discovery/http_client_yaml.h"
#include "ingest/scrape/remote_config.h"

namespace sb::scrape {
namespace {

using config::ErrorList;
using config::Node;
using config::OptionTable;
using config::Reload;
using config::Shown;

const Node& At(const Node& node, std::string_view key) {
  const Node* found = node.Find(key);
  return found != nullptr ? *found : node;
}

void CheckRetention(const Node& node, RetentionConfig* retention, ErrorList& errors) {
  if (retention->size.bytes < 0) {
    errors.Add(At(node, "size"),
               "'storage.tsdb.retention.size' must be greater than or equal to 0, got " +
                   config::FormatByteSize(retention->size));
  }
  if (!(retention->percentage >= 0 && retention->percentage <= 100)) {
    errors.Add(At(node, "percentage"),
               "'storage.tsdb.retention.percentage' must be in the range [0, 100], got " +
                   At(node, "percentage").text);
  }
}

void CheckTsdb(const Node& node, TsdbConfig* tsdb, ErrorList& errors) {
  const std::string& floats = tsdb->chunk_encoding.floats;
  if (floats != "" && floats != "xor" && floats != "xor2") {
    errors.Add(At(At(node, "chunk_encoding"), "floats"),
               "'storage.tsdb.chunk_encoding.floats' must be 'xor' or 'xor2', or the field must be "
               "omitted entirely, got " +
                   config::GoQuote(floats));
  }
}

void CheckTracing(const Node& node, TracingConfig* tracing, ErrorList& errors) {
  tracing->position = node.position;
  if (tracing->client_type != "http" && tracing->client_type != "grpc") {
    errors.Add(
        At(node, "client_type"),
        "expected tracing client type to be to be http or grpc, but got " + tracing->client_type);
  }
  const base::Status headers = CheckTracingHeaders(tracing->headers);
  if (!headers.ok()) {
    errors.Add(At(node, "headers"), std::string(headers.message()));
  }
  if (tracing->endpoint.empty()) {
    errors.Add(node, "tracing endpoint must be set");
  }
  if (tracing->compression != "" && tracing->compression != "gzip") {
    errors.Add(At(node, "compression"), "invalid compression type " + tracing->compression +
                                            " provided, valid options: gzip");
  }
}

std::string Trimmed(const std::string& text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) {
    return "";
  }
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

void CheckAttributes(const Node& list, const std::string& option, const std::string& adjective,
                     std::vector<std::string>* attributes, ErrorList& errors) {
  const std::string prefix = "invalid '" + option + "': ";
  std::set<std::string> seen;
  for (std::string& attribute : *attributes) {
    attribute = Trimmed(attribute);
    if (attribute.empty()) {
      errors.Add(list, prefix + "empty " + adjective + " OTel resource attribute");
    } else if (!seen.insert(attribute).second) {
      errors.Add(list, prefix + "duplicated " + adjective + " OTel resource attribute " +
                           config::GoQuote(attribute));
    }
  }
}

void CheckOtlp(const Node& node, OtlpConfig* otlp, ErrorList& errors) {
  const Node& promote = At(node, "promote_resource_attributes");
  const Node& ignore = At(node, "ignore_resource_attributes");
  if (otlp->promote_all_resource_attributes) {
    if (!otlp->promote_resource_attributes.empty()) {
      errors.Add(promote,
                 "'promote_all_resource_attributes' and 'promote_resource_attributes' cannot be "
                 "configured simultaneously");
      return;
    }
    CheckAttributes(ignore, "ignore_resource_attributes", "ignored",
                    &otlp->ignore_resource_attributes, errors);
    return;
  }
  if (!otlp->ignore_resource_attributes.empty()) {
    errors.Add(ignore,
               "'ignore_resource_attributes' cannot be configured unless "
               "'promote_all_resource_attributes' is true");
    return;
  }
  CheckAttributes(promote, "promote_resource_attributes", "promoted",
                  &otlp->promote_resource_attributes, errors);
}

}  // namespace

base::Status CheckTranslationStrategy(const OtlpConfig& otlp, bool legacy_names) {
  const std::string& strategy = otlp.translation_strategy;
  if (strategy == "" || strategy == "UnderscoreEscapingWithSuffixes" ||
      strategy == "UnderscoreEscapingWithoutSuffixes") {
    return base::OkStatus();
  }
  const std::string quoted = config::GoQuote(strategy);
  if (strategy != "NoTranslation" && strategy != "NoUTF8EscapingWithSuffixes") {
    return base::InvalidArgument("unsupported OTLP translation strategy " + quoted);
  }
  return legacy_names ? base::InvalidArgument("OTLP translation strategy " + quoted +
                                              " is not allowed when UTF8 is disabled")
                      : base::OkStatus();
}

const OptionTable<RetentionConfig>& OptionsOf(const RetentionConfig*) {
  static const auto table =
      OptionTable<RetentionConfig>("config.plain")
          .Add("time", &RetentionConfig::time,
               {.sentence = "How long samples are kept.", .default_text = "15d"})
          .Add("size", &RetentionConfig::size,
               {.sentence = "How much disk blocks may take.", .default_text = "0"})
          .Add("percentage", &RetentionConfig::percentage,
               {.sentence = "Share of the disk that blocks may take.",
                .default_text = "0",
                .unit = "%"})
          .Check(&CheckRetention);
  return table;
}

const OptionTable<ChunkEncodingConfig>& OptionsOf(const ChunkEncodingConfig*) {
  static const auto table =
      OptionTable<ChunkEncodingConfig>("config.ChunkEncodingConfig")
          .Add("floats", &ChunkEncodingConfig::floats,
               {.sentence = "xor or xor2; read for compatibility, has no effect."});
  return table;
}

const OptionTable<TsdbConfig>& OptionsOf(const TsdbConfig*) {
  static const auto table =
      OptionTable<TsdbConfig>("config.plain")
          .Add("out_of_order_time_window", &TsdbConfig::out_of_order_time_window,
               {.sentence = "How much older than the newest sample a sample may be.",
                .default_text = "0s"})
          .Add("stale_series_compaction_threshold", &TsdbConfig::stale_series_compaction_threshold,
               {.sentence = "Share of stale series that starts a compaction.", .min = 0, .max = 1})
          .Add("chunk_encoding", &TsdbConfig::chunk_encoding,
               {.sentence = "Read for compatibility, has no effect."})
          .Add("retention", &TsdbConfig::retention, {.sentence = "When samples are deleted."})
          .Check(&CheckTsdb);
  return table;
}

const OptionTable<ExemplarsConfig>& OptionsOf(const ExemplarsConfig*) {
  static const auto table =
      OptionTable<ExemplarsConfig>("config.ExemplarsConfig")
          .Add("max_exemplars", &ExemplarsConfig::max_exemplars,
               {.sentence = "Exemplars kept; 0 or less keeps none.", .default_text = "100000"});
  return table;
}

const OptionTable<StorageConfig>& OptionsOf(const StorageConfig*) {
  static const auto table =
      OptionTable<StorageConfig>("config.StorageConfig")
          .Add("tsdb", &StorageConfig::tsdb, {.sentence = "Metrics store."})
          .Add("exemplars", &StorageConfig::exemplars, {.sentence = "Exemplar store."});
  return table;
}

const OptionTable<RuntimeConfig>& OptionsOf(const RuntimeConfig*) {
  static const auto table =
      OptionTable<RuntimeConfig>("config.RuntimeConfig")
          .Add("gogc", &RuntimeConfig::gogc,
               {.sentence = "Read for compatibility, has no effect.", .default_text = "75"});
  return table;
}

const OptionTable<TracingConfig>& OptionsOf(const TracingConfig*) {
  using Config = TracingConfig;
  static const auto table =
      OptionTable<Config>("config.plain")
          .Add("client_type", &Config::client_type,
               {.sentence = "http or grpc.", .default_text = "grpc"})
          .Add("endpoint", &Config::endpoint, {.sentence = "Where spans are sent."})
          .Add("sampling_fraction", &Config::sampling_fraction,
               {.sentence = "Share of traces kept.", .default_text = "0"})
          .Add("insecure", &Config::insecure, {.sentence = "Without TLS."})
          .Add("tls_config", &Config::tls_config, {.sentence = "TLS."})
          .Add("headers", &Config::headers, {.sentence = "More headers."})
          .Add("compression", &Config::compression, {.sentence = "gzip."})
          .Add("timeout", &Config::timeout, {.sentence = "When a request is given up."})
          .Check(&CheckTracing);
  return table;
}

const OptionTable<OtlpConfig>& OptionsOf(const OtlpConfig*) {
  using Config = OtlpConfig;
  static const auto table =
      OptionTable<Config>("config.plain")
          .Add("promote_all_resource_attributes", &Config::promote_all_resource_attributes,
               {.sentence = "Every resource attribute becomes a label."})
          .Add("promote_resource_attributes", &Config::promote_resource_attributes,
               {.sentence = "Resource attributes that become labels."})
          .Add("ignore_resource_attributes", &Config::ignore_resource_attributes,
               {.sentence = "Resource attributes that do not, when all are promoted."})
          .Add("translation_strategy", &Config::translation_strategy,
               {.sentence = "UnderscoreEscapingWithSuffixes, UnderscoreEscapingWithoutSuffixes, "
                            "NoUTF8EscapingWithSuffixes or NoTranslation.",
                .default_text = "UnderscoreEscapingWithSuffixes"})
          .Add("keep_identifying_resource_attributes",
               &Config::keep_identifying_resource_attributes,
               {.sentence = "Keep service.name and the like in target_info."})
          .Add("convert_histograms_to_nhcb", &Config::convert_histograms_to_nhcb,
               {.sentence = "Explicit buckets become native histograms with custom buckets."})
          .Add("promote_scope_metadata", &Config::promote_scope_metadata,
               {.sentence = "Scope name, version and attributes become labels."})
          .Add(
              "label_name_underscore_sanitization", &Config::label_name_underscore_sanitization,
              {.sentence = "Labels that start with _ get the prefix key_.", .default_text = "true"})
          .Add("label_name_preserve_multiple_underscores",
               &Config::label_name_preserve_multiple_underscores,
               {.sentence = "Runs of underscores are kept.", .default_text = "true"})
          .Check(&CheckOtlp);
  return table;
}

}  // namespace sb::scrape
