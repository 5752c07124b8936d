// SPDX-License-Identifier: Apache-2.0
//
// What this binary is: version and revision, compiled in.
#pragma once

#include <string_view>

namespace sb::server {

std::string_view Version();   // "0.1.0"
std::string_view Revision();  // git commit, or "unknown"
std::string_view Compiler();  // "g++ 12.2.0"

}  // namespace sb::server
