// SPDX-License-Identifier: Apache-2.0
#include "collect/probe/accept_encoding.h"

#include <charconv>
#include <string>

#include "base/trim.h"
#include "net/http_message.h"

namespace sb::probe {
namespace {

double QualityOf(std::string_view parameter) {
  parameter = base::Trim(parameter);
  if (!parameter.starts_with("q=")) {
    return 0;
  }
  double quality = 0;
  std::from_chars(parameter.data() + 2, parameter.data() + parameter.size(), quality);
  return quality;
}

}  // namespace

bool AcceptsEncoding(std::string_view accept_encoding, std::string_view coding) {
  bool by_star = false;
  while (!accept_encoding.empty()) {
    const size_t comma = accept_encoding.find(',');
    const std::string_view part = accept_encoding.substr(0, comma);
    accept_encoding.remove_prefix(comma == part.npos ? accept_encoding.size() : comma + 1);
    const size_t semicolon = part.find(';');
    const std::string_view name = base::Trim(part.substr(0, semicolon));
    const bool is_accepted = semicolon == part.npos || QualityOf(part.substr(semicolon + 1)) > 0;
    if (net::EqualsIgnoreCase(name, coding)) {
      return is_accepted;
    }
    by_star = by_star || (name == "*" && is_accepted);
  }
  return by_star;
}

}  // namespace sb::probe
