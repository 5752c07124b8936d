// SPDX-License-Identifier: Apache-2.0
//
// Against the cluster that librdkafka simulates within the process.
#include "ingest/kafka/kafka_source.h"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

namespace sb::ingest {
namespace {

class KeepingSink final : public SpanSink {
 public:
  SpanWriteResult Write(std::string_view request) override {
    if (!status.ok()) {
      ++refused;
      return {status, 0, 0, ""};
    }
    if (request == "bad") {
      return {base::InvalidArgument("malformed"), 0, 0, ""};
    }
    requests.emplace_back(request);
    return {};
  }
  base::Status status;
  std::vector<std::string> requests;
  int refused = 0;
};

class KafkaSourceTest : public ::testing::Test {
 protected:
  KafkaSourceTest() {
    char error[512];
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "test.mock.num.brokers", "1", error, sizeof(error));
    producer_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof(error));
    brokers_ = rd_kafka_mock_cluster_bootstraps(rd_kafka_handle_mock_cluster(producer_));
  }
  ~KafkaSourceTest() override { rd_kafka_destroy(producer_); }

  void Produce(const std::string& value) {
    EXPECT_EQ(rd_kafka_producev(producer_, RD_KAFKA_V_TOPIC("otlp_spans"), RD_KAFKA_V_PARTITION(0),
                                RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
                                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
              RD_KAFKA_RESP_ERR_NO_ERROR);
    EXPECT_EQ(rd_kafka_flush(producer_, 10'000), RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  std::unique_ptr<KafkaSource> Open() {
    KafkaReceiverConfig config;
    config.brokers = {brokers_};
    config.initial_offset = "earliest";
    auto options = OptionsFrom(config);
    EXPECT_TRUE(options.ok());
    auto source =
        KafkaSource::Create(*options, &sink_, &base::Env::Real().clock(), &losses_, &registry_);
    EXPECT_TRUE(source.ok()) << source.status().ToString();
    return *std::move(source);
  }
  // Of the group, asked without joining it.
  int64_t CommittedOffset() {
    char error[512];
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", brokers_.c_str(), error, sizeof(error));
    rd_kafka_conf_set(conf, "group.id", "otel-collector", error, sizeof(error));
    rd_kafka_t* asker = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof(error));
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, "otlp_spans", 0);
    EXPECT_EQ(rd_kafka_committed(asker, list, 10'000), RD_KAFKA_RESP_ERR_NO_ERROR);
    const int64_t offset = list->elems[0].offset;
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(asker);
    return offset;
  }
  // Until `count` requests were passed on; the joining of the group takes its time.
  void PollUntil(KafkaSource* source, size_t count) {
    for (int i = 0; i < 300 && sink_.requests.size() < count; ++i) {
      source->Poll(100);
    }
  }

  rd_kafka_t* producer_;
  std::string brokers_;
  base::Registry registry_;
  LossCounters losses_{&registry_};
  KeepingSink sink_;
};

TEST_F(KafkaSourceTest, RecordsAreReadDecodedAndCommitted) {
  Produce("one");
  Produce("bad");
  Produce("two");
  {
    const std::unique_ptr<KafkaSource> source = Open();
    PollUntil(source.get(), 2);
  }
  EXPECT_EQ(sink_.requests, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(losses_.Get(LossReason::kKafkaRecordMalformed), 1U);
  // The next reader of the group would begin after the last record.
  EXPECT_EQ(CommittedOffset(), 3);
}

TEST_F(KafkaSourceTest, WhatTheStoreCannotTakeIsReadAgain) {
  sink_.status = base::Unavailable("full");
  Produce("one");
  const std::unique_ptr<KafkaSource> source = Open();
  for (int i = 0; i < 300 && sink_.refused < 2; ++i) {
    source->Poll(100);
  }
  EXPECT_GE(sink_.refused, 2);
  sink_.status = base::OkStatus();
  PollUntil(source.get(), 1);
  EXPECT_EQ(sink_.requests, (std::vector<std::string>{"one"}));
}

TEST_F(KafkaSourceTest, SettingsThatAreNotKnownAreRefused) {
  KafkaOptions options;
  options.properties = {{"no.such.property", "1"}};
  EXPECT_FALSE(
      KafkaSource::Create(options, &sink_, &base::Env::Real().clock(), &losses_, &registry_).ok());
  KafkaReceiverConfig config;
  config.encoding = "avro";
  EXPECT_NE(OptionsFrom(config).status().message().find("avro"), std::string_view::npos);
}

}  // namespace
}  // namespace sb::ingest
