// SPDX-License-Identifier: Apache-2.0
#include "percent.h"

#include <cctype>
#include <cstdint>
#include <span>

#include "hex.h"

namespace signalbox::internal {

std::string PercentEncode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("-_.~!*'()/:@").find(c) != std::string::npos) {
      out.push_back(c);
    } else {
      const uint8_t bytes[] = {byte};
      out.push_back('%');
      for (const char digit : ToHex(bytes)) {
        out.push_back(static_cast<char>(std::toupper(static_cast<unsigned char>(digit))));
      }
    }
  }
  return out;
}

std::string PercentDecode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    uint8_t byte[1];
    if (text[i] == '%' && i + 2 < text.size() && FromHex(text.substr(i + 1, 2), byte)) {
      out.push_back(static_cast<char>(byte[0]));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0;;) {
    const size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) {
      return parts;
    }
    begin = end + 1;
  }
}

std::vector<std::pair<std::string, std::string>> ParsePairs(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string_view part : Split(text, ',')) {
    const size_t equals = part.find('=');
    if (equals == std::string_view::npos) {
      continue;
    }
    const std::string_view key = Trim(part.substr(0, equals));
    if (!key.empty()) {
      pairs.emplace_back(PercentDecode(key), PercentDecode(Trim(part.substr(equals + 1))));
    }
  }
  return pairs;
}

}  // namespace signalbox::internal
