// SPDX-License-Identifier: Apache-2.0
#include "net/url_params.h"

#include <cstdint>

namespace sb::net {
namespace {

using base::InvalidArgument;
using base::Result;

int HexValue(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

Result<std::string> Decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '+' && plus_is_space) {
      out.push_back(' ');
    } else if (c != '%') {
      out.push_back(c);
    } else {
      const int high = i + 1 < text.size() ? HexValue(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? HexValue(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return InvalidArgument("invalid URL escape \"" + std::string(text.substr(i, 3)) + "\"");
      }
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  return out;
}

std::string Encode(std::string_view text, bool space_is_plus) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (IsUnreserved(c)) {
      out.push_back(c);
    } else if (c == ' ' && space_is_plus) {
      out.push_back('+');
    } else {
      out.push_back('%');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
  }
  return out;
}

}  // namespace

Result<UrlParams> UrlParams::Parse(std::string_view encoded) {
  UrlParams params;
  while (!encoded.empty()) {
    const size_t amp = encoded.find('&');
    const std::string_view pair = encoded.substr(0, amp);
    encoded = amp == std::string_view::npos ? std::string_view() : encoded.substr(amp + 1);
    if (pair.empty()) {
      continue;
    }
    if (pair.find(';') != std::string_view::npos) {
      return InvalidArgument("invalid semicolon separator in query");
    }
    if (params.size() >= kMaxUrlParams) {
      return InvalidArgument("more than " + std::to_string(kMaxUrlParams) + " parameters");
    }
    const size_t equals = pair.find('=');
    SB_ASSIGN_OR_RETURN(std::string name, PercentDecodeQuery(pair.substr(0, equals)));
    std::string value;
    if (equals != std::string_view::npos) {
      SB_ASSIGN_OR_RETURN(value, PercentDecodeQuery(pair.substr(equals + 1)));
    }
    params.Add(std::move(name), std::move(value));
  }
  return params;
}

void UrlParams::Add(std::string name, std::string value) {
  entries_.emplace_back(std::move(name), std::move(value));
}

void UrlParams::Append(const UrlParams& other) {
  entries_.insert(entries_.end(), other.entries_.begin(), other.entries_.end());
}

std::string_view UrlParams::Get(std::string_view name) const {
  const std::string* value = Find(name);
  return value != nullptr ? std::string_view(*value) : std::string_view();
}

const std::string* UrlParams::Find(std::string_view name) const {
  for (const Entry& entry : entries_) {
    if (entry.first == name) {
      return &entry.second;
    }
  }
  return nullptr;
}

std::vector<std::string_view> UrlParams::GetAll(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Entry& entry : entries_) {
    if (entry.first == name) {
      values.push_back(entry.second);
    }
  }
  return values;
}

std::string UrlParams::Encode() const {
  std::string out;
  for (const Entry& entry : entries_) {
    if (!out.empty()) {
      out.push_back('&');
    }
    out += PercentEncodeQuery(entry.first);
    out.push_back('=');
    out += PercentEncodeQuery(entry.second);
  }
  return out;
}

Result<std::string> PercentDecodePath(std::string_view text) {
  SB_ASSIGN_OR_RETURN(std::string out, Decode(text, false));
  if (out.find('\0') != std::string::npos) {
    return InvalidArgument("NUL byte in path");
  }
  return out;
}

Result<std::string> PercentDecodeQuery(std::string_view text) {
  return Decode(text, true);
}

std::string PercentEncodeQuery(std::string_view text) {
  return Encode(text, true);
}

std::string PercentEncodePathSegment(std::string_view text) {
  return Encode(text, false);
}

}  // namespace sb::net
