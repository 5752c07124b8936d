// SPDX-License-Identifier: Apache-2.0
//
// MessageQueue is the durable queue between the API and the worker: Kafka, or a table of the shop's
// database with the same headers. Messages are kept until they were handled.
//
// Threads: Send is safe for concurrent use; Receive, Acknowledge are of one thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "database.h"
#include "signalbox/messaging.h"

namespace techmart {

struct Message {
  std::string id;
  std::string topic;
  std::map<std::string, std::string> headers;
  std::string body;
  double age_seconds = 0;
  std::string partition = {};  // of Kafka
  int64_t offset = -1;
};

class MessageQueue {
 public:
  virtual ~MessageQueue() = default;

  // Keeps the message, with the current context as headers, and opens a producer span.
  virtual void Send(Service& from, const std::string& topic, const std::string& body) = 0;
  // Waits up to a second for a message; false if none came.
  virtual bool Receive(Service& by, const std::string& topic, Message* message) = 0;
  // It is handled and will not come again.
  virtual void Acknowledge(Service& by, const Message& message) = 0;
  virtual size_t Waiting(Service& by, const std::string& topic) = 0;

  // The telemetry of a service's messages.
  const signalbox::MessagingClient& ClientOf(Service& service);

 protected:
  explicit MessageQueue(signalbox::MessagingFacts facts) : facts_(std::move(facts)) {}

 private:
  const signalbox::MessagingFacts facts_;
  std::mutex clients_mutex_;
  std::map<const Service*, std::unique_ptr<signalbox::MessagingClient>> clients_;
};

inline constexpr const char* kWorkerGroup = "product-worker";

std::unique_ptr<MessageQueue> EmbeddedQueue(Database& db);
// host:port,… ; topics orders and uploads. "mock" starts librdkafka's own broker, for tests.
// Throws std::runtime_error if the client cannot be made.
std::unique_ptr<MessageQueue> KafkaQueue(const std::string& brokers);

}  // namespace techmart
