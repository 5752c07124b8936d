// SPDX-License-Identifier: Apache-2.0
//
// Regular expressions of TraceQL: RE2, matching the whole value, `.` matching newline too, as
// store::FilterOp::kMatchRegex has them.
#pragma once

#include <memory>
#include <string_view>

#include "base/status.h"

namespace re2 {
class RE2;
}

namespace sb::traceql {

// kInvalidArgument with RE2's words.
base::Result<std::shared_ptr<const re2::RE2>> CompileRegex(std::string_view pattern);
bool MatchesWhole(const re2::RE2& regex, std::string_view text);

}  // namespace sb::traceql
