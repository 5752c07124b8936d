// SPDX-License-Identifier: Apache-2.0
//
// What can be known of a regular expression without running it: the finite set of strings that it
// matches (`a|b|c`, `web-(1|2)`, `x`), or else a literal prefix of all its matches (`web-.*`).
//
// The analysis is cautious: it understands literals, escapes of punctuation, groups, alternation
// and the end of a literal run; at anything else it stops and answers only what is already certain.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sb::model {

struct RegexLiterals {
  std::vector<std::string> values;  // sorted, unique; empty: the set is not known or too large
  std::string prefix;               // of every match
};

// `pattern` must be a valid RE2 pattern; it is taken as anchored at both ends.
RegexLiterals AnalyseRegex(std::string_view pattern);

}  // namespace sb::model
