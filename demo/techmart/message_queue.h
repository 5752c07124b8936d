// SPDX-License-Identifier: Apache-2.0
//
// MessageQueue is the durable queue between the API and the worker: messages with headers, kept in
// the shop's database until they were handled. It stands in for Kafka, with the same headers.
//
// Threads: safe for concurrent use.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "database.h"

namespace techmart {

struct Message {
  std::string id;
  std::string topic;
  std::map<std::string, std::string> headers;
  std::string body;
  double age_seconds = 0;
};

class MessageQueue {
 public:
  explicit MessageQueue(Database& db) : db_(db) {}

  // Keeps the message, with the current context as headers, and opens a producer span.
  void Send(Service& from, const std::string& topic, const std::string& body);
  // Waits up to a second for a message; false if none came.
  bool Receive(Service& by, const std::string& topic, Message* message);
  // It is handled and will not come again.
  void Acknowledge(Service& by, const Message& message);
  size_t Waiting(Service& by, const std::string& topic);

 private:
  Database& db_;
  std::mutex mutex_;
  std::condition_variable came_;
};

}  // namespace techmart
