// SPDX-License-Identifier: Apache-2.0
//
// Natural order of texts: runs of digits compare as numbers, so that "cpu9" comes before "cpu10".
#pragma once

#include <string_view>

namespace sb::promql {

// A strict weak order; texts that differ only in leading zeros compare bytewise.
bool NaturalLess(std::string_view a, std::string_view b);

}  // namespace sb::promql
