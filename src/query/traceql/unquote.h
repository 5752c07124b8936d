// SPDX-License-Identifier: Apache-2.0
//
// Strings of TraceQL: Go's escapes, both ways.
#pragma once

#include <string>
#include <string_view>

namespace sb::traceql {

// Undoes the escapes of what stands between double quotes: \n \t \r \a \b \f \v \\ \" \' \xHH
// \uHHHH \UHHHHHHHH and octal \NNN. False for any other escape. Replaces `out`.
bool Unquote(std::string_view inside, std::string* out);

// In double quotes; what is not printable ASCII becomes \xHH, but UTF-8 stays.
std::string QuoteForQuery(std::string_view text);

}  // namespace sb::traceql
