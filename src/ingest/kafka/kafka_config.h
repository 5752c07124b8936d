// SPDX-License-Identifier: Apache-2.0
//
// The configuration of the Collector's kafka receiver, as far as traces go, as options of
// KafkaSource.
//
//   KafkaReceiverConfig config;
//   OptionsOf(&config).Read(node, &config, errors);
//   SB_ASSIGN_OR_RETURN(KafkaOptions options, OptionsFrom(config));
//
// kInvalidArgument for an encoding or a setting that is not known. Source: Collector contrib,
// receiver/kafkareceiver. Threads: values.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "config/option_table.h"
#include "config/secret.h"
#include "ingest/kafka/kafka_spans.h"

namespace sb::ingest {

struct KafkaOptions {
  std::vector<std::string> topics = {"otlp_spans"};
  KafkaEncoding encoding = KafkaEncoding::kOtlpProto;
  // Of librdkafka: bootstrap.servers, group.id, security.protocol, …
  std::vector<std::pair<std::string, std::string>> properties;
};

struct KafkaSignalConfig {
  std::string topic;
  std::vector<std::string> topics;
  std::string encoding;
};
struct KafkaSaslConfig {
  std::string username;
  config::Secret password;
  std::string mechanism = "PLAIN";
};
struct KafkaTlsConfig {
  bool insecure = false;
  bool insecure_skip_verify = false;
  std::string ca_file;
  std::string cert_file;
  std::string key_file;
};
struct KafkaAuthConfig {
  std::optional<KafkaSaslConfig> plain_text;
  std::optional<KafkaSaslConfig> sasl;
  std::optional<KafkaTlsConfig> tls;
};
struct KafkaReceiverConfig {
  std::vector<std::string> brokers = {"localhost:9092"};
  std::string protocol_version;
  std::string topic;
  std::string encoding;
  std::string group_id = "otel-collector";
  std::string client_id = "otel-collector";
  std::string initial_offset = "latest";
  KafkaSignalConfig traces;
  KafkaAuthConfig auth;
  std::optional<KafkaTlsConfig> tls;
};

const config::OptionTable<KafkaReceiverConfig>& OptionsOf(const KafkaReceiverConfig*);
const config::OptionTable<KafkaSignalConfig>& OptionsOf(const KafkaSignalConfig*);
const config::OptionTable<KafkaSaslConfig>& OptionsOf(const KafkaSaslConfig*);
const config::OptionTable<KafkaTlsConfig>& OptionsOf(const KafkaTlsConfig*);
const config::OptionTable<KafkaAuthConfig>& OptionsOf(const KafkaAuthConfig*);

base::Result<KafkaOptions> OptionsFrom(const KafkaReceiverConfig& config);

}  // namespace sb::ingest
