// SPDX-License-Identifier: Apache-2.0
#include "signalbox/instrumentation/librdkafka.h"

#include <charconv>
#include <memory>

namespace signalbox::librdkafka {

namespace {

// A message between Produce and its delivery report.
struct InFlight {
  InFlight(const MessagingClient& client, MessageFacts facts, void* of_host)
      : span(client, std::move(facts)), opaque(of_host) {}
  SendSpan span;
  void* opaque;
};

std::string Configured(const rd_kafka_t* kafka, const char* name) {
  char text[512];
  size_t size = sizeof text;
  // librdkafka's getters take no const handle.
  const rd_kafka_conf_t* conf = rd_kafka_conf(const_cast<rd_kafka_t*>(kafka));
  return rd_kafka_conf_get(conf, name, text, &size) == RD_KAFKA_CONF_OK ? std::string(text) : "";
}

void Add(rd_kafka_headers_t* headers, std::string_view name, std::string_view value) {
  rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()), value.data(),
                      static_cast<ssize_t>(value.size()));
}

rd_kafka_headers_t* HeadersFor(const Message& message, const SendSpan& span) {
  rd_kafka_headers_t* headers = rd_kafka_headers_new(message.headers.size() + 4);
  for (const auto& [name, value] : message.headers) {
    Add(headers, name, value);
  }
  span.AddHeaders(
      [&](std::string_view name, std::string_view value) { Add(headers, name, value); });
  return headers;
}

rd_kafka_resp_err_t Enqueue(rd_kafka_t* producer, const Message& message,
                            rd_kafka_headers_t* headers, void* opaque) {
  return rd_kafka_producev(
      producer, RD_KAFKA_V_TOPIC(message.topic.c_str()), RD_KAFKA_V_PARTITION(message.partition),
      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
      RD_KAFKA_V_KEY(message.key.empty() ? nullptr : message.key.data(), message.key.size()),
      RD_KAFKA_V_VALUE(const_cast<char*>(message.payload.data()), message.payload.size()),
      RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_OPAQUE(opaque), RD_KAFKA_V_END);
}

}  // namespace

MessagingClient ClientOf(const Sdk& sdk, const rd_kafka_t* kafka) {
  MessagingFacts facts = {.system = "kafka", .client_id = Configured(kafka, "client.id")};
  const std::string brokers = Configured(kafka, "bootstrap.servers");
  const std::string first = brokers.substr(0, brokers.find(','));
  const size_t colon = first.rfind(':');
  facts.server_address = first.substr(0, colon);
  if (colon != std::string::npos) {
    std::from_chars(first.data() + colon + 1, first.data() + first.size(), facts.server_port);
  }
  return MessagingClient(sdk.tracer("signalbox.librdkafka"), sdk.meter("signalbox.librdkafka"),
                         std::move(facts));
}

rd_kafka_resp_err_t Produce(const MessagingClient& client, rd_kafka_t* producer,
                            const Message& message) {
  auto in_flight = std::make_unique<InFlight>(
      client,
      MessageFacts{.destination = message.topic,
                   .key = std::string(message.key),
                   .body_bytes = static_cast<int64_t>(message.payload.size())},
      message.opaque);
  rd_kafka_headers_t* headers = HeadersFor(message, in_flight->span);
  const rd_kafka_resp_err_t error = Enqueue(producer, message, headers, in_flight.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    rd_kafka_headers_destroy(headers);
    in_flight->span.Failed(rd_kafka_err2name(error), rd_kafka_err2str(error));
    return error;
  }
  in_flight.release();  // Delivered takes it over
  return error;
}

void* Delivered(const rd_kafka_message_t* message) {
  const std::unique_ptr<InFlight> in_flight(static_cast<InFlight*>(message->_private));
  if (in_flight == nullptr) {
    return nullptr;
  }
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    in_flight->span.Failed(rd_kafka_err2name(message->err), rd_kafka_err2str(message->err));
  } else {
    in_flight->span.Delivered(message->partition, message->offset);
  }
  return in_flight->opaque;
}

rd_kafka_message_t* Poll(const MessagingClient& client, rd_kafka_t* consumer, int timeout_ms) {
  const auto start = std::chrono::steady_clock::now();
  rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer, timeout_ms);
  if (message != nullptr && message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    client.Fetched(FactsOf(message, Configured(consumer, "group.id")),
                   std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return message;
}

MessageFacts FactsOf(const rd_kafka_message_t* message, std::string_view group) {
  MessageFacts facts = {.destination = rd_kafka_topic_name(message->rkt),
                        .group = std::string(group),
                        .partition = std::to_string(message->partition),
                        .offset = message->offset,
                        .body_bytes = static_cast<int64_t>(message->len)};
  if (message->key != nullptr) {
    facts.key.assign(static_cast<const char*>(message->key), message->key_len);
  }
  return facts;
}

HeaderGetter HeadersOf(const rd_kafka_message_t* message) {
  return [message](std::string_view name) {
    rd_kafka_headers_t* headers = nullptr;
    const void* value = nullptr;
    size_t size = 0;
    if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        rd_kafka_header_get_last(headers, std::string(name).c_str(), &value, &size) !=
            RD_KAFKA_RESP_ERR_NO_ERROR ||
        value == nullptr) {
      return std::string();
    }
    return std::string(static_cast<const char*>(value), size);
  };
}

}  // namespace signalbox::librdkafka
