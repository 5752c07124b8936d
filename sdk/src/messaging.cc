// SPDX-License-Identifier: Apache-2.0
#include "signalbox/messaging.h"

#include "convention_parts.h"

namespace signalbox {

namespace {

// What a span may say and a measurement may not: there are too many keys and offsets.
void AddDetails(Attributes& out, const MessagingFacts& facts, const MessageFacts& message) {
  AddText(out, "messaging.client.id", facts.client_id);
  AddText(out, "messaging.message.id", message.id);
  AddText(out, "messaging.kafka.message.key", message.key);
  if (message.offset >= 0) {
    out.emplace_back("messaging.kafka.offset", message.offset);
  }
  if (message.body_bytes >= 0) {
    out.emplace_back("messaging.message.body.size", message.body_bytes);
  }
}

}  // namespace

MessagingClient::MessagingClient(Tracer tracer, const Meter& meter, MessagingFacts facts)
    : tracer_(std::move(tracer)),
      facts_(std::move(facts)),
      operation_(meter.CreateHistogram("messaging.client.operation.duration",
                                       Seconds("Duration of sending and fetching."))),
      process_(meter.CreateHistogram("messaging.process.duration",
                                     Seconds("Duration of handling a message."))),
      sent_(meter.CreateCounter("messaging.client.sent.messages",
                                {.unit = "{message}", .description = "Messages sent."})),
      consumed_(meter.CreateCounter("messaging.client.consumed.messages",
                                    {.unit = "{message}", .description = "Messages fetched."})) {}

Attributes MessagingClient::Common(std::string_view operation, std::string_view type,
                                   const MessageFacts& message) const {
  Attributes out = {{"messaging.system", facts_.system},
                    {"messaging.operation.name", operation},
                    {"messaging.operation.type", type},
                    {"messaging.destination.name", message.destination}};
  AddText(out, "messaging.consumer.group.name", message.group);
  AddText(out, "messaging.destination.partition.id", message.partition);
  AddText(out, "server.address", facts_.server_address);
  if (facts_.server_port != 0) {
    out.emplace_back("server.port", facts_.server_port);
  }
  return out;
}

void MessagingClient::Fetched(const MessageFacts& message, double seconds) const {
  const Attributes attributes = Common("poll", "receive", message);
  consumed_.Add(1, attributes);
  operation_.Record(seconds, attributes);
}

SendSpan::SendSpan(const MessagingClient& client, MessageFacts message)
    : client_(client), message_(std::move(message)) {
  SpanOptions options = {.kind = SpanKind::kProducer,
                         .attributes = client.Common("send", "send", message_)};
  AddDetails(options.attributes, client.facts_, message_);
  span_ = client.tracer_.StartSpan("send " + message_.destination, std::move(options));
}

SendSpan::~SendSpan() {
  Attributes of_value = client_.Common("send", "send", message_);
  AddText(of_value, "error.type", error_type_);
  client_.sent_.Add(1, of_value);
  client_.operation_.Record(SecondsSince(start_), of_value);
}

void SendSpan::AddHeaders(const HeaderSetter& set) const {
  Inject(span_.ContextOf(), set);
}

void SendSpan::Delivered(int64_t partition, int64_t offset) {
  span_.Set("messaging.destination.partition.id", std::to_string(partition))
      .Set("messaging.kafka.offset", offset);
}

void SendSpan::Failed(std::string_view type, std::string_view message) {
  error_type_ = type.empty() ? "_OTHER" : type;
  span_.Set("error.type", error_type_).RecordError(message, error_type_);
}

namespace {

SpanOptions WithDetails(SpanOptions options, const MessagingFacts& facts,
                        const MessageFacts& message) {
  AddDetails(options.attributes, facts, message);
  return options;
}

}  // namespace

ProcessSpan::ProcessSpan(const MessagingClient& client, MessageFacts message,
                         const HeaderGetter& headers)
    : client_(client),
      message_(std::move(message)),
      sender_(Extract(headers)),
      span_(client.tracer_, "process " + message_.destination,
            WithDetails({.kind = SpanKind::kConsumer,
                         .attributes = client.Common("process", "process", message_)},
                        client.facts_, message_)) {}

ProcessSpan::~ProcessSpan() {
  Attributes of_value = client_.Common("process", "process", message_);
  AddText(of_value, "error.type", error_type_);
  client_.process_.Record(SecondsSince(start_), of_value);
}

void ProcessSpan::Failed(std::string_view type, std::string_view message) {
  error_type_ = type.empty() ? "_OTHER" : type;
  span_->Set("error.type", error_type_).RecordError(message, error_type_);
}

}  // namespace signalbox
