// SPDX-License-Identifier: Apache-2.0
//
// librdkafka with telemetry (messaging.h): headers carry trace and baggage from producer to
// consumer. Own CMake target signalbox::sdk_librdkafka, which links librdkafka.
//
//   rd_kafka_conf_set_dr_msg_cb(conf, [](rd_kafka_t*, const rd_kafka_message_t* m, void*) {
//     void* mine = librdkafka::Delivered(m);              // ends the span; gives the opaque back
//   });
//   librdkafka::Produce(messaging, producer, {.topic = "orders", .payload = body});
//
//   rd_kafka_message_t* m = librdkafka::Poll(messaging, consumer, 100);
//   ProcessSpan work(messaging, librdkafka::FactsOf(m, "billing"), librdkafka::HeadersOf(m));
//
// The span of a sent message lives from Produce to its delivery report, so every producer that
// Produce is used with must call Delivered in its delivery report callback, for every message, and
// only messages of Produce may be given to it.
//
// Threads: as librdkafka, safe for concurrent use.
#pragma once

#include <librdkafka/rdkafka.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "signalbox/messaging.h"
#include "signalbox/sdk.h"

namespace signalbox::librdkafka {

struct Message {
  std::string topic;
  std::string_view payload;
  std::string_view key = {};
  int32_t partition = RD_KAFKA_PARTITION_UA;
  std::vector<std::pair<std::string, std::string>> headers = {};
  void* opaque = nullptr;
};

// Client id and bootstrap servers as the handle was configured.
MessagingClient ClientOf(const Sdk& sdk, const rd_kafka_t* kafka);

// Copies key and payload into librdkafka's queue. An error (RD_KAFKA_RESP_ERR__QUEUE_FULL …) ends
// the span as failed, and there will be no delivery report.
rd_kafka_resp_err_t Produce(const MessagingClient& client, rd_kafka_t* producer,
                            const Message& message);
// Ends the span of a message; its opaque.
void* Delivered(const rd_kafka_message_t* message);

// rd_kafka_consumer_poll, counted where it brought a message.
rd_kafka_message_t* Poll(const MessagingClient& client, rd_kafka_t* consumer, int timeout_ms);
MessageFacts FactsOf(const rd_kafka_message_t* message, std::string_view group);
// The headers of a message, valid as long as it is.
HeaderGetter HeadersOf(const rd_kafka_message_t* message);

}  // namespace signalbox::librdkafka
