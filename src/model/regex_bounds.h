// SPDX-License-Identifier: Apache-2.0
//
// What a search for a regular expression need not look at: texts without a literal that every match
// has, and what lies farther from it than a match is long.
//
// Both are cautious: at anything but the plain parts of the syntax they know nothing.
//
// `pattern` must be a valid RE2 pattern. Threads: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sb::model {

// The longest run of bytes that stands at the top of the expression, is not optional and is matched
// as it is; "" if there is none.
std::string RequiredRun(std::string_view pattern);

// No match is longer, and whether a piece of text is one does not depend on what stands around it;
// kUnbounded if that is not known.
inline constexpr size_t kUnbounded = SIZE_MAX;
size_t MatchBytesMax(std::string_view pattern);

}  // namespace sb::model
