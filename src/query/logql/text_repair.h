// SPDX-License-Identifier: Apache-2.0
//
// What the reference does to extracted values: every byte that is not UTF-8 and every U+FFFD
// becomes a blank.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace sb::logql {

// Length of the valid UTF-8 sequence at text[at], 0 if it is broken.
size_t Utf8SequenceLength(std::string_view text, size_t at);
// Whether RepairText would change it.
bool NeedsRepair(std::string_view text);
void RepairText(std::string_view text, std::string* out);
void AppendUtf8(uint32_t code_point, std::string* out);

}  // namespace sb::logql
