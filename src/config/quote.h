// SPDX-License-Identifier: Apache-2.0
//
// GoQuote writes a string as Go's %q does: in double quotes, with \n, \x00, \u200b and the like,
// bytes that are not UTF-8 as \xff. Error messages of the replaced products are written this way,
// and users search for them.
#pragma once

#include <string>
#include <string_view>

namespace sb::config {

std::string GoQuote(std::string_view text);

// The code point at text[*at], which is moved behind it; nothing (and *at moved by one) when the
// bytes there are not UTF-8.
bool DecodeUtf8(std::string_view text, size_t* at, char32_t* code_point);
bool IsValidUtf8(std::string_view text);

}  // namespace sb::config
