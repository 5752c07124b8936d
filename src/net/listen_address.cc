// SPDX-License-Identifier: Apache-2.0
#include "net/listen_address.h"

#include <charconv>

namespace sb::net {

using base::InvalidArgument;

base::Result<ListenAddress> SplitListenAddress(const std::string& address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos) {
    return InvalidArgument("listen address has no port: \"" + address + "\"");
  }
  ListenAddress split{address.substr(0, colon), 0};
  if (split.host.size() >= 2 && split.host.front() == '[' && split.host.back() == ']') {
    split.host = split.host.substr(1, split.host.size() - 2);
  } else if (split.host.find(':') != std::string::npos) {
    return InvalidArgument("IPv6 listen address needs brackets: \"" + address + "\"");
  }
  const char* end = address.data() + address.size();
  const auto [stop, error] = std::from_chars(address.data() + colon + 1, end, split.port);
  if (error != std::errc() || stop != end) {
    return InvalidArgument("listen address has no valid port: \"" + address + "\"");
  }
  return split;
}

}  // namespace sb::net
