// SPDX-License-Identifier: Apache-2.0
//
// ExpandVariables replaces `$NAME` and `${NAME}` by what `lookup` gives, and `$$` by `$`, as Go's
// os.Expand does for external_labels: an unknown name becomes nothing; a `$` that starts no name
// stays.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace sb::config {

using VariableLookup = std::function<std::string(std::string_view name)>;

std::string ExpandVariables(std::string_view text, const VariableLookup& lookup);

}  // namespace sb::config
