// SPDX-License-Identifier: Apache-2.0
//
// Parse turns the text of a template into trees: the text itself under its name, and one for each
// `define` and `block` in it. Functions are looked up now, so that a misspelt one is an error here.
//
// kInvalidArgument "template: NAME:LINE: what", Go's words. Texts longer than kTextBytesMax and
// nesting deeper than kNestingMax are refused.
//
// Internal to the module. Threads: a pure function.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "template/node.h"

namespace sb::gotemplate {

inline constexpr size_t kTextBytesMax = 4 << 20;
inline constexpr int kNestingMax = 100;

// `functions` may be null; it must outlive the trees.
base::Result<std::vector<Tree>> Parse(std::string name, std::string text,
                                      const FunctionTable* functions);

// A number, a character or a quoted string as written in Go source.
base::Result<Value> ParseConstant(std::string_view literal);
base::Result<std::string> Unquote(std::string_view literal);

}  // namespace sb::gotemplate
