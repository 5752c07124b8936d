// SPDX-License-Identifier: Apache-2.0
#include "message_queue.h"

#include <chrono>

#include "number_text.h"
#include "signalbox/propagation.h"

namespace techmart {

namespace {

int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// name=value lines, as no header holds a line break.
std::map<std::string, std::string> ParseHeaders(const std::string& text) {
  std::map<std::string, std::string> headers;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const size_t equals = text.find('=', at);
    if (equals < end) {
      headers[text.substr(at, equals - at)] = text.substr(equals + 1, end - equals - 1);
    }
    at = end + 1;
  }
  return headers;
}

}  // namespace

void MessageQueue::Send(Service& from, const std::string& topic, const std::string& body) {
  signalbox::ActiveSpan span(from.tracer(), "send " + topic,
                             {.kind = signalbox::SpanKind::kProducer,
                              .attributes = {{"messaging.system", "kafka"},
                                             {"messaging.operation.type", "send"},
                                             {"messaging.destination.name", topic}}});
  std::string headers;
  signalbox::Inject(signalbox::Context::Current(),
                    [&](std::string_view name, std::string_view value) {
                      headers.append(name).append("=").append(value).append("\n");
                    });
  db_.Query(from, "INSERT INTO message(topic, headers, body, sent_ms) VALUES(?, ?, ?, ?)",
            {topic, headers, body, std::to_string(NowMs())});
  came_.notify_one();
}

bool MessageQueue::Receive(Service& by, const std::string& topic, Message* message) {
  {
    std::unique_lock lock(mutex_);
    came_.wait_for(lock, std::chrono::milliseconds(200));
  }
  // Looking for work is not work: it is not traced.
  signalbox::Context untraced;
  untraced.span.trace_id.bytes[0] = untraced.span.span_id.bytes[0] = 1;
  const signalbox::ContextScope scope(untraced);
  const auto rows = db_.Query(
      by, "SELECT id, headers, body, sent_ms FROM message WHERE topic = ? ORDER BY id LIMIT 1",
      {topic});
  if (rows.empty()) {
    return false;
  }
  const Database::Row& row = rows[0];
  *message = {row[0], topic, ParseHeaders(row[1]), row[2],
              static_cast<double>(NowMs() - NumberOf(row[3])) / 1000};
  return true;
}

void MessageQueue::Acknowledge(Service& by, const Message& message) {
  db_.Query(by, "DELETE FROM message WHERE id = ?", {message.id});
}

size_t MessageQueue::Waiting(Service& by, const std::string& topic) {
  signalbox::Context untraced;
  untraced.span.trace_id.bytes[0] = untraced.span.span_id.bytes[0] = 1;
  const signalbox::ContextScope scope(untraced);
  const auto rows = db_.Query(by, "SELECT count(*) FROM message WHERE topic = ?", {topic});
  return static_cast<size_t>(NumberOf(rows[0][0]));
}

}  // namespace techmart
