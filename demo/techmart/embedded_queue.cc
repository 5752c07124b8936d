// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <condition_variable>

#include "message_queue.h"
#include "number_text.h"

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

// Looking for work is not work: it is not traced.
signalbox::Context Untraced() {
  signalbox::Context untraced;
  untraced.span.trace_id.bytes[0] = untraced.span.span_id.bytes[0] = 1;
  return untraced;
}

class InDatabase final : public MessageQueue {
 public:
  explicit InDatabase(Database& db) : MessageQueue({.system = "techmart"}), db_(db) {}

  void Send(Service& from, const std::string& topic, const std::string& body) override {
    signalbox::SendSpan span(
        ClientOf(from), {.destination = topic, .body_bytes = static_cast<int64_t>(body.size())});
    std::string headers;
    span.AddHeaders([&](std::string_view name, std::string_view value) {
      headers.append(name).append("=").append(value).append("\n");
    });
    const signalbox::ContextScope scope(span.span().ContextOf());
    db_.Query(from, "INSERT INTO message(topic, headers, body, sent_ms) VALUES(?, ?, ?, ?)",
              {topic, headers, body, std::to_string(NowMs())});
    came_.notify_one();
  }

  bool Receive(Service& by, const std::string& topic, Message* message) override {
    {
      std::unique_lock lock(mutex_);
      came_.wait_for(lock, std::chrono::milliseconds(200));
    }
    const signalbox::ContextScope scope(Untraced());
    const auto rows = db_.Query(
        by, "SELECT id, headers, body, sent_ms FROM message WHERE topic = ? ORDER BY id LIMIT 1",
        {topic});
    if (rows.empty()) {
      return false;
    }
    const Database::Row& row = rows[0];
    *message = {row[0], topic, ParseHeaders(row[1]), row[2],
                static_cast<double>(NowMs() - NumberOf(row[3])) / 1000};
    ClientOf(by).Fetched({.destination = topic, .group = kWorkerGroup}, 0);
    return true;
  }

  void Acknowledge(Service& by, const Message& message) override {
    db_.Query(by, "DELETE FROM message WHERE id = ?", {message.id});
  }

  size_t Waiting(Service& by, const std::string& topic) override {
    const signalbox::ContextScope scope(Untraced());
    const auto rows = db_.Query(by, "SELECT count(*) FROM message WHERE topic = ?", {topic});
    return static_cast<size_t>(NumberOf(rows[0][0]));
  }

 private:
  Database& db_;
  std::mutex mutex_;
  std::condition_variable came_;
};

}  // namespace

const signalbox::MessagingClient& MessageQueue::ClientOf(Service& service) {
  const std::lock_guard lock(clients_mutex_);
  auto& client = clients_[&service];
  if (client == nullptr) {
    client =
        std::make_unique<signalbox::MessagingClient>(service.tracer(), service.meter(), facts_);
  }
  return *client;
}

std::unique_ptr<MessageQueue> EmbeddedQueue(Database& db) {
  return std::make_unique<InDatabase>(db);
}

}  // namespace techmart
