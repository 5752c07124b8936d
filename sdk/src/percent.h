// SPDX-License-Identifier: Apache-2.0
//
// Percent encoding (RFC 3986) of baggage and of OTEL_RESOURCE_ATTRIBUTES.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signalbox::internal {

std::string PercentEncode(std::string_view text);
// A broken escape stays as it is.
std::string PercentDecode(std::string_view text);
std::string_view Trim(std::string_view text);
std::vector<std::string_view> Split(std::string_view text, char separator);
// "a=1,b=2" with values decoded; entries without "=" or without a key are left out.
std::vector<std::pair<std::string, std::string>> ParsePairs(std::string_view text);

}  // namespace signalbox::internal
