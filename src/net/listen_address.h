// SPDX-License-Identifier: Apache-2.0
//
// "HOST:PORT" as a listener is given it: "127.0.0.1:9090", "[::1]:0", ":9090" (empty host: all
// addresses). kInvalidArgument names what is wrong.
#pragma once

#include <string>

#include "base/status.h"

namespace sb::net {

struct ListenAddress {
  std::string host;
  unsigned short port = 0;
};
base::Result<ListenAddress> SplitListenAddress(const std::string& address);

}  // namespace sb::net
