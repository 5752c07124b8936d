// SPDX-License-Identifier: Apache-2.0
//
// Messages as OpenTelemetry's conventions tell them (1.37): a producer span for what is sent, whose
// context travels in the message's headers, and a consumer span for its handling that continues the
// sender's trace and baggage. Knows no broker: librdkafka.h uses it, and so can any other queue.
//
//   MessagingClient messaging(sdk->tracer("queue"), sdk->meter("queue"), {.system = "kafka"});
//   SendSpan send(messaging, {.destination = "orders"});
//   send.AddHeaders([&](auto name, auto value) { message.AddHeader(name, value); });
//   …
//   ProcessSpan work(messaging, {.destination = "orders", .group = "billing"},
//                    [&](std::string_view name) { return message.Header(name); });
//
// Measured: messaging.client.operation.duration, messaging.client.sent.messages,
// messaging.client.consumed.messages, messaging.process.duration.
//
// Threads: MessagingClient is safe for concurrent use. A SendSpan may end on another thread than it
// began on; a ProcessSpan is of one.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "signalbox/metrics.h"
#include "signalbox/propagation.h"
#include "signalbox/tracer.h"

namespace signalbox {

struct MessagingFacts {
  std::string system;  // "kafka"
  std::string client_id = {};
  std::string server_address = {};
  int64_t server_port = 0;
};

struct MessageFacts {
  std::string destination;
  std::string group = {};  // of the consumer
  std::string partition = {};
  std::string key = {};
  std::string id = {};
  int64_t offset = -1;  // of Kafka
  int64_t body_bytes = -1;
};

class MessagingClient {
 public:
  MessagingClient() = default;  // tells nothing
  MessagingClient(Tracer tracer, const Meter& meter, MessagingFacts facts);
  // Counts a message that was fetched.
  void Fetched(const MessageFacts& message, double seconds) const;

 private:
  friend class SendSpan;
  friend class ProcessSpan;
  Attributes Common(std::string_view operation, std::string_view type,
                    const MessageFacts& message) const;

  Tracer tracer_;
  MessagingFacts facts_;
  Histogram operation_{nullptr};
  Histogram process_{nullptr};
  Counter sent_{nullptr};
  Counter consumed_{nullptr};
};

// Ends when destroyed. Not the current span of its thread: sending is quick, delivery is not.
class SendSpan {
 public:
  SendSpan(const MessagingClient& client, MessageFacts message);
  ~SendSpan();
  SendSpan(const SendSpan&) = delete;
  SendSpan& operator=(const SendSpan&) = delete;

  void AddHeaders(const HeaderSetter& set) const;
  Span& span() { return span_; }
  // Where the broker put it.
  void Delivered(int64_t partition, int64_t offset);
  void Failed(std::string_view type, std::string_view message);

 private:
  const MessagingClient client_;  // a copy: the span may outlive the caller's
  const MessageFacts message_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  Span span_;
  std::string error_type_;
};

class ProcessSpan {
 public:
  ProcessSpan(const MessagingClient& client, MessageFacts message, const HeaderGetter& headers);
  ~ProcessSpan();
  ProcessSpan(const ProcessSpan&) = delete;
  ProcessSpan& operator=(const ProcessSpan&) = delete;

  Span& span() { return *span_; }
  void Failed(std::string_view type, std::string_view message);

 private:
  const MessagingClient& client_;
  const MessageFacts message_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  ContextScope sender_;
  ActiveSpan span_;
  std::string error_type_;
};

}  // namespace signalbox
