// SPDX-License-Identifier: Apache-2.0
//
// The outgoing-request policy: which addresses a request made by a user (not by an administrator's
// file) may reach. Applied to the address that is connected to, after DNS, so that a name that
// resolves to a private address is refused too.
//
//   auto filter = std::make_shared<const AddressFilter>(AddressFilter::PublicOnly());
//
// PublicOnly() denies loopback, unspecified, link-local (169.254.0.0/16 with the metadata services,
// fe80::/10), private (RFC 1918, fc00::/7), carrier-grade NAT (100.64.0.0/10), benchmarking,
// reserved, multicast and broadcast addresses, and the same behind IPv4-mapped, NAT64 and 6to4 IPv6
// addresses.
//
// Threads: build first, then share read-only.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace sb::net {

// 16 bytes; IPv4 as ::ffff:a.b.c.d.
struct IpAddress {
  std::array<uint8_t, 16> bytes{};

  static base::Result<IpAddress> Parse(std::string_view text);
  static IpAddress FromV4(const std::array<uint8_t, 4>& v4);
  bool IsV4() const;
  std::string ToString() const;
  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

// "10.0.0.0/8", "fd00::/8", or a single address.
struct IpPrefix {
  IpAddress address;
  int bits = 128;  // of 128

  static base::Result<IpPrefix> Parse(std::string_view text);
  bool Contains(const IpAddress& other) const;
};

class AddressFilter {
 public:
  static AddressFilter AllowAll() { return AddressFilter(); }
  static AddressFilter PublicOnly();

  // Exceptions win over what is denied.
  void Allow(IpPrefix prefix) { allowed_.push_back(prefix); }
  void Deny(IpPrefix prefix) { denied_.push_back(prefix); }
  bool IsAllowed(const IpAddress& address) const;

 private:
  AddressFilter() = default;
  std::vector<IpPrefix> allowed_;
  std::vector<IpPrefix> denied_;
};

}  // namespace sb::net
