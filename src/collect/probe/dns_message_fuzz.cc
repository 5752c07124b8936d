// SPDX-License-Identifier: Apache-2.0
//
// Any datagram: it is read or refused.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collect/probe/dns_message.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)sb::probe::ParseDnsReply({reinterpret_cast<const char*>(data), size}).ok();
  return 0;
}
