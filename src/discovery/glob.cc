// SPDX-License-Identifier: Apache-2.0
#include "discovery/glob.h"

#include <algorithm>

namespace sb::discovery {
namespace {

bool HasWildcard(std::string_view text) {
  return text.find_first_of("*?[\\") != text.npos;
}

// Matches `c` against the set that starts at pattern[*at] == '['; moves *at behind it.
bool MatchesSet(std::string_view pattern, size_t* at, char c) {
  size_t i = *at + 1;
  const bool negated = i < pattern.size() && pattern[i] == '^';
  i += negated ? 1 : 0;
  bool found = false;
  for (bool first = true; i < pattern.size() && (first || pattern[i] != ']'); first = false) {
    i += pattern[i] == '\\' && i + 1 < pattern.size() ? 1 : 0;
    const char low = pattern[i++];
    char high = low;
    if (i + 1 < pattern.size() && pattern[i] == '-' && pattern[i + 1] != ']') {
      high = pattern[i + 1];
      i += 2;
    }
    found = found || (low <= c && c <= high);
  }
  *at = i < pattern.size() ? i + 1 : pattern.size();
  return found != negated;
}

// Matches one character or set of the pattern; moves *at behind it.
bool MatchesOne(std::string_view pattern, size_t* at, char c) {
  if (pattern[*at] == '[') {
    return MatchesSet(pattern, at, c);
  }
  if (pattern[*at] == '?') {
    ++*at;
    return true;
  }
  *at += pattern[*at] == '\\' && *at + 1 < pattern.size() ? 1 : 0;
  return pattern[(*at)++] == c;
}

void Extend(base::FileSystem& files, std::vector<std::string>* bases, std::string_view part) {
  std::vector<std::string> next;
  for (const std::string& base : *bases) {
    if (!HasWildcard(part)) {
      next.push_back(base.empty() ? std::string(part) : base::JoinPath(base, part));
      continue;
    }
    const auto names = files.List(base.empty() ? "." : base);
    for (size_t i = 0; names.ok() && i < names->size() && next.size() < kGlobMatchesMax; ++i) {
      if (MatchesGlob(part, (*names)[i])) {
        next.push_back(base.empty() ? (*names)[i] : base::JoinPath(base, (*names)[i]));
      }
    }
  }
  *bases = std::move(next);
}

}  // namespace

bool MatchesGlob(std::string_view pattern, std::string_view name) {
  // Going back to the last star only is enough: an earlier one can match no better.
  size_t p = 0;
  size_t n = 0;
  size_t star = std::string_view::npos;
  size_t star_name = 0;
  while (n < name.size()) {
    size_t after = p;
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_name = n;
    } else if (p < pattern.size() && MatchesOne(pattern, &after, name[n])) {
      p = after;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++star_name;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') {
    ++p;
  }
  return p == pattern.size();
}

std::vector<std::string> Glob(base::FileSystem& files, const std::string& pattern) {
  std::vector<std::string> found = {pattern.starts_with('/') ? "/" : ""};
  for (size_t at = 0; at <= pattern.size();) {
    const size_t slash = std::min(pattern.find('/', at), pattern.size());
    const std::string_view part = std::string_view(pattern).substr(at, slash - at);
    if (!part.empty()) {
      Extend(files, &found, part);
    }
    at = slash + 1;
  }
  std::erase_if(found, [&files](const std::string& path) { return !files.Exists(path); });
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace sb::discovery
