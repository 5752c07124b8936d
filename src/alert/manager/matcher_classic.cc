// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "alert/manager/matcher.h"
#include "base/trim.h"
#include "config/quote.h"

namespace sb::alert {
namespace {

bool IsNameByte(char c, bool first) {
  return c == '_' || c == ':' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (!first && c >= '0' && c <= '9');
}

// Splits at commas outside quotes.
std::vector<std::string> Split(std::string_view text) {
  std::vector<std::string> tokens;
  std::string token;
  bool quoted = false;
  bool escaped = false;
  for (const char c : text) {
    if (c == ',' && !quoted) {
      tokens.push_back(std::move(token));
      token.clear();
      continue;
    }
    if (c == '"') {
      quoted = escaped ? quoted : !quoted;
      escaped = false;
    } else {
      escaped = c == '\\' && !escaped;
    }
    token += c;
  }
  if (const std::string_view rest = base::Trim(token, base::kAsciiSpace); !rest.empty()) {
    tokens.emplace_back(rest);
  }
  return tokens;
}

base::Result<std::string> UnescapeValue(std::string_view whole) {
  const base::Status bad =
      base::InvalidArgument("matcher value contains unescaped double quote: " + std::string(whole));
  std::string_view raw = whole;
  bool expect_quote = raw.starts_with('"');
  raw.remove_prefix(expect_quote ? 1 : 0);
  std::string value;
  for (size_t i = 0; i < raw.size(); ++i) {
    const bool last = i + 1 == raw.size();
    if (raw[i] == '\\' && !last) {
      const char next = raw[++i];
      if (next == 'n') {
        value += '\n';
      } else {
        value += next == '"' || next == '\\' ? "" : "\\";
        value += next;
      }
    } else if (raw[i] == '"') {
      if (!expect_quote || !last) {
        return bad;
      }
      expect_quote = false;
    } else {
      value += raw[i];
    }
  }
  return expect_quote ? base::Result<std::string>(bad) : base::Result<std::string>(value);
}

}  // namespace

base::Result<AlertMatcher> ParseClassicMatcher(std::string_view text) {
  const base::Status bad = base::InvalidArgument("bad matcher format: " + std::string(text));
  const std::string_view trimmed = base::Trim(text, base::kAsciiSpace);
  size_t name_end = 0;
  while (name_end < trimmed.size() && IsNameByte(trimmed[name_end], name_end == 0)) {
    ++name_end;
  }
  std::string_view rest = trimmed.substr(name_end);
  const size_t operator_at = rest.find_first_not_of(base::kAsciiSpace);
  if (name_end == 0 || operator_at == std::string_view::npos) {
    return bad;
  }
  rest.remove_prefix(operator_at);
  MatcherOp op = MatcherOp::kEqual;
  if (rest.starts_with("=~")) {
    op = MatcherOp::kRegex;
  } else if (rest.starts_with("!=")) {
    op = MatcherOp::kNotEqual;
  } else if (rest.starts_with("!~")) {
    op = MatcherOp::kNotRegex;
  } else if (!rest.starts_with('=')) {
    return bad;
  }
  const std::string_view value = base::Trim(rest.substr(OpText(op).size()), base::kAsciiSpace);
  if (!config::IsValidUtf8(value)) {
    return base::InvalidArgument("matcher value not valid UTF-8: " + std::string(value));
  }
  SB_ASSIGN_OR_RETURN(std::string unescaped, UnescapeValue(value));
  return AlertMatcher::Create(op, std::string(trimmed.substr(0, name_end)), std::move(unescaped));
}

base::Result<AlertMatchers> ParseClassicMatchers(std::string_view text) {
  text.remove_prefix(text.starts_with('{') ? 1 : 0);
  text.remove_suffix(text.ends_with('}') ? 1 : 0);
  AlertMatchers matchers;
  for (const std::string& token : Split(text)) {
    SB_ASSIGN_OR_RETURN(AlertMatcher matcher, ParseClassicMatcher(token));
    matchers.push_back(std::move(matcher));
  }
  return matchers;
}

base::Result<AlertMatchers> ParseMatchers(std::string_view text, MatcherMode mode) {
  if (mode == MatcherMode::kClassic) {
    return ParseClassicMatchers(text);
  }
  base::Result<AlertMatchers> utf8 = ParseUtf8Matchers(text);
  if (mode == MatcherMode::kUtf8) {
    return utf8;
  }
  base::Result<AlertMatchers> classic = ParseClassicMatchers(text);
  if (!utf8.ok()) {
    return classic;
  }
  if (!classic.ok()) {
    return utf8;
  }
  return *classic == *utf8 ? std::move(utf8) : std::move(classic);
}

base::Result<AlertMatcher> ParseMatcher(std::string_view text, MatcherMode mode) {
  const auto parse_utf8 = [&]() -> base::Result<AlertMatcher> {
    SB_ASSIGN_OR_RETURN(AlertMatchers matchers, ParseUtf8Matchers(text));
    if (matchers.empty()) {
      return base::InvalidArgument("no matchers");
    }
    if (matchers.size() > 1) {
      return base::InvalidArgument("expected 1 matcher, found " + std::to_string(matchers.size()));
    }
    return std::move(matchers.front());
  };
  if (mode == MatcherMode::kClassic) {
    return ParseClassicMatcher(text);
  }
  base::Result<AlertMatcher> utf8 = parse_utf8();
  if (mode == MatcherMode::kUtf8) {
    return utf8;
  }
  base::Result<AlertMatcher> classic = ParseClassicMatcher(text);
  if (!utf8.ok()) {
    return classic;
  }
  if (!classic.ok()) {
    return utf8;
  }
  return *classic == *utf8 ? std::move(utf8) : std::move(classic);
}

}  // namespace sb::alert
