// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "wire/syslog/syslog_message.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  sb::wire::SyslogFramer framer(256);
  size_t bytes = 0;
  const auto sink = [&bytes](std::string_view frame) {
    sb::wire::SyslogMessage message;
    sb::wire::ParseSyslog(frame, 1'763'632'800'000'000'000, &message);
    SB_CHECK(message.text.size() <= frame.size());
    bytes += message.text.size() + message.app.size() + message.host.size();
    for (const sb::wire::SyslogParameter& parameter : message.parameters) {
      bytes += parameter.value.size() + parameter.name.size();
    }
  };
  framer.Feed(text.substr(0, size / 2), sink);
  framer.Feed(text.substr(size / 2), sink);
  framer.Finish(sink);
  return bytes > 1U << 30 ? 1 : 0;
}
