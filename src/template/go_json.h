// SPDX-License-Identifier: Apache-2.0
//
// JSON as Go's encoding/json writes it: <, >, & and U+2028/9 as \u003c…, keys of maps sorted,
// floats with the fewest digits, broken UTF-8 as \ufffd.
//
// kInvalidArgument for what JSON cannot hold (NaN, infinities, nesting beyond kPrintDepthMax).
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "template/value.h"

namespace sb::gotemplate {

base::Status AppendGoJson(const Value& value, std::string* out);
void AppendGoJsonString(std::string_view text, std::string* out);

}  // namespace sb::gotemplate
