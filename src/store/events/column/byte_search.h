// SPDX-License-Identifier: Apache-2.0
//
// Searches for a piece of text in a buffer, sixteen places at a time: where its first and its last
// byte are right, the rest is compared.
//
//   const char* at = FindBytes(text.data(), text.data() + text.size(), "needle");  // null: nowhere
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace sb::events {

// The first place of `needle` in [begin, end); `begin` for an empty one.
const char* FindBytes(const char* begin, const char* end, std::string_view needle);
// Likewise ignoring ASCII case; `lower` is in lower case.
const char* FindFolded(const char* begin, const char* end, std::string_view lower);

// ASCII upper case to lower, byte by byte.
void LowerAscii(std::string_view text, std::string* out);

}  // namespace sb::events
