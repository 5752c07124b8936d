// SPDX-License-Identifier: Apache-2.0
//
// Glob finds the files that a pattern names, sorted: `*`, `?` and `[a-z]` in any part of the path,
// as Go's filepath.Glob. What cannot be listed matches nothing. At most kGlobMatchesMax are
// returned.
//
// Threads: pure functions but for the file system.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"

namespace sb::discovery {

inline constexpr size_t kGlobMatchesMax = 100'000;

std::vector<std::string> Glob(base::FileSystem& files, const std::string& pattern);

// Whether `name` (without '/') matches; `[^a]` negates, a backslash quotes.
bool MatchesGlob(std::string_view pattern, std::string_view name);

}  // namespace sb::discovery
