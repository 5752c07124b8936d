// SPDX-License-Identifier: Apache-2.0
//
// Text from outside that must be UTF-8 from here on.
//
//   std::string scratch;
//   std::string_view valid = ValidUtf8(bytes, &scratch);
//
// Valid text comes back as it is (the same pointer); else the result is in `scratch`, with U+FFFD
// for each byte that belongs to no character. Text of ASCII costs an eighth of a comparison a byte.
#pragma once

#include <string>
#include <string_view>

namespace sb::model {

// The same question as model::IsValidUtf8, for long texts that are mostly ASCII.
bool IsUtf8Text(std::string_view bytes);

std::string_view ValidUtf8(std::string_view bytes, std::string* scratch);

}  // namespace sb::model
