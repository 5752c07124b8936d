// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/kafka_config.h"

namespace sb::ingest {

using config::OptionTable;

namespace {

void AddTls(const KafkaTlsConfig& tls, KafkaOptions* options) {
  const auto add = [options](const char* name, const std::string& value) {
    if (!value.empty()) {
      options->properties.emplace_back(name, value);
    }
  };
  add("ssl.ca.location", tls.ca_file);
  add("ssl.certificate.location", tls.cert_file);
  add("ssl.key.location", tls.key_file);
  if (tls.insecure_skip_verify) {
    add("enable.ssl.certificate.verification", "false");
  }
}

void AddSecurity(const KafkaReceiverConfig& config, KafkaOptions* options) {
  const auto& tls = config.tls.has_value() ? config.tls : config.auth.tls;
  const auto& sasl = config.auth.sasl.has_value() ? config.auth.sasl : config.auth.plain_text;
  const bool encrypts = tls.has_value() && !tls->insecure;
  if (encrypts) {
    AddTls(*tls, options);
  }
  if (sasl.has_value()) {
    options->properties.emplace_back("sasl.mechanism", sasl->mechanism);
    options->properties.emplace_back("sasl.username", sasl->username);
    options->properties.emplace_back("sasl.password", sasl->password.reveal());
  }
  options->properties.emplace_back(
      "security.protocol",
      std::string(sasl.has_value() ? "sasl_" : "") + (encrypts ? "ssl" : "plaintext"));
}

std::string Joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) {
    all.append(all.empty() ? "" : ",").append(text);
  }
  return all;
}

}  // namespace

const OptionTable<KafkaSignalConfig>& OptionsOf(const KafkaSignalConfig*) {
  static const auto table = OptionTable<KafkaSignalConfig>("kafka.traces")
                                .Add("topic", &KafkaSignalConfig::topic)
                                .Add("topics", &KafkaSignalConfig::topics)
                                .Add("encoding", &KafkaSignalConfig::encoding);
  return table;
}

const OptionTable<KafkaSaslConfig>& OptionsOf(const KafkaSaslConfig*) {
  static const auto table = OptionTable<KafkaSaslConfig>("kafka.sasl")
                                .Add("username", &KafkaSaslConfig::username)
                                .Add("password", &KafkaSaslConfig::password)
                                .Add("mechanism", &KafkaSaslConfig::mechanism);
  return table;
}

const OptionTable<KafkaTlsConfig>& OptionsOf(const KafkaTlsConfig*) {
  using C = KafkaTlsConfig;
  static const auto table = OptionTable<C>("kafka.tls")
                                .Add("insecure", &C::insecure)
                                .Add("insecure_skip_verify", &C::insecure_skip_verify)
                                .Add("ca_file", &C::ca_file)
                                .Add("cert_file", &C::cert_file)
                                .Add("key_file", &C::key_file);
  return table;
}

const OptionTable<KafkaAuthConfig>& OptionsOf(const KafkaAuthConfig*) {
  static const auto table = OptionTable<KafkaAuthConfig>("kafka.auth")
                                .Add("plain_text", &KafkaAuthConfig::plain_text)
                                .Add("sasl", &KafkaAuthConfig::sasl)
                                .Add("tls", &KafkaAuthConfig::tls);
  return table;
}

const OptionTable<KafkaReceiverConfig>& OptionsOf(const KafkaReceiverConfig*) {
  using C = KafkaReceiverConfig;
  static const auto table = OptionTable<C>("kafka")
                                .Add("brokers", &C::brokers)
                                .Add("protocol_version", &C::protocol_version)
                                .Add("topic", &C::topic)
                                .Add("encoding", &C::encoding)
                                .Add("group_id", &C::group_id)
                                .Add("client_id", &C::client_id)
                                .Add("initial_offset", &C::initial_offset)
                                .Add("traces", &C::traces)
                                .Add("auth", &C::auth)
                                .Add("tls", &C::tls);
  return table;
}

base::Result<KafkaOptions> OptionsFrom(const KafkaReceiverConfig& config) {
  KafkaOptions options;
  if (!config.traces.topics.empty()) {
    options.topics = config.traces.topics;
  } else if (!config.traces.topic.empty() || !config.topic.empty()) {
    options.topics = {config.traces.topic.empty() ? config.topic : config.traces.topic};
  }
  const std::string& encoding =
      config.traces.encoding.empty() ? config.encoding : config.traces.encoding;
  if (!encoding.empty()) {
    const std::optional<KafkaEncoding> known = KafkaEncodingOf(encoding);
    if (!known.has_value()) {
      return base::InvalidArgument(
          "unknown encoding (otlp_proto, otlp_json, jaeger_proto, "
          "zipkin_proto, zipkin_json): " +
          encoding);
    }
    options.encoding = *known;
  }
  if (config.initial_offset != "latest" && config.initial_offset != "earliest") {
    return base::InvalidArgument("unknown initial_offset (latest, earliest): " +
                                 config.initial_offset);
  }
  options.properties = {{"bootstrap.servers", Joined(config.brokers)},
                        {"group.id", config.group_id},
                        {"client.id", config.client_id},
                        {"auto.offset.reset", config.initial_offset}};
  AddSecurity(config, &options);
  return options;
}

}  // namespace sb::ingest
