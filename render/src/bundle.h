// SPDX-License-Identifier: Apache-2.0
//
// The script that draws, as vite.print.config.ts built it.
#pragma once

#include <string_view>

namespace sb::print {

std::string_view Bundle();

}  // namespace sb::print
