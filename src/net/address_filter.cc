// SPDX-License-Identifier: Apache-2.0
#include "net/address_filter.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/check.h"

namespace sb::net {

using base::InvalidArgument;
using base::Result;

namespace {

constexpr std::array<uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// IANA's special-purpose registries, as far as they are not globally reachable.
constexpr std::string_view kNotPublic[] = {
    "0.0.0.0/8",        // this network
    "10.0.0.0/8",       // private
    "100.64.0.0/10",    // carrier-grade NAT; some clouds keep metadata services here
    "127.0.0.0/8",      // loopback
    "169.254.0.0/16",   // link-local, with the metadata services
    "172.16.0.0/12",    // private
    "192.0.0.0/24",     // protocol assignments; a metadata service of one cloud
    "192.0.2.0/24",     // documentation
    "192.88.99.0/24",   // 6to4 relays
    "192.168.0.0/16",   // private
    "198.18.0.0/15",    // benchmarking
    "198.51.100.0/24",  // documentation
    "203.0.113.0/24",   // documentation
    "224.0.0.0/4",      // multicast
    "240.0.0.0/4",      // reserved, and broadcast
    "::/96",            // unspecified, loopback, IPv4-compatible
    "100::/64",         // discard
    "2001::/23",        // protocol assignments (Teredo, ORCHID)
    "2001:db8::/32",    // documentation
    "64:ff9b:1::/48",   // local NAT64
    "fc00::/7",         // unique local; a metadata service of one cloud
    "fe80::/10",        // link-local
    "fec0::/10",        // site-local (deprecated)
    "ff00::/8",         // multicast
};

// The IPv4 address inside NAT64 (64:ff9b::/96) and 6to4 (2002::/16), through which a private
// address would be reachable under a public one.
bool EmbeddedV4(const IpAddress& address, IpAddress* v4) {
  static constexpr std::array<uint8_t, 12> kNat64 = {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
  const std::array<uint8_t, 16>& b = address.bytes;
  if (std::equal(kNat64.begin(), kNat64.end(), b.begin())) {
    *v4 = IpAddress::FromV4({b[12], b[13], b[14], b[15]});
    return true;
  }
  if (b[0] == 0x20 && b[1] == 0x02) {
    *v4 = IpAddress::FromV4({b[2], b[3], b[4], b[5]});
    return true;
  }
  return false;
}

}  // namespace

Result<IpAddress> IpAddress::Parse(std::string_view text) {
  const std::string copy(text);
  std::array<uint8_t, 4> v4{};
  if (inet_pton(AF_INET, copy.c_str(), v4.data()) == 1) {
    return FromV4(v4);
  }
  IpAddress address;
  if (inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1) {
    return address;
  }
  return InvalidArgument("not an IP address: \"" + copy + "\"");
}

IpAddress IpAddress::FromV4(const std::array<uint8_t, 4>& v4) {
  IpAddress address;
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin());
  std::copy(v4.begin(), v4.end(), address.bytes.begin() + 12);
  return address;
}

bool IpAddress::IsV4() const {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin());
}

std::string IpAddress::ToString() const {
  char text[INET6_ADDRSTRLEN];
  const bool v4 = IsV4();
  inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? bytes.data() + 12 : bytes.data(), text, sizeof(text));
  return text;
}

Result<IpPrefix> IpPrefix::Parse(std::string_view text) {
  const size_t slash = text.find('/');
  IpPrefix prefix;
  SB_ASSIGN_OR_RETURN(prefix.address, IpAddress::Parse(text.substr(0, slash)));
  if (slash == std::string_view::npos) {
    return prefix;
  }
  const std::string_view digits = text.substr(slash + 1);
  int bits = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  const int max_bits = prefix.address.IsV4() ? 32 : 128;
  if (error != std::errc() || end != digits.data() + digits.size() || bits < 0 || bits > max_bits) {
    return InvalidArgument("invalid prefix length: \"" + std::string(text) + "\"");
  }
  prefix.bits = bits + 128 - max_bits;
  return prefix;
}

bool IpPrefix::Contains(const IpAddress& other) const {
  const auto whole = static_cast<size_t>(bits / 8);
  if (std::memcmp(address.bytes.data(), other.bytes.data(), whole) != 0) {
    return false;
  }
  if (bits % 8 == 0) {
    return true;
  }
  const int shift = 8 - bits % 8;
  return address.bytes[whole] >> shift == other.bytes[whole] >> shift;
}

AddressFilter AddressFilter::PublicOnly() {
  AddressFilter filter;
  for (const std::string_view text : kNotPublic) {
    Result<IpPrefix> prefix = IpPrefix::Parse(text);
    SB_CHECK(prefix.ok());
    filter.Deny(*prefix);
  }
  return filter;
}

bool AddressFilter::IsAllowed(const IpAddress& address) const {
  const auto holds = [&](const IpPrefix& prefix) { return prefix.Contains(address); };
  if (std::any_of(allowed_.begin(), allowed_.end(), holds)) {
    return true;
  }
  if (std::any_of(denied_.begin(), denied_.end(), holds)) {
    return false;
  }
  IpAddress v4;
  return !EmbeddedV4(address, &v4) || IsAllowed(v4);
}

}  // namespace sb::net
