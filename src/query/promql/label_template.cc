// SPDX-License-Identifier: Apache-2.0
#include "query/promql/label_template.h"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace sb::promql {
namespace {

bool IsNameCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// Takes a group's name off the front of what follows a `$`. False if there is none.
bool TakeName(std::string_view* rest, std::string_view* name) {
  const bool braced = !rest->empty() && rest->front() == '{';
  const std::string_view body = braced ? rest->substr(1) : *rest;
  const auto end = std::find_if_not(body.begin(), body.end(), IsNameCharacter);
  const auto length = static_cast<size_t>(end - body.begin());
  if (length == 0 || (braced && (length == body.size() || body[length] != '}'))) {
    return false;
  }
  *name = body.substr(0, length);
  rest->remove_prefix(length + (braced ? 2 : 0));
  return true;
}

// The group's number, or -1.
int GroupOf(const RE2& regex, std::string_view name) {
  constexpr size_t kDigitsMax = 8;
  const bool number =
      std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (number && name.size() <= kDigitsMax && (name.size() == 1 || name.front() != '0')) {
    int group = -1;
    std::from_chars(name.data(), name.data() + name.size(), group);
    return group;
  }
  const auto found = regex.NamedCapturingGroups().find(std::string(name));
  return found == regex.NamedCapturingGroups().end() ? -1 : found->second;
}

}  // namespace

bool ExpandMatch(const RE2& regex, const std::string& text, std::string_view replacement,
                 std::string* out) {
  std::vector<re2::StringPiece> groups(static_cast<size_t>(regex.NumberOfCapturingGroups()) + 1);
  if (!regex.Match(text, 0, text.size(), RE2::ANCHOR_BOTH, groups.data(),
                   static_cast<int>(groups.size()))) {
    return false;
  }
  std::string_view rest = replacement;
  while (!rest.empty()) {
    const size_t dollar = rest.find('$');
    out->append(rest.substr(0, dollar));
    if (dollar == std::string_view::npos) {
      break;
    }
    rest.remove_prefix(dollar + 1);
    std::string_view name;
    if (!rest.empty() && rest.front() == '$') {
      rest.remove_prefix(1);
      out->push_back('$');
    } else if (!TakeName(&rest, &name)) {
      out->push_back('$');
    } else if (const int group = GroupOf(regex, name);
               group >= 0 && group < static_cast<int>(groups.size())) {
      const re2::StringPiece& piece = groups[static_cast<size_t>(group)];
      out->append(piece.data() == nullptr ? "" : piece.data(), piece.size());
    }
  }
  return true;
}

}  // namespace sb::promql
