// SPDX-License-Identifier: Apache-2.0
#include "query/logql/ip_range.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>
#include <cstring>
#include <string>

namespace sb::logql {
namespace {

bool IsHex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool IsV4Byte(char c) {
  return (c >= '0' && c <= '9') || c == '.';
}

bool IsV6Byte(char c) {
  return IsHex(c) || c == ':' || c == '.';
}

}  // namespace

std::optional<IpRange::Address> IpRange::ParseAddress(std::string_view text) {
  if (text.size() < 2 || text.size() > 45) {
    return std::nullopt;
  }
  const std::string copy(text);
  Address address;
  if (text.find(':') == std::string_view::npos) {
    in_addr v4{};
    if (inet_pton(AF_INET, copy.c_str(), &v4) != 1) {
      return std::nullopt;
    }
    address.is_v4 = true;
    std::memcpy(address.bytes.data(), &v4, 4);
    return address;
  }
  in6_addr v6{};
  if (inet_pton(AF_INET6, copy.c_str(), &v6) != 1) {
    return std::nullopt;
  }
  std::memcpy(address.bytes.data(), &v6, 16);
  return address;
}

IpRange::Address IpRange::LastOf(Address network, int bits) {
  const int size = network.is_v4 ? 32 : 128;
  for (int bit = bits; bit < size; ++bit) {
    network.bytes.at(static_cast<size_t>(bit / 8)) |= static_cast<uint8_t>(0x80 >> (bit % 8));
  }
  return network;
}

base::Result<IpRange> IpRange::Parse(std::string_view text) {
  IpRange range;
  const auto invalid = [text] {
    return base::InvalidArgument(fmt::format("ip: invalid pattern \"{}\"", text));
  };
  if (const size_t slash = text.find('/'); slash != std::string_view::npos) {
    const auto network = ParseAddress(text.substr(0, slash));
    int bits = -1;
    const auto parsed = std::from_chars(text.data() + slash + 1, text.data() + text.size(), bits);
    if (!network.has_value() || parsed.ec != std::errc() ||
        parsed.ptr != text.data() + text.size() || bits < 0 ||
        bits > (network->is_v4 ? 32 : 128)) {
      return invalid();
    }
    range.first_ = *network;
    for (int bit = bits; bit < (network->is_v4 ? 32 : 128); ++bit) {
      range.first_.bytes.at(static_cast<size_t>(bit / 8)) &=
          static_cast<uint8_t>(~(0x80 >> (bit % 8)));
    }
    range.last_ = LastOf(*network, bits);
    return range;
  }
  const size_t dash = text.find('-');
  const auto first = ParseAddress(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : ParseAddress(text.substr(dash + 1));
  if (!first.has_value() || !last.has_value() || first->is_v4 != last->is_v4 || *last < *first) {
    return invalid();
  }
  range.first_ = *first;
  range.last_ = *last;
  return range;
}

bool IpRange::Contains(const Address& address) const {
  return address.is_v4 == first_.is_v4 && address >= first_ && address <= last_;
}

// Looks at the run of address characters that starts at *at and moves behind it.
bool IpRange::HasAddressAt(std::string_view text, size_t* at) const {
  const auto is_byte = first_.is_v4 ? &IsV4Byte : &IsV6Byte;
  size_t end = *at;
  while (end < text.size() && is_byte(text[end])) {
    ++end;
  }
  std::string_view run = text.substr(*at, end - *at);
  *at = end;
  // "10.0.0.1." and "::1:" end a sentence, not an address.
  while (run.size() > 2 && (run.back() == '.' || (run.back() == ':' && !run.ends_with("::")))) {
    run.remove_suffix(1);
  }
  if (const auto address = ParseAddress(run); address.has_value()) {
    return Contains(*address);
  }
  return false;
}

bool IpRange::FindsIn(std::string_view text) const {
  for (size_t at = 0; at < text.size();) {
    const bool starts = first_.is_v4 ? text[at] >= '0' && text[at] <= '9'
                                     : IsHex(text[at]) || text[at] == ':';
    if (!starts) {
      ++at;
    } else if (HasAddressAt(text, &at)) {
      return true;
    }
  }
  return false;
}

}  // namespace sb::logql
