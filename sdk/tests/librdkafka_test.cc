// SPDX-License-Identifier: Apache-2.0
#include "signalbox/instrumentation/librdkafka.h"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka_mock.h>

#include <atomic>

#include "signalbox/journey.h"
#include "telemetry.h"

namespace signalbox {
namespace {

using testing::Telemetry;
using testing::Value;

constexpr int kTriesMax = 200;

rd_kafka_conf_t* Conf(std::initializer_list<std::pair<const char*, std::string>> options) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  char error[256];
  for (const auto& [name, value] : options) {
    EXPECT_EQ(rd_kafka_conf_set(conf, name, value.c_str(), error, sizeof error), RD_KAFKA_CONF_OK)
        << error;
  }
  return conf;
}

// A cluster of one broker inside librdkafka, a producer and a consumer of it.
class KafkaTest : public ::testing::Test {
 protected:
  KafkaTest() {
    rd_kafka_conf_t* conf = Conf({{"test.mock.num.brokers", "1"}, {"client.id", "till"}});
    rd_kafka_conf_set_opaque(conf, this);
    rd_kafka_conf_set_dr_msg_cb(
        conf, [](rd_kafka_t*, const rd_kafka_message_t* message, void* test) {
          static_cast<KafkaTest*>(test)->delivered_opaque_ = librdkafka::Delivered(message);
        });
    char error[256];
    producer_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
    rd_kafka_mock_cluster_t* cluster = rd_kafka_handle_mock_cluster(producer_);
    rd_kafka_mock_topic_create(cluster, "orders", 1, 1);
    consumer_ = rd_kafka_new(RD_KAFKA_CONSUMER,
                             Conf({{"bootstrap.servers", rd_kafka_mock_cluster_bootstraps(cluster)},
                                   {"group.id", "billing"},
                                   {"auto.offset.reset", "earliest"}}),
                             error, sizeof error);
    rd_kafka_poll_set_consumer(consumer_);
    rd_kafka_topic_partition_list_t* topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, "orders", 0);
    rd_kafka_assign(consumer_, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    messaging_ = MessagingClient(told_.tracer(), told_.meter(), {.system = "kafka"});
  }
  ~KafkaTest() override {
    rd_kafka_consumer_close(consumer_);
    rd_kafka_destroy(consumer_);
    rd_kafka_destroy(producer_);
  }

  Telemetry told_;
  MessagingClient messaging_;
  rd_kafka_t* producer_ = nullptr;
  rd_kafka_t* consumer_ = nullptr;
  void* delivered_opaque_ = nullptr;
};

TEST_F(KafkaTest, OneTraceAcrossProducerAndConsumerWithItsBaggage) {
  int mine = 0;
  WithJourney(told_.tracer(), "checkout", [&] {
    EXPECT_EQ(librdkafka::Produce(messaging_, producer_,
                                  {.topic = "orders",
                                   .payload = "{\"order\":1}",
                                   .key = "1",
                                   .headers = {{"shop", "hamburg"}},
                                   .opaque = &mine}),
              RD_KAFKA_RESP_ERR_NO_ERROR);
  });
  ASSERT_EQ(rd_kafka_flush(producer_, 20'000), RD_KAFKA_RESP_ERR_NO_ERROR);
  EXPECT_EQ(delivered_opaque_, &mine);
  const SpanData& sent = told_.last();
  EXPECT_EQ(sent.name, "send orders");
  EXPECT_EQ(Value(sent, "messaging.kafka.offset"), "0");
  EXPECT_EQ(Value(sent, "messaging.kafka.message.key"), "1");

  rd_kafka_message_t* message = nullptr;
  for (int i = 0; i < kTriesMax && message == nullptr; ++i) {
    message = librdkafka::Poll(messaging_, consumer_, 100);
  }
  ASSERT_NE(message, nullptr);
  ASSERT_EQ(message->err, RD_KAFKA_RESP_ERR_NO_ERROR);
  const HeaderGetter headers = librdkafka::HeadersOf(message);
  EXPECT_EQ(headers("shop"), "hamburg");
  EXPECT_EQ(headers("absent"), "");
  {
    const ProcessSpan work(messaging_, librdkafka::FactsOf(message, "billing"), headers);
  }
  const SpanData& work = told_.last();
  EXPECT_EQ(work.parent_id, sent.context.span_id);
  EXPECT_EQ(work.context.trace_id, sent.context.trace_id);
  EXPECT_EQ(Value(work, "cuj.name"), "checkout");
  EXPECT_EQ(Value(work, "cuj.critical"), "true");
  EXPECT_EQ(Value(work, "messaging.destination.partition.id"), "0");
  rd_kafka_message_destroy(message);
}

TEST_F(KafkaTest, AMessageThatCannotBeQueuedFailsItsSpanAtOnce) {
  const std::string large(2'000'000, 'x');
  EXPECT_EQ(librdkafka::Produce(messaging_, producer_, {.topic = "orders", .payload = large}),
            RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
  EXPECT_EQ(told_.last().status, SpanStatus::kError);
  EXPECT_EQ(Value(told_.last(), "error.type"), "MSG_SIZE_TOO_LARGE");
}

TEST_F(KafkaTest, TheClientKnowsItsBroker) {
  const auto sdk = Sdk::Start({.sends_traces = false, .sends_metrics = false, .sends_logs = false});
  const MessagingClient client = librdkafka::ClientOf(*sdk, consumer_);
  client.Fetched({.destination = "orders", .group = "billing"}, 0.1);
  EXPECT_NE(sdk->PrometheusText().find("server_address=\"127.0.0.1\""), std::string::npos);
}

}  // namespace
}  // namespace signalbox
