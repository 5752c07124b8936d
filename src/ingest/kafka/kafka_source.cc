// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/kafka_source.h"

#include <librdkafka/rdkafka.h>

#include <string>
#include <utility>

#include "base/log.h"

namespace sb::ingest {
namespace {

constexpr size_t kErrorBytes = 512;
constexpr int kSeekTimeoutMs = 5'000;

struct MessageDeleter {
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
};
using Message = std::unique_ptr<rd_kafka_message_t, MessageDeleter>;

struct ListDeleter {
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
};
using PartitionList = std::unique_ptr<rd_kafka_topic_partition_list_t, ListDeleter>;

base::Status SetProperty(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  char error[kErrorBytes];
  return rd_kafka_conf_set(conf, name.c_str(), value.c_str(), error, sizeof(error)) ==
                 RD_KAFKA_CONF_OK
             ? base::OkStatus()
             : base::InvalidArgument(std::string("kafka: ") + error);
}

PartitionList PartitionOf(const rd_kafka_message_t& message, int64_t offset) {
  PartitionList list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), rd_kafka_topic_name(message.rkt), message.partition)
      ->offset = offset;
  return list;
}

}  // namespace

struct KafkaSource::Client {
  explicit Client(rd_kafka_t* made) : kafka(made) {}
  ~Client() {
    rd_kafka_consumer_close(kafka);  // commits what was stored
    rd_kafka_destroy(kafka);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  rd_kafka_t* const kafka;
};

KafkaSource::KafkaSource(KafkaOptions options, SpanSink* sink, const base::Clock* clock,
                         LossCounters* losses, base::Registry* registry)
    : options_(std::move(options)),
      sink_(sink),
      clock_(clock),
      losses_(losses),
      records_(&registry->AddCounter("signalbox_kafka_records_total",
                                     "Records read from topics of Kafka.")) {}

KafkaSource::~KafkaSource() = default;

base::Result<std::unique_ptr<KafkaSource>> KafkaSource::Create(const KafkaOptions& options,
                                                               SpanSink* sink,
                                                               const base::Clock* clock,
                                                               LossCounters* losses,
                                                               base::Registry* registry) {
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  std::vector<std::pair<std::string, std::string>> properties = options.properties;
  // An offset is ours to store, after the record is.
  properties.emplace_back("enable.auto.offset.store", "false");
  for (const auto& [name, value] : properties) {
    if (base::Status status = SetProperty(conf, name, value); !status.ok()) {
      rd_kafka_conf_destroy(conf);
      return status;
    }
  }
  char error[kErrorBytes];
  rd_kafka_t* const kafka = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof(error));
  if (kafka == nullptr) {
    rd_kafka_conf_destroy(conf);
    return base::InvalidArgument(std::string("kafka: ") + error);
  }
  std::unique_ptr<KafkaSource> source(new KafkaSource(options, sink, clock, losses, registry));
  source->client_ = std::make_unique<Client>(kafka);
  rd_kafka_poll_set_consumer(kafka);
  const PartitionList topics(
      rd_kafka_topic_partition_list_new(static_cast<int>(options.topics.size())));
  for (const std::string& topic : options.topics) {
    rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  }
  if (const rd_kafka_resp_err_t failed = rd_kafka_subscribe(kafka, topics.get());
      failed != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return base::InvalidArgument(std::string("kafka: ") + rd_kafka_err2str(failed));
  }
  return source;
}

int KafkaSource::Poll(int wait_ms) {
  int passed = 0;
  std::string request;
  while (passed < kRecordsPerPoll) {
    const Message message(rd_kafka_consumer_poll(client_->kafka, passed == 0 ? wait_ms : 0));
    if (message == nullptr) {
      return passed;
    }
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      SB_LOG_EVERY(30, kWarn, "kafka is not readable",
                   {"error", rd_kafka_message_errstr(message.get())});
      return passed;
    }
    const std::string_view value(static_cast<const char*>(message->payload), message->len);
    base::Status status = KafkaRecordToOtlp(options_.encoding, value,
                                            static_cast<uint64_t>(clock_->Now().Value()), &request);
    if (status.ok()) {
      status = sink_->Write(request).status;
    }
    if (status.code() == base::StatusCode::kUnavailable) {
      const PartitionList again = PartitionOf(*message, message->offset);
      rd_kafka_error_destroy(rd_kafka_seek_partitions(client_->kafka, again.get(), kSeekTimeoutMs));
      return passed;
    }
    if (!status.ok()) {
      losses_->Add(LossReason::kKafkaRecordMalformed);
      SB_LOG_EVERY(10, kWarn, "a record of kafka cannot be decoded",
                   {"topic", rd_kafka_topic_name(message->rkt)}, {"offset", message->offset},
                   {"error", status.message()});
    }
    records_->Add();
    ++passed;
    const PartitionList stored = PartitionOf(*message, message->offset + 1);
    rd_kafka_offsets_store(client_->kafka, stored.get());
  }
  return passed;
}

}  // namespace sb::ingest
