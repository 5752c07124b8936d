// SPDX-License-Identifier: Apache-2.0
//
// Syslog messages, RFC 5424 and the older RFC 3164 as it is really sent, and how a TCP stream is
// cut into them (RFC 6587).
//
//   SyslogMessage message;
//   ParseSyslog(bytes, now_ns, &message);        // never fails: what cannot be read is the message
//
//   SyslogFramer framer(message_bytes_max);
//   framer.Feed(bytes, [](std::string_view message) { … });   // octet counting or line feeds
//
// A 3164 time has neither year nor zone: the year is the one that puts it nearest to `now_ns`, the
// zone is UTC. Views point into the bytes. Threads: values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sb::wire {

struct SyslogParameter {
  std::string_view id;  // of its structured data element
  std::string_view name;
  std::string value;  // escapes undone
};

struct SyslogMessage {
  int facility = -1;  // -1: no priority was sent
  int severity = -1;
  bool has_time = false;
  int64_t time_ns = 0;
  std::string_view bad_time;  // what stands in the place of the time and is none
  std::string_view host;
  std::string_view app;
  std::string_view process_id;
  std::string_view message_id;
  std::vector<SyslogParameter> parameters;
  std::string_view text;
};

void ParseSyslog(std::string_view bytes, int64_t now_ns, SyslogMessage* message);
// "emerg" … "debug"; "kern" … "local7". "" for what is none.
std::string_view SyslogSeverityName(int severity);
std::string_view SyslogFacilityName(int facility);

class SyslogFramer {
 public:
  using Sink = std::function<void(std::string_view message)>;
  explicit SyslogFramer(size_t bytes_max) : bytes_max_(bytes_max) {}
  // A message above the limit is cut: its pieces come as messages of their own.
  void Feed(std::string_view bytes, const Sink& sink);
  // The end of the stream: what stands without a line feed is a message, too.
  void Finish(const Sink& sink);

 private:
  size_t TakeFrame(std::string_view text, const Sink& sink) const;
  const size_t bytes_max_;
  std::string pending_;
};

}  // namespace sb::wire
