// SPDX-License-Identifier: Apache-2.0
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "message_queue.h"
#include "number_text.h"
#include "signalbox/instrumentation/librdkafka.h"

namespace techmart {

namespace {

namespace kafka = signalbox::librdkafka;

constexpr const char* kTopics[] = {"orders", "uploads"};
constexpr int kFlushMs = 5000;

using Handle = std::unique_ptr<rd_kafka_t, void (*)(rd_kafka_t*)>;
using Options = std::vector<std::pair<const char*, std::string>>;

rd_kafka_conf_t* Conf(const Options& options) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  char error[256];
  for (const auto& [name, value] : options) {
    if (rd_kafka_conf_set(conf, name, value.c_str(), error, sizeof error) != RD_KAFKA_CONF_OK) {
      throw std::runtime_error(error);
    }
  }
  return conf;
}

Handle Make(rd_kafka_type_t type, rd_kafka_conf_t* conf) {
  char error[256];
  Handle handle(rd_kafka_new(type, conf, error, sizeof error), &rd_kafka_destroy);
  if (handle == nullptr) {
    throw std::runtime_error(error);
  }
  return handle;
}

class Kafka final : public MessageQueue {
 public:
  explicit Kafka(const std::string& brokers)
      : MessageQueue({.system = "kafka", .server_address = brokers.substr(0, brokers.find(':'))}) {
    Options options = {{"client.id", "techmart"}, {"linger.ms", "5"}};
    options.emplace_back(brokers == "mock" ? "test.mock.num.brokers" : "bootstrap.servers",
                         brokers == "mock" ? "1" : brokers);
    rd_kafka_conf_t* conf = Conf(options);
    rd_kafka_conf_set_dr_msg_cb(conf, [](rd_kafka_t*, const rd_kafka_message_t* message, void*) {
      kafka::Delivered(message);
    });
    producer_ = Make(RD_KAFKA_PRODUCER, conf);
    std::string at = brokers;
    if (rd_kafka_mock_cluster_t* mock = rd_kafka_handle_mock_cluster(producer_.get())) {
      at = rd_kafka_mock_cluster_bootstraps(mock);
      for (const char* topic : kTopics) {
        rd_kafka_mock_topic_create(mock, topic, 2, 1);
      }
    }
    for (const char* topic : kTopics) {
      consumers_.emplace(topic, Consumer(at, topic));
    }
    thread_ = std::thread([this] {
      while (!is_stopping_) {
        rd_kafka_poll(producer_.get(), 100);
      }
    });
  }

  ~Kafka() override {
    is_stopping_ = true;
    thread_.join();
    rd_kafka_flush(producer_.get(), kFlushMs);
    for (auto& [topic, consumer] : consumers_) {
      rd_kafka_consumer_close(consumer.get());
    }
  }

  void Send(Service& from, const std::string& topic, const std::string& body) override {
    const rd_kafka_resp_err_t error =
        kafka::Produce(ClientOf(from), producer_.get(), {.topic = topic, .payload = body});
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      throw std::runtime_error(std::string("message not sent: ") + rd_kafka_err2str(error));
    }
  }

  bool Receive(Service& by, const std::string& topic, Message* message) override {
    const std::unique_ptr<rd_kafka_message_t, void (*)(rd_kafka_message_t*)> got(
        kafka::Poll(ClientOf(by), consumers_.at(topic).get(), 200), [](rd_kafka_message_t* m) {
          if (m != nullptr) {
            rd_kafka_message_destroy(m);
          }
        });
    if (got == nullptr || got->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return false;
    }
    *message = {.id = std::to_string(got->partition) + ":" + std::to_string(got->offset),
                .topic = topic,
                .headers = HeadersOf(got.get()),
                .body = std::string(static_cast<const char*>(got->payload), got->len),
                .age_seconds = AgeOf(got.get()),
                .partition = std::to_string(got->partition),
                .offset = got->offset};
    return true;
  }

  void Acknowledge(Service&, const Message& message) override {
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
    const auto partition = static_cast<int32_t>(NumberOf(message.partition));
    rd_kafka_topic_partition_list_add(list, message.topic.c_str(), partition)->offset =
        message.offset + 1;
    rd_kafka_commit(consumers_.at(message.topic).get(), list, 1);
    rd_kafka_topic_partition_list_destroy(list);
  }

  // What the brokers have behind the position of the worker.
  size_t Waiting(Service&, const std::string& topic) override {
    rd_kafka_t* consumer = consumers_.at(topic).get();
    rd_kafka_topic_partition_list_t* list = nullptr;
    if (rd_kafka_assignment(consumer, &list) != RD_KAFKA_RESP_ERR_NO_ERROR || list == nullptr) {
      return 0;
    }
    rd_kafka_position(consumer, list);
    int64_t waiting = 0;
    for (int i = 0; i < list->cnt; ++i) {
      int64_t low = 0;
      int64_t high = 0;
      rd_kafka_get_watermark_offsets(consumer, topic.c_str(), list->elems[i].partition, &low,
                                     &high);
      const int64_t position = list->elems[i].offset < 0 ? low : list->elems[i].offset;
      waiting += high > position ? high - position : 0;
    }
    rd_kafka_topic_partition_list_destroy(list);
    return static_cast<size_t>(waiting);
  }

 private:
  static Handle Consumer(const std::string& brokers, const char* topic) {
    Handle consumer = Make(RD_KAFKA_CONSUMER, Conf({{"bootstrap.servers", brokers},
                                                    {"group.id", kWorkerGroup},
                                                    {"client.id", kWorkerGroup},
                                                    {"enable.auto.commit", "false"},
                                                    {"allow.auto.create.topics", "true"},
                                                    {"topic.metadata.refresh.interval.ms", "2000"},
                                                    {"auto.offset.reset", "earliest"}}));
    rd_kafka_poll_set_consumer(consumer.get());
    rd_kafka_topic_partition_list_t* topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA);
    rd_kafka_subscribe(consumer.get(), topics);
    rd_kafka_topic_partition_list_destroy(topics);
    return consumer;
  }

  static std::map<std::string, std::string> HeadersOf(const rd_kafka_message_t* message) {
    std::map<std::string, std::string> out;
    rd_kafka_headers_t* headers = nullptr;
    rd_kafka_message_headers(message, &headers);
    const char* name = nullptr;
    const void* value = nullptr;
    size_t size = 0;
    for (size_t i = 0;
         headers != nullptr &&
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
      out[name] = std::string(static_cast<const char*>(value), size);
    }
    return out;
  }

  static double AgeOf(const rd_kafka_message_t* message) {
    const int64_t now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                               std::chrono::system_clock::now().time_since_epoch())
                               .count();
    const int64_t sent_ms = rd_kafka_message_timestamp(message, nullptr);
    return sent_ms > 0 ? static_cast<double>(now_ms - sent_ms) / 1000 : 0;
  }

  Handle producer_{nullptr, &rd_kafka_destroy};
  std::map<std::string, Handle> consumers_;
  std::atomic<bool> is_stopping_{false};
  std::thread thread_;
};

}  // namespace

std::unique_ptr<MessageQueue> KafkaQueue(const std::string& brokers) {
  return std::make_unique<Kafka>(brokers);
}

}  // namespace techmart
