// SPDX-License-Identifier: Apache-2.0
//
// Replacement texts of label_replace(), as Go's regexp.Expand reads them: `$1`, `${1}`, `$name`,
// `${name}`; `$$` is a dollar sign. A name is the longest run of letters, digits and underscores;
// an unknown one stands for nothing.
#pragma once

#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace sb::promql {

// False if `regex` does not match `text`.
bool ExpandMatch(const re2::RE2& regex, const std::string& text, std::string_view replacement,
                 std::string* out);

}  // namespace sb::promql
