// SPDX-License-Identifier: Apache-2.0
//
// Lower-case hex digits as bytes and back: ids are sent as text and kept in half the space.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace sb::events {

// True if every character is one of 0-9 a-f.
bool IsHex(std::string_view text);
// Replaces `out`; false (and `out` is of no use) for an odd length or another character.
bool HexDecode(std::string_view text, std::string* out);
// Likewise, to `out`, which has room for half as many bytes.
bool HexDecodeTo(std::string_view text, char* out);
// Writes 2 * bytes.size() characters.
void WriteHex(std::string_view bytes, char* out);
// Replaces `out`.
void HexEncode(std::string_view bytes, std::string* out);

}  // namespace sb::events
