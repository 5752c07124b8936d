// SPDX-License-Identifier: Apache-2.0
//
// How a JSON or logfmt key becomes a label name: blanks around it go, a digit in front gets an
// underscore, everything but ASCII letters, digits and underscores becomes an underscore.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace sb::logql {

std::string SanitizeLabelKey(std::string_view key);
// Whether the key is a label name as it stands.
bool IsCleanLabelKey(std::string_view key);
// The same, appended behind what `out` holds; a digit gets its underscore only at the very front.
void AppendLabelKey(std::string_view key, std::string* out);

}  // namespace sb::logql
