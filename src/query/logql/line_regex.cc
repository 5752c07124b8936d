// SPDX-License-Identifier: Apache-2.0
#include "query/logql/line_regex.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "model/regex_bounds.h"
#include "model/regex_meta.h"

namespace sb::logql {
namespace {

bool IsAscii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) {
      return false;
    }
  }
  return true;
}

// RE2 folds U+017F and U+212A onto s and k, so that only other letters may be folded bytewise.
bool CanFold(std::string_view text) {
  return IsAscii(text) && text.find_first_of("sSkK") == std::string_view::npos;
}

std::string LowerAscii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return out;
}

// `.*` at the ends of an unanchored search changes nothing.
std::string_view StripAny(std::string_view pattern) {
  while (pattern.starts_with(".*") && !pattern.starts_with(".*?")) {
    pattern.remove_prefix(2);
  }
  while (pattern.ends_with(".*") && !pattern.ends_with("\\.*")) {
    pattern.remove_suffix(2);
  }
  return pattern;
}

// Plain alternatives `a|b`, escapes of punctuation undone; nothing if there is more to it.
std::optional<std::vector<std::string>> PlainAlternatives(std::string_view pattern) {
  std::vector<std::string> out(1);
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '|') {
      out.emplace_back();
    } else if (c == '\\' && i + 1 < pattern.size() && model::IsRegexMeta(pattern[i + 1])) {
      out.back() += pattern[++i];
    } else if (model::IsRegexMeta(c)) {
      return std::nullopt;
    } else {
      out.back() += c;
    }
  }
  for (const std::string& alternative : out) {
    if (alternative.empty()) {
      return std::nullopt;
    }
  }
  return out;
}

}  // namespace

base::Result<LineRegex> LineRegex::Compile(std::string_view pattern) {
  LineRegex out;
  RE2::Options options;
  options.set_log_errors(false);
  auto regex = std::make_shared<RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!regex->ok()) {
    return base::InvalidArgument(fmt::format("error parsing regexp: {}", regex->error()));
  }
  std::string_view rest = pattern;
  const bool fold = rest.starts_with("(?i)");
  rest = StripAny(fold ? rest.substr(4) : rest);
  if (rest.empty()) {
    out.matches_all_ = true;
    return out;
  }
  const bool folds_bytewise = CanFold(rest);
  if (auto plain = PlainAlternatives(rest); plain.has_value() && (!fold || folds_bytewise)) {
    for (std::string& literal : *plain) {
      out.literals_.push_back(fold ? LowerAscii(literal) : std::move(literal));
    }
    out.ignores_case_ = fold;
    return out;
  }
  out.required_ = model::RequiredRun(rest);
  if (fold) {
    out.required_folds_ = true;
    out.required_ = CanFold(out.required_) ? LowerAscii(out.required_) : "";
  }
  out.regex_ = std::move(regex);
  return out;
}

bool LineRegex::Matches(std::string_view line) const {
  if (matches_all_) {
    return true;
  }
  if (regex_ == nullptr) {
    for (const std::string& literal : literals_) {
      if (ignores_case_ ? ContainsFold(line, literal)
                        : line.find(literal) != std::string_view::npos) {
        return true;
      }
    }
    return false;
  }
  if (!required_.empty() && !(required_folds_ ? ContainsFold(line, required_)
                                              : line.find(required_) != std::string_view::npos)) {
    return false;
  }
  return RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), *regex_);
}

std::optional<ContainsForm> LabelContains(std::string_view pattern) {
  const bool fold = pattern.starts_with("(?i)");
  const std::string_view rest = fold ? pattern.substr(4) : pattern;
  std::string_view core = rest;
  if (core.starts_with(".*")) {
    core.remove_prefix(2);
  }
  if (core.ends_with(".*") && !core.ends_with("\\.*")) {
    core.remove_suffix(2);
  }
  if (core.size() == rest.size() || core.empty() || (fold && !IsAscii(core))) {
    return std::nullopt;
  }
  auto plain = PlainAlternatives(core);
  if (!plain.has_value() || plain->size() != 1) {
    return std::nullopt;
  }
  return ContainsForm{fold ? LowerAscii((*plain)[0]) : (*plain)[0], fold};
}

bool ContainsFold(std::string_view text, std::string_view lower) {
  if (lower.empty()) {
    return true;
  }
  const auto fold = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  };
  for (size_t at = 0; at + lower.size() <= text.size(); ++at) {
    if (fold(text[at]) != lower[0]) {
      continue;
    }
    size_t i = 1;
    while (i < lower.size() && fold(text[at + i]) == lower[i]) {
      ++i;
    }
    if (i == lower.size()) {
      return true;
    }
  }
  return false;
}

}  // namespace sb::logql
