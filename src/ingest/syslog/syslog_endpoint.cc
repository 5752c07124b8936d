// SPDX-License-Identifier: Apache-2.0
#include "ingest/syslog/syslog_endpoint.h"

#include <deque>

namespace sb::ingest {
namespace {

std::string MetadataName(std::string_view id, std::string_view name) {
  std::string out;
  // The enterprise number behind '@' says nothing to a reader.
  for (const std::string_view part : {id.substr(0, id.find('@')), name}) {
    if (!out.empty()) {
      out.push_back('_');
    }
    for (const char c : part) {
      const bool keep = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      out.push_back(keep ? c : '_');
    }
  }
  return out;
}

// One connection.
class SyslogStream final : public net::StreamHandler {
 public:
  SyslogStream(SyslogEndpoint* endpoint, std::string peer)
      : endpoint_(endpoint), peer_(std::move(peer)), framer_(SyslogEndpoint::kMessageBytesMax) {}

  void OnBytes(std::string_view bytes) override {
    framer_.Feed(bytes, [this](std::string_view message) { Hold(message); });
    Push();
  }
  void OnEnd() override {
    framer_.Finish([this](std::string_view message) { Hold(message); });
    Push();
  }

 private:
  void Hold(std::string_view message) {
    held_bytes_ += message.size();
    held_.emplace_back(message);
  }
  void Push() {
    if (held_.empty()) {
      return;
    }
    if (endpoint_->Push(held_, peer_).ok() || held_bytes_ > SyslogEndpoint::kHeldBytesMax) {
      held_.clear();  // stored, or counted as lost by the writer
      held_bytes_ = 0;
    }
  }

  SyslogEndpoint* const endpoint_;
  const std::string peer_;
  wire::SyslogFramer framer_;
  std::vector<std::string> held_;
  size_t held_bytes_ = 0;
};

}  // namespace

int64_t SyslogEndpoint::TimeOf(const wire::SyslogMessage& message, int64_t arrival_ns) {
  const int64_t number = messages_.fetch_add(1, std::memory_order_relaxed);
  if (!message.has_time) {
    return arrival_ns;
  }
  for (const int64_t unit : {1'000'000, 1'000}) {
    if (message.time_ns % unit == 0 && message.time_ns <= INT64_MAX - unit) {
      return message.time_ns + number % unit;
    }
  }
  return message.time_ns;
}

base::Status SyslogEndpoint::Push(std::span<const std::string> messages, std::string_view peer) {
  LogBatch batch = writer_->NewBatch();
  const int64_t now_ns = env_->clock().Now().Value();
  wire::SyslogMessage message;
  LogRecordView record;
  int64_t index = 0;
  for (const std::string& bytes : messages) {
    wire::ParseSyslog(bytes, now_ns, &message);
    std::vector<LogField> labels;
    for (const auto& [name, value] : labels_) {
      labels.push_back({name, value});
    }
    labels.push_back({"job", "syslog"});
    labels.push_back({"host", message.host.empty() ? peer : message.host});
    labels.push_back({"app", message.app});
    labels.push_back({"facility", wire::SyslogFacilityName(message.facility)});
    record.Clear();
    record.line = message.text;
    // Messages without a time of their own keep their order.
    record.time_ns = TimeOf(message, now_ns + index);
    std::deque<std::string> names;
    if (!message.bad_time.empty()) {
      writer_->losses()->Add(LossReason::kLogInvalidTime);
      record.metadata.push_back({"time", message.bad_time});
    }
    record.metadata.push_back({"severity", wire::SyslogSeverityName(message.severity)});
    record.metadata.push_back({"process_id", message.process_id});
    record.metadata.push_back({"message_id", message.message_id});
    for (const wire::SyslogParameter& parameter : message.parameters) {
      names.push_back(MetadataName(parameter.id, parameter.name));
      record.metadata.push_back({names.back(), parameter.value});
    }
    batch.Add(batch.Stream(std::move(labels)), record);
    ++index;
  }
  return writer_->Write(std::move(batch));
}

std::unique_ptr<net::StreamHandler> SyslogEndpoint::NewStream(const std::string& peer) {
  return std::make_unique<SyslogStream>(this, peer);
}

}  // namespace sb::ingest
