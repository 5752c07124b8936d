// SPDX-License-Identifier: Apache-2.0
#include "collect/probe/pattern.h"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "config/quote.h"

namespace sb::probe {
namespace {

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The name after a '$' at the start of `form`, and how many bytes it takes; 0 for none.
size_t TakeName(std::string_view form, std::string_view* name) {
  const bool in_braces = form.starts_with('{');
  size_t end = in_braces ? 1 : 0;
  const size_t start = end;
  while (end < form.size() && IsNameByte(form[end])) {
    ++end;
  }
  if (end == start || (in_braces && (end == form.size() || form[end] != '}'))) {
    return 0;
  }
  *name = form.substr(start, end - start);
  return in_braces ? end + 1 : end;
}

int GroupOf(const re2::RE2& pattern, std::string_view name) {
  int group = -1;
  const auto end = std::from_chars(name.data(), name.data() + name.size(), group);
  if (end.ec == std::errc() && end.ptr == name.data() + name.size()) {
    return group;
  }
  const auto& names = pattern.NamedCapturingGroups();
  const auto found = names.find(std::string(name));
  return found == names.end() ? -1 : found->second;
}

}  // namespace

base::Result<Pattern> Pattern::Compile(std::string_view text) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto compiled =
      std::make_shared<const re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
  if (!compiled->ok()) {
    return base::InvalidArgument("\"Could not compile regular expression\" regexp=" +
                                 config::GoQuote(text));
  }
  Pattern pattern;
  pattern.text_ = text;
  pattern.compiled_ = std::move(compiled);
  return pattern;
}

bool Pattern::Matches(std::string_view subject) const {
  return compiled_ != nullptr &&
         re2::RE2::PartialMatch(re2::StringPiece(subject.data(), subject.size()), *compiled_);
}

bool Pattern::Expand(std::string_view subject, std::string_view form,
                     std::string* expanded) const {
  SB_CHECK(compiled_ != nullptr);
  std::vector<re2::StringPiece> groups(
      static_cast<size_t>(compiled_->NumberOfCapturingGroups()) + 1);
  if (!compiled_->Match(re2::StringPiece(subject.data(), subject.size()), 0, subject.size(),
                        re2::RE2::UNANCHORED, groups.data(), static_cast<int>(groups.size()))) {
    return false;
  }
  expanded->clear();
  while (!form.empty()) {
    const size_t dollar = form.find('$');
    expanded->append(form.substr(0, dollar));
    if (dollar == form.npos) {
      break;
    }
    form.remove_prefix(dollar + 1);
    std::string_view name;
    if (form.starts_with('$')) {
      expanded->push_back('$');
      form.remove_prefix(1);
    } else if (const size_t taken = TakeName(form, &name); taken > 0) {
      const int group = GroupOf(*compiled_, name);
      if (group >= 0 && static_cast<size_t>(group) < groups.size()) {
        const re2::StringPiece& text = groups[static_cast<size_t>(group)];
        expanded->append(text.data() == nullptr ? "" : std::string(text.data(), text.size()));
      }
      form.remove_prefix(taken);
    } else {
      expanded->push_back('$');  // no name follows: as it stands
    }
  }
  return true;
}

}  // namespace sb::probe

namespace sb::config {

void Codec<probe::Pattern>::Read(const Node& node, const OptionInfo& info, probe::Pattern* out,
                                 ErrorList& errors) {
  std::string text;
  Codec<std::string>::Read(node, info, &text, errors);
  base::Result<probe::Pattern> pattern = probe::Pattern::Compile(text);
  if (!pattern.ok()) {
    errors.Add(node, std::string(pattern.status().message()));
    return;
  }
  *out = *std::move(pattern);
}

}  // namespace sb::config
