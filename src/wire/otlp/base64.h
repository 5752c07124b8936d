// SPDX-License-Identifier: Apache-2.0
//
// Bytes as text as OTLP/JSON writes them: base64 (RFC 4648, standard alphabet with padding; reading
// also takes the URL alphabet and no padding). Ids are written as hex digits: encoding/hex.h.
#pragma once

#include <string>
#include <string_view>

namespace sb::wire {

void AppendBase64(std::string_view bytes, std::string* out);
// False if `text` is not of the form; `out` is then undefined.
bool ParseBase64(std::string_view text, std::string* out);

}  // namespace sb::wire
