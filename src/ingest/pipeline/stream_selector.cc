// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/stream_selector.h"

#include <string>

#include "encoding/json_cursor.h"

namespace sb::ingest {
namespace {

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

struct Rest {
  std::string_view text;

  void SkipSpace() {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
      text.remove_prefix(1);
    }
  }
  bool Take(std::string_view token) {
    SkipSpace();
    if (!text.starts_with(token)) {
      return false;
    }
    text.remove_prefix(token.size());
    return true;
  }
  std::string_view TakeName() {
    SkipSpace();
    size_t size = 0;
    while (size < text.size() && IsNameByte(text[size])) {
      ++size;
    }
    const std::string_view name = text.substr(0, size);
    text.remove_prefix(size);
    return name;
  }
  // "…" with escapes, or `…`.
  bool TakeQuoted(std::string* value) {
    SkipSpace();
    if (text.empty() || (text.front() != '"' && text.front() != '`')) {
      return false;
    }
    const char quote = text.front();
    size_t end = 1;
    while (end < text.size() && text[end] != quote) {
      end += text[end] == '\\' && quote == '"' ? 2 : 1;
    }
    if (end >= text.size()) {
      return false;
    }
    const std::string_view raw = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    if (quote == '`') {
      *value = raw;
      return true;
    }
    return encoding::UnescapeJson(raw, value);
  }
};

bool TakeOperator(Rest* rest, model::MatchType* type) {
  const std::pair<std::string_view, model::MatchType> operators[] = {
      {"=~", model::MatchType::kRegex},
      {"!~", model::MatchType::kNotRegex},
      {"!=", model::MatchType::kNotEqual},
      {"=", model::MatchType::kEqual}};
  for (const auto& [token, match] : operators) {
    if (rest->Take(token)) {
      *type = match;
      return true;
    }
  }
  return false;
}

base::Status Malformed(std::string_view text) {
  return base::InvalidArgument("a stream selector looks like {app=\"shop\", env=~\"a|b\"}, not " +
                               std::string(text));
}

}  // namespace

base::Result<StreamSelector> StreamSelector::Parse(std::string_view text) {
  StreamSelector selector;
  Rest rest{text};
  rest.SkipSpace();
  if (rest.text.empty()) {
    return selector;
  }
  if (!rest.Take("{")) {
    return Malformed(text);
  }
  while (!rest.Take("}")) {
    const std::string_view name = rest.TakeName();
    model::MatchType type = model::MatchType::kEqual;
    std::string value;
    if (name.empty() || !TakeOperator(&rest, &type) || !rest.TakeQuoted(&value)) {
      return Malformed(text);
    }
    SB_ASSIGN_OR_RETURN(model::Matcher matcher,
                        model::Matcher::Create(type, std::string(name), value));
    selector.matchers_.push_back(std::move(matcher));
    if (!rest.Take(",") && !rest.text.starts_with("}")) {
      return Malformed(text);
    }
  }
  rest.SkipSpace();
  if (!rest.text.empty()) {
    return Malformed(text);
  }
  return selector;
}

bool StreamSelector::Matches(const LogEdit& edit) const {
  for (const model::Matcher& matcher : matchers_) {
    if (!matcher.Matches(edit.Label(matcher.name()))) {
      return false;
    }
  }
  return true;
}

}  // namespace sb::ingest
