// SPDX-License-Identifier: Apache-2.0
//
// IpRange is the argument of ip("…"): an address, a range "10.0.0.1-10.0.0.9" or a network
// "10.0.0.0/8", IPv4 or IPv6. FindsIn searches a text for an address inside of it.
//
//   SB_ASSIGN_OR_RETURN(IpRange range, IpRange::Parse("192.168.0.0/16"));
//   range.FindsIn("client 192.168.4.5 connected")    // true
//
// Threads: immutable.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/status.h"

namespace sb::logql {

class IpRange {
 public:
  static base::Result<IpRange> Parse(std::string_view text);
  bool FindsIn(std::string_view text) const;

 private:
  struct Address {
    bool is_v4 = false;
    std::array<uint8_t, 16> bytes{};  // v4 in the first four
    auto operator<=>(const Address&) const = default;
  };
  static std::optional<Address> ParseAddress(std::string_view text);
  static Address LastOf(Address network, int bits);
  bool Contains(const Address& address) const;
  bool HasAddressAt(std::string_view text, size_t* at) const;

  Address first_;
  Address last_;
};

}  // namespace sb::logql
