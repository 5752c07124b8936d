// SPDX-License-Identifier: Apache-2.0
//
// A JSON string literal of UTF-8 text, as Go's encoding/json writes it (also < > & are escaped).
#pragma once

#include <string>
#include <string_view>

namespace sb::wire {

void AppendJsonText(std::string_view text, std::string* out);

}  // namespace sb::wire
