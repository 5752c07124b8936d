// SPDX-License-Identifier: Apache-2.0
//
// Bytes as text, the two ways in which OTLP/JSON writes them: base64 (RFC 4648, standard alphabet
// with padding; reading also takes the URL alphabet and no padding) and hexadecimal ids.
#pragma once

#include <string>
#include <string_view>

namespace sb::wire {

void AppendBase64(std::string_view bytes, std::string* out);
void AppendHex(std::string_view bytes, std::string* out);  // lower case
// False if `text` is not of the form; `out` is then undefined.
bool ParseBase64(std::string_view text, std::string* out);
bool ParseHex(std::string_view text, std::string* out);  // any case

}  // namespace sb::wire
