// SPDX-License-Identifier: Apache-2.0
//
// Links to the query page, as alerts carry them: /graph?g0.expr=up+%3D%3D+0&g0.tab=1
#pragma once

#include <string>
#include <string_view>

namespace sb::rules {

std::string TableLink(std::string_view expr);
std::string GraphLink(std::string_view expr);

}  // namespace sb::rules
