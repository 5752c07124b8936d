// SPDX-License-Identifier: Apache-2.0
//
// SyslogEndpoint stores syslog messages. Stream labels are those of the listener's configuration,
// job="syslog", host (the message's, else the peer's address), app and facility; severity, process
// and message id and the structured data are metadata (ID[name] as ID_name).
//
//   SyslogEndpoint endpoint(&writer, &env, {{"dc", "eu"}});
//   endpoint.Push({"<34>Oct 11 …"}, "192.0.2.7");                 // datagrams
//   auto handler = endpoint.NewStream("192.0.2.7");               // a TCP connection
//
// Many senders write times of whole seconds, and the store keeps equal rows once: each message gets
// some nanoseconds of its own behind the digits that its time has, so that equal ones stay apart
// and all stay in order. What is no time is counted, and kept as the metadata `time`.
//
// A stream whose lines the store refuses keeps up to kHeldBytesMax of them and tries again with the
// next bytes; syslog has no way to tell the sender. Threads: Push is safe for concurrent use.
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/env.h"
#include "ingest/pipeline/log_writer.h"
#include "net/stream_server.h"
#include "wire/syslog/syslog_message.h"

namespace sb::ingest {

class SyslogEndpoint {
 public:
  static constexpr size_t kMessageBytesMax = 1 << 20;
  static constexpr size_t kHeldBytesMax = 4 << 20;

  // All must outlive the endpoint and its streams.
  SyslogEndpoint(LogWriter* writer, base::Env* env,
                 std::vector<std::pair<std::string, std::string>> labels)
      : writer_(writer), env_(env), labels_(std::move(labels)) {}

  base::Status Push(std::span<const std::string> messages, std::string_view peer);
  std::unique_ptr<net::StreamHandler> NewStream(const std::string& peer);
  LogWriter* writer() const { return writer_; }

 private:
  int64_t TimeOf(const wire::SyslogMessage& message, int64_t arrival_ns);

  LogWriter* const writer_;
  base::Env* const env_;
  std::atomic<int64_t> messages_{0};
  const std::vector<std::pair<std::string, std::string>> labels_;
};

}  // namespace sb::ingest
