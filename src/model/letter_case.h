// SPDX-License-Identifier: Apache-2.0
//
// Upper and lower case of UTF-8 text, code point by code point, as Go's strings.ToLower and ToUpper
// map the Latin, Greek, Cyrillic, Armenian and fullwidth letters; other letters stay as they are.
// Bytes that are not UTF-8 become U+FFFD, as in Go. No locale is consulted.
#pragma once

#include <string>
#include <string_view>

namespace sb::model {

std::string ToLower(std::string_view text);
std::string ToUpper(std::string_view text);

}  // namespace sb::model
